"""Recorded answers: how they find their items, and what happens where they do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kijun
from kijun.errors import SpecError
from kijun.records import Completed, Failed, Likelihood
from kijun.store import Run


def recorded(folder: Path, rows: list[dict[str, Any]], query: str = "", name: str = "log.jsonl") -> str:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / name).write_text(text, encoding="utf-8")
    return f"replay/{folder / name}{query}"


def run(folder: Path, model: str, task: str = "free", **settings: Any) -> Run:
    return kijun.evaluate(str(folder / f"{task}.yaml"), model, out=folder / "run", **settings)


def right(number: int) -> str:
    return f"you said Say word{number}"


def test_by_a_key_column(tasks: Path) -> None:
    rows = [{"nr": f"q{i}", "reply": right(i) if i % 2 else "wrong"} for i in range(15)]
    result = run(tasks, recorded(tasks, rows, "?key=nr:qid&answer=reply")).results.tasks["free"]
    assert (result.n_measured, result.n_failed) == (15, 5)
    assert result.metrics["exact_match"].value == pytest.approx(7 / 15)


def test_by_exact_prompt(tasks: Path) -> None:
    rows = [{"prompt": f"Say word{i}", "answer": right(i)} for i in range(20)]
    assert run(tasks, recorded(tasks, rows)).results.tasks["free"].metrics["exact_match"].value == 1.0
    assert run(tasks, recorded(tasks, rows), chat=False).results.tasks["free"].n_failed == 0


def test_by_item_id_from_csv(tasks: Path) -> None:
    ids = [sample.id for sample in run(tasks, "fake/hash").samples("free")]
    lines = ["item_id,answer", *(f"{key},{right(i)}" for i, key in enumerate(ids[:10])), f"{ids[10]},"]
    (tasks / "log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = kijun.evaluate(str(tasks / "free.yaml"), f"replay/{tasks / 'log.csv'}", out=tasks / "again")
    assert done.results.tasks["free"].n_measured == 10 and done.results.tasks["free"].n_failed == 10
    reasons = [r.reason for s in done.samples("free") for r in s.responses if isinstance(r, Failed)]
    assert "empty" in reasons[0] and "no recorded answer for item_id" in reasons[1]


def test_parquet(tasks: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    path = tasks / "log.parquet"
    duckdb.sql(
        "COPY (SELECT 'q' || i AS qid, 'you said Say word' || i AS answer, 'hm' AS thought FROM range(20) t(i)) "
        f"TO '{path}' (FORMAT parquet)"
    )
    done = run(tasks, f"replay/{path}?key=qid&reasoning=thought")
    assert done.results.tasks["free"].metrics["exact_match"].value == 1.0
    assert next(done.samples("free")).responses == (Completed("you said Say word0", reasoning="hm"),)


TALK = """\
name: talk
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: talk.jsonl}
prompt: {turns: "{{ turns }}", gold: "{{ last }}"}
method: generate
scorers: [exact_match]
licence: ours
"""


def talk(folder: Path) -> str:
    """Two conversations of two turns."""
    rows = [{"nr": n, "turns": [f"first {n}", f"second {n}"], "last": f"b{n}"} for n in range(2)]
    (folder / "talk.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "talk.yaml").write_text(TALK, encoding="utf-8")
    return str(folder / "talk.yaml")


def said(done: Run) -> list[list[str]]:
    return [[getattr(r, "text", "failed") for r in sample.responses] for sample in done.samples("talk")]


def test_conversations_as_a_list_of_answers(tasks: Path) -> None:
    talk(tasks)
    rows: list[dict[str, Any]] = [{"nr": n, "answer": [f"a{n}", f"b{n}"], "thought": ["x", "y"]} for n in range(2)]
    done = run(tasks, recorded(tasks, rows, "?key=nr&reasoning=thought"), "talk")
    assert said(done) == [["a0", "b0"], ["a1", "b1"]]
    second = next(done.samples("talk")).responses[1]
    assert second == Completed("b0", reasoning="y")
    asked = next(done.samples("talk")).requests[1]
    assert [turn.content for turn in asked.messages] == ["first 0", "a0", "second 0"]  # type: ignore[union-attr]


def test_conversations_in_a_table_and_what_does_not_fit(tasks: Path) -> None:
    talk(tasks)
    text = 'nr,answer\n0,"[""a0"", ""b0""]"\n1,"[""a1""]"\n'
    (tasks / "log.csv").write_text(text, encoding="utf-8")
    done = run(tasks, f"replay/{tasks / 'log.csv'}?key=nr", "talk")
    assert said(done) == [["a0", "b0"], ["failed", "failed"]]
    broken = list(done.samples("talk"))[1].responses[0]
    assert isinstance(broken, Failed) and "a list of 2 answers, one a turn" in broken.reason


def test_conversations_by_prompt_have_a_row_a_turn(tasks: Path) -> None:
    talk(tasks)
    rows = [{"prompt": f"{w} {n}", "answer": f"{w} said {n}"} for n in range(2) for w in ("first", "second")]
    done = run(tasks, recorded(tasks, rows), "talk")
    assert said(done) == [["first said 0", "second said 0"], ["first said 1", "second said 1"]]


def test_log_likelihoods(tasks: Path) -> None:
    rows = [{"qid": f"q{i}", "ll": [-1.0, -2.0 if i < 5 else -0.5]} for i in range(18)]
    rows[17]["ll"] = [-1.0]
    done = run(tasks, recorded(tasks, rows, "?key=qid&loglikelihood=ll"), "choices")
    assert done.results.tasks["choices"].metrics["acc"].value == pytest.approx(5 / 17)
    assert done.results.tasks["choices"].n_failed == 3
    rows = [{"qid": f"q{i}", "k": k, "ll": -float(k + 1), "g": k == 0} for i in range(20) for k in range(2)]
    model = recorded(tasks, rows, "?key=qid&loglikelihood=ll&choice=k&greedy=g")
    done = kijun.evaluate(str(tasks / "choices.yaml"), model, out=tasks / "rowwise")
    assert done.results.tasks["choices"].metrics["acc"].value == 1.0
    assert next(done.samples("choices")).responses == (Likelihood(-1.0, True), Likelihood(-2.0, False))


def test_items_with_the_same_prompt_keep_their_own_answers(tasks: Path) -> None:
    (tasks / "rows.csv").write_text("qid,word\na,x\nb,x\n", encoding="utf-8")
    rows = [{"qid": "a", "answer": "one"}, {"qid": "b", "answer": "two"}]
    done = run(tasks, recorded(tasks, rows, "?key=qid"))
    assert [sample.responses[0].text for sample in done.samples("free")] == ["one", "two"]  # type: ignore[union-attr]


def test_several_tasks_in_one_file(tasks: Path) -> None:
    rows = [{"task": "free", "qid": f"q{i}", "answer": right(i)} for i in range(20)]
    rows += [{"task": "other", "qid": f"q{i}", "answer": "?"} for i in range(20)]
    done = run(tasks, recorded(tasks, rows, "?key=qid&task=task"))
    assert done.results.tasks["free"].metrics["exact_match"].value == 1.0


@pytest.mark.parametrize(
    ("rows", "query", "message"),
    [
        ([{"qid": "a", "answer": "x"}, {"qid": "a", "answer": "y"}], "?key=qid", "rows 1 and 2 hold different answers"),
        ([{"qid": "a", "answer": "x"}], "", "say which column finds the item"),
        ([{"qid": "a", "text": "x"}], "?key=qid", "say which column is the answer"),
        ([{"qid": "a", "answer": "x"}], "?key=nr", "key=nr: the file has no such column; it has qid, answer"),
        ([{"qid": "a", "answer": "x"}], "?kee=qid", "unknown field"),
        ([{"qid": "a", "prompt": "x", "answer": "x"}], "?key=qid&prompt=prompt", "name one of"),
        ([{"qid": "a", "ll": 1, "k": "b"}], "?key=qid&loglikelihood=ll&choice=k", "no number, counted from 0"),
    ],
)
def test_what_is_wrong_is_told(tasks: Path, rows: list[dict[str, Any]], query: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        run(tasks, recorded(tasks, rows, query))


def test_the_same_answer_twice_is_no_fault(tasks: Path) -> None:
    rows = [{"qid": f"q{i % 20}", "answer": right(i % 20)} for i in range(40)]
    assert run(tasks, recorded(tasks, rows, "?key=qid")).results.tasks["free"].n_measured == 20


def test_a_missing_file_and_a_changed_file(tasks: Path) -> None:
    with pytest.raises(SpecError, match="there is no such file"):
        run(tasks, f"replay/{tasks / 'nothing.jsonl'}?key=qid")
    run(tasks, recorded(tasks, [{"qid": "q1", "answer": "x"}], "?key=qid"))
    with pytest.raises(SpecError, match="weights_sha256 was"):
        run(tasks, recorded(tasks, [{"qid": "q1", "answer": "y"}], "?key=qid"))
