"""``kijun rate person``, ``retention``, ``backup``: care for people's parts, for their data, and for the database."""

from __future__ import annotations

from pathlib import Path

import msgspec
from rich.markup import escape

from kijun.cli.rating import member_named
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.ratings import OPERATOR, RatingPlace
from kijun.reports.texts import Texts

__all__ = ["apply_retention", "back_up", "care_for_person"]


def care_for_person(
    say: Texts,
    database: str | None,
    campaign: str,
    who: str,
    *,
    role: str | None,
    quota: int | None,
    stop: bool | None,
    data: bool,
    anonymise: bool,
    erase: bool,
) -> None:
    """Changes somebody's part in a campaign, or hands out, nameless makes or deletes what is kept about them.

    Raises:
        SpecError: no such campaign or member, a role that is none, or two things at once that exclude each other.
    """
    if sum((data, anonymise, erase)) > 1:
        raise SpecError("--data, --anonymise and --erase are three things; do one at a time")
    with RatingPlace(database, must_exist=True) as place:
        member = member_named(place, campaign, who)
        if role is not None or quota is not None or stop is not None:
            change: dict[str, object] = {"role": role, "stopped": stop}
            change |= {} if quota is None else {"quota": quota}
            place.people.change_member(OPERATOR, campaign, member.person, version=member.version, **change)  # type: ignore[arg-type]
        if data:
            kept = place.personal_data.of(OPERATOR, member.person, campaign=campaign)
            emit(msgspec.json.format(msgspec.json.encode(kept), indent=2).decode())
            return
        if anonymise:
            place.personal_data.anonymise(OPERATOR, member.person, campaign=campaign)
        if erase:
            place.personal_data.erase(OPERATOR, member.person, campaign=campaign)
            open_console().print(escape(say("rate.erased", name=member.pseudonym)), soft_wrap=True)
            return
        member = next(one for one in place.people.members(OPERATOR, campaign) if one.pseudonym == member.pseudonym)
    told = say("rate.person", name=member.name, pseudonym=member.pseudonym, role=say(f"role.{member.role}"))
    stopped = "" if member.stopped is None else f" {say('rate.stopped')}"
    open_console().print(escape(told + stopped), soft_wrap=True)


def apply_retention(say: Texts, database: str | None) -> None:
    """Takes names off where their time is up."""
    with RatingPlace(database, must_exist=True) as place:
        done = place.personal_data.apply_retention()
    console = open_console()
    for name, number in done.items():
        console.print(escape(say("rate.retention", name=name, n=number)), soft_wrap=True)
    if not done:
        console.print(say("rate.no_retention"))


def back_up(say: Texts, database: str | None, file: Path) -> None:
    """Copies the database while people work.

    Raises:
        SpecError: PostgreSQL, or a file that is there. StoreError: the disk failed.
    """
    with RatingPlace(database, must_exist=True) as place:
        place.database.backup(file)
    open_console().print(escape(say("rate.backed_up", file=file)), soft_wrap=True)
