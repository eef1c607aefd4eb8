"""What a campaign's ratings say, as tables that terminal and Markdown share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from kijun.records import Estimate
from kijun.records.analysis import Agreement, CampaignAnalysis, DimensionAnalysis, ModelRanking
from kijun.reports.texts import Texts

__all__ = ["Section", "analysis_heading", "analysis_markdown", "analysis_sections", "summary_lines"]

_BAR = 24
_REASONS = {
    "no item has two ratings": "no_pairs",
    "all ratings are equal": "all_equal",
    "no measured items": "nothing",
}


class Section(msgspec.Struct, frozen=True):
    """A table.

    Attributes:
        columns: heading -> ``left``, ``right`` or ``whole`` (never folded).
        rows: cells; a row that `heads` begins a block.
        heads: numbers of such rows.
        notes: what one must know to read it.
    """

    title: str
    columns: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    heads: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


def analysis_sections(found: CampaignAnalysis, say: Texts) -> Iterator[Section]:
    """Figures, distributions, agreement, ranking, judges, raters, plan: those that there are."""
    made = (
        _figures(found, say),
        _distributions(found, say),
        _agreement(found, say),
        *(_ranking(ranking, say) for ranking in found.rankings),
        _judges(found, say),
        _raters(found, say),
        _plans(found, say),
    )
    yield from (section for section in made if section is not None and section.rows)


def analysis_markdown(found: CampaignAnalysis, say: Texts) -> str:
    """All sections as Markdown."""
    lines = [f"# {analysis_heading(found, say)}", "", *[f"{line}  " for line in summary_lines(found, say)]]
    for section in analysis_sections(found, say):
        lines += ["", f"## {section.title}", "", "| " + " | ".join(section.columns) + " |"]
        lines.append("|" + "|".join("--:" if how == "right" else "---" for how in section.columns.values()) + "|")
        for number, row in enumerate(section.rows):
            cells = [cell.strip().replace("|", "\\|") for cell in row]
            first = f"**{cells[0]}**" if number in section.heads else cells[0]
            lines.append("| " + " | ".join([first, *cells[1:]]) + " |")
        lines += ["", *[f"{note}  " for note in section.notes]] if section.notes else []
    return "\n".join(lines).rstrip() + "\n"


def summary_lines(found: CampaignAnalysis, say: Texts) -> list[str]:
    """How much there is, and what was left out."""
    lines = [
        say(
            "analysis.summary",
            ratings=found.n_ratings,
            raters=found.n_raters,
            rated=found.n_rated,
            items=found.n_items,
            rubric=found.rubric,
            sha256=found.rubric_sha256[:12],
        )
    ]
    if found.time.median is not None:
        lines.append(
            say(
                "analysis.time",
                median=f"{found.time.median:.0f}",
                low=f"{found.time.lower_quartile:.0f}",
                high=f"{found.time.upper_quartile:.0f}",
                hours=f"{found.time.hours:.1f}",
            )
        )
    if found.n_skipped or found.n_flagged:
        lines.append(say("analysis.skipped", skipped=found.n_skipped, flagged=found.n_flagged))
    if found.n_other_rubric:
        lines.append(say("analysis.other_rubric", n=found.n_other_rubric))
    if found.sampling == "chosen":
        lines.append(say("analysis.chosen"))
    return lines


def analysis_heading(found: CampaignAnalysis, say: Texts) -> str:
    """Title of the whole."""
    return say("analysis.title", name=found.title or found.campaign)


def _columns(say: Texts) -> dict[str, str]:
    return {
        say("analysis.what"): "left",
        say("column.value"): "right",
        say("column.interval"): "whole",
        say("column.n"): "right",
    }


def _row(name: str, estimate: Estimate, say: Texts, decimals: int = 3) -> tuple[str, ...]:
    """Name, value, interval, n; where there is no value, why."""
    if estimate.value is None:
        reason = estimate.method.partition(": ")[2] or estimate.method
        known = _REASONS.get(reason)
        return name, "–", say(f"analysis_undefined.{known}") if known else reason, str(estimate.n)
    return name, f"{estimate.value:.{decimals}f}", _interval(estimate, decimals), str(estimate.n)


def _interval(estimate: Estimate | None, decimals: int = 3) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    dash = " … " if estimate.low < 0 else "–"
    return f"{estimate.low:.{decimals}f}{dash}{estimate.high:.{decimals}f}"


def _figures(found: CampaignAnalysis, say: Texts) -> Section | None:
    rows: list[tuple[str, ...]] = []
    heads = set()
    for dimension in found.dimensions:
        if dimension.figures and not dimension.distribution:
            heads.add(len(rows))
            rows.append((dimension.dimension, "", "", ""))
            for model, parts in dimension.figures.items():
                rows += [_row(f"  {model}", estimate, say, 2) for estimate in parts.values()]
    if found.passed:
        heads.add(len(rows))
        rows.append((say("analysis.passed"), "", "", ""))
        rows += [_row(f"  {model}", estimate, say) for model, estimate in found.passed.items()]
    rows += [_row(say(f"analysis.verdict_{name}"), estimate, say) for name, estimate in found.verdicts.items()]
    return Section(
        say("analysis.figures"), _columns(say), tuple(rows), frozenset(heads), (say("analysis.figures_note"),)
    )


def _distributions(found: CampaignAnalysis, say: Texts) -> Section | None:
    rows: list[tuple[str, ...]] = []
    heads = set()
    for dimension in found.dimensions:
        for model, counts in dimension.counts.items():
            heads.add(len(rows))
            rows.append((f"{dimension.dimension}  {model}", "", "", ""))
            rows += _bars(dimension, model, counts, say)
    columns = {say("analysis.answer"): "left", say("analysis.share"): "whole"}
    columns |= {say("column.interval"): "whole", say("column.n"): "right"}
    notes = (say("analysis.distribution_note"),) if any(d.distribution for d in found.dimensions) else ()
    return Section(say("analysis.distributions"), columns, tuple(rows), frozenset(heads), notes)


def _bars(dimension: DimensionAnalysis, model: str, counts: dict[str, int], say: Texts) -> Iterator[tuple[str, ...]]:
    """An answer a line. Where the distribution is the result, its share is an estimate for all items, with interval."""
    total = max(sum(counts.values()), 1)
    for answer, number in counts.items():
        estimate = dimension.figures.get(model, {}).get(f"{dimension.dimension}={answer}")
        share = estimate.value if estimate is not None and estimate.value is not None else number / total
        bar = "█" * round(_BAR * share)
        name = say(f"analysis_choice.{answer}") if dimension.scale == "preference" else answer
        yield f"  {name}", f"{bar:<{_BAR}} {100 * share:3.0f} %", _percent(estimate), str(number)


def _percent(estimate: Estimate | None) -> str:
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f"{100 * estimate.low:.0f}–{100 * estimate.high:.0f} %"


def _agreement(found: CampaignAnalysis, say: Texts) -> Section | None:
    rows: list[tuple[str, ...]] = []
    heads = set()
    for dimension in found.dimensions:
        if not dimension.counts and not dimension.n_abstained:
            continue
        heads.add(len(rows))
        abstained = say("analysis.abstained", n=dimension.n_abstained) if dimension.n_abstained else ""
        rows.append((f"{dimension.dimension}  {abstained}".rstrip(), "", "", ""))
        rows += _three(dimension.agreement, "", say)
        for way, groups in dimension.groups.items():
            for name, agreement in groups.items():
                rows += _three(agreement, f"{say(f'analysis_by.{way}')} {name}: ", say, only_alpha=True)
    return Section(
        say("analysis.agreement"), _columns(say), tuple(rows), frozenset(heads), (say("analysis.agreement_note"),)
    )


def _three(agreement: Agreement, before: str, say: Texts, *, only_alpha: bool = False) -> Iterator[tuple[str, ...]]:
    for name in ("alpha",) if only_alpha else ("alpha", "ac1", "raw"):
        estimate = getattr(agreement, name)
        if estimate is not None:
            yield _row(f"  {before}{say(f'analysis.{name}')}", estimate, say)


def _ranking(ranking: ModelRanking, say: Texts) -> Section:
    title = say("analysis.ranking") + (f": {ranking.dimension}" if ranking.dimension else "")
    rows: list[tuple[str, ...]] = []
    for model, strength in ranking.strengths.items():
        best, worst = ranking.ranks[model]
        places = str(best) if best == worst else f"{best}–{worst}"
        rows.append((say("analysis.rank", ranks=places, model=model), *_row("", strength, say, 2)[1:]))
    for key in ("side", "tie", "length"):
        estimate = getattr(ranking, key)
        if estimate is not None:
            rows.append(_row(say(f"analysis.{key}"), estimate, say, 2))
    head = len(rows)
    rows.append((say("analysis.win_rates"), "", "", ""))
    rows += [_row(f"  {pair.a} / {pair.b}", pair.share, say) for pair in ranking.pairs]
    notes = [say("analysis.ranking_note", method=ranking.method)] if ranking.strengths else []
    notes += [say("analysis.no_ranking", why=ranking.why)] if ranking.why else []
    notes += [say("analysis.drawn_together", note=ranking.note)] if ranking.note else []
    notes += [say("analysis.both_bad", n=ranking.n_both_bad)] if ranking.n_both_bad else []
    return Section(title, _columns(say), tuple(rows), frozenset({head}), tuple(notes))


def _judges(found: CampaignAnalysis, say: Texts) -> Section | None:
    rows: list[tuple[str, ...]] = []
    heads = set()
    for judge in found.judges:
        heads.add(len(rows))
        rows.append((judge.metric, "", "", ""))
        for key in ("with_people", "among_people", "behind", "correlation", "bias"):
            estimate = getattr(judge, key)
            if estimate is not None:
                rows.append(_row(f"  {say(f'analysis.{key}')}", estimate, say))
    return Section(say("analysis.judges"), _columns(say), tuple(rows), frozenset(heads), (say("analysis.judges_note"),))


def _raters(found: CampaignAnalysis, say: Texts) -> Section | None:
    columns = {say("analysis.rater"): "left", say("analysis.ratings"): "right", say("analysis.gold"): "whole"}
    columns |= {say("analysis.with_others"): "whole", say("analysis.skill"): "right", say("analysis.seconds"): "right"}
    sided = any(rater.left is not None for rater in found.raters)
    if sided:
        columns[say("analysis.left")] = "whole"
    rows = []
    for rater in found.raters:
        skill = [100 * value for value in rater.skill.values()]
        cells = [rater.rater, str(rater.n_ratings), _share(rater.gold), _share(rater.with_others)]
        cells += [f"{sum(skill) / len(skill):.0f} %" if skill else "–"]
        cells += ["–" if rater.seconds is None else f"{rater.seconds:.0f}"]
        rows.append((*cells, *([_share(rater.left)] if sided else [])))
    return Section(say("analysis.raters"), columns, tuple(rows), notes=(say("analysis.raters_note"),))


def _share(estimate: Estimate | None) -> str:
    if estimate is None or estimate.value is None:
        return "–"
    return f"{100 * estimate.value:.0f} % ({_percent(estimate).removesuffix(' %')})".replace(" ()", "")


def _plans(found: CampaignAnalysis, say: Texts) -> Section | None:
    columns = {say("analysis.what"): "left", say("analysis.now"): "whole", say("analysis.wanted"): "right"}
    columns |= {say("analysis.more"): "right", say("analysis.more_with_judge"): "right"}
    rows = []
    for plan in found.plans:
        if not plan.n_rated:
            continue
        running = plan.running
        now = "–" if running.value is None else f"{running.value:.2f} {_interval(running, 2)}".rstrip()
        rows.append(
            (f"{plan.dimension}  {plan.model}", now, f"± {plan.half_width:g}", *_more(plan.more, plan.more_with_judge))
        )
    return Section(say("analysis.plan"), columns, tuple(rows), notes=(say("analysis.plan_note"),))


def _more(*counts: int | None) -> Sequence[str]:
    return ["–" if count is None else f"{count:,}" for count in counts]
