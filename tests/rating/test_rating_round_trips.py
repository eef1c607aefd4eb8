"""Tests that nothing is lost on the way out and in again: every kind of question, every form."""

from __future__ import annotations

import json
import re

import msgspec
import openpyxl
import pytest
from made_campaigns import RUBRIC, campaign, create, items, join

from kijun.errors import SpecError
from kijun.rating import import_ratings, read_ratings, write_table
from kijun.rating.cells import as_cell, from_cell
from kijun.ratings import OPERATOR, SideSpan, Submission
from kijun.records import Flag, Message
from kijun.specs import read_rubric_file
from kijun.store import CampaignFolder, read_campaign, write_campaign

BASE = {"quality": 4, "safe": True}
KINDS = {
    "ordinal": Submission(answers={**BASE, "quality": 2}),
    "binary": Submission(answers={**BASE, "safe": False}, rationale={"safe": "=cmd|' /C calc'!A0"}),
    "nominal": Submission(answers={**BASE, "tone": "cold"}),
    "interval": Submission(answers={**BASE, "share": 0.75}),
    "interval, whole": Submission(answers={**BASE, "share": 1}),
    "checklist": Submission(answers={**BASE, "checks": {"c1": False, "c2": True}}),
    "abstained": Submission(answers={"safe": True}, abstained={"quality": "cannot_judge"}),
    "spans": Submission(
        answers=BASE,
        spans=(SideSpan(0, 0, 6, "safe", "harm", "major"), SideSpan(0, 3, 16, "safe", "privacy")),
    ),
    "rationale": Submission(answers=BASE, rationale={"quality": '\'-1+1\n二行目, "引用"', "overall": "@SUM(A1)"}),
    "confidence": Submission(answers=BASE, confidence=0.35),
    "flag": Submission(answers=BASE, flag=Flag("broken", "+81 90 は番号です")),
    "skipped": Submission(skipped="#N/A to me"),
    "time": Submission(answers=BASE, active_seconds=0.0, locale="ja"),
}
PAIRS = {
    "win": Submission(preference="A"),
    "lose": Submission(preference="B", strength="clearly", rationale={"overall": "shorter"}),
    "tie": Submission(preference="tie", preferences={"quality": "A", "safe": "both_bad"}),
    "both bad": Submission(preference="both_bad", confidence=1.0),
    "span in the second": Submission(preference="A", spans=(SideSpan(1, 2, 5, "safe", "harm"),)),
}
REVISIONS = {
    "accept": Submission(verdict="accept"),
    "edit": Submission(verdict="edit", edited="=1+1\n  手を入れた\tanswer\n", answers={"quality": 5}),
    "reject": Submission(verdict="reject", rationale={"overall": "worse than before"}),
}
CASES = [
    *((f"pointwise: {name}", "pointwise", given) for name, given in KINDS.items()),
    *((f"pairwise: {name}", "pairwise", given) for name, given in PAIRS.items()),
    *((f"revision: {name}", "revision", given) for name, given in REVISIONS.items()),
]


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'ratings.sqlite'}"


def collected(place, design, given) -> CampaignFolder:
    content = items(2, answers=1 if design == "pointwise" else 2, critique="Says 2." if design == "revision" else "")
    turns = (
        Message("system", "Be kind."),
        Message("user", "Hi"),
        Message("assistant", "Yes?"),
        Message("user", "=1+1"),
    )
    several = tuple(msgspec.structs.replace(one, messages=turns) for one in content[1].candidates)
    content[1] = msgspec.structs.replace(content[1], candidates=several, cluster="c", axis="safety", reference="'ref")
    create(place, campaign(design=design, overlap=2), content)
    for name in ("Hanako", "Taro"):
        person = join(place, name)
        while (work := place.assignments.next(person, "pilot")) is not None:
            place.judgements.submit(person, work.assignment, given, key=work.key)
    return place.exporting.content(OPERATOR, "pilot")


@pytest.mark.parametrize(("design", "given"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_kind_of_answer_comes_back_as_it_was(place, tmp_path, design, given):
    content = collected(place, design, given)
    assert len(content.ratings) == 4
    write_campaign(tmp_path / "folder", content)
    assert read_campaign(tmp_path / "folder") == content
    import_ratings(place, str(tmp_path / "folder"), "again")
    again = place.exporting.content(OPERATOR, "again")
    assert again.ratings == content.ratings and again.items == content.items
    for ending in ("csv", "xlsx", "jsonl"):
        path = tmp_path / f"ratings.{ending}"
        write_table(path, content)
        back = read_ratings(str(path), RUBRIC, "back", design)
        assert back.ratings == content.ratings, ending
        assert {item.id: item for item in back.items} == {item.id: item for item in content.items}, ending
        import_ratings(place, str(path), ending, rubric=_rubric_file(tmp_path), design=design)
        assert place.exporting.content(OPERATOR, ending).ratings == content.ratings


def _rubric_file(tmp_path):
    path = tmp_path / "rubric.yaml"
    path.write_text(json.dumps(msgspec.to_builtins(RUBRIC)), encoding="utf-8")
    assert read_rubric_file(path).sha256 == RUBRIC.sha256
    return str(path)


def test_no_cell_of_a_sheet_is_a_formula(place, tmp_path):
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", '=HYPERLINK("http://x")', "#REF!"]
    given = Submission(answers=BASE, rationale={"overall": evil[0], "quality": evil[3], "safe": evil[6]})
    content = collected(place, "pointwise", given)
    candidates = tuple(msgspec.structs.replace(one, response=evil[7]) for one in content.items[0].candidates)
    content = msgspec.structs.replace(
        content, items=(msgspec.structs.replace(content.items[0], candidates=candidates), *content.items[1:])
    )
    write_table(tmp_path / "t.xlsx", content)
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["ratings"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "b"}
    write_table(tmp_path / "t.csv", content)
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r'(^|,)"?[=+@\t\r]', text, re.MULTILINE)
    for value in [*evil, "plain", "''x", "''=x", "", "日本"]:
        assert from_cell(as_cell(value)) == value


def test_ratings_without_a_known_chance_say_nothing_of_other_items(place, tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text(
        "question,answer,who,quality,safe,note\nHi?,Hello.,ann,4,yes,fine\nHi?,Hello.,bob,2,no,rude\nBye?,No.,ann,1,yes,\n",
        encoding="utf-8",
    )
    where = f"{path}?prompt=question&response=answer&rater=who&rationale=note"
    view = import_ratings(place, where, "theirs", rubric=_rubric_file(tmp_path))
    assert view.campaign.sampling == "chosen" and view.state == "closed" and view.n_items == 2
    ratings = place.exporting.content(OPERATOR, "theirs").ratings
    assert [(r.rater, r.answers, r.rationale) for r in ratings[:2]] == [
        ("ann", {"quality": 4, "safe": True}, {"overall": "fine"}),
        ("bob", {"quality": 2, "safe": False}, {"overall": "rude"}),
    ]
    assert ratings[0].item == ratings[1].item != ratings[2].item
    known = tmp_path / "known.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    known.write_text(
        "\n".join([f"{lines[0]},inclusion_probability", *(f"{line},0.5" for line in lines[1:])]), encoding="utf-8"
    )
    content = read_ratings(str(known) + where.removeprefix(str(path)), RUBRIC, "known")
    assert content.campaign.sampling == "uncertainty" and content.campaign.strata[0].population == 4


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Hi?,Hello.,9,yes", "quality: '9' is no answer on this ordinal scale"),
        ("Hi?,Hello.,,", "says nothing"),
        ("Hi?,,4,yes", "response: the answer that was rated is missing"),
    ],
)
def test_a_broken_row_is_named(place, tmp_path, row, problem):
    path = tmp_path / "theirs.csv"
    path.write_text(f"prompt,response,quality,safe\nA?,B.,4,yes\n{row}\n", encoding="utf-8")
    with pytest.raises(SpecError, match=re.escape(problem)) as caught:
        import_ratings(place, str(path), "theirs", rubric=_rubric_file(tmp_path))
    assert caught.value.line == 2
    assert place.campaigns.all(OPERATOR) == []


def test_label_studio(tmp_path):
    def result(name, kind, value, to="response"):
        return {"id": "x", "from_name": name, "to_name": to, "type": kind, "value": value}

    points = [
        {
            "id": 1,
            "data": {"prompt": "Hi?", "text": "Hello there."},
            "annotations": [
                {
                    "id": 11,
                    "completed_by": {"id": 5, "email": "ann@example.org"},
                    "lead_time": 12.5,
                    "created_at": "2026-11-27T08:00:00Z",
                    "result": [
                        result("stars", "rating", {"rating": 4}),
                        result("safe", "choices", {"choices": ["yes"]}),
                        result("checks", "choices", {"choices": ["c2"]}),
                        result("share", "number", {"number": 0.25}),
                        result("rationale.quality", "textarea", {"text": ["good", "clear"]}),
                        result("safe", "labels", {"start": 0, "end": 5, "text": "Hello", "labels": ["privacy"]}),
                    ],
                },
                {"id": 12, "completed_by": 6, "was_cancelled": True, "result": []},
            ],
        }
    ]
    path = tmp_path / "ls.json"
    path.write_text(json.dumps(points), encoding="utf-8")
    first, second = read_ratings(f"{path}?response=text&quality=stars", RUBRIC, "ls").ratings
    assert first.answers == {"quality": 4, "safe": True, "share": 0.25, "checks": {"c1": False, "c2": True}}
    assert first.rater == "ann@example.org" and first.active_seconds == 12.5
    assert first.rationale == {"quality": "good\nclear"}
    assert [(s.dimension, s.label, s.start, s.end) for s in first.spans] == [("safe", "privacy", 0, 5)]
    assert second.skipped == "cancelled" and second.rater == "6"
    pairs = [
        {
            "id": 1,
            "data": {"prompt": "Hi?", "a": "x", "b": "y"},
            "annotations": [{"id": n, "completed_by": n, "result": [result("pick", "pairwise", {"selected": side})]}],
        }
        for n, side in ((1, "left"), (2, "right"))
    ]
    path.write_text(json.dumps(pairs), encoding="utf-8")
    where = f"{path}?response_1=a&response_2=b&preference=pick"
    assert [r.preference for r in read_ratings(where, RUBRIC, "ls", "pairwise").ratings] == ["first", "second"]


def test_argilla(tmp_path):
    nested = [
        {
            "id": "r1",
            "status": "completed",
            "fields": {"prompt": "Hi?", "response": "Hello there."},
            "responses": {
                "quality": [{"value": 4, "user_id": "u1"}, {"value": 2, "user_id": "u2"}],
                "safe": [{"value": "yes", "user_id": "u1"}, {"value": "no", "user_id": "u2"}],
                "checks": [{"value": ["c1"], "user_id": "u1"}],
                "rationale": [{"value": "fine", "user_id": "u1"}],
                "marks": [{"value": [{"start": 0, "end": 5, "label": "harm"}], "user_id": "u2"}],
            },
        }
    ]
    path = tmp_path / "argilla.json"
    path.write_text(json.dumps(nested), encoding="utf-8")
    expected = [
        ({"quality": 4, "safe": True, "checks": {"c1": True, "c2": False}}, "u1"),
        ({"quality": 2, "safe": False}, "u2"),
    ]
    found = read_ratings(f"{path}?safe=safe", RUBRIC, "argilla").ratings
    assert [(r.answers, r.rater) for r in found] == expected
    assert found[0].rationale == {"overall": "fine"}
    assert [(s.label, s.dimension) for s in found[1].spans] == [("harm", "marks")]
    flat = [
        {
            "id": "r1",
            "prompt": "Hi?",
            "response": "Hello there.",
            "quality.responses": [4, 2, 3],
            "quality.responses.users": ["u1", "u2", "u3"],
            "quality.responses.status": ["submitted", "submitted", "draft"],
            "safe.responses": ["yes", "no"],
            "safe.responses.users": ["u1", "u2"],
            "safe.responses.status": ["submitted", "discarded"],
        }
    ]
    path.write_text(json.dumps(flat), encoding="utf-8")
    found = read_ratings(str(path), RUBRIC, "argilla").ratings
    assert [(r.answers, r.skipped) for r in found] == [({"quality": 4, "safe": True}, None), ({}, "discarded")]
    ranked = [
        {
            "fields": {"prompt": "Hi?", "response_1": "x", "response_2": "y"},
            "responses": {"preference": [{"value": value, "user_id": f"u{n}"}]},
        }
        for n, value in enumerate(
            [
                [{"value": "response_2", "rank": 1}, {"value": "response_1", "rank": 2}],
                [{"value": "response_1", "rank": 1}, {"value": "response_2", "rank": 1}],
            ]
        )
    ]
    path.write_text(json.dumps(ranked), encoding="utf-8")
    found = read_ratings(str(path), RUBRIC, "argilla", "pairwise").ratings
    assert [r.preference for r in found] == ["second", "tie"]
