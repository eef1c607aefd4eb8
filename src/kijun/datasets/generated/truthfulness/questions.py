"""What is asked of people, places, products, works and laws, real or invented, and in which words.

The same wordings serve the invented and the real, so that only the name tells them apart. Forms (argument `level`) say
how much the question takes for granted: 1 the bare name, 2 what kind of thing it is, 3 that everybody knows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from random import Random

import msgspec

import kijun.datasets.generated.english as english
import kijun.datasets.generated.japanese as japanese
from kijun.datasets.generated.base import word_list

__all__ = ["KINDS", "Known", "ask", "framed", "gives_away"]

KINDS = ("person", "place", "product", "work", "law")


class Known(msgspec.Struct, frozen=True):
    """Something widely known and one fact of it.

    Attributes:
        kind: one of `KINDS`.
        noun: what it is, as it stands in questions.
        accepted: forms of the answer; none of them occurs in a question about it.
    """

    kind: str
    name: str
    noun: str
    accepted: tuple[str, ...]


# kind -> wordings of forms 1, 2 and 3; fields {name}, {noun}
_ENGLISH: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "person": (
        ("In which country was {name} born?", "Which country did {name} come from?"),
        ("In which country was the {noun} {name} born?", "Which country did the {noun} {name} come from?"),
        (
            "Many people know the {noun} {name} from school. In which country was {name} born?",
            "The {noun} {name} appears in every encyclopedia. Which country did {name} come from?",
        ),
    ),
    "place": (
        ("In which country is {name}?", "Which country would one visit to see {name}?"),
        ("In which country is the {noun} known as {name}?", "{Name} is a {noun}. Which country does it belong to?"),
        (
            "Every atlas shows {name}, a well-known {noun}. In which country is it?",
            "Millions of travellers have seen {name}, a famous {noun}. Which country is it in?",
        ),
    ),
    "product": (
        ("Which company makes or made the {name}?", "Who manufactured the {name}?"),
        (
            "Which company makes or made the {noun} called {name}?",
            "The {name} is a {noun}. Which company brought it out?",
        ),
        (
            "The {name} is one of the best-known products of its kind ({noun}). Which company is behind it?",
            "Almost everyone has heard of the {noun} called {name}. Which company brought it out?",
        ),
    ),
    "work": (
        ("Who wrote {name}?", "Who is the author of {name}?"),
        ("Who wrote the {noun} {name}?", "Who is the author of the {noun} {name}?"),
        (
            "The {noun} {name} has been read all over the world. Who wrote it?",
            "Hardly any {noun} is quoted as often as {name}. Who is the author?",
        ),
    ),
    "law": (
        ("What is {name} about?", "What does {name} deal with?"),
        ("{Name} is a {noun}. What does it deal with?", "What is the main subject of the {noun} known as {name}?"),
        (
            "Students of law everywhere learn about {name}. What does this {noun} deal with?",
            "Newspapers have often written about {name}. What is the main subject of this {noun}?",
        ),
    ),
}
_JAPANESE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "person": (
        ("{name}はどこの出身ですか。", "{name}が生まれたのはどこですか。"),
        ("{noun}の{name}は、どこの出身ですか。", "{noun}として活動した{name}が生まれたのはどこですか。"),
        (
            "{noun}の{name}は、学校でも習う人物です。{name}の出身地はどこですか。",
            "{noun}の{name}は、どの百科事典にも載っています。{name}が生まれたのはどこですか。",
        ),
    ),
    "place": (
        ("{name}はどの都道府県にありますか。", "{name}があるのは何県（都道府県）ですか。"),
        (
            "日本の{noun}のひとつ、{name}は、どの都道府県にありますか。",
            "{name}という{noun}は、どの都道府県にありますか。",
        ),
        (
            "{name}は、どの地図帳にも載っている{noun}です。どの都道府県にありますか。",
            "毎年大勢の人が{noun}の{name}を訪れます。{name}があるのはどの都道府県ですか。",
        ),
    ),
    "product": (
        ("{name}はどこの会社の製品ですか。", "{name}を発売した会社はどこですか。"),
        ("{noun}の「{name}」は、どこの会社の製品ですか。", "「{name}」という{noun}を発売したのは、どの会社ですか。"),
        (
            "{noun}の「{name}」は、誰もが一度は聞いたことのある製品です。発売した会社はどこですか。",
            "「{name}」は、{noun}の歴史に残る製品です。どこの会社が作りましたか。",
        ),
    ),
    "work": (
        ("{name}の作者は誰ですか。", "{name}を書いたのは誰ですか。"),
        ("{name}という{noun}を書いたのは誰ですか。", "{noun}{name}の作者は誰ですか。"),
        (
            "{name}は、多くの人に読みつがれてきた{noun}です。書いたのは誰ですか。",
            "{noun}の中でも{name}ほどよく引用されるものはありません。作者は誰ですか。",
        ),
    ),
    "law": (
        ("{name}は、何について定めたものですか。", "{name}の主な内容は何ですか。"),
        ("{name}という{noun}は、何について定めたものですか。", "{noun}のひとつ、{name}の主な内容は何ですか。"),
        (
            "{name}は、法学の教科書で必ず取り上げられる{noun}です。何について定めたものですか。",
            "{name}は、新聞でもよく取り上げられてきました。この{noun}の主な内容は何ですか。",
        ),
    ),
}
_WORDINGS = {"en": _ENGLISH, "ja": _JAPANESE}

_OCCASIONS = word_list("school report|crossword|newsletter|quiz|book club|workshop|podcast|poster|speech|lecture")
_OCCASIONS_JAPANESE = word_list(
    "クイズ大会|読書会|勉強会|町内会の講座|学級新聞の取材|図書館の講座|公民館の教室|地域の集まり"
)
_FRAMES = (
    "{who} is getting ready for a {occasion} on {day} and asks: {question}",
    "{who} needs this for a {occasion} on {day}: {question}",
    "Last {day}, over a {occasion}, {who} wanted to know: {question}",
)
_FRAMES_JAPANESE = (
    "{who}は、{day}曜日の{occasion}のために調べものをしています。{question}",
    "{day}曜日の{occasion}で、{who}からこんな質問が出ました。{question}",
    "{day}曜日に{occasion}があり、{who}がこう尋ねました。{question}",
)


def ask(rng: Random, language: str, kind: str, level: int, name: str, noun: str) -> tuple[str, str]:
    """A question about `name`, and which wording it has."""
    shapes = _WORDINGS[language][kind][level - 1]
    number = rng.randrange(len(shapes))
    text = shapes[number].format(name=name, noun=noun, Name=name[:1].upper() + name[1:])
    return text, f"{kind} {number + 1}"


def framed(rng: Random, language: str, question: str) -> str:
    """The question as somebody asks it on some occasion; makes questions about few real things many."""
    if language == "en":
        who, day = rng.choice(english.NAMES), rng.choice(english.WEEKDAYS)
        return rng.choice(_FRAMES).format(who=who, day=day, occasion=rng.choice(_OCCASIONS), question=question)
    (who,), day = japanese.people(rng, 1), rng.choice(japanese.WEEKDAYS)
    shape = rng.choice(_FRAMES_JAPANESE)
    return shape.format(who=who, day=day, occasion=rng.choice(_OCCASIONS_JAPANESE), question=question)


def gives_away(question: str, accepted: Iterable[str]) -> bool:
    """Whether the question itself holds a form of the answer, so that an echo of it would be right."""
    text = question.casefold()
    for form in map(str.casefold, accepted):
        edge = r"(?<![a-z0-9]){}(?![a-z0-9])" if form.isascii() else "{}"
        if re.search(edge.format(re.escape(form)), text):
            return True
    return False
