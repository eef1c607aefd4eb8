"""Perturbations change texts and prompts; numbers, choices, gold answers and markup survive, in every task there is."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import build_hub

import kijun
from kijun.engine import load_tasks, prepare, select
from kijun.engine.perturbing import varied
from kijun.errors import SpecError, UnknownNameError
from kijun.models.fake import HashModel
from kijun.perturbations import (
    BUNDLES,
    PROMPT_CHANGES,
    Edit,
    Perturbation,
    make_perturbation,
    option_columns,
    perturbation_names,
    perturbed_columns,
    read_variants,
)
from kijun.perturbations.morphemes import morphemes
from kijun.perturbations.words import words
from kijun.prompts import ask
from kijun.records import Item
from kijun.specs import TaskSpec, catalogue, read_task_file

ROOT = Path(__file__).resolve().parents[1]
NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")

ENGLISH = re.split(
    r"\s+",
    "which the is of a not very because children receive happened them going to do not it is colour theatre begin "
    "friend believe large important Anna Monday DNA running building programme small need",
)
JAPANESE = re.split(
    r"\s+",
    "私は 会議で 資料を 見ています。 どれですか。 行いました。 サーバーの データを 取り扱いについて 正しくない "
    "ものを 選びなさい。 友人に 会いました。 ください とても 大きい 子ども 必要です。 意見を 答えよ。 "
    "買いません。 本当でしょうか。 だから、 話した。",
)
HARD = [
    "12",
    "3.5",
    "1,000",
    "9:45",
    "12個",
    "300円",
    "3 kg",
    "{{ name }}",
    "{% if x %}",
    "$x^2 + 1$",
    "`code()`",
    "<b>",
    "(A)",
    "http://example.org/Path",
    "f(x) = 2x",
    "[SEP]",
    "___",
    "H2O",
]


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text of common words with things in it that must survive, and those things."""
    japanese = draw(st.booleans())
    pieces = draw(st.lists(st.sampled_from(JAPANESE if japanese else ENGLISH), min_size=3, max_size=14))
    hard = draw(st.lists(st.sampled_from(HARD), max_size=3))
    for piece in hard:
        pieces.insert(draw(st.integers(0, len(pieces))), f" {piece} ")
    return ("" if japanese else " ").join(pieces), hard


def numbers(text: str) -> list[str]:
    return NUMBER.findall(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", perturbation_names())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=texts(), seed=st.integers(0, 99), strength=st.sampled_from([0.1, 0.5, 1.0]))
def test_numbers_and_markup_survive(name: str, drawn: tuple[str, list[str]], seed: int, strength: float) -> None:
    text, hard = drawn
    found = make_perturbation(name)
    changed = found.change(text, Random(seed), strength=strength)
    assert changed == found.change(text, Random(seed), strength=strength)
    assert numbers(changed) == numbers(text)
    plain = unicodedata.normalize("NFKC", changed) if "numbers" in found.reaches else changed
    for piece in hard:
        assert piece in plain
    assert found.change(text, Random(seed), strength=0.0) == text


@pytest.mark.parametrize("name", perturbation_names())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=texts(), seed=st.integers(0, 99), data=st.data())
def test_texts_to_keep_survive(name: str, drawn: tuple[str, list[str]], seed: int, data: st.DataObject) -> None:
    text, _ = drawn
    kept = data.draw(st.sampled_from([word for word in text.split() if len(word) > 1] or [text]))
    changed = make_perturbation(name).change(text, Random(seed), strength=1.0, keep={kept})
    assert changed.count(kept) >= 1


def test_strength_is_the_share_of_places() -> None:
    places = Perturbation(
        name="x",
        version=1,
        languages=(),
        strength=0.5,
        places=lambda text, random: [Edit(i, i + 1, "X") for i, c in enumerate(text) if c == "a"],
    )
    text = "a b " * 20
    counts = {share: places.change(text, Random(1), strength=share).count("X") for share in (0.0, 0.01, 0.25, 1.0)}
    assert counts == {0.0: 0, 0.01: 1, 0.25: 5, 1.0: 20}
    assert places.change(text, Random(1)).count("X") == 10
    assert places.change("nothing here", Random(1)) == "nothing here".replace("a", "X")


def test_overlapping_places_change_once() -> None:
    both = Perturbation(
        name="x",
        version=1,
        languages=(),
        strength=1.0,
        places=lambda text, random: [Edit(0, 4, "long"), Edit(2, 6, "no"), Edit(6, 6, "+"), Edit(6, 8, "end")],
    )
    assert both.change("abcdefgh", Random(0)) == "long" + "ef" + "+" + "end"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("case", "Which of these does Anna like?", "which of these does anna like?"),
        ("case", "The DNA of NaCl and X is not A.", "the DNA of NaCl and X is not a."),
        ("contraction", "It is not what he has.", "It's not what he has."),
        ("contraction", "They have to go.", "They have to go."),
        ("regional", "The grey theatre", "The gray theater"),
        ("regional", "The gray theater", "The grey theatre"),
        ("dialect", "He is going to the king.", "He is goin' to the king."),
        ("okurigana", "作業を行いました。", "作業を行ないました。"),
        ("okurigana", "駅に行って待つ。", "駅に行って待つ。"),
        ("long-vowel", "サーバーとメモリーを替える。", "サーバとメモリを替える。"),
        ("casual", "店は12個売りました。いくらですか。", "店は12個売った。いくら？"),
        ("casual", "彼は来ませんでした。", "彼は来なかった。"),
        ("casual", "どこへ行きましたか。", "どこへ行った？"),
        ("casual", "正しいものを選びなさい。", "正しいものを選んで。"),
        ("casual", "これは本ではありません。", "これは本じゃない。"),
        ("casual", "本を読みましょう。", "本を読もう。"),
        ("casual", "買いたいのですが、いくらですか。", "買いたいんだけど、いくら？"),
        ("kansai", "買いたいのですが、高くて困ります。", "買いたいんやけど、高くて困るで。"),
        ("polite", "彼は京都へ行った。", "彼は京都へ行きました。"),
        ("polite", "正しいものはどれか。", "正しいものはどれでしょうか。"),
        ("polite", "東京は首都である。", "東京は首都です。"),
        ("polite", "誰も来ない。", "誰も来ません。"),
        ("kansai", "彼は飲みません。", "彼は飲まへんで。"),
        ("kansai", "友人に会いました。", "友人に会うたで。"),
        ("kansai", "飲ませないでください。", "飲ませんといて。"),
        ("kansai", "本を読んでいます。", "本を読んどるで。"),
        ("width", "トマトはABC", "ﾄﾏﾄはＡＢＣ"),
        ("kana-misspelling", "ここから富士山を見られますか。", "ここから富士山を見れますか。"),
        ("particle-drop", "この本を読む。", "この本読む。"),
    ],
)
def test_what_becomes_of_a_text(name: str, text: str, expected: str) -> None:
    assert make_perturbation(name).change(text, Random(3), strength=1.0) == expected


def test_wrong_conversions_sound_alike() -> None:
    for word, others in words("ja", "ime").items():
        sounds = {"".join(part.reading for part in morphemes(text)) for text in [word, *others]}
        assert len(sounds) == 1, (word, others)


def test_without_the_analyser_there_is_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from kijun.perturbations import morphemes as module

    monkeypatch.setitem(sys.modules, "sudachipy", None)
    module._tokenizer.cache_clear()
    with pytest.raises(SpecError, match=r"kijun\[ja\]"):
        module.morphemes("まだ読んだことのない文")
    module._tokenizer.cache_clear()


# Naming them


def test_names_strengths_bundles_and_repeats() -> None:
    assert [v.label for v in read_variants(["typo:0.3,case"])] == ["typo:0.3", "case"]
    assert [v.label for v in read_variants(["typo+case"], repeats=2)] == ["typo+case#1", "typo+case#2"]
    assert [v.label for v in read_variants(["japanese-typing"])] == list(BUNDLES["japanese-typing"].members)
    assert [v.label for v in read_variants(["prompt-format"])] == [f"prompt-format#{k}" for k in (1, 2, 3, 4)]
    assert [v.label for v in read_variants(["typo", "typo"])] == ["typo"]
    assert read_variants(["typo:0.3+case"])[0].versions == "typo version 1 strength 0.3, case version 1"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("typo:2", "between 0 and 1"),
        ("typo:much", "between 0 and 1"),
        ("option-order:0.3", "has no strength"),
        ("typo#x", "which repeat"),
    ],
)
def test_wrong_names_are_one_message(name: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_variants([name])


def test_an_unknown_name_offers_the_near_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean japanese-typing"):
        read_variants(["japanese-typping"])


def test_members_of_bundles_exist() -> None:
    for bundle in BUNDLES.values():
        for member in bundle.members:
            assert member in PROMPT_CHANGES or {*make_perturbation(member).languages} >= {*bundle.languages}


@pytest.mark.parametrize(
    ("task", "perturb", "message"),
    [
        ("hellaswag", "option-order", "lists no options"),
        ("arc_easy", "shot-order", "two worked examples"),
        ("cola", "typo", "no column whose text may be perturbed"),
        ("hellaswag", "prompt-format", "no labels"),
    ],
)
def test_what_does_not_fit_is_one_message(task: str, perturb: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        select([task], perturb=[perturb])
    with pytest.raises(SpecError, match=message):
        select([f"{task}@{perturb}"])


def test_what_is_made_for_another_language_changes_what_it_finds() -> None:
    """Asked for by name, and no task is in its language: full-width letters are typed in English too."""
    for choice in (select(["mmlu_anatomy"], perturb=["japanese-typing"]), select(["mmlu_anatomy@japanese-typing"])):
        labels = [variant.label for variant in choice.tasks[0].variants]
        assert labels == ["ime", "kana-typo", "width", "punctuation", "kana"]
    assert [one.label for one in select(["jmmlu_anatomy"], perturb=["typo"]).tasks[0].variants] == ["typo"]


def test_tasks_of_two_languages_take_what_fits() -> None:
    chosen = {
        choice.task.name: [variant.label for variant in choice.variants]
        for choice in select(["core_dates_en", "core_dates_ja"], perturb=["english-typing", "japanese-typing"]).tasks
    }
    assert chosen["core_dates_en"][:2] == ["typo", "misspelling"] and "ime" not in chosen["core_dates_en"]
    assert "ime" in chosen["core_dates_ja"] and "typo" not in chosen["core_dates_ja"]


# Every task of the catalogue


def families() -> list[TaskSpec]:
    """One task of each family: members share their prompt."""
    found = {(task.origin, task.dataset.hub): task for task in catalogue().tasks.values()}
    return list(found.values())


def test_columns_are_found_for_every_task() -> None:
    none = {task.name for task in catalogue().tasks.values() if not perturbed_columns(task)}
    assert none == {"cola", "wic", "crows_pairs", "stereoset_intrasentence"}
    for task in catalogue().tasks.values():
        options = option_columns(task)
        assert not options or not {*options.columns} & {*perturbed_columns(task)}
        if task.dataset.perturb is None:
            assert "label" not in perturbed_columns(task)
    assert perturbed_columns(catalogue().tasks["mmlu_anatomy"]) == ("question",)
    assert perturbed_columns(catalogue().tasks["jmmlu_anatomy"]) == ("question",)
    assert perturbed_columns(catalogue().tasks["leaderboard_gpqa_main"]) == ("Question",)
    assert perturbed_columns(catalogue().tasks["ja_leaderboard_jsquad"]) == ("context", "question")


def test_options_are_found() -> None:
    listed = {task.name for task in families() if option_columns(task)}
    assert {"ja_leaderboard_jcommonsenseqa", "leaderboard_mmlu_pro"} <= listed
    assert option_columns(catalogue().tasks["mmlu_anatomy"]).columns == ("choices",)
    assert option_columns(catalogue().tasks["jmmlu_anatomy"]).columns == ("A", "B", "C", "D")
    assert option_columns(catalogue().tasks["arc_easy"]) is None


def test_gold_stays_gold_in_made_up_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    hub = build_hub(tmp_path / "hub")
    assert sum(check_task(task, hub=hub) for task in families()) > 250


@pytest.mark.parametrize("name", ["mmlu_anatomy", "jmmlu_anatomy", "arc_easy", "gsm8k", "hellaswag"])
def test_gold_stays_gold_in_real_rows(name: str, shared: Path) -> None:
    assert check_task(catalogue().tasks[name], hub=shared / "hub", limit=20) > 3


def check_task(task: TaskSpec, *, hub: Path, limit: int = 4) -> int:
    """Every variant that applies leaves choices and gold answers as they are, or moves both alike.

    Returns:
        How many variants were seen; 0 where the rows are not at hand.
    """
    bundle = "japanese-spelling" if "ja" in task.languages else "english-typing"
    named = read_variants([bundle, "irrelevant-context", "format"])
    variants = [variant for variant in named if variant.why_not(task, 0) is None]
    try:
        loaded, _ = load_tasks(select([task.name], shots=0).tasks, hub=hub, seed=7, limit=limit)
    except kijun.errors.WorldError:
        return 0
    ways = [way for variant in variants for way in varied(loaded[0].task, loaded[0].items, variant, 7)]
    for way in ways:
        check_way(loaded[0].task, loaded[0].items, way)
    return len(ways)


def check_way(task: TaskSpec, items: list[Item], way: Any) -> None:
    for before, after in zip(items, way.items, strict=True):
        old, new = ask(task, before.row).question, ask(way.task, after.row).question
        gold = way.golds.get(after.id, new.gold)
        assert after.id == before.id
        if way.variant.structure("options") and after.id in way.golds:
            options, moved = (option_columns(task).read(row) for row in (before.row, after.row))
            assert sorted(map(str, options)) == sorted(map(str, moved)) and options != moved
            assert marked(moved, gold) == marked(options, old.gold)
        elif task.prompt.contexts is None:
            assert gold == old.gold
            assert way.variant.label.startswith("option-symbols") or new.choices == old.choices


def marked(options: list[Any], gold: Any) -> Any:
    """The option that a gold answer names by index or letter."""
    if isinstance(gold, str):
        gold = ord(gold.strip("()")) - ord("A")
    return options[gold]


# Prompts

LETTERS = """
name: capitals
version: 1
axis: knowledge
languages: [en]
dataset: {file: rows.jsonl}
prompt:
  question: "Question: {{ question }}\\nA. {{ a }}\\nB. {{ b }}\\nC. {{ c }}\\nAnswer:"
  choices: [A, B, C]
  gold: "{{ answer }}"
shots: {split: rows.jsonl}
method: multiple_choice
scorers: [acc]
licence: made up
"""
ROWS = """{"question": "What is the capital of Japan?", "a": "Tokyo", "b": "Osaka", "c": "Kyoto", "answer": "A"}
{"question": "What is the capital of France?", "a": "Lyon", "b": "Nice", "c": "Paris", "answer": "C"}
{"question": "Which of these is in Italy?", "a": "Rome", "b": "Milan", "c": "All of the above", "answer": "C"}
{"question": "Which city is in Spain?", "a": "Porto", "b": "Madrid", "c": "Nantes", "answer": "B"}
"""


@pytest.fixture
def capitals(tmp_path: Path) -> Path:
    (tmp_path / "capitals.yaml").write_text(LETTERS, encoding="utf-8")
    (tmp_path / "rows.jsonl").write_text(ROWS, encoding="utf-8")
    return tmp_path / "capitals.yaml"


def prompts(task: Path, perturb: str, shots: int = 0) -> dict[str, list[tuple[str, Any]]]:
    loaded, _ = load_tasks(select([str(task)], shots=shots, perturb=[perturb]).tasks, hub=None, seed=1, limit=None)
    ready = [prepare(part, seed=1) for part in loaded]
    return {part.task.name: [(entry.requests[0].context, entry.question) for entry in part.prompted] for part in ready}


def test_options_move_and_gold_with_them(capitals: Path) -> None:
    found = prompts(capitals, "option-order")
    assert list(found) == ["capitals", "capitals@option-order#1", "capitals@option-order#2"]
    shifted = found["capitals@option-order#1"]
    assert shifted[0][0].endswith("A. Osaka\nB. Kyoto\nC. Tokyo\nAnswer:") and shifted[0][1].gold == 2
    assert shifted[1][0].endswith("A. Nice\nB. Paris\nC. Lyon\nAnswer:") and shifted[1][1].gold == 1
    # An option that speaks of the others keeps the item as it is.
    assert shifted[2] == found["capitals"][2]
    assert found["capitals@option-order#2"][3][1].gold == 2


def test_symbols_change_in_prompt_and_choices(capitals: Path) -> None:
    found = prompts(capitals, "option-symbols", shots=1)
    text, question = found["capitals@option-symbols#1"][0]
    assert text.endswith("1. Tokyo\n2. Osaka\n3. Kyoto\nAnswer:") and question.choices == ("1", "2", "3")
    assert question.gold == 0
    assert re.search(r"Answer: [123]\n\nQuestion", text)


def test_format_and_wording_change_the_prompt_alone(capitals: Path) -> None:
    formats = prompts(capitals, "prompt-format")
    assert formats["capitals@prompt-format#1"][0][0].startswith("QUESTION: What is the capital of Japan?\nA. Tokyo")
    assert formats["capitals@prompt-format#1"][0][0].endswith("ANSWER:")
    assert len({rows[0][0] for rows in formats.values()}) == 5
    others = prompts(capitals, "paraphrase")
    assert others["capitals@paraphrase#1"][0][0].startswith("Please answer the following.\n\nQ: What")
    for rows in [*formats.values(), *others.values()]:
        assert all("Tokyo\nB. Osaka" in text for text, _ in rows[:1])


def test_worked_examples_change_places(capitals: Path) -> None:
    found = prompts(capitals, "shot-order#3", shots=3)
    plain, moved = found["capitals"], found["capitals@shot-order#3"]
    assert [sorted(text.split("\n\n")) for text, _ in plain] == [sorted(text.split("\n\n")) for text, _ in moved]
    assert plain != moved


def test_only_the_first_column_gets_a_sentence_more(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": "It rains.", "b": "It is wet.", "answer": 0}\n', encoding="utf-8")
    text = LETTERS.replace("{{ question }}\\nA. {{ a }}\\nB. {{ b }}\\nC. {{ c }}", "{{ a }} So {{ b }}")
    (tmp_path / "pair.yaml").write_text(text, encoding="utf-8")
    (task,) = read_task_file(tmp_path / "pair.yaml")
    items = [Item("1", 0, {"a": "It rains.", "b": "It is wet.", "answer": 0})]
    (way,) = varied(task, items, read_variants(["irrelevant-context"])[0], 1)
    assert way.items[0].row["a"].endswith(" It rains.") and way.items[0].row["b"] == "It is wet."


def test_what_a_customer_says_can_be_perturbed() -> None:
    name = "scenarios_customer_support_ja"
    loaded, _ = load_tasks(select([name], perturb=["kansai", "casual"]).tasks, hub=None, seed=1, limit=None)
    plain, *others = loaded
    assert [part.task.name for part in others] == [f"{name}@kansai", f"{name}@casual"]
    for part in others:
        said = [(a.row["said"], b.row["said"]) for a, b in zip(plain.items, part.items, strict=True)]
        assert sum(before != after for before, after in said) > 20
        assert all(len(before) == len(after) for before, after in said)
        assert all(a.row["turns"] == b.row["turns"] for a, b in zip(plain.items, part.items, strict=True))


def test_the_clean_prompt_is_asked_once(capitals: Path) -> None:
    class Counting(HashModel):
        asked = 0

        async def respond(self, requests: Any) -> Any:
            Counting.asked += len(requests)
            async for answered in super().respond(requests):
                yield answered

    model = Counting()
    run = kijun.evaluate(str(capitals), model, perturb=["option-order", "regional"], out=capitals.parent / "run")
    # Four items of three choices as they stand; nine prompts less, as one item of the two shifts stays and no word of
    # the four questions has another spelling.
    assert Counting.asked == 12 + 2 * 3 * 3
    assert len(run.results.tasks) == 4
