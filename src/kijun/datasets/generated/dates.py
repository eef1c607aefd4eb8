"""Date and calendar reasoning: later dates, weekdays, spans and series of meetings.

The Japanese items (`dates_japanese`) have 和暦, 曜日, 日数, 泊数 and 営業日 instead.

Level 1 stays within a week or so, level 2 goes on for weeks or just across a month, level 3 crosses months under a
further condition (closed days, several legs, both ends counted). Gold values come from `datetime.date`; slips are the
same reckoning with the first day counted too, a month of the wrong length, a day of the week off, an era's first year
counted as zero.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

import kijun.datasets.generated.english as english
from kijun.datasets.generated.base import Draft, Family, Slip, number_forms, word_list
from kijun.datasets.generated.dates_japanese import JAPANESE_DATES
from kijun.datasets.generated.english import MONTHS, WEEKDAYS, plural, town

__all__ = ["DATES"]

_EVENTS = word_list(
    "workshop|exhibition|regatta|rehearsal|harvest|auction|trade fair|film week|chess match|book sale|flower show|"
    "ceramics course|ferry trial|bridge repair|choir tour|seed swap|survey|boat race|kite contest|field trip"
)

_OPEN_EVENTS = word_list("exhibition|trade fair|book sale|flower show|craft market|light show|garden show|toy fair")


def _said(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.day}"


def _forms(day: date) -> tuple[str, ...]:
    month = MONTHS[day.month - 1]
    return (_said(day), f"{day.day} {month}", f"{month[:3]} {day.day}", f"{day.day} {month[:3]}")


def _event(rng: Random, kinds: Sequence[str] = _EVENTS) -> str:
    return f"the {rng.choice(kinds)} in {town(rng)}"


def _near(day: date, *shifts: int) -> Iterator[date]:
    yield from (day + timedelta(days=shift) for shift in shifts)


def _wrong_month(start: date, days: int, assumed: int) -> date:
    """Where one lands by taking the starting month to have `assumed` days."""
    number = start.day + days
    if number <= assumed:
        return date(start.year, start.month, min(number, monthrange(start.year, start.month)[1]))
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return date(year, month, min(number - assumed, 28))


def _start(rng: Random, first: int, last: int) -> date:
    year = rng.randint(2023, 2049)
    month = rng.randint(1, 12)
    return date(year, month, rng.randint(first, min(last, monthrange(year, month)[1])))


def _later(rng: Random, level: int) -> Draft:
    """A date so many days after another, in one to three legs."""
    legs = {1: (rng.randint(2, 9),), 2: (rng.randint(3, 9),), 3: tuple(rng.randint(9, 26) for _ in range(3))}[level]
    start = _start(rng, *{1: (1, 18), 2: (25, 31), 3: (14, 31)}[level])
    gold = start + timedelta(days=sum(legs))
    event, name = _event(rng), rng.choice(english.NAMES)
    opening = f"{event[0].upper()}{event[1:]} starts on {_said(start)}, {start.year}."
    if level == 3:
        told = (
            f"{opening} {name} sends a report {legs[0]} days after the start, gets an answer {legs[1]} days after the "
            f"report, and pays the bill {legs[2]} days after the answer. On what date does {name} pay the bill?"
        )
    else:
        told = rng.choice(
            (
                f"{opening} {name} has to pay the fee exactly {legs[0]} days later. On what date is that?",
                f"{opening} Exactly {legs[0]} days later, {name} sends in a report. On what date does {name} do that?",
            )
        )
    slips = [Slip("counted the first day too", _said(day)) for day in _near(gold, -1)]
    slips += [Slip("off by one", _said(day)) for day in _near(gold, 1)]
    slips += [Slip("took a month to be of another length", _said(_wrong_month(start, sum(legs), n))) for n in (30, 31)]
    slips += [Slip("slipped in the tens", _said(day)) for day in _near(gold, -10, 10)]
    if level == 3:
        slips.append(Slip("ignored the last step", _said(start + timedelta(days=legs[0] + legs[1]))))
        slips.append(Slip("left out a step", _said(start + timedelta(days=legs[1] + legs[2]))))
        slips.append(Slip("counted the first day too", _said(gold - timedelta(days=3))))
    return Draft(told, _said(gold), tuple(slips), "later date", _forms(gold))


def _weekday(rng: Random, level: int) -> Draft:
    """The day of the week some days, weeks or months later."""
    start = _start(rng, 1, 20)
    name, event = rng.choice(english.NAMES), _event(rng)
    opening = f"{event[0].upper()}{event[1:]} begins on {_said(start)}, which is a {WEEKDAYS[start.weekday()]}."
    if level == 1:
        days = rng.randint(1, 3)
        told = f"{opening} {name} arrives {plural(days, 'day')} later. On which day of the week does {name} arrive?"
    elif level == 2:
        days = rng.randint(6, 10)
        told = f"{opening} {name} arrives {days} days later. On which day of the week does {name} arrive?"
    else:
        end = start + timedelta(days=rng.randint(45, 110))
        days = (end - start).days
        february = any((start + timedelta(days=n)).month == 2 for n in range(days))
        leap = " February has 28 days in that year." if february else ""
        if february and any((start + timedelta(days=n)).strftime("%m%d") == "0229" for n in range(days + 1)):
            leap = " February has 29 days in that year."
        told = f"{opening} {name} arrives on the following {_said(end)}.{leap} On which day of the week is that?"
    gold = WEEKDAYS[(start.weekday() + days) % 7]
    wrong = {
        "counted the first day too": days - 1,
        "off by one": days + 1,
        "counted backwards": -days,
        "took all months to have 30 days": days + 2,
        "took all months to have 31 days": days - 2,
    }
    slips = [Slip(name, WEEKDAYS[(start.weekday() + shift) % 7]) for name, shift in wrong.items()]
    slips.append(Slip("ignored the last step", WEEKDAYS[start.weekday()]))
    return Draft(told, gold, tuple(slips), "weekday")


def _span(rng: Random, level: int) -> Draft:
    """How many days from one date to another; at level 3 the two are included and closed days are not."""
    first = _start(rng, *{1: (1, 15), 2: (2, 6), 3: (5, 26)}[level])
    length = {1: rng.randint(3, 12), 2: rng.randint(13, 22), 3: rng.randint(24, 60)}[level]
    last = first + timedelta(days=length)
    event, name = _event(rng, _OPEN_EVENTS), rng.choice(english.NAMES)
    capital = f"{event[0].upper()}{event[1:]}"
    if level < 3:
        told = f"{name} writes on {_said(first)} and gets an answer on {_said(last)} of the same year. "
        told = f"{name} asks for a ticket to {event}. {told}How many days after writing does the answer come?"
        gold, slips = length, {"counted both ends": length + 1, "left out both ends": length - 1, "off": length + 2}
        slips["counted from the start of the month"] = last.day
        slips["slipped in the tens"] = length - 10
    else:
        closed = sorted(rng.sample(range(7), 2))
        days = [first + timedelta(days=n) for n in range(length + 1)]
        gold = sum(day.weekday() not in closed for day in days)
        one = sum(day.weekday() != closed[0] for day in days)
        told = (
            f"{capital} runs from {WEEKDAYS[first.weekday()]}, {_said(first)}, to {WEEKDAYS[last.weekday()]}, "
            f"{_said(last)}, {last.year}, the first and the last day included. It is closed on "
            f"{WEEKDAYS[closed[0]]}s and {WEEKDAYS[closed[1]]}s. On how many days is it open?"
        )
        slips = {"left out one end": gold - 1, "off by one": gold + 1, "forgot one closed day": one}
        slips |= {"forgot the closed days": length + 1, "counted whole weeks only": length // 7 * 5}
        slips["counted the closed days"] = length + 1 - gold
    return Draft(
        told,
        str(gold),
        tuple(Slip(k, str(v)) for k, v in slips.items() if v > 0),
        "span",
        (*number_forms(gold), *_days(gold)),
    )


def _days(count: int) -> tuple[str, str]:
    return plural(count, "day"), f"{count} day"


def _series(rng: Random, level: int) -> Draft:
    """The date of the n-th meeting of a series."""
    start = _start(rng, *{1: (1, 20), 2: (1, 7), 3: (1, 28)}[level])
    number = {1: 2, 2: rng.randint(3, 4), 3: rng.randint(5, 8)}[level]
    name, place = rng.choice(english.NAMES), town(rng)
    course = rng.choice(
        ("pottery", "sewing", "chess", "baking", "drawing", "singing", "repair", "gardening", "reading")
    )
    weekday = WEEKDAYS[start.weekday()]
    opening = (
        f"{name} joins a {course} group in {place}. The first meeting is on {weekday}, {_said(start)}, {start.year}"
    )
    if level < 3:
        step = 7
        dates = [start + timedelta(days=step * n) for n in range(number + 3)]
        told = f"{opening}, and the group meets every {weekday}."
    else:
        other = (start.weekday() + rng.randint(2, 5)) % 7
        days = [start + timedelta(days=n) for n in range(80)]
        meetings = [day for day in days if day.weekday() in (start.weekday(), other)]
        skipped = rng.randint(2, 4)
        dates = [day for place_, day in enumerate(meetings) if place_ != skipped - 1]
        told = (
            f"{opening}, and the group meets every {weekday} and every {WEEKDAYS[other]}, but there is no meeting on "
            f"{_said(meetings[skipped - 1])}."
        )
    gold = dates[number - 1]
    told += f" On what date is the {english.ORDINALS[number - 1]} meeting?"
    slips = [Slip("one meeting too many", _said(dates[number])), Slip("one meeting too few", _said(dates[number - 2]))]
    slips += [Slip("a day off", _said(day)) for day in _near(gold, 1, -1)]
    slips.append(Slip("two meetings too many", _said(dates[number + 1])))
    return Draft(told, _said(gold), tuple(slips), "series", _forms(gold))


DATES = Family("dates", {"en": (_later, _weekday, _span, _series), "ja": JAPANESE_DATES})
