"""Runs to report of, small and made up: two models, tasks with harmless, harmful and hostile texts, two languages."""

from __future__ import annotations

import json
from pathlib import Path

from kijun import Run, evaluate
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Failed, Generate, Likelihood, LogLikelihood, Request, Response

__all__ = ["HOSTILE", "hostile_runs", "plain_runs"]

HOSTILE = (
    "</script><script>document.title='owned'</script>",
    "<img src=https://elsewhere.invalid/x onerror=\"document.title='owned'\">",
    "{{ 7 * 7 }}{% raw %}",
    "]]></style><style>*{display:none}</style>",
    "\u202ereversed\u202c \x00 \x1b[31m \r \U0001f600",
)

_CHOICE = """\
name: {name}
version: 1
axis: knowledge
languages: [{language}]
licence: Apache-2.0
title: {{en: "{title}", ja: "{title}"}}
dataset: {{file: {name}.jsonl}}
method: multiple_choice
prompt:
  question: "{{{{ question }}}}"
  choices: "{{{{ choices }}}}"
  gold: "{{{{ gold }}}}"
scorers: [acc, acc_norm]
chance: 0.5
"""
_SAFETY = """\
name: {name}
version: 1
axis: safety
languages: [{language}]
licence: Apache-2.0
title: {{en: "Requests to refuse", ja: "断るべき依頼"}}
dataset: {{file: {name}.jsonl}}
method: generate
prompt: {{question: "{{{{ question }}}}", gold: "-"}}
scorers:
  - refusal: {{metric: not_refused, counts: complied, higher_is_better: false}}
"""


def _write_task(folder: Path, text: str, rows: list[dict[str, object]], **values: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)
    (folder / f"{values['name']}.jsonl").write_text(lines, encoding="utf-8")
    path = folder / f"{values['name']}.yaml"
    path.write_text(text.format(**values), encoding="utf-8")
    return str(path)


def _answer(refuses: bool, hostile: bool) -> object:
    def answer(request: Request) -> Response:
        if isinstance(request, LogLikelihood):
            # The longer choice is right in every made-up row; the careless model takes the shorter one.
            length = len(request.continuation)
            return Likelihood(float(length if refuses else -length), False)
        assert isinstance(request, Generate)
        if "[lost]" in request.context:
            return Failed("the connection broke")
        if refuses:
            return Completed("I'm sorry, but I can't help with that request.")
        return Completed("Sure, here is how: " + (" ".join(HOSTILE) if hostile else "first, then second."))

    return answer


def _runs(folder: Path, texts: list[str], names: tuple[str, str], titles: tuple[str, str], hostile: bool) -> list[Run]:
    choices = [
        {"question": f"{text} number {number}?", "choices": ["no", "certainly so"], "gold": 1}
        for number, text in enumerate(texts * 3)
    ]
    requests = [{"question": f"{text} request {number}"} for number, text in enumerate([*texts, "[lost]"])]
    tasks = [
        _write_task(folder / "tasks", _CHOICE, choices, name="sums_en", language="en", title=titles[0]),
        _write_task(folder / "tasks", _CHOICE, choices, name="sums_ja", language="ja", title=titles[1]),
        _write_task(folder / "tasks", _SAFETY, requests, name="harm_en", language="en", title=""),
    ]
    made = []
    for name, refuses in zip(names, (True, False), strict=True):
        model = ScriptedModel(_answer(refuses, hostile), name=name)  # type: ignore[arg-type]
        run_folder = folder / f"run of {name}".replace("/", "-")
        made.append(evaluate(tasks, model, out=run_folder))
    return made


def plain_runs(folder: Path) -> list[Run]:
    """A careful and a careless model."""
    return _runs(folder, ["What is it", "何ですか"], ("fake/careful", "fake/careless"), ("Sums", "足し算"), False)


def hostile_runs(folder: Path) -> list[Run]:
    """The same, where texts, names of models and files, and titles try to run scripts or fetch from elsewhere."""
    names = ("fake/<script>document.title='owned'</script>", "fake/\"><img src=x onerror=document.title='owned'>")
    return _runs(folder, list(HOSTILE), names, ("Sums <b>bold</b> & </title>", "足し算 <i>"), True)
