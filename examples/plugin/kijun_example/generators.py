"""A generator: fresh items from a seed, with the gold answer computed and wrong answers from typical slips."""

from random import Random

from kijun.datasets.generated import Draft, Family, Slip

__all__ = ["CHANGE"]

_NOTE = 1000


def _pay(rng: Random, level: int) -> Draft:
    """Level 1 buys one cup, level 3 three; everything random comes from `rng`."""
    price = rng.randrange(120, 330)
    total = price * level
    question = (
        f"A cup of tea costs {price} yen. I buy {level} and pay with {_NOTE} yen. How much change do I get, in yen?"
    )
    slips = (
        Slip("the price instead of the change", str(total)),
        Slip("one cup too few", str(_NOTE - price * (level - 1))),
        Slip("a carry forgotten", str(_NOTE - total + 100)),
        Slip("a ten forgotten", str(_NOTE - total - 10)),
    )
    return Draft(question, str(_NOTE - total), slips, template="one note")


CHANGE = Family("change", {"en": (_pay,)})
