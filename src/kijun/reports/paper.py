"""Reports on paper: PDF made by WeasyPrint (extra ``report``), which lays out text with the system's library Pango."""

from __future__ import annotations

import ctypes
import ctypes.util
import logging
import re

from kijun.errors import SpecError

__all__ = ["JAPANESE", "missing_japanese_font", "write_pdf"]

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def write_pdf(page: str) -> bytes:
    """The page as PDF, with bookmarks and tags for those who read by ear.

    Raises:
        SpecError: WeasyPrint or Pango is not installed.
    """
    try:
        import weasyprint
    except ModuleNotFoundError:
        raise SpecError("PDF needs the extra 'report'; run: pip install 'kijun[report]'") from None
    except OSError as error:
        raise SpecError(
            f"PDF needs Pango, a library of the system ({str(error).splitlines()[0]}); install it, such as "
            "'apt install libpango-1.0-0 libpangoft2-1.0-0' or 'brew install pango', or print the HTML from a browser"
        ) from None
    # Its warnings are about CSS that only browsers know; fontTools tells how it cuts fonts down.
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return weasyprint.HTML(string=page).write_pdf(pdf_tags=True)  # type: ignore[no-any-return]


def missing_japanese_font(page: str) -> bool:
    """Whether the page has Japanese characters and the machine no font for them, so that paper shows boxes."""
    return JAPANESE.search(page) is not None and _fonts_for(b"ja") == 0


def _fonts_for(language: bytes) -> int | None:
    """How many installed fonts cover a language, by Fontconfig, which Pango asks too; None where it is not there."""
    name = ctypes.util.find_library("fontconfig")
    if name is None:
        return None
    library = ctypes.CDLL(name)

    class FontSet(ctypes.Structure):
        _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.c_void_p))

    library.FcNameParse.restype = ctypes.c_void_p
    library.FcObjectSetBuild.restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(FontSet)
    library.FcFontList.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    pattern = library.FcNameParse(b":lang=" + language)
    wanted = library.FcObjectSetBuild(b"family", ctypes.c_void_p(None))
    found = library.FcFontList(None, pattern, wanted)
    return int(found.contents.count) if found else 0
