"""``kijun init``: a first task of one's own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from rich.markup import escape

from kijun.cli.terminal import open_console
from kijun.errors import SpecError, StoreError
from kijun.reports.texts import Texts

__all__ = ["write_own_questions"]

_ROWS = {
    "en": [
        ("question", "choice_1", "choice_2", "choice_3", "choice_4", "answer"),
        ("How many days may a customer return an unused item?", "7 days", "14 days", "30 days", "60 days", "30 days"),
        (
            "Which form must be attached to a travel expense claim?",
            "Receipt",
            "Payslip",
            "Timesheet",
            "Contract",
            "Receipt",
        ),
        (
            "Who approves a discount above 20 percent?",
            "The seller",
            "The team lead",
            "The sales director",
            "Nobody",
            "The sales director",
        ),
    ],
    "ja": [
        ("question", "choice_1", "choice_2", "choice_3", "choice_4", "answer"),
        ("未使用の商品は、到着後何日まで返品できますか。", "7日", "14日", "30日", "60日", "30日"),
        ("出張費の精算書に必ず添付するものはどれですか。", "領収書", "給与明細", "勤務表", "契約書", "領収書"),
        ("20%を超える値引きを承認するのは誰ですか。", "担当者", "チームリーダー", "営業部長", "承認は不要", "営業部長"),
    ],
}

_TASK = {
    "en": """\
# Your own questions. Put them into {sheet}; each of its columns can be used in the templates below.
name: my_questions
version: 1.0            # raise it whenever a number could change
axis: knowledge
languages: [en]
title: {{en: My questions}}
dataset: {{file: {sheet}}}
prompt:
  question: "Question: {{{{ question }}}}\\nAnswer:"
  choices: ["{{{{ choice_1 }}}}", "{{{{ choice_2 }}}}", "{{{{ choice_3 }}}}", "{{{{ choice_4 }}}}"]
  gold: "{{{{ answer }}}}"   # the text of the right choice, its letter (A, B, ...), or its index from 0
method: multiple_choice
scorers: [acc, acc_norm]
chance: 0.25
licence: our own
""",
    "ja": """\
# 自分の質問。{sheet} に書き込みます。表の列は、下のテンプレートで使えます。
name: my_questions
version: 1.0            # 数値が変わりうる変更をしたら上げます
axis: knowledge
languages: [ja]
title: {{ja: 自分の質問}}
dataset: {{file: {sheet}}}
prompt:
  question: "質問：{{{{ question }}}}\\n答え："
  choices: ["{{{{ choice_1 }}}}", "{{{{ choice_2 }}}}", "{{{{ choice_3 }}}}", "{{{{ choice_4 }}}}"]
  gold: "{{{{ answer }}}}"   # 正しい選択肢の文、記号（A、B…）、または 0 から数えた番号
  delimiter: ""
method: multiple_choice
scorers: [acc, acc_norm]
chance: 0.25
licence: 自社
""",
}


def write_own_questions(say: Texts, folder: Path, sheet: str) -> None:
    """Writes a task file and its sheet with three example questions, in the language of the display.

    Raises:
        SpecError: a file of that name is there already, or an unknown kind of sheet.
        StoreError: the folder cannot be written.
    """
    if sheet not in ("csv", "xlsx"):
        raise SpecError(f"--sheet takes csv or xlsx; got {sheet!r}")
    task_path, sheet_path = folder / "my_questions.yaml", folder / f"my_questions.{sheet}"
    for path in (task_path, sheet_path):
        if path.exists():
            raise SpecError(say("init.exists"), file=path)
    rows = _ROWS[say.language]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        task_path.write_text(_TASK[say.language].format(sheet=sheet_path.name), encoding="utf-8")
        sheet_path.write_bytes(_as_csv(rows) if sheet == "csv" else _as_xlsx(rows))
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror}; choose a folder that can be written") from None
    console = open_console()
    console.print(escape(say("init.wrote", files=f"{task_path}, {sheet_path}")), soft_wrap=True)
    console.print(escape(say("init.how", sheet=sheet_path, task=task_path)), soft_wrap=True)


def _as_csv(rows: list[tuple[str, ...]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    # With a byte order mark, so that spreadsheet programs read Japanese as it is meant.
    return buffer.getvalue().encode("utf-8-sig")


def _as_xlsx(rows: list[tuple[str, ...]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
