"""The user's own files: formats, Japanese encodings, line ends, and one message with file and line for each fault."""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kijun.datasets.files import FILE_ENDINGS, read_file
from kijun.errors import CorruptFileError, KijunError, SpecError, UnknownNameError

TABLE = '質問,答え\n"一行目\n二行目, ""引用""",はい\nカタカナと漢字,007\n'
ROWS = [{"質問": '一行目\n二行目, "引用"', "答え": "はい"}, {"質問": "カタカナと漢字", "答え": "007"}]

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def workbook(*sheets: list[list[Any]], titles: tuple[str, ...] = ("Sheet1", "Sheet2")) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in zip(titles, sheets, strict=False):
        page = book.create_sheet(title)
        for line in lines:
            page.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fault(path: Path, **options: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        read_file(path, **options)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "shift_jis", "euc_jp", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_encodings_and_line_ends(write: Write, encoding: str, line_end: str) -> None:
    rows = [{name: text.replace("\n", line_end) for name, text in row.items()} for row in ROWS]
    path = write("q.csv", TABLE.replace("\n", line_end).encode(encoding))
    assert read_file(path).rows == rows
    assert read_file(path, encoding=encoding).rows == rows


@pytest.mark.parametrize(
    "text", ["東京", "①㈱髙﨑", "～－∥¢", "ｱｲｳを書く", "「はい」", "Ａ社のＢ案", "使用许可", "ﾃｽﾄ問題"]
)
def test_short_shift_jis(write: Write, text: str) -> None:
    encoded = f"q,a\n{text},1\n".encode("cp932", "ignore")
    assert read_file(write("q.csv", encoded)).rows[0]["q"] == encoded.decode("cp932").split("\n")[1].split(",")[0]


FOREIGN = {
    "cp1252": "Détail,Réponse à l'élève\nnoël,ça\n",
    "latin-1": "É,À\nŒuvre à L'ÉTÉ,ÄÖÜ\n".replace("Œ", "O"),
    "koi8-r": "Привет,мир и война\n",
    "cp1251": "Привет,мир и война\n",
    "gb2312": "中国的首都,北京市在哪里\n",
    "euc_kr": "대한민국의 수도,서울\n",
    "big5": "首都是哪裡,臺北市\n",
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_other_encodings_are_not_taken_for_japanese(write: Write, encoding: str) -> None:
    text = FOREIGN[encoding]
    path = write("q.csv", f"q,a\nplain,1\n{text}".encode(encoding))
    error = fault(path)
    assert isinstance(error, CorruptFileError)
    assert error.line == 3
    assert "save the file as UTF-8 or name its encoding" in error.message
    assert read_file(path, encoding=encoding).rows[1]["q"] == text.split(",")[0]


def test_damaged_utf8_names_byte_and_line(write: Write) -> None:
    data = TABLE.encode().replace("漢".encode(), bytes.fromhex("e6bc"))
    error = fault(write("q.csv", data))
    assert error.line == 4
    assert f"not utf-8 text: byte 0xe6 at offset {data.index(bytes.fromhex('e6bc'))}" in error.message


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "", "utf\x008"])
def test_unknown_encoding(write: Write, name: str) -> None:
    assert "write utf-8, cp932" in fault(write("q.csv", "a\n1\n"), encoding=name).message


def test_wrong_named_encoding(write: Write) -> None:
    error = fault(write("q.jsonl", b'{"a": 1}\r\n{"b": "\xff"}\n'), encoding="ascii")
    assert error.line == 2
    assert "byte 0xff at offset 17" in error.message


def test_binary_and_markless_utf16(write: Write) -> None:
    assert "NUL" in fault(write("q.csv", "a,b\n1,2\n".encode("utf-16-le"))).message


@pytest.mark.parametrize(
    ("name", "separator"), [("q.csv", ","), ("q.csv", ";"), ("q.csv", "\t"), ("q.tsv", "\t"), ("q.TSV", "\t")]
)
def test_separators(write: Write, name: str, separator: str) -> None:
    path = write(name, f"q{separator}a\nx, y; z{separator}1\n".replace("x, y; z", f'"x, y; z{separator}"'))
    assert read_file(path).rows == [{"q": f"x, y; z{separator}", "a": "1"}]


def test_csv_values_stay_text(write: Write) -> None:
    assert read_file(write("q.csv", "a,b,c,d\n007,1.0,TRUE,\n")).rows == [
        {"a": "007", "b": "1.0", "c": "TRUE", "d": ""}
    ]


def test_blank_ends_are_fine(write: Write) -> None:
    assert len(read_file(write("q.csv", "a,b,,\n1,2,,\n3,4,,\n,,,\n\n\n")).rows) == 2
    assert len(read_file(write("q.jsonl", '\n{"a": 1}\n\n{"a": 2}\n\n\n')).rows) == 2
    assert len(read_file(write("q.csv", "a,b\n1,2")).rows) == 1


def test_long_cells(write: Write) -> None:
    assert len(read_file(write("q.csv", f"a,b\n{'長' * 300_000},2\n")).rows[0]["a"]) == 300_000


CSV_FAULTS = {
    "empty": ("", None, "is empty"),
    "blanks": (" \n\n", None, "is empty"),
    "mark only": ("\ufeff", None, "is empty"),
    "header only": ("a,b\n\n", None, "has a header (a, b) but no rows"),
    "short row": ("a,b\n1,2\n3\n", 3, "1 cells where the header has 2 columns (a, b): ['3']"),
    "long row": ('a,b\n"1\n1",2\n3,4,5\n', 4, "3 cells where the header has 2 columns"),
    "long row, one column": ("a\nx, y\n", 2, "columns are separated by comma"),
    "duplicate columns": ("a,b,a\n1,2,3\n", 1, "columns 1 and 3 are both named 'a'"),
    "unnamed column": ("a,,b\n1,2,3\n", 1, "column 2 has no name"),
    "unnamed column with data": ("a,b,\n1,2,3\n", 2, "3 cells where"),
    "blank header": (",,\n1,2,3\n", 1, "must name the columns"),
    "blank row": ("a,b\n1,2\n\n3,4\n", 3, "row 4 below it is not"),
    "open quote": ('a,b\n1,2\n"3,4\n5,6\n', 3, "never closed"),
    "text after quote": ('a,b\n"1"x,2\n', 2, "broken quoting"),
}


@pytest.mark.parametrize(("content", "line", "message"), CSV_FAULTS.values(), ids=CSV_FAULTS)
def test_csv_faults(write: Write, content: str, line: int | None, message: str) -> None:
    path = write("q.csv", content)
    error = fault(path)
    assert (error.file, error.line) == (path, line)
    assert message in error.message


JSON_LINES_FAULTS = {
    "broken": ('{"a": 1}\n\n{"a": \n', 3, "broken JSON"),
    "truncated": ('{"a": 1}\r\n{"a": "x', 2, "broken JSON"),
    "list": ('{"a": 1}\n[1]\n', 2, "must be an object with the columns as keys, not a list"),
    "number": ("7\n", 1, "not a number"),
    "null": ("null\n", 1, "not null"),
    "text": ('"words"\n', 1, "not the text 'words'"),
    "no keys": ('{"a": 1}\n{}\n', 2, "an object without keys"),
    "two on a line": ('{"a": 1} {"a": 2}\n', 1, "broken JSON: Extra data"),
    "duplicate key": ('{"a": {"b": 1, "b": 2}}\n', 1, "the key 'b' is there twice"),
    "nan": ('{"a": NaN}\n', 1, "NaN is not JSON"),
    "infinite": ('{"a": 1e999}\n', 1, "too large"),
    "surrogate": ('{"a": "\\ud800"}\n', 1, "surrogate"),
    "deep": ("[" * 100_000, 1, "nested too deep"),
    "digits": ('{"a": ' + "9" * 5000 + "}\n", 1, "broken JSON"),
}


@pytest.mark.parametrize(("content", "line", "message"), JSON_LINES_FAULTS.values(), ids=JSON_LINES_FAULTS)
def test_json_lines_faults(write: Write, content: str, line: int, message: str) -> None:
    error = fault(write("q.jsonl", content))
    assert isinstance(error, CorruptFileError)
    assert error.line == line
    assert message in error.message


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_json(write: Write, line_end: str) -> None:
    rows = [{"q": "問\u2028題", "n": 3, "x": 1.5, "ok": True, "none": None, "list": [1, "二"]}, {"q": "😀", "n": 2**70}]
    text = json.dumps(rows, ensure_ascii=False, indent=1).replace("\n", line_end)
    lines = line_end.join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert read_file(write("q.json", text)).rows == rows
    assert read_file(write("q.jsonl", lines)).rows == rows
    assert read_file(write("q.jsonl", "\ufeff" + lines + line_end)).rows == rows
    assert read_file(write("e.jsonl", json.dumps({"q": "\U0001f600"}))).rows == [{"q": "😀"}]


def test_json_faults(write: Write) -> None:
    assert "name the file .jsonl" in fault(write("q.json", '{"a": 1}\n{"a": 2}\n')).message
    assert "must be a list of objects, not an object" in fault(write("q.json", '{"data": []}')).message
    assert "entry 2 of the list must be an object" in fault(write("q.json", '[{"a": 1}, 2]')).message
    assert "empty list" in fault(write("q.json", "[]")).message
    error = fault(write("q.json", '[\r\n{"a": 1},\r\n{"a" 2}\r\n]'))
    assert error.line == 3


def test_excel(write: Write) -> None:
    day, moment = datetime.datetime(2024, 2, 29), datetime.datetime(2024, 2, 29, 10, 30)
    lines = [
        ["質問", "整数", "小数", "真偽", "日", "時刻", "空", None],
        ["一", 3.0, 1.5, True, day, moment, None, None],
        ["=引用ではない", 7, 2.25, False, datetime.date(2024, 1, 1), datetime.time(9, 5), "x", "  "],
        [None] * 8,
        ["", " "],
    ]
    lines[2][0] = "二"
    path = write("q.xlsx", workbook(lines, [["a"], [1]]))
    assert read_file(path).rows == [
        {
            "質問": "一",
            "整数": 3,
            "小数": 1.5,
            "真偽": True,
            "日": "2024-02-29",
            "時刻": "2024-02-29 10:30:00",
            "空": "",
        },
        {"質問": "二", "整数": 7, "小数": 2.25, "真偽": False, "日": "2024-01-01", "時刻": "09:05:00", "空": "x"},
    ]
    assert type(read_file(path).rows[0]["整数"]) is int
    assert read_file(path, sheet="Sheet2").rows == [{"a": 1}]
    with pytest.raises(UnknownNameError, match=r"no sheet named 'Shet2'; did you mean Sheet2 or Sheet1"):
        read_file(path, sheet="Shet2")


def test_excel_rows_outside_the_written_extent(write: Write) -> None:
    data = io.BytesIO(workbook([["a", "b"], [1, 2], [3, 4]]))
    changed = io.BytesIO()
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"'))
    assert len(read_file(write("q.xlsx", changed.getvalue())).rows) == 2


EXCEL_FAULTS = {
    "header only": (workbook([["a", "b"]]), None, "has a header (a, b) but no rows"),
    "nothing": (workbook([]), 1, "must name the columns"),
    "blank row": (workbook([["a"], [1], [None], [2]]), 3, "delete the blank row"),
    "cell outside": (workbook([["a"], [1, 2]]), 2, "2 cells where the header has 1 columns (a)"),
    "duplicate": (workbook([["a", "a"], [1, 2]]), 1, "both named 'a'"),
    "formula": (workbook([["a", "b"], [1, 2], [1, "=A2+1"]]), 3, "formula '=A2+1' without a saved result"),
    "error": (workbook([["a"], ["#REF!"]]), 2, "Excel's error #REF!"),
    "text": (b"a,b\n1,2\n", None, "not a readable .xlsx workbook"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, None, "old .xls workbook or one with a password"),
    "cut": (workbook([["a"], [1]])[:-200], None, "not a readable .xlsx workbook"),
}


@pytest.mark.parametrize(("content", "line", "message"), EXCEL_FAULTS.values(), ids=EXCEL_FAULTS)
def test_excel_faults(write: Write, content: bytes, line: int | None, message: str) -> None:
    error = fault(write("q.xlsx", content))
    assert error.line == line
    assert message in error.message


def test_zip_that_is_no_workbook(write: Write) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("hello.txt", "x")
    assert "a zip archive, but not an Excel workbook" in fault(write("q.xlsx", data.getvalue())).message


def test_parquet_file(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "q.parquet"
    duckdb.connect().execute(f"COPY (SELECT '問' AS q, [1, 2] AS n) TO '{path}' (FORMAT parquet)")
    table = read_file(path)
    assert table.rows == [{"q": "問", "n": [1, 2]}]
    assert (table.source.kind, table.source.location, table.source.revision) == ("file", "q.parquet", None)
    path.write_bytes(path.read_bytes()[:50])
    assert "cut short" in fault(path).message
    duckdb.connect().execute(f"COPY (SELECT 1 AS q WHERE false) TO '{path}' (FORMAT parquet)")
    assert "no rows" in fault(path).message


def test_parquet_column_that_is_no_text(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "q.parquet"
    duckdb.connect().execute(f"COPY (SELECT 1 AS abcd) TO '{path}' (FORMAT parquet)")
    path.write_bytes(path.read_bytes().replace(b"abcd", b"\xff\xfe\xfd\xfc"))
    assert "cannot be read as Parquet" in fault(path).message


def test_workbook_with_broken_properties(write: Write) -> None:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["a"], [1]]))) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, re.sub(rb">\d{4}-", b">year-", part) if name.endswith("core.xml") else part)
    assert (
        "not a readable .xlsx workbook (ValueError: Unable to read workbook"
        in fault(write("q.xlsx", changed.getvalue())).message
    )


def test_paths(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("questions.csv", "a\n1\n")
    assert "did you mean questions.csv?" in fault(tmp_path / "question.csv").message
    assert "nothing in" in fault(tmp_path / "zzz.xlsx").message
    assert "cannot be listed either" in fault(tmp_path / "absent" / "q.csv").message
    assert "is a folder" in fault(tmp_path).message
    assert "save it as .xlsx" in fault(write("q.xls", "x")).message
    assert "none of .csv" in fault(write("q.docx", "x")).message
    assert "no such file can be" in fault(Path("a\0b.csv")).message or "no such file" in fault(Path("a\0b.csv")).message
    os.mkfifo(tmp_path / "pipe.csv")
    assert "not a regular file" in fault(tmp_path / "pipe.csv").message
    assert fault(path, sheet="x").key == "sheet"
    assert fault(write("q.xlsx", workbook([["a"], [1]])), encoding="utf-8").key == "encoding"

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "cannot be opened (Permission denied); check its permissions" in fault(path).message


# Any bytes: rows, or one error of ours. Text that is nearly right is where readers break, so it is mixed in.
_pieces = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF), max_size=20).map(str.encode),
    st.sampled_from([b"a,b\n", b"1,2\r\n", b'"', b"\r", b";", b"\t", b"\x00", b"\\ud800", b"PAR1", b"PK\x03\x04"]),
    st.sampled_from([b'{"a": 1}\n', b"[", b"{", b"}", b"]", b"NaN", b"\xef\xbb\xbf", b"\xff\xfe"]),
    st.sampled_from(["質問".encode("cp932"), "こたえ".encode("euc_jp")]),
)
_contents = st.lists(_pieces, max_size=12).map(b"".join)
_fuzz = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("ending", FILE_ENDINGS)
@given(content=_contents, encoding=st.sampled_from([None, None, "utf-8", "cp932", "utf-16", "utf-7"]))
@_fuzz
@example(content=b'"' + b"x" * 200_000, encoding=None)
def test_any_bytes(tmp_path: Path, ending: str, content: bytes, encoding: str | None) -> None:
    path = tmp_path / f"any{ending}"
    path.write_bytes(content)
    try:
        table = read_file(path, encoding=encoding)
    except KijunError:
        return
    assert table.rows
    assert all(row for row in table.rows)


@pytest.mark.parametrize("ending", [".xlsx", ".parquet"])
@given(data=st.data())
@_fuzz
def test_damaged_containers(tmp_path: Path, ending: str, data: st.DataObject) -> None:
    import duckdb

    path = tmp_path / f"any{ending}"
    whole = tmp_path / "whole"
    if not whole.exists():
        if ending == ".xlsx":
            whole.write_bytes(workbook([["a", "b"], ["x", 1], ["問題", 2.5]]))
        else:
            duckdb.connect().execute(
                f"COPY (SELECT i AS n, 'x' AS t FROM range(99) t(i)) TO '{whole}' (FORMAT parquet)"
            )
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        read_file(path)
    except KijunError:
        return


_cell = st.text(st.characters(exclude_characters="\x00\r\ufeff", exclude_categories=["Cs"]), max_size=12)


@given(
    cells=st.lists(st.tuples(_cell, _cell), min_size=1, max_size=6),
    ending=st.sampled_from([".csv", ".tsv"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
)
@_fuzz
def test_csv_there_and_back(tmp_path: Path, cells: list[tuple[str, str]], ending: str, line_end: str) -> None:
    separator = "\t" if ending == ".tsv" else ","
    lines = [("q", "a"), *(("x" + left, right) for left, right in cells)]
    quoted = (separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    path = tmp_path / f"back{ending}"
    path.write_bytes((line_end.join(quoted) + line_end).encode())
    assert [tuple(row.values()) for row in read_file(path).rows] == lines[1:]


_kana = st.characters(min_codepoint=0x3041, max_codepoint=0x3093)


@given(text=st.text(st.one_of(_kana, st.sampled_from("日本語問題答えア漢字abc。、「」１２")), min_size=4, max_size=40))
@_fuzz
def test_japanese_is_told_apart(tmp_path: Path, text: str) -> None:
    # One particle at least: Japanese without any kana may be ambiguous, which the docs say.
    text = f"これは{text}"
    for encoding in ("cp932", "euc_jp", "utf-8"):
        path = tmp_path / "told.csv"
        path.write_bytes(f"q,a\n{text},1\n".encode(encoding))
        assert read_file(path).rows[0]["q"] == text
