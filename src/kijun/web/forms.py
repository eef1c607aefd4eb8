"""Posted forms."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import FormData

__all__ = ["posted"]

_MOST_FIELDS = 2_000


async def posted(request: Request) -> FormData:
    """The fields of a form; files are not taken anywhere."""
    return await request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=400_000)
