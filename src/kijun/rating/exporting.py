"""A campaign out of the database: as a folder, and beside the runs that were rated."""

from __future__ import annotations

from pathlib import Path

from kijun.errors import CorruptFileError, SpecError
from kijun.ratings import OPERATOR, Person, RatingPlace
from kijun.store import CampaignFolder, Run, digest, write_campaign
from kijun.store.journal import store_error

__all__ = ["export_campaign"]


def export_campaign(
    place: RatingPlace, name: str, *, out: Path | None = None, names: bool = False, person: Person = OPERATOR
) -> tuple[CampaignFolder, list[Path]]:
    """Writes a campaign to a folder and to ``RUN/ratings/NAME`` of every rated run that is still there and the same.

    Args:
        out: folder of its own besides; None writes beside the runs only.
        names: raters by name; they are not written beside runs then, which are passed on.

    Returns:
        What was written, and where.

    Raises:
        StoreError: the disk failed.
    """
    content = place.exporting.content(person, name, names=names)
    folders = [] if out is None else [out]
    if not names:
        folders += [folder / "ratings" / name for folder in _rated_folders(content)]
    for folder in folders:
        try:
            write_campaign(folder, content)
        except OSError as error:
            raise store_error(error, folder) from None
    return content, folders


def _rated_folders(content: CampaignFolder) -> list[Path]:
    found = []
    for rated in content.campaign.runs:
        folder = Path(rated.folder)
        try:
            run = Run(folder)
        except (SpecError, CorruptFileError):
            continue
        if digest(run.manifest) == rated.manifest:
            found.append(folder)
    return found
