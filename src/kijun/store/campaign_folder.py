"""A campaign on disk: ``campaign.json``, ``items.jsonl`` and ``ratings.jsonl``, which load without any database."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from kijun.errors import CorruptFileError
from kijun.records import Campaign, CampaignItem, Rating

__all__ = ["CampaignFolder", "campaign_folders", "read_campaign", "write_campaign"]

_json = msgspec.json.Encoder()
T = TypeVar("T")


class CampaignFolder(msgspec.Struct, frozen=True):
    """A campaign with its items and every rating that counts: undone ones are gone, skipped ones are there."""

    campaign: Campaign
    items: tuple[CampaignItem, ...]
    ratings: tuple[Rating, ...]


def campaign_folders(run: Path) -> tuple[Path, ...]:
    """Folders of the campaigns that rated a run, in the order of their names: ``RUN/ratings/NAME``."""
    return tuple(sorted(path.parent for path in run.glob("ratings/*/campaign.json")))


def write_campaign(folder: Path, content: CampaignFolder) -> None:
    """Writes the three files, each in one step; ratings last, so that they never stand beside another campaign's items.

    Raises:
        OSError: the disk failed; the files that were there stay whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "campaign.json", [msgspec.json.format(_json.encode(content.campaign), indent=2)])
    _replace(folder / "items.jsonl", map(_json.encode, content.items))
    _replace(folder / "ratings.jsonl", map(_json.encode, content.ratings))


def read_campaign(folder: Path) -> CampaignFolder:
    """Reads a campaign's folder.

    Raises:
        CorruptFileError: a file is missing or damaged; says which line.
    """
    path = folder / "campaign.json"
    try:
        campaign = msgspec.json.decode(path.read_bytes(), type=Campaign)
    except FileNotFoundError:
        raise CorruptFileError("not there; a campaign's folder is what 'kijun rate export' writes", file=path) from None
    except msgspec.MsgspecError as error:
        raise CorruptFileError(f"not a campaign: {error}".replace("`", ""), file=path) from None
    items = _lines(folder / "items.jsonl", CampaignItem)
    return CampaignFolder(campaign, items, _lines(folder / "ratings.jsonl", Rating))


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _lines(path: Path, kind: type[T]) -> tuple[T, ...]:
    decoder = msgspec.json.Decoder(kind)
    found = []
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    found.append(decoder.decode(line))
                except msgspec.MsgspecError as error:
                    message = f"not a line of this file: {error}".replace("`", "")
                    raise CorruptFileError(message, file=path, line=number) from None
    except FileNotFoundError:
        raise CorruptFileError("not there; export the campaign again", file=path) from None
    return tuple(found)
