"""Units: convert (level 1), convert longer numbers or add (2), convert, combine and take a rate or round up (3).

English items use metric and imperial units and clock times. Japanese ones use those of daily life in Japan: 畳, 坪, 合,
税込み. Factors that are not common knowledge stand in the question. All arithmetic is in whole numbers of the smallest
unit.
"""

from __future__ import annotations

from random import Random

import kijun.datasets.generated.english as english
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms
from kijun.datasets.generated.units_japanese import JAPANESE_UNITS

__all__ = ["UNITS"]


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    said = [english.plural(hours, "hour")] if hours else []
    return " and ".join([*said, *([english.plural(rest, "minute")] if rest or not hours else [])])


def _clock(minutes: int) -> str:
    """Minutes after midnight on the 12-hour clock."""
    hour, rest = divmod(minutes % 1440, 60)
    return f"{(hour - 1) % 12 + 1}:{rest:02d} {'a.m.' if hour < 12 else 'p.m.'}"


def _clock_forms(minutes: int) -> tuple[str, ...]:
    hour, rest = divmod(minutes % 1440, 60)
    twelve, half = f"{(hour - 1) % 12 + 1}:{rest:02d}", "am" if hour < 12 else "pm"
    return (f"{twelve} {half}", f"{twelve}{half}", f"{hour:02d}:{rest:02d}", twelve)


def _numbers(question: str, gold: int, wrong: dict[str, int], unit: str, template: str) -> Draft:
    """A draft whose answer is a number with a unit."""
    slips = tuple(Slip(name, f"{value:,} {unit}") for name, value in wrong.items() if value > 0)
    return Draft(question, f"{gold:,} {unit}", slips, template, number_forms(gold, f" {unit}"))


def _duration(rng: Random, level: int) -> Draft:
    """Clock times: the end of a stretch within the hour; across the hour; of two with a break, across noon."""
    name, place = rng.choice(english.NAMES), english.town(rng)
    trip = rng.choice(("bus ride", "walk", "train ride", "boat trip", "bicycle ride", "drive"))
    start, first = rng.randrange(7 * 60, 11 * 60 + 30, 5), rng.randrange(70, 170, 5)
    while level < 3 and (start % 60 + first % 60 < 60) != (level == 1):
        start, first = rng.randrange(7 * 60, 11 * 60, 5), rng.randrange(70, 170, 5)
    opening = f"At {_clock(start)}, {name} sets out for {place}."
    if level < 3:
        end = start + first
        question = f"{opening} The {trip} takes {_span(first)}. At what time does {name} arrive?"
        wrong_ends = {
            "ignored the hours": start + first % 60,
            "an hour too few": end - 60,
            "an hour too many": end + 60,
        }
        wrong_ends |= {"ignored the minutes": start + first // 60 * 60, "ten minutes too many": end + 10}
    else:
        pause, second, late = rng.randrange(15, 55, 5), rng.randrange(65, 175, 5), rng.choice((10, 20, 25))
        end = start + first + pause + second - late
        question = (
            f"{opening} The {trip} takes {_span(first)}. After a break of {pause} minutes, {name} goes on for another "
            f"{_span(second)} and arrives {late} minutes later than planned. What was the planned time of arrival?"
        )
        wrong_ends = {"ignored the last step": end + late, "took the delay the wrong way": end + 2 * late}
        wrong_ends |= {"left out the break": end - pause, "forgot to carry": end - 60, "an hour too many": end + 60}
    slips = tuple(Slip(name, _clock(value)) for name, value in wrong_ends.items())
    return Draft(question, _clock(end), slips, "duration", _clock_forms(end))


def _length(rng: Random, level: int) -> Draft:
    """Metres and centimetres: convert; the same with longer numbers; cut into pieces and see what is left."""
    name, place = rng.choice(english.NAMES), english.town(rng)
    thing = rng.choice(("rope", "ribbon", "cable", "wire", "hose", "fabric", "string", "tape"))
    metres, rest = rng.randint(*{1: (2, 9), 2: (10, 39), 3: (2, 19)}[level]), rng.randint(1, 99)
    total = metres * 100 + rest
    opening = f"{name}, who works in {place}, has {metres} m {rest} cm of {thing}."
    if level < 3:
        wrong = {"took a metre for 10 cm": metres * 10 + rest, "took a metre for 1,000 cm": metres * 1000 + rest}
        wrong |= {
            "ignored the centimetres": metres * 100,
            "a metre too many": total + 100,
            "slipped in the tens": total + 10,
        }
        return _numbers(f"{opening} How many centimetres is that?", total, wrong, "cm", "length")
    count, piece = rng.randint(3, 6), rng.randint(21, 29)
    bought, price = rng.randint(2, 9), rng.randint(3, 9)
    left = total + bought * 100 - count * piece
    metres_left = left // 100
    gold = metres_left * price
    question = (
        f"{opening} {name} buys {bought} m more, cuts off {count} pieces of {piece} cm each, and sells the rest "
        f"for {price} dollars a metre, whole metres only. How many dollars does that bring?"
    )
    wrong = {"rounded up": gold + price, "left out a step": (total - count * piece) // 100 * price}
    wrong |= {"counted a repeated step once": (total + bought * 100 - piece) // 100 * price}
    wrong |= {"ignored the pieces": (total + bought * 100) // 100 * price, "ignored the last step": metres_left}
    wrong |= {"a metre too few": gold - price, "two metres too many": gold + 2 * price}
    return _numbers(question, gold, wrong, "dollars", "length")


def _weight(rng: Random, level: int) -> Draft:
    """Kilograms and grams: convert; add one pack; add several, use some, and count the tins that hold the rest."""
    name, place = rng.choice(english.NAMES), english.town(rng)
    goods = rng.choice(("flour", "rice", "sugar", "sand", "salt", "coffee", "oats", "barley", "cement", "clay"))
    kilos, grams = rng.randint(2, 9), rng.randint(1, 5) * 100 if level == 2 else rng.randint(1, 18) * 50
    total = kilos * 1000 + grams
    opening = f"A storeroom in {place} holds {kilos} kg {grams} g of {goods}."
    if level == 1:
        question = f"{opening} {name} writes this in grams. How many grams is it?"
        wrong = {
            "took a kilogram for 100 g": kilos * 100 + grams,
            "ignored the grams": kilos * 1000,
            "off by a kilogram": total + 1000,
        }
        wrong |= {"took a kilogram for 10,000 g": kilos * 10000 + grams, "slipped in the hundreds": total + 100}
        return _numbers(question, total, wrong, "g", "weight")
    if level == 2:
        each = rng.randint(1, 4) * 100
        gold = total + each
        question = f"{opening} {name} adds a bag of {each} g. How many grams are there now?"
        wrong = {"ignored the last step": total, "took it the wrong way": total - each, "one bag too many": gold + each}
        wrong |= {"did not convert": kilos + grams + each, "slipped in the hundreds": gold + 100}
        wrong |= {"forgot to carry": gold - 100, "a kilogram too many": gold + 1000}
        return _numbers(question, gold, wrong, "g", "weight")
    packs, each = rng.randint(3, 8), rng.randint(3, 15) * 50
    used, size = rng.randint(2, 15) * 50, rng.choice((150, 200, 250, 300, 350))
    final = total + packs * each - used
    gold = -(-final // size)
    question = (
        f"{opening} {name} adds {packs} bags of {each} g each, uses up {used} g, and packs all the rest into tins "
        f"that hold {size} g each. How many tins are needed?"
    )
    wrong = {
        "rounded down": final // size,
        "ignored the last step": -(-(final + used) // size),
        "one tin too many": gold + 1,
    }
    wrong |= {
        "counted a repeated step once": -(-(total + each - used) // size),
        "left out a step": -(-(total - used) // size),
    }
    wrong |= {"two tins too many": gold + 2, "took it the wrong way": -(-(final + 2 * used) // size)}
    return _numbers(question, gold, wrong, "tins", "weight")


def _feet(rng: Random, level: int) -> Draft:
    """Feet and inches (1 foot = 12 inches): feet; feet and inches; cut, lay end to end and convert back."""
    name, place = rng.choice(english.NAMES), english.town(rng)
    feet, inches = rng.randint(2, 9 if level < 3 else 19), 0 if level == 1 else rng.randint(1, 11)
    total = feet * 12 + inches
    thing = rng.choice(("board", "shelf", "pole", "fence post", "beam", "carpet", "table", "ladder"))
    opening = f"A {thing} in a workshop in {place} is {_feet_inches(total)} long."
    rule = " One foot is 12 inches."
    if level < 3:
        question = f"{opening}{rule} {name} needs its length in inches. How many inches is it?"
        wrong = {"took a foot for 10 inches": feet * 10 + inches, "added instead": feet + (inches or 12)}
        wrong |= {"a foot too many": total + 12, "a foot too few": total - 12, "forgot to carry": total - 10}
        wrong |= {"ignored the inches": feet * 12} if inches else {"off by one": total + 1}
        return _numbers(question, total, wrong, "inches", "feet")
    count, cut = rng.randint(3, 7), rng.randint(5, 23)
    gold = count * (total - cut)
    question = (
        f"{opening}{rule} {name} takes {count} of them, cuts {cut} inches off each, and lays them end to end. "
        "How long is the line in feet and inches?"
    )
    wrong = {
        "cut only one": count * total - cut,
        "cut none": count * total,
        "a foot too many": gold + 12,
        "forgot to carry": gold - 12,
    }
    wrong |= {
        "took a foot for 10 inches": count * (feet * 10 + inches - cut),
        "one too few": gold - total + cut,
        "off by two inches": gold + 2,
    }
    slips = tuple(Slip(key, _feet_inches(value)) for key, value in wrong.items() if value > 0)
    said = _feet_inches(gold)
    return Draft(question, said, slips, "feet", (f"{gold // 12}'{gold % 12}\"", f"{gold // 12} ft {gold % 12} in"))


def _feet_inches(inches: int) -> str:
    feet, rest = divmod(inches, 12)
    said = english.plural(feet, "foot", "feet")
    return f"{said} {english.plural(rest, 'inch', 'inches')}" if rest else said


UNITS = Family("units", {"en": (_duration, _length, _weight, _feet), "ja": JAPANESE_UNITS})
