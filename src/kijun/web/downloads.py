"""A campaign as a file to take away."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.responses import Response

from kijun.errors import SpecError
from kijun.rating.tables import write_table
from kijun.store import CampaignFolder, write_campaign

__all__ = ["FORMATS", "download"]

FORMATS = {
    "zip": "application/zip",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl; charset=utf-8",
}


def download(content: CampaignFolder, kind: str) -> Response:
    """The campaign's folder (``zip``), or its ratings as one table.

    Raises:
        SpecError: another kind.
    """
    if kind not in FORMATS:
        raise SpecError(f"an export is one of {', '.join(FORMATS)}; got {kind!r}")
    name = content.campaign.name
    with TemporaryDirectory() as folder:
        if kind == "zip":
            body = _zipped(content, Path(folder))
        else:
            file = Path(folder) / f"ratings.{kind}"
            write_table(file, content)
            body = file.read_bytes()
    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(body, media_type=FORMATS[kind], headers=headers)


def _zipped(content: CampaignFolder, folder: Path) -> bytes:
    write_campaign(folder, content)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"{content.campaign.name}/{file.name}")
    return packed.getvalue()
