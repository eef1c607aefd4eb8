"""``kijun rate``: campaigns of human ratings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.markup import escape

from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError, UnknownNameError
from kijun.rating import CreationReport, create_campaign, export_campaign, import_ratings, write_table
from kijun.ratings import OPERATOR, CampaignSettings, CampaignState, Member, RatingPlace
from kijun.ratings.settings import changed_settings
from kijun.reports.texts import LANGUAGES, Texts
from kijun.specs import find_rubric

__all__ = ["create_and_tell", "export_and_tell", "import_and_tell", "invite_and_tell", "member_named", "move_and_tell"]

_SHOWN = ("models", "peers", "judge")
_DESIGNS = ("pointwise", "pairwise", "revision")


def create_and_tell(
    say: Texts,
    database: str | None,
    runs: Sequence[Path],
    rubric: str,
    name: str,
    show: Sequence[str],
    settings: dict[str, Any],
    **chosen: Any,
) -> None:
    """Makes a campaign and says what was drawn and what comes next.

    Raises:
        SpecError, WorldError: as `create_campaign`.
    """
    _choice("--design", chosen["design"], _DESIGNS)
    _choice("--allocation", chosen["allocation"], ("proportional", "equal"))
    for one in show:
        _choice("--show", one, _SHOWN)
    spec = find_rubric(rubric)
    # A list of strata may also be written with commas.
    chosen["by"] = [name for given in chosen["by"] for name in given.split(",") if name]
    languages = [language for language in LANGUAGES if language in spec.languages] or list(LANGUAGES)
    blinding = {f"show_{what}": what in show for what in _SHOWN}
    wanted = changed_settings(CampaignSettings(), {"languages": languages, **settings, "blinding": blinding})
    with RatingPlace(database) as place:
        report = create_campaign(place, runs, spec, name, settings=wanted, **chosen)
    _tell_of_draw(say, report)


def _tell_of_draw(say: Texts, report: CreationReport) -> None:
    view, console = report.view, open_console()
    lines = [say("rate.created", name=view.campaign.name, drawn=view.n_items, population=report.population)]
    if len(view.campaign.strata) > 1:
        lines += [f"  {one.name}: {one.drawn} / {one.population}" for one in view.campaign.strata]
    if view.n_training or view.n_gold:
        lines.append(say("rate.beside", training=view.n_training, gold=view.n_gold))
    lines += [say(f"rate_left_out.{reason}", n=number) for reason, number in report.left_out.items()]
    lines.append(say("rate.wanted", n=view.n_items * view.settings.overlap, overlap=view.settings.overlap))
    lines.append(say("rate.next", name=view.campaign.name))
    for line in lines:
        console.print(escape(line), soft_wrap=True)


def invite_and_tell(
    say: Texts,
    database: str | None,
    name: str,
    *,
    role: str,
    uses: int,
    days: float,
    whom: str | None,
    address: str,
) -> None:
    """Prints a link; it can be told only now.

    Args:
        uses: people who may come in by it; 0 any number.
        whom: name or pseudonym of a member who needs a way back; None invites somebody new.
        address: where the pages are served.

    Raises:
        SpecError: no such campaign, role or member.
    """
    with RatingPlace(database, must_exist=True) as place:
        if whom is None:
            made = place.people.invite(OPERATOR, name, role=role, uses=uses or None, days=days)  # type: ignore[arg-type]
        else:
            made = place.people.link_back(OPERATOR, name, member_named(place, name, whom).person, days=days)
    emit(f"{address.rstrip('/')}/invite/{made.token}")
    console = open_console(stderr=True)
    told = "rate.invited_many" if made.uses_left is None else "rate.invited"
    console.print(say(told, role=say(f"role.{made.role}"), n=made.uses_left or 0, expires=made.expires[:10]))


def member_named(place: RatingPlace, campaign: str, whom: str) -> Member:
    """The member of this name or pseudonym.

    Raises:
        UnknownNameError: there is none; offers the nearest names.
    """
    members = place.people.members(OPERATOR, campaign)
    for member in members:
        if whom in (member.name, member.pseudonym):
            return member
    raise UnknownNameError("member", whom, [member.name for member in members])


def move_and_tell(say: Texts, database: str | None, name: str, state: CampaignState) -> None:
    """Opens, pauses or closes a campaign.

    Raises:
        SpecError: no such campaign. ConflictError: it cannot go there from its present state.
    """
    with RatingPlace(database, must_exist=True) as place:
        view = place.campaigns.move(OPERATOR, name, state)
    open_console().print(escape(say(f"rate_state.{view.state}", name=name)), soft_wrap=True)


def import_and_tell(
    say: Texts, database: str | None, file: str, rubric: str | None, name: str | None, design: str
) -> None:
    """Takes ratings in and says what they were.

    Raises:
        SpecError, WorldError: as `import_ratings`.
    """
    _choice("--design", design, _DESIGNS)
    with RatingPlace(database) as place:
        view = import_ratings(place, file, name, rubric=rubric, design=design)  # type: ignore[arg-type]
        status = place.status.of(OPERATOR, view.campaign.name)
    told = {"name": view.campaign.name, "items": view.n_items, "raters": len(status.raters)}
    console = open_console()
    console.print(escape(say("rate.imported", ratings=status.judgements, **told)), soft_wrap=True)
    if view.campaign.sampling == "chosen":
        console.print(escape(say("rate.chosen")), soft_wrap=True)


def export_and_tell(
    say: Texts,
    database: str | None,
    name: str,
    out: Path | None,
    *,
    tables: Sequence[Path] = (),
    names: bool = False,
) -> None:
    """Writes the campaign's folder, and tables where they are asked for, and says where.

    Raises:
        SpecError: no such campaign, or nowhere to write to. StoreError: the disk failed.
    """
    with RatingPlace(database, must_exist=True) as place:
        content, folders = export_campaign(place, name, out=out, names=names)
    for table in tables:
        write_table(table, content)
        folders.append(table)
    if not folders:
        raise SpecError("the rated runs are no longer where they were; say where to write with --out DIR")
    console = open_console()
    console.print(escape(say("rate.exported", name=name, ratings=len(content.ratings), items=len(content.items))))
    for folder in folders:
        console.print(f"  {escape(str(folder))}", soft_wrap=True)


def _choice(option: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise SpecError(f"{option} takes {', '.join(known)}; got {given!r}")
