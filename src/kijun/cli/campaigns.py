"""A campaign as commands name it: by its folder, or by its name in the database."""

from __future__ import annotations

from pathlib import Path

from kijun.store import CampaignFolder, read_campaign

__all__ = ["named_campaign"]


def named_campaign(name: str, database: str | None) -> CampaignFolder:
    """The campaign's content; the database is opened only where no folder of that name is there.

    Raises:
        CorruptFileError: the folder is damaged.
        SpecError: neither a folder nor a campaign of the database.
        StoreError: the database cannot be read.
    """
    folder = Path(name)
    if folder.is_dir():
        return read_campaign(folder)
    from kijun.ratings import OPERATOR, RatingPlace

    with RatingPlace(database, must_exist=True) as place:
        return place.exporting.content(OPERATOR, name)
