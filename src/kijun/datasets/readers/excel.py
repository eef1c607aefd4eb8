"""Excel workbooks (.xlsx, .xlsm): the values as Excel last showed them, never a formula."""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kijun.datasets.readers.cells import rows_from_cells
from kijun.errors import CorruptFileError, SpecError, UnknownNameError

__all__ = ["read_excel"]

_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(rb"<f[ >/]")
_MOST_BYTES = 2 << 30  # unpacked; a workbook of this size is no list of questions


def read_excel(data: bytes, file: Path, sheet: str | None = None) -> list[dict[str, Any]]:
    """Rows of one sheet (the first unless named); row 1 names the columns.

    Whole numbers come as int (3, not 3.0), other numbers as float, dates and times as ISO 8601 text, truth values as
    bool, empty cells as "" (as in CSV). Blank rows at the end are fine.

    Raises:
        UnknownNameError: the workbook has no sheet of this name.
        CorruptFileError: not an .xlsx workbook, or a cell that holds an error or a formula without a saved result;
            `line` is the row as Excel numbers it.
    """
    if data.startswith(_OLD_FORMAT):
        raise CorruptFileError(
            "an old .xls workbook or one with a password; open it in Excel and save it as .xlsx without a password",
            file=file,
        )
    has_formulas = _check_container(data, file)
    grid = list(_cells(data, file, sheet, values=True))
    formulas = _cells(data, file, sheet, values=False) if has_formulas else iter(())
    for (line, cells), (_, written) in zip(grid, formulas, strict=False):
        _check_formulas(cells, written, file, line)
    return list(
        rows_from_cells(((line, [_value(cell, file, line) for cell in cells]) for line, cells in grid), file, pad=True)
    )


def _check_container(data: bytes, file: Path) -> bool:
    """Whether any sheet has a formula; raises when the bytes are no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = parts.namelist()
            if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise CorruptFileError("a zip archive, but not an Excel workbook; save the sheet as .xlsx", file=file)
            if sum(part.file_size for part in parts.infolist()) > _MOST_BYTES:
                raise CorruptFileError("unpacks to more than 2 GB; split the workbook or use CSV", file=file)
            return any(_FORMULA.search(parts.read(name)) for name in names if name.startswith("xl/worksheets/"))
    except CorruptFileError:
        raise
    except Exception as error:  # zipfile and zlib have many ways to say that an archive is broken
        raise _broken(error, file) from error


def _broken(error: Exception, file: Path) -> CorruptFileError:
    reason = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    return CorruptFileError(f"not a readable .xlsx workbook ({reason}); open it in Excel and save it again", file=file)


def _cells(data: bytes, file: Path, sheet: str | None, *, values: bool) -> Iterator[tuple[int, Sequence[Any]]]:
    import openpyxl

    try:
        with warnings.catch_warnings():
            # It warns of charts and validation rules that it leaves out; rows do not depend on them.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values)
            try:
                page = _page(book, file, sheet)
                # Some programs write a wrong extent, and rows outside it would be lost.
                page.reset_dimensions()
                yield from enumerate(page.iter_rows(values_only=True), 1)
            finally:
                book.close()
    except SpecError:
        raise
    except Exception as error:  # openpyxl lets KeyError, ValueError, XML errors and more escape from a broken workbook
        raise _broken(error, file) from error


def _page(book: Any, file: Path, sheet: str | None) -> Any:
    pages = {page.title: page for page in book.worksheets}
    if not pages:
        raise CorruptFileError("the workbook has no sheet with cells", file=file)
    if sheet is None:
        return next(iter(pages.values()))
    if sheet not in pages:
        raise UnknownNameError("sheet", sheet, pages, hint=f"in {file}; it has {', '.join(map(repr, pages))}")
    return pages[sheet]


def _check_formulas(cells: Sequence[Any], written: Sequence[Any], file: Path, line: int) -> None:
    for column, (shown, formula) in enumerate(zip(cells, written, strict=False), 1):
        is_formula = (isinstance(formula, str) and formula.startswith("=")) or type(formula).__name__ == "ArrayFormula"
        if is_formula and shown is None:
            raise CorruptFileError(
                f"column {column} holds the formula {str(formula)[:60]!r} without a saved result; "
                "open the workbook in Excel and save it",
                file=file,
                line=line,
            )


def _value(cell: Any, file: Path, line: int) -> Any:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        return str(cell)
    if isinstance(cell, str) and cell in _ERRORS:
        raise CorruptFileError(
            f"a cell shows Excel's error {cell}; mend its formula or write the value", file=file, line=line
        )
    return cell


_ERRORS = frozenset(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"))
