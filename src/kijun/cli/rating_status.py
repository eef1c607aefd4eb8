"""``kijun rate status``: a campaign at a glance."""

from __future__ import annotations

import msgspec
from rich.markup import escape

from kijun.cli.table_look import table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.ratings import OPERATOR, AgreementLine, CampaignStatus, RatingPlace
from kijun.records import Estimate
from kijun.reports.texts import Texts

__all__ = ["show_campaigns", "show_status"]


def show_campaigns(say: Texts, database: str | None) -> None:
    """All campaigns of a database."""
    with RatingPlace(database, must_exist=True) as place:
        views = place.campaigns.all(OPERATOR)
        standing = [place.status.of(OPERATOR, view.campaign.name) for view in views]
    console = open_console()
    if not views:
        console.print(say("rate.none"))
        return
    columns = {"campaign": "left", "state": "left", "design": "left", "items": "right", "judgements": "right"}
    made = table({say(f"column.{name}"): justify for name, justify in columns.items()})
    for view, status in zip(views, standing, strict=True):
        made.add_row(
            escape(view.campaign.name),
            say(f"state.{view.state}"),
            say(f"design.{view.campaign.design}"),
            str(status.items),
            f"{status.judgements} / {status.wanted}",
        )
    console.print(made)


def show_status(say: Texts, database: str | None, name: str, format: str) -> None:
    """One campaign: what is done, by whom, and whether raters mean the same.

    Raises:
        SpecError: no such campaign or format.
    """
    if format not in ("table", "json"):
        raise SpecError(f"--format takes table or json here; got {format!r}")
    with RatingPlace(database, must_exist=True) as place:
        view = place.campaigns.find(OPERATOR, name)
        status = place.status.of(OPERATOR, name)
        agreement = place.agreement.of(OPERATOR, name)
        flags = place.status.flags(OPERATOR, name)
    if format == "json":
        emit(msgspec.json.format(msgspec.json.encode({"status": status, "agreement": agreement}), indent=2).decode())
        return
    console = open_console()
    title = f"{view.title}: {say(f'state.{view.state}')}"
    console.print(f"[bold]{escape(title)}[/bold]", soft_wrap=True)
    told = {"done": status.judgements, "wanted": status.wanted, "complete": status.complete, "items": status.items}
    console.print(say("rate.standing", **told, hours=f"{status.seconds / 3600:.1f}"), soft_wrap=True)
    if len(status.strata) > 1:
        console.print(_strata_table(say, status))
    if status.raters:
        console.print(_raters_table(say, status))
    if any(line.n_items for line in agreement):
        console.print(_agreement_table(say, agreement))
    for flag in flags:
        console.print(escape(say("rate.flag", item=flag.item, type=flag.type, comment=flag.comment)), soft_wrap=True)


def _strata_table(say: Texts, status: CampaignStatus) -> object:
    columns = {"stratum": "left", "items": "right", "complete": "right", "begun": "right"}
    made = table({say(f"column.{name}"): justify for name, justify in columns.items()})
    for stratum in status.strata:
        made.add_row(escape(stratum.name), str(stratum.items), str(stratum.complete), str(stratum.begun))
    return made


def _raters_table(say: Texts, status: CampaignStatus) -> object:
    columns = {"rater": "left", "role": "left", "judgements": "right", "skipped": "right", "gold": "right"}
    columns |= {"median_time": "right", "hasty": "right"}
    made = table({say(f"column.{name}"): justify for name, justify in columns.items()})
    for rater in status.raters:
        mark = f" {say('rate.doubtful')}" if rater.doubtful else ""
        made.add_row(
            escape(f"{rater.name} ({rater.pseudonym})"),
            say(f"role.{rater.role}"),
            str(rater.done),
            str(rater.skipped),
            f"{rater.gold_right} / {rater.gold_total}{mark}" if rater.gold_total else "–",
            "–" if rater.median_seconds is None else say("rate.seconds", n=f"{rater.median_seconds:.0f}"),
            str(rater.hasty),
        )
    return made


def _agreement_table(say: Texts, lines: tuple[AgreementLine, ...]) -> object:
    columns = {"question": "left", "items": "right", "alpha": "right", "interval": "whole", "raw_agreement": "right"}
    made = table({say(f"column.{name}"): justify for name, justify in columns.items()})
    for line in lines:
        made.add_row(
            escape(line.question), str(line.n_items), _value(line.alpha), _interval(line.alpha), _value(line.raw)
        )
    return made


def _value(estimate: Estimate) -> str:
    return "–" if estimate.value is None else f"{estimate.value:.2f}"


def _interval(estimate: Estimate) -> str:
    return "–" if estimate.low is None else f"{estimate.low:.2f} – {estimate.high:.2f}"
