"""A model: anything that answers requests. This one is a till: it subtracts, and knows nothing else."""

import re
from collections.abc import AsyncIterator, Sequence

from kijun.errors import UnknownNameError
from kijun.models import Model, ModelIdentity, ModelOptions, UnitLimit
from kijun.records import Completed, Failed, Message, Request, Response

__all__ = ["Till", "load"]


class Till:
    """``till/exact``, and ``till/rounding``, which keeps the small coins."""

    def __init__(self, name: str, coin: int) -> None:
        # The identity goes into the manifest and into the key of every answer: name what can change an answer.
        self.identity = ModelIdentity(name=name, backend="till 1.0", settings={"coin": str(coin)})
        self.unit_limit = UnitLimit(requests=64, characters=100_000)
        self._coin = coin

    def can(self, ability: str) -> bool:
        """A till answers freely; it has no log-likelihoods and no chat template."""
        return ability == "generate"

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """Never called: `can("chat")` is false."""
        return None

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """Answers in any order, each index once. A request that cannot be answered is `Failed`, not an exception."""
        for index, request in enumerate(unit):
            numbers = [int(found) for found in re.findall(r"\d+", request.context)]
            if len(numbers) < 3:
                yield index, Failed("no price in this prompt")
                continue
            price, cups, note = numbers[-3:]
            yield index, Completed(f"{(note - price * cups) // self._coin * self._coin} yen")

    async def aclose(self) -> None:
        """Nothing to free."""


def load(name: str, options: ModelOptions) -> Model:
    """Called with the whole name, ``till/...``, and the options of the command line."""
    coins = {"till/exact": 1, "till/rounding": 10}
    if name not in coins:
        raise UnknownNameError("till", name, coins)
    return Till(name, coins[name])
