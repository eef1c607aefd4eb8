"""A decision in words: figures with units, reasons, risks, flips, what was not tested."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kijun.records import Decision, Flip, GateOutcome, ModelDecision, More, Profile, Regression, Risk
from kijun.reports.metric_words import metric_words
from kijun.reports.texts import Texts

__all__ = [
    "answer_lines",
    "difference_lines",
    "flip_line",
    "headline",
    "in_question",
    "limit_text",
    "listed",
    "measure_name",
    "measure_names",
    "reason_lines",
    "regression_lines",
    "risk_lines",
    "settle_lines",
    "shown",
    "unmet_lines",
]

_ANY_MODEL = "\0"


def shown(value: float | None, unit: str, *, signed: bool = False) -> str:
    """A figure with its unit: ``7.1 %`` of a share, ``3.9`` of points, three digits of what has no unit."""
    if value is None:
        return "–"
    sign = "+" if signed else ""
    match unit:
        case "share":
            return f"{100 * value:{sign}.1f} %"
        case "points":
            return f"{value:{sign}.2f}"
        case "seconds":
            return f"{value:{sign}.2f} s"
        case "tokens":
            return f"{value:{sign}.0f}"
        case "currency":
            return f"{value:{sign}.4g}"
    return f"{value:{sign}.3f}"


def measure_name(key: str, say: Texts, titles: Mapping[str, Mapping[str, str]]) -> str:
    """What a figure is called: its task's title and what is counted, in words where there are some.

    Args:
        titles: task or group -> title by language; the name stands in for what is missing.
    """
    name, _, metric = key.partition(":")
    plain, _, way = metric.partition("@")
    plain = plain.rpartition(".")[2] if way == "human" else plain
    words = metric_words(plain, say)
    if f"way.{way}" in say:
        words = say("decide.way", words=words, way=say(f"way.{way}"))
    if name == "run":
        return words
    return f"{say.of(titles.get(name, {}), name)}: {words}"


def measure_names(keys: Sequence[str], say: Texts, titles: Mapping[str, Mapping[str, str]]) -> str:
    """What figures are called, with each title once: ``XSTest: harmful requests not declined and ...; IFEval: ...``."""
    words: dict[str, list[str]] = {}
    for key in keys:
        title, colon, figure = measure_name(key, say, titles).partition(": ")
        words.setdefault(title + colon, []).append(figure)
    return say("decide.semicolon").join(title + listed(figures, say) for title, figures in words.items())


def limit_text(gate: GateOutcome, say: Texts) -> str:
    """``at most 2.0 %``."""
    if gate.limit is None:
        return say("decide.rated")
    return say("decide.at_most" if gate.at_most else "decide.at_least", limit=shown(gate.limit, gate.unit))


def headline(decision: Decision, say: Texts) -> list[str]:
    """The answer, how sure it is, and why: a sentence each."""
    lines, reasons = answer_lines(decision, say), reason_lines(decision, say)
    return [*lines, say("decide.reasons", reasons=say("decide.semicolon").join(reasons))] if reasons else lines


def answer_lines(decision: Decision, say: Texts) -> list[str]:
    """The answer and how sure it is."""
    answer, n = decision.recommendation, len(decision.models)
    use_case = say.of(decision.title, decision.use_case)
    single = "_single" if n == 1 and f"decide.{answer.kind}_single" in say else ""
    models = listed(answer.models, say)
    lines = [say(f"decide.{answer.kind}{single}", use_case=use_case, models=models, model=answer.models[0], n=n)]
    passed = [one for one in decision.models if one.verdict == "passed"]
    left = [one for one in decision.models if one.rank is not None]
    if answer.kind == "one" and len(passed) == 1 and n > 1:
        lines.append(say("decide.one_alone", n=n))
    if answer.probability is not None and len(left) > 1:
        lines.append(say("decide.probability", model=answer.models[0], share=shown(answer.probability, "share")))
    return lines


def reason_lines(decision: Decision, say: Texts) -> list[str]:
    """What speaks for the first model, or against it where none may be used, the weightiest first."""
    answer = decision.recommendation
    model = next((one for one in decision.models if one.model in answer.models[:1]), None)
    return [_reason(decision, model, key, say) for key in answer.reasons] if model is not None else []


def unmet_lines(decision: Decision, model: ModelDecision, say: Texts) -> list[str]:
    """What keeps a model from passing: the requirements that it misses; where it misses none, those that are open."""
    missed = [gate.measure for gate in model.gates if gate.verdict == "failed"]
    unmet = missed or [gate.measure for gate in model.gates if gate.verdict == "cannot_tell"]
    return [_reason(decision, model, key, say) for key in unmet]


def listed(names: Sequence[str], say: Texts) -> str:
    """``A, B and C``."""
    if len(names) < 2:
        return "".join(names)
    return say("decide.comma").join(names[:-1]) + say("decide.and") + names[-1]


def _reason(decision: Decision, model: ModelDecision, key: str, say: Texts) -> str:
    """One figure of a model as a reason: how it stands to its requirement, or what it is."""
    measure = decision.profiles[decision.models.index(model)].measure(key)
    name = measure_name(key, say, decision.titles)
    gate = next((gate for gate in model.gates if gate.measure == key), None)
    if measure is None or measure.estimate.value is None:
        return say("decide.reason_missing", name=name)
    value = shown(measure.estimate.value, measure.scale.unit)
    if gate is None:
        return f"{name} {value}"
    kind = {"passed": "met", "failed": "failed", "cannot_tell": "open"}[gate.verdict]
    return say(f"decide.reason_{kind}", name=name, value=value, limit=limit_text(gate, say))


def in_question(decision: Decision) -> list[str]:
    """The models that may still be used, which is whom risks and gaps are told of; all, where none may."""
    left = [model.model for model in decision.models if model.verdict != "failed"]
    return left or [model.model for model in decision.models]


def settle_lines(decision: Decision, say: Texts) -> list[str]:
    """What would settle the gates that cannot be told yet: a line a gate, with the models that need it."""
    left = [model for model in decision.models if model.verdict != "failed"]
    missing: dict[tuple[str, ...], list[str]] = {}
    lines = []
    for place, gate in enumerate(decision.models[0].gates):
        name = measure_name(gate.measure, say, decision.titles)
        needs = [(model.model, model.gates[place].more) for model in left]
        unmeasured = tuple(model for model, more in needs if more is not None and more.of == "run")
        if unmeasured:
            missing.setdefault(unmeasured, []).append(gate.measure)
        hopeless = [model for model, more in needs if more is not None and more.of != "run" and more.n is None]
        if hopeless:
            lines.append(say("decide.more_never", models=listed(hopeless, say), name=name))
        for of in ("items", "ratings"):
            each = [
                _more_for(model, more, say) for model, more in needs if more is not None and more.of == of and more.n
            ]
            if each:
                lines.append(say("decide.more_each", name=name, each=say("decide.comma").join(each)))
    for models, keys in missing.items():
        names = measure_names(keys, say, decision.titles)
        line = say("decide.more_run", models=listed(models, say), names=names)
        tasks = dict.fromkeys(key.partition(":")[0] for key in keys if not key.startswith("run:"))
        lines.append(line + (say("decide.more_command", tasks=" ".join(tasks)) if tasks else ""))
    return lines


def _more_for(model: str, more: More, say: Texts) -> str:
    if more.of == "ratings":
        return say("decide.more_ratings_for", model=model, n=f"{more.n:,}")
    return say("decide.more_items_for", model=model, n=f"{more.n:,}", verdict=say(f"decide.{more.towards}"))


def flip_line(flip: Flip, decision: Decision, say: Texts) -> str:
    """The smallest change that changes the answer, in a sentence."""
    gates = {gate.measure: gate for model in decision.models for gate in model.gates}
    if flip.kind == "weights":
        numbers = [
            (measure_name(one.measure, say, decision.titles), f"{one.before:.2f}", f"{one.after:.2f}")
            for one in flip.changes
        ]
        changes = [say("decide.flip_weight", name=name, before=before, after=after) for name, before, after in numbers]
        within = say("decide.flip_within" if flip.within else "decide.flip_beyond")
        return say("decide.flip_weights", model=flip.model, changes=listed(changes, say), within=within)
    if flip.kind == "gate_fails":
        (one,) = flip.changes
        before, after = (shown(value, gates[one.measure].unit) for value in (one.before, one.after))
        name = measure_name(one.measure, say, decision.titles)
        return say("decide.flip_gate_fails", model=flip.model, name=name, before=before, after=after)
    told = []
    for one in flip.changes:
        gate = gates[one.measure]
        key = "decide.at_most" if gate.at_most else "decide.at_least"
        before, after = (say(key, limit=shown(value, gate.unit)) for value in (one.before, one.after))
        told.append({"name": measure_name(one.measure, say, decision.titles), "before": before, "after": after})
    changes = listed([say("decide.flip_limit", **one) for one in told], say)
    return say("decide.flip_gate", model=flip.model, changes=changes)


def risk_lines(risks: Sequence[Risk], say: Texts) -> list[str]:
    """Risks in sentences, one for all models that it is said of in the same words."""
    models: dict[str, list[str]] = {}
    for risk in risks:
        about = models.setdefault(_risk_line(risk, say, model=_ANY_MODEL), [])
        if risk.model not in about:
            about.append(risk.model)
    return [line.replace(_ANY_MODEL, listed(names, say)) for line, names in models.items()]


def _risk_line(risk: Risk, say: Texts, model: str) -> str:
    units = [measure.scale.unit for measure in risk.measures]
    names = [measure_name(measure.key, say, {measure.name: measure.title}) for measure in risk.measures]
    values = {name: _risk_value(name, value, units) for name, value in risk.values.items()}
    texts = dict(risk.texts)
    if "axes" in texts:
        texts["axes"] = say("decide.comma").join(say(f"axis.{axis}") for axis in texts["axes"].split(","))
    if f"language.{texts.get('language')}" in say:
        texts["language"] = say(f"language.{texts['language']}")
    named = (
        {"name": names[-1] if risk.kind == "strong_but_unsafe" else names[0], "strong_name": names[0]} if names else {}
    )
    return say(f"risk.{risk.kind}", model=model, **named, **values, **texts)


def _risk_value(name: str, value: float, units: Sequence[str]) -> str:
    if name == "n":
        return f"{value:.0f}"
    if name == "kappa":
        return f"{value:.2f}"
    if name == "share":
        return shown(value, "share")
    return shown(value, units[-1] if units and name in ("value", "upper") else units[0] if units else "")


def difference_lines(decision: Decision, say: Texts) -> list[str]:
    """Differences between the models that are left that are no chance, or that there are none."""
    n = len(decision.comparisons)
    if not n:
        return []
    told = []
    for row in decision.comparisons:
        if row.verdict != "same":
            unit = _unit(decision.profiles, row.measure)
            names = {"a": row.a, "b": row.b, "name": measure_name(row.measure, say, decision.titles)}
            value = shown(row.difference.value, unit, signed=True)
            told.append(say("decide.difference", verdict=say(f"decide.{row.verdict}"), value=value, **names))
    if not told:
        name = measure_name(decision.comparisons[0].measure, say, decision.titles)
        pair = {"a": decision.comparisons[0].a, "b": decision.comparisons[0].b, "name": name}
        return [say("decide.no_difference", **pair) if n == 1 else say("decide.no_differences", n=n)]
    return [say("decide.differences", n=n, rows=say("decide.semicolon").join(told))]


def _unit(profiles: Sequence[Profile], key: str) -> str:
    return next((m.scale.unit for profile in profiles if (m := profile.measure(key)) is not None), "")


def regression_lines(found: Regression, say: Texts) -> Iterator[str]:
    """Whether the new version is worse, in sentences."""

    def named(keys: Sequence[str]) -> str:
        return listed([measure_name(key, say, found.titles) for key in keys], say)

    names = {"old": found.old, "new": found.new}
    if found.worse:
        yield say("decide.regression_worse", names=named(found.worse), **names)
    else:
        n = min(row.difference.n for row in found.differences)
        yield say("decide.regression_none", n=n, **names)
    if found.better:
        yield say("decide.regression_better", names=named(found.better))
    if found.missing:
        yield say("decide.regression_missing", names=named(found.missing), new=found.new)
    for key, before, now in found.gates:
        told = {"before": say(f"decide.{before}"), "now": say(f"decide.{now}")}
        yield say("decide.regression_gate", name=named([key]), **told)
