"""Wordings of the ordering puzzles: lines in which people stand, from the first place to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

__all__ = ["ENGLISH_LINES", "JAPANESE_LINES", "Line"]

_COUNTS = {4: "Four", 5: "Five", 6: "Six"}
_HEADS = {4: "4人", 5: "5人", 6: "6人"}


class Line(msgspec.Struct, frozen=True):
    """One setting.

    Attributes:
        name: becomes the item's template.
        intro: first sentence; fields {names}, {count}.
        clues: wordings by kind of clue; fields {a}, {b} (a name, or a place as in `first` ... `last`).
        ask: the question; field {place}.
        first: names of the places from the first on.
        last: name of the last place.
        counts: how many people, in words.
    """

    name: str
    intro: tuple[str, ...]
    clues: Mapping[str, tuple[str, ...]]
    ask: tuple[str, ...]
    first: tuple[str, ...]
    last: str
    counts: Mapping[int, str]

    def places(self, count: int) -> Sequence[str]:
        """Names of the places in a line of `count`."""
        return [*self.first[: count - 1], self.last]


_ORDINALS = ("first", "second", "third", "fourth", "fifth")

ENGLISH_LINES = (
    Line(
        "race",
        (
            "{names} ran a race, and no two of them finished together.",
            "{count} friends, {names}, ran a race without ties.",
        ),
        {
            "before": ("{a} finished before {b}.", "{a} was faster than {b}."),
            "after": ("{a} finished after {b}.", "{a} was slower than {b}."),
            "next": ("{b} was the next to finish after {a}.", "{a} finished directly ahead of {b}."),
            "gap": ("Exactly one of the others finished between {a} and {b}.",),
            "place": ("{a} finished {b}.",),
            "not_place": ("{a} did not finish {b}.",),
        },
        ("Who finished {place}?",),
        _ORDINALS,
        "last",
        _COUNTS,
    ),
    Line(
        "queue",
        ("{names} are waiting in a queue.", "{count} people are waiting in a queue: {names}."),
        {
            "before": ("{a} is ahead of {b}.", "{a} stands somewhere in front of {b}."),
            "after": ("{a} is behind {b}.", "{a} stands somewhere behind {b}."),
            "next": ("{a} stands directly in front of {b}.", "{b} stands directly behind {a}."),
            "gap": ("Exactly one person stands between {a} and {b}.",),
            "place": ("{a} is {b} in the queue.",),
            "not_place": ("{a} is not {b} in the queue.",),
        },
        ("Who is {place} in the queue?",),
        _ORDINALS,
        "last",
        _COUNTS,
    ),
    Line(
        "age",
        ("{names} are all of different ages.", "{count} cousins, {names}, are all of different ages."),
        {
            "before": ("{a} is older than {b}.",),
            "after": ("{a} is younger than {b}.",),
            "next": ("{b} is the next oldest after {a}.",),
            "gap": ("Exactly one of the others is between {a} and {b} in age.",),
            "place": ("{a} is the {b}.",),
            "not_place": ("{a} is not the {b}.",),
        },
        ("Who is the {place}?",),
        ("oldest", "second oldest", "third oldest", "fourth oldest", "fifth oldest"),
        "youngest",
        _COUNTS,
    ),
    Line(
        "height",
        ("{names} are all of different heights.", "{count} neighbours, {names}, are all of different heights."),
        {
            "before": ("{a} is taller than {b}.",),
            "after": ("{a} is shorter than {b}.",),
            "next": ("{b} is the next tallest after {a}.",),
            "gap": ("Exactly one of the others is between {a} and {b} in height.",),
            "place": ("{a} is the {b}.",),
            "not_place": ("{a} is not the {b}.",),
        },
        ("Who is the {place}?",),
        ("tallest", "second tallest", "third tallest", "fourth tallest", "fifth tallest"),
        "shortest",
        _COUNTS,
    ),
    Line(
        "talks",
        (
            "{names} each gave one talk at a meeting, one after another.",
            "{count} people, {names}, gave talks one by one.",
        ),
        {
            "before": ("{a} spoke before {b}.", "{a} spoke earlier than {b}."),
            "after": ("{a} spoke after {b}.", "{a} spoke later than {b}."),
            "next": ("{a} spoke right before {b}.", "{b} spoke right after {a}."),
            "gap": ("There was exactly one talk between those of {a} and {b}.",),
            "place": ("{a} spoke {b}.",),
            "not_place": ("{a} did not speak {b}.",),
        },
        ("Who spoke {place}?",),
        _ORDINALS,
        "last",
        _COUNTS,
    ),
)

_TURNS = ("1番目", "2番目", "3番目", "4番目", "5番目")

JAPANESE_LINES = (
    Line(
        "race",
        (
            "{names}の{count}が徒競走をしました。同着はいませんでした。",
            "運動会で{names}の{count}が走り、全員の順位が決まりました。",
        ),
        {
            "before": ("{a}は{b}より先にゴールしました。", "{a}は{b}より速くゴールしました。"),
            "after": ("{a}は{b}よりあとにゴールしました。", "{a}は{b}より遅れてゴールしました。"),
            "next": ("{a}のすぐ次に{b}がゴールしました。", "{b}は{a}の次の順位でした。"),
            "gap": ("{a}と{b}の間には、ちょうど1人がゴールしました。",),
            "place": ("{b}は{a}でした。",),
            "not_place": ("{a}は{b}ではありませんでした。",),
        },
        ("{place}は誰ですか。", "{place}になったのは誰ですか。"),
        ("1位", "2位", "3位", "4位", "5位"),
        "最下位",
        _HEADS,
    ),
    Line(
        "queue",
        ("{names}の{count}が、パン屋の前に1列に並んでいます。", "窓口の前に、{names}の{count}が1列に並んでいます。"),
        {
            "before": ("{a}は{b}より前にいます。", "{a}は{b}より前に並んでいます。"),
            "after": ("{a}は{b}より後ろにいます。", "{a}は{b}より後ろに並んでいます。"),
            "next": ("{a}のすぐ後ろに{b}がいます。", "{b}のすぐ前は{a}です。"),
            "gap": ("{a}と{b}の間には、ちょうど1人います。",),
            "place": ("{b}は{a}です。",),
            "not_place": ("{a}は{b}ではありません。",),
        },
        ("{place}に並んでいるのは誰ですか。", "列の{place}にいるのは誰ですか。"),
        ("先頭", "前から2番目", "前から3番目", "前から4番目", "前から5番目"),
        "最後尾",
        _HEADS,
    ),
    Line(
        "age",
        ("{names}の{count}は、年齢がみな違います。", "同じ町内に住む{names}の{count}は、全員年齢が違います。"),
        {
            "before": ("{a}は{b}より年上です。",),
            "after": ("{a}は{b}より年下です。",),
            "next": ("年齢の高い順に並べると、{a}のすぐ次が{b}です。",),
            "gap": ("年齢順に並べると、{a}と{b}の間にはちょうど1人入ります。",),
            "place": ("{b}は{a}です。",),
            "not_place": ("{b}は{a}ではありません。",),
        },
        ("{place}は誰ですか。",),
        ("最年長", "2番目に年上の人", "3番目に年上の人", "4番目に年上の人", "5番目に年上の人"),
        "最年少",
        _HEADS,
    ),
    Line(
        "talks",
        (
            "今日は{names}の{count}が、1人ずつ順番に面談を受けました。",
            "{names}の{count}が、順番に1人ずつ面談を受けました。",
        ),
        {
            "before": ("{a}の面談は{b}より先でした。", "{a}は{b}より早い順番でした。"),
            "after": ("{a}の面談は{b}よりあとでした。", "{a}は{b}より遅い順番でした。"),
            "next": ("{a}のすぐあとが{b}の番でした。", "{b}の直前に面談を受けたのは{a}です。"),
            "gap": ("{a}と{b}の間に面談を受けたのは、ちょうど1人でした。",),
            "place": ("{b}に面談を受けたのは{a}です。",),
            "not_place": ("{a}は{b}ではありませんでした。",),
        },
        ("{place}に面談を受けたのは誰ですか。",),
        _TURNS,
        "最後",
        _HEADS,
    ),
    Line(
        "seats",
        (
            "{names}の{count}が、映画館で横1列に座っています。",
            "{names}の{count}が、会議室で横1列に並んで座っています。",
        ),
        {
            "before": ("{a}は{b}より左に座っています。", "{a}の席は{b}の席より左です。"),
            "after": ("{a}は{b}より右に座っています。", "{a}の席は{b}の席より右です。"),
            "next": ("{a}のすぐ右隣は{b}です。", "{b}のすぐ左隣に{a}が座っています。"),
            "gap": ("{a}と{b}の間には、ちょうど1人が座っています。",),
            "place": ("{b}の席は{a}です。",),
            "not_place": ("{a}の席は{b}ではありません。",),
        },
        ("向かって{place}の席に座っているのは誰ですか。", "{place}の席は誰ですか。"),
        ("左端", "左から2番目", "左から3番目", "左から4番目", "左から5番目"),
        "右端",
        _HEADS,
    ),
)
