"""Writes training data out of a campaign, with a card that says what it is, and where each row is from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from kijun.alignment.card import data_cards
from kijun.alignment.preferences import preferences
from kijun.errors import SpecError
from kijun.exports import ExportedFile, ExportFormat, ExportOptions, find_format
from kijun.records.preferences import LabelledAnswer, PreferencePair, PreferenceSet
from kijun.store import EXPORT_SUMMARY, CampaignFolder, read_campaign
from kijun.store.journal import store_error

__all__ = ["Exported", "export_preferences"]

PROVENANCE = "provenance.jsonl"

_json = msgspec.json.Encoder()


class Exported(msgspec.Struct, frozen=True):
    """What was written.

    Attributes:
        rows: split -> rows; of formats that keep both in one file, all rows together under ``all``.
        unfit: pairs that the format cannot hold.
        files: names below `folder`.
    """

    folder: Path
    data: PreferenceSet
    format: str
    rows: dict[str, int]
    unfit: int
    files: tuple[str, ...]


def export_preferences(
    campaign: str | Path | CampaignFolder,
    format: str,
    out: str | Path,
    *,
    base_model: str | None = None,
    **chosen: Any,
) -> Exported:
    """Exports a campaign's ratings as training data.

    Beside the format's own files the folder gets ``README.md`` and ``README.ja.md`` (data cards),
    ``provenance.jsonl`` (for each row, in order, who voted how and where it is from) and ``export.json`` (settings,
    counts, which items of the runs are trained on and which are held back, digests of the files).

    Args:
        campaign: folder of a campaign, as ``kijun rate export`` writes it.
        format: name of a format, such as ``trl``.
        out: a folder that does not exist or is empty, or one that the same export wrote.
        base_model: model that a recipe is to train.
        chosen: as `preferences`.

    Raises:
        SpecError: an argument; nothing is left to export; the folder holds something else.
        StoreError: the folder cannot be written.
    """
    kind = find_format(format)
    folder = Path(out)
    _check_free(folder)
    content = campaign if isinstance(campaign, CampaignFolder) else read_campaign(Path(campaign))
    data = preferences(content, **chosen)
    files = kind.files(data, ExportOptions(folder.resolve(), base_model or _trainable(data)))
    rows = _rows(files)
    if not rows.get("train") and not rows.get("all"):
        raise SpecError(_nothing(data, kind))
    unfit = len(data.pairs) - sum(len(file.ids) for file in files) if kind.holds == "pairs" else 0
    files += [ExportedFile(PROVENANCE, _provenance(files, data))]
    files += [ExportedFile(name, text.encode()) for name, text in data_cards(data, format, rows, unfit, files).items()]
    files.append(ExportedFile(EXPORT_SUMMARY, _summary(data, format, rows, unfit, files)))
    _write(folder, files)
    return Exported(folder, data, format, rows, unfit, tuple(file.name for file in files))


def _check_free(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / EXPORT_SUMMARY).is_file():
        raise SpecError("the folder holds something that is no export; choose another with --out", file=folder)
    if folder.exists() and not folder.is_dir():
        raise SpecError("not a folder; choose another with --out", file=folder)


def _trainable(data: PreferenceSet) -> str | None:
    """The one rated model, where a trainer can load it."""
    names = [name.removeprefix("hf/") for name in data.models if name.startswith("hf/") and not name.endswith(".gguf")]
    return names[0] if len(names) == 1 else None


def _rows(files: Sequence[ExportedFile]) -> dict[str, int]:
    return {file.split or "all": len(file.ids) for file in files if file.ids}


def _nothing(data: PreferenceSet, kind: ExportFormat) -> str:
    considered, dropped = data.considered, data.dropped
    if kind.holds == "answers":
        considered, dropped = data.answers_considered, data.dropped_answers
    if not considered:
        if kind.holds == "pairs" and data.design == "pointwise":
            return (
                "no two answers of the campaign are to the same prompt, so there is nothing to compare; rate "
                "several runs of the same tasks together, or export single answers with --format trl-kto"
            )
        return f"the campaign {data.campaign!r} has no ratings to export"
    reasons = [f"{n} {reason}" for reason, n in dropped.items()]
    held = sum(map(len, data.held_back.values()))
    if held:
        reasons.append(f"items held back: {held}")
    return (
        f"nothing is left to train on, of {considered} {kind.holds} that could be: {', '.join(reasons)}; "
        "more raters an item make answers surer, --confidence asks for less"
    )


def _provenance(files: Sequence[ExportedFile], data: PreferenceSet) -> bytes:
    """For each row of each file a line, in order."""
    records: dict[str, PreferencePair | LabelledAnswer] = {}
    records |= {answer.id: answer for answer in data.answers}
    records |= {pair.id: pair for pair in data.pairs}
    texts = {"prompt", "chosen", "rejected", "answer"}
    lines = []
    for file in files:
        for row, id in enumerate(file.ids, start=1):
            record = msgspec.to_builtins(records[id])
            kept = {key: value for key, value in record.items() if key not in texts}
            lines.append(
                _json.encode({"file": file.name, "row": row, **kept, "rubric_sha256": data.rubric_sha256}) + b"\n"
            )
    return b"".join(lines)


def _summary(
    data: PreferenceSet, format: str, rows: Mapping[str, int], unfit: int, files: Sequence[ExportedFile]
) -> bytes:
    about = msgspec.to_builtins(msgspec.structs.replace(data, pairs=(), answers=()))
    del about["pairs"], about["answers"]
    about |= {"format": format, "rows": dict(rows), "unfit": unfit}
    about["files"] = {file.name: hashlib.sha256(file.content).hexdigest() for file in files}
    return msgspec.json.format(_json.encode(about), indent=2) + b"\n"


def _write(folder: Path, files: Sequence[ExportedFile]) -> None:
    """Each file in one step, the summary last; what an earlier export of the folder had and this one has not goes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_earlier(folder, {file.name for file in files})
        for file in files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(path.name + ".part")
            part.write_bytes(file.content)
            part.replace(path)
    except OSError as error:
        raise store_error(error, folder) from None


def _remove_earlier(folder: Path, names: set[str]) -> None:
    path = folder / EXPORT_SUMMARY
    if not path.is_file():
        return
    try:
        earlier = msgspec.json.decode(path.read_bytes(), type=dict[str, Any]).get("files", {})
    except msgspec.MsgspecError:
        raise SpecError("not the summary of an export; choose another folder with --out", file=path) from None
    for name in set(earlier) - names:
        place = (folder / name).resolve()
        # A summary that somebody else wrote must not reach files outside of its folder.
        if place.is_relative_to(folder.resolve()):
            place.unlink(missing_ok=True)
