"""Row transforms, on made-up rows; expected values follow from the rules of the tasks, written out by hand."""

from __future__ import annotations

import random
from typing import Any

import pytest

from kijun.datasets.transforms import TRANSFORMS, apply_transform
from kijun.datasets.transforms.math_hard import NO_ANSWER, boxed_answer
from kijun.errors import SpecError, UnknownNameError


def only(name: str, row: dict[str, Any]) -> dict[str, Any]:
    (made,) = apply_transform(name, [row])
    return made


def test_hellaswag_keeps_the_space_that_a_bracket_leaves() -> None:
    row = {
        "activity_label": "Baking",
        "ctx_a": "A cook stirs.",
        "ctx_b": "the Cook",
        "endings": ["[step] pours it", "rests [title] Then"],
        "label": "1",
    }
    made = only("hellaswag", row)
    assert made["query"] == "Baking: A cook stirs. The cook"
    assert made["choices"] == [" pours it", "rests. Then"]
    assert made["gold"] == 1


def test_wsc_marks_the_pronoun_and_joins_punctuation() -> None:
    row = {"text": "The dog did n't see the cat , so it ran .", "span1_text": "The cat", "span2_text": "it"}
    row["span2_index"] = 9
    assert only("wsc", row)["text"] == "The dog didn't see the cat, so *it* ran."


def test_record_sorts_distinct_entities_and_writes_one_line_each() -> None:
    row = {
        "passage": "A storm came.\n@highlight\nIt was strong\n@highlight\nNo one slept",
        "query": "People in @placeholder were awake",
        "entities": ["Oslo", "Bergen", "Oslo"],
        "answers": ["Oslo", "Bergen"],
    }
    made = only("record", row)
    assert made["entities"] == ["Bergen", "Oslo"]
    assert made["text"] == "A storm came.\n\n  - It was strong.\n  - No one slept.\n"
    assert made["choices"] == ["  - People in Bergen were awake", "  - People in Oslo were awake"]
    assert made["target"] == "  - People in Bergen were awake"


def test_winogrande_splits_at_the_blank() -> None:
    row = {"sentence": "Ann thanked Bea because _ had helped.", "option1": "Ann", "option2": "Bea", "answer": "2"}
    made = only("winogrande", row)
    assert made["contexts"] == ["Ann thanked Bea because Ann", "Ann thanked Bea because Bea"]
    assert (made["continuation"], made["gold"]) == ("had helped.", 1)


def test_copa_drops_the_full_stop_and_takes_equal_choices_by_text() -> None:
    row = {"premise": "The glass broke.", "choice1": "It fell.", "choice2": "It fell.", "question": "cause", "label": 1}
    made = only("copa", row)
    assert made["context"] == "The glass broke because"
    assert made["choices"] == [" it fell.", " it fell."]
    assert made["gold"] == 0


def test_mmlu_pro_letters_and_categories() -> None:
    rows = [
        {"category": "computer science", "options": ["x", "N/A", "z"]},
        {"category": "law", "options": ["x"] * 10},
    ]
    assert [row["letters"] for row in apply_transform("mmlu_pro", rows)] == [list("ABC"), list("ABCDEFGHIJ")]
    assert [row["category"] for row in apply_transform("mmlu_pro_computer_science", rows)] == ["computer science"]
    assert sum(name.startswith("mmlu_pro_") for name in TRANSFORMS) == 14


def test_gpqa_shuffles_the_same_way_every_time_and_leaves_the_global_generator_alone() -> None:
    row = {f"Incorrect Answer {n}": f"wrong {n}" for n in (1, 2, 3)} | {"Correct Answer": " right [note] "}
    random.seed(5)
    state = random.getstate()
    first, again = (apply_transform("gpqa", [row] * 20) for _ in range(2))
    assert random.getstate() == state
    assert first == again
    assert len({made["answer"] for made in first}) == 4
    for made in first:
        texts = [made[f"choice{n}"] for n in (1, 2, 3, 4)]
        assert texts["ABCD".index(made["answer"][1])] == "right "
    assert " " in only("gpqa", {**row, "Incorrect Answer 1": None}).values()


def test_musr_reads_the_list() -> None:
    made = only("musr", {"choices": "['Ada', \"Bo's\"]", "answer_choice": "Bo's"})
    assert made["choices"] == ["Ada", "Bo's"]
    assert made["numbered"] == "1 - Ada\n2 - Bo's\n"
    assert made["gold"] == 1


@pytest.mark.parametrize(
    ("solution", "answer"),
    [
        (r"so $\boxed{\frac{1}{2}}$.", r"\frac{1}{2}"),
        (r"first \boxed{1}, then \boxed{2}", "2"),
        (r"so $\boxed 7$ apples", "7"),
        (r"so \fbox{7}", NO_ANSWER),
        (r"so \boxed{7", NO_ANSWER),
        ("seven", NO_ANSWER),
    ],
)
def test_boxed_answer(solution: str, answer: str) -> None:
    assert boxed_answer(solution) == answer


def test_math_hard_keeps_level_five() -> None:
    rows = [{"level": level, "solution": r"\boxed{3}"} for level in ("Level 4", "Level 5")]
    assert apply_transform("math_hard", rows) == [{**rows[1], "answer": "3"}]


def test_transforms_leave_their_input_alone() -> None:
    rows = [{"choices": "['a']", "answer_choice": "a"}]
    apply_transform("musr", rows)
    assert rows == [{"choices": "['a']", "answer_choice": "a"}]


@pytest.mark.parametrize(
    ("name", "row", "part"),
    [
        ("hellaswag", {"ctx": "x"}, "'activity_label'"),
        ("winogrande", {"sentence": "no blank", "option1": "", "option2": "", "answer": "1"}, "no blank"),
        ("winogrande", {"sentence": "a _", "option1": "", "option2": "", "answer": ""}, "'answer' must be"),
        ("musr", {"choices": "__import__('os')", "answer_choice": "a"}, "cannot read these rows"),
        ("musr", {"choices": "[" * 500, "answer_choice": "a"}, "cannot read these rows"),
        ("musr", {"choices": "{1: 2}", "answer_choice": "a"}, "list of texts"),
        (
            "copa",
            {"premise": "x.", "choice1": "", "choice2": "b", "question": "cause", "label": 0},
            "index out of range",
        ),
    ],
)
def test_rows_of_another_layout_are_one_clear_message(name: str, row: dict[str, Any], part: str) -> None:
    with pytest.raises(SpecError, match=f"transform '{name}'") as error:
        apply_transform(name, [row])
    assert part in str(error.value)


def test_unknown_transform_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="hellaswag"):
        apply_transform("helaswag", [])
