"""The data card of an export, in English and Japanese; the English one opens as the Hugging Face Hub reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

import yaml

from kijun.exports import ExportedFile
from kijun.records.preferences import PreferenceSet
from kijun.reports.texts import Texts, texts

__all__ = ["data_cards"]

_HUB_LICENCES = {
    "apache-2.0",
    "mit",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "cc-by-sa-3.0",
    "cc-by-nc-4.0",
    "cc-by-nc-sa-4.0",
    "cc0-1.0",
    "odc-by",
}


def data_cards(
    data: PreferenceSet, format: str, rows: Mapping[str, int], unfit: int, files: Sequence[ExportedFile]
) -> dict[str, str]:
    """File name -> card.

    Args:
        unfit: pairs that the format cannot hold.
        files: what is exported; splits that have files are named in the card's head.
    """
    languages = {"README.md": "en", "README.ja.md": "ja"}
    cards = {name: _card(data, format, rows, unfit, texts(language)) for name, language in languages.items()}
    return {**cards, "README.md": _front_matter(data, files) + cards["README.md"]}


def _front_matter(data: PreferenceSet, files: Sequence[ExportedFile]) -> str:
    """The head of the card, by which the ``datasets`` library finds the splits and nothing else in the folder.

    That library keeps what it has read under the folder's last name and this head alone, and would go on giving the
    rows of an earlier export of that name, wherever it was. So the head holds a digest of the rows.
    """
    spoken = sorted({record.language for record in [*data.pairs, *data.answers] if record.language})
    head: dict[str, object] = {"tags": ["preference", "kijun"]}
    if spoken:
        head["language"] = spoken
    licences = {(data.licence or licence).strip().casefold() for licence in data.tasks.values()} or {data.licence}
    known = licences & _HUB_LICENCES
    head["license"] = known.pop() if len(licences) == 1 and known else "other"
    splits = [file for file in files if file.split is not None]
    if splits:
        rows = hashlib.sha256(b"".join(hashlib.sha256(file.content).digest() for file in splits)).hexdigest()
        data_files = [{"split": file.split, "path": file.name} for file in splits]
        head["configs"] = [{"config_name": "default", "description": f"rows {rows}", "data_files": data_files}]
    return f"---\n{yaml.safe_dump(head, sort_keys=False, allow_unicode=True)}---\n\n"


def _card(data: PreferenceSet, format: str, rows: Mapping[str, int], unfit: int, say: Texts) -> str:
    parts = [f"# {_plain(data.title or data.campaign)}", _about(data, format, say)]
    parts += [f"## {say('card.counts')}", _counts(data, rows, unfit, say)]
    parts += [f"## {say('card.dropped')}", _dropped(data, say)]
    parts += [f"## {say('card.prompts')}", _prompts(data, say)]
    parts += [f"## {say('card.origin')}", _origin(data, say)]
    parts += [f"## {say('card.limits')}", _limits(data, format, rows, say)]
    return "\n\n".join(parts) + "\n"


def _about(data: PreferenceSet, format: str, say: Texts) -> str:
    by = say("card.whole") if data.dimension == "overall" else data.dimension
    how = data.settings["method"] if data.design == "pairwise" else data.design
    return say(
        f"card_about.{how}",
        format=format,
        campaign=_plain(data.campaign),
        by=by,
        confidence=data.settings["confidence"],
    )


def _table(rows: Sequence[tuple[str, object]], heads: tuple[str, str]) -> str:
    lines = [f"| {heads[0]} | {heads[1]} |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {_plain(name)} | {value} |" for name, value in rows)])


def _counts(data: PreferenceSet, rows: Mapping[str, int], unfit: int, say: Texts) -> str:
    found: list[tuple[str, object]] = [(say(f"card_rows.{split}"), n) for split, n in rows.items()]
    found += [(say("card.pairs"), f"{len(data.pairs)} / {data.considered}")]
    found += [(say("card.answers"), f"{len(data.answers)} / {data.answers_considered}")]
    good = sum(answer.label for answer in data.answers)
    found += [(say("card.good"), f"{good} : {len(data.answers) - good}")]
    if unfit:
        found.append((say("card.unfit"), unfit))
    found += [(say("card.raters"), data.n_raters), (say("card.ratings"), data.n_ratings)]
    found += [(say(f"card_seen.{what}"), n) for what, n in data.seen.items()]
    return _table(found, (say("card.what"), say("card.number")))


def _dropped(data: PreferenceSet, say: Texts) -> str:
    reasons = dict.fromkeys([*data.dropped, *data.dropped_answers])
    if not reasons:
        return say("card.none_dropped")
    heads = f"| {say('card.reason')} | {say('card.of_pairs')} | {say('card.of_answers')} |"
    lines = [
        f"| {say(f'dropped.{reason}')} | {data.dropped.get(reason, 0)} | {data.dropped_answers.get(reason, 0)} |"
        for reason in reasons
    ]
    return "\n".join([heads, "|---|---:|---:|", *lines])


def _prompts(data: PreferenceSet, say: Texts) -> str:
    trained = {task: len(items) for task, items in data.trained_on.items()}
    held = {task: len(items) for task, items in data.held_back.items()}
    if not trained and not held:
        return say("card.no_evaluation")
    key = "card.all_trained" if not held else "card.split"
    lines = [say(key, share=f"{data.settings['holdout'] or 0:.0%}"), ""]
    lines += [f"| {say('card.task')} | {say('card.trained')} | {say('card.held')} |", "|---|---:|---:|"]
    lines += [f"| {_plain(task)} | {trained.get(task, 0)} | {held.get(task, 0)} |" for task in {**trained, **held}]
    return "\n".join(lines)


def _origin(data: PreferenceSet, say: Texts) -> str:
    rubric = f"{data.rubric} {data.rubric_version:g} (SHA-256 {data.rubric_sha256})"
    lines = [f"- {say('card.rubric')}: {_plain(rubric)}"]
    lines.append(f"- {say('card.models')}: {_plain(', '.join(data.models))}")
    for task, licence in data.tasks.items():
        lines.append(f"- {say('card.licence', task=_plain(task))}: {_plain(licence or say('card.unknown'))}")
    if data.licence:
        lines.append(f"- {say('card.stated')}: {_plain(data.licence)}")
    lines.append(f"- {say('card.names_kept' if data.settings['names'] else 'card.names_anew')}")
    lines.append(f"- {say('card.made', version=data.kijun, created=data.created)}")
    return "\n".join(lines)


def _limits(data: PreferenceSet, format: str, rows: Mapping[str, int], say: Texts) -> str:
    lines = [say("card.limit_people"), say("card.limit_confidence"), say("card.limit_models")]
    if format == "trl-kto":
        lines.append(_kto_weights(data, say))
    return "\n".join(f"- {line}" for line in lines)


def _kto_weights(data: PreferenceSet, say: Texts) -> str:
    """The weight that keeps both labels in the balance that KTO's authors ask for (between 1 to 1 and 4 to 3)."""
    own = [answer for answer in data.answers if answer.split == "train"]
    good = sum(answer.label for answer in own)
    bad = len(own) - good
    if not good or not bad:
        return say("card.kto_one_label")
    weights = (1.0, good / bad) if good > bad else (bad / good, 1.0)
    return say("card.kto", good=good, bad=bad, desirable=f"{weights[0]:.3g}", undesirable=f"{weights[1]:.3g}")


def _plain(text: str) -> str:
    """Text from elsewhere, so that it can neither break a table nor become markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#])", r"\\\1", " ".join(text.split()))
