"""``kijun use-case``: list, show, check, and write one of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec
import typer
import yaml
from rich.markup import escape

from kijun.cli.table_look import print_aligned
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError, StoreError
from kijun.records import GateOutcome
from kijun.reports.decision_words import limit_text, measure_name
from kijun.reports.metric_words import metric_words
from kijun.reports.texts import Texts
from kijun.specs import (
    GateSpec,
    RatingsSpec,
    TaskSpec,
    UseCaseSpec,
    WeightSpec,
    catalogue,
    find_rubric,
    find_use_case,
    in_languages,
    read_use_case_file,
    suite_of_use_case,
    titles_of,
    use_cases,
)

__all__ = ["Wishes", "check_use_case", "list_use_cases", "new_use_case", "show_use_case"]

_FACTORS = {"low": 1.5, "medium": 1.0, "high": 0.5}
_START = "customer-support"


def list_use_cases(say: Texts) -> None:
    """Prints the names of all use cases with their titles."""
    rows = [(say("column.name"), say("column.languages"), say("column.title"), say("column.about"))]
    for name, spec in sorted(use_cases().items()):
        rows.append((name, " ".join(spec.languages), say.of(spec.title, name), say.of(spec.about)))
    print_aligned(rows)
    emit("\n" + say("use_case.listed", n=len(use_cases())))


def show_use_case(say: Texts, name: str) -> None:
    """Prints a use case in words.

    Raises:
        SpecError: no such use case, or what is wrong in its file.
    """
    spec = find_use_case(name)
    console = open_console()
    console.print(f"[bold]{escape(say.of(spec.title, spec.name))}[/bold]  {spec.name} {spec.version:g}")
    console.print(escape(say.of(spec.about)))
    for heading, lines in _parts(say, spec):
        if lines:
            console.print(f"\n[bold]{heading}[/bold]")
            for line, why in lines:
                console.print(f"• {escape(line)}" + (f"\n  [dim]{escape(why)}[/dim]" if why else ""))
    console.print(f"\n{escape(say('use_case.next', name=name))}")


def _parts(say: Texts, spec: UseCaseSpec) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with lines and their reasons."""
    set_limits = {key: value for key, value in msgspec.structs.asdict(spec.limits).items() if value}
    limits = [f"{metric_words(key, say)}: {value:g}" for key, value in set_limits.items()]
    weights = [(_weight_line(say, weight, spec), say.of(weight.why)) for weight in spec.weights]
    return [
        (say("use_case.gates"), [(_gate_line(say, gate, spec), say.of(gate.why)) for gate in spec.gates]),
        (say("use_case.limits"), [(line, "") for line in limits]),
        (say("use_case.ratings"), [(_rating_line(say, wanted), say.of(wanted.why)) for wanted in spec.ratings]),
        (say("use_case.weights"), weights),
        (say("use_case.tasks"), [(entry.task, "") for entry in spec.tasks]),
        (say("use_case.not_covered"), [(say.of(text), "") for text in spec.not_covered]),
    ]


def _name(say: Texts, measure: str, spec: UseCaseSpec) -> str:
    keys = in_languages(measure, spec.languages)
    own = next((key for key in keys if f"_{say.language}" in key), keys[0])
    return measure_name(own, say, titles_of([own]))


def _gate_line(say: Texts, gate: GateSpec, spec: UseCaseSpec) -> str:
    outcome = GateOutcome(gate.measure, "gate", gate.limit, gate.at_most is not None, gate.confidence, "cannot_tell")
    name = _name(say, gate.measure, spec)
    return say("use_case.gate", name=name, limit=limit_text(outcome, say), confidence=f"{100 * gate.confidence:g} %")


def _weight_line(say: Texts, weight: WeightSpec, spec: UseCaseSpec) -> str:
    low, high = weight.range
    return say("use_case.weight", name=_name(say, weight.measure, spec), low=f"{low:g}", high=f"{high:g}")


def _rating_line(say: Texts, wanted: RatingsSpec) -> str:
    limit = wanted.at_most if wanted.at_most is not None else wanted.at_least
    told = ""
    if limit is not None:
        key = "decide.at_most" if wanted.at_most is not None else "decide.at_least"
        told = ", " + say(key, limit=f"{limit:g}")
    dimension = metric_words(wanted.dimension, say)
    return say(
        "use_case.rated", task=wanted.task, items=wanted.items, raters=wanted.raters, dimension=dimension, limit=told
    )


def check_use_case(say: Texts, file: Path) -> None:
    """Checks a use case file and what it names.

    Raises:
        SpecError: what is wrong, with file, line and key.
    """
    spec = read_use_case_file(file)
    known = catalogue()
    given: dict[str, list[str]] = {}
    asked = {entry.task: known.expand(entry.task) for entry in suite_of_use_case(spec).tasks}
    for kind, parts in (("gates", spec.gates), ("weights", spec.weights)):
        for index, part in enumerate(parts):
            for measure in in_languages(part.measure, spec.languages):
                task = measure.partition(":")[0]
                reached = {one.name for tasks in asked.values() for one in tasks} | set(asked) | {"run"}
                if task not in reached:
                    raise SpecError(
                        f"{measure!r} is a figure of {task!r}, which is not among the tasks; add it to 'tasks'",
                        file=file,
                        key=f"{kind}[{index}].measure",
                    )
                if task not in given and task != "run":
                    given[task] = _metrics(known.expand(task)[0])
                _check_metric(measure, given.get(task, ["cost", "tokens", "seconds"]), file, f"{kind}[{index}].measure")
    for wanted in spec.ratings:
        find_rubric(wanted.rubric).dimension(wanted.dimension)
    counts = {"gates": len(spec.gates), "weights": len(spec.weights), "tasks": len(spec.tasks)}
    emit(say("use_case.fine", file=file, **counts))


def _metrics(task: TaskSpec) -> list[str]:
    """Metrics that a task gives; those of groups are their tasks'."""
    from kijun.engine.score import make_scorers, metrics_of

    return list(metrics_of(make_scorers(task)))


def _check_metric(measure: str, metrics: Sequence[str], file: Path, key: str) -> None:
    name, _, way = measure.partition(":")[2].partition("@")
    if way != "human" and name not in metrics:
        near = get_close_matches(name, metrics, n=1)
        advice = f"did you mean {near[0]}?" if near else f"it gives {', '.join(metrics)}"
        raise SpecError(f"{measure.partition(':')[0]} gives no figure {name!r}; {advice}", file=file, key=key)


class Wishes(msgspec.Struct, frozen=True):
    """What was said beforehand of a new use case; None, or no language, is asked for or left as it is."""

    start: str | None = None
    name: str | None = None
    title: str | None = None
    languages: tuple[str, ...] = ()
    harm: str | None = None
    people: bool | None = None


def new_use_case(say: Texts, wishes: Wishes, out: Path | None, *, ask: bool) -> None:
    """Writes a use case, from the one nearest to it.

    Args:
        ask: ask for what was not said; without a terminal too, answers are then read from the input.

    Raises:
        SpecError: no such use case, a harm that is none of the three, a file that is there already.
    """

    def answer(given: Any, question: str, default: str) -> Any:
        if given is not None or not ask:
            return default if given is None else given
        return typer.prompt(say(f"use_case.{question}"), default=default)

    if ask and wishes.start is None:
        list_use_cases(say)
    base = find_use_case(answer(wishes.start, "ask_from", _START))
    name = answer(wishes.name, "ask_name", f"my-{base.name}")
    title = answer(wishes.title, "ask_title", say.of(base.title, name))
    languages = wishes.languages or tuple(answer(None, "ask_languages", " ".join(base.languages)).split())
    harm = answer(wishes.harm, "ask_strict", "medium")
    people = answer(None if wishes.people is None else ("yes" if wishes.people else "no"), "ask_people", "yes")
    unknown = [language for language in languages if language not in base.languages]
    if unknown:
        raise SpecError(f"{base.name} is for {', '.join(base.languages)}; got {unknown[0]!r}")
    if harm not in _FACTORS:
        raise SpecError(f"the harm is low, medium or high; got {harm!r}")
    spec = msgspec.structs.replace(
        base,
        name=name,
        version=1.0,
        title={say.language: title},
        languages=languages,
        gates=tuple(_stricter(gate, _FACTORS[harm]) for gate in base.gates),
        ratings=base.ratings if people == "yes" else (),
    )
    file = out or Path(f"{name}.yaml")
    _write(say, file, spec)
    read_use_case_file(file)
    emit(say("use_case.written", file=file))


def _stricter(gate: GateSpec, factor: float) -> GateSpec:
    """The gate with what may go wrong multiplied by the factor; limits that are no shares stay."""
    if gate.at_most is not None and 0 < gate.at_most < 1:
        return msgspec.structs.replace(gate, at_most=round(min(gate.at_most * factor, 0.9), 4))
    if gate.at_least is not None and 0 < gate.at_least < 1:
        return msgspec.structs.replace(gate, at_least=round(max(1 - (1 - gate.at_least) * factor, 0.1), 4))
    return gate


def _write(say: Texts, file: Path, spec: UseCaseSpec) -> None:
    if file.exists():
        raise SpecError(say("use_case.exists", file=file))
    plain = _without_defaults(spec)
    text = yaml.safe_dump(
        {"schema": spec.schema, **plain}, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{file}: cannot be written: {error.strerror}") from None


def _without_defaults(part: Any) -> Any:
    """A record as plain data; what is as by default is left out, and so are places on this machine."""
    if isinstance(part, msgspec.Struct):
        fields = msgspec.structs.fields(type(part))
        kept: dict[str, Any] = {}
        for field in fields:
            value = getattr(part, field.name)
            default: Callable[[], Any] | Any = field.default
            if field.default_factory is not msgspec.NODEFAULT:
                default = field.default_factory()
            if field.name not in ("origin", "schema") and value != default:
                kept[field.encode_name] = _without_defaults(value)
        return kept
    if isinstance(part, Mapping):
        return dict(part)
    if isinstance(part, Sequence) and not isinstance(part, str):
        return [_without_defaults(one) for one in part]
    return part
