"""Posted forms."""

from __future__ import annotations

import math
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

__all__ = ["number_in", "posted"]

_MOST_FIELDS = 2_000


async def posted(request: Request) -> FormData:
    """The fields of a form; files are not taken anywhere."""
    return await request.form(max_files=0, max_fields=_MOST_FIELDS, max_part_size=400_000)


def number_in(form: Any, name: str) -> float | None:
    """A number from a field; None when it is empty or none."""
    try:
        number = float(str(form.get(name) or ""))
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) < 1e12 else None
