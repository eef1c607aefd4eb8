"""Wordings of invented regulations: maps from a kind to a place, from a place to a day, and so on."""

from __future__ import annotations

from random import Random

import msgspec

__all__ = ["ENGLISH_REGULATIONS", "JAPANESE_REGULATIONS", "Regulations"]


class Regulations(msgspec.Struct, frozen=True):
    """One setting.

    Attributes:
        intro: first sentence; field {town}.
        stages: values of each stage; the first are kinds, the second what they map to, ....
        sentences: one regulation for each hop from stage to stage; fields {0}, {1}.
        exception: field {0} a kind, {1} a value of the second stage, for things that are flagged.
        simple: says of which kind {thing} is, where there is no exception.
        plain, flagged: the same where there is one, without and with the flag that it depends on.
        ask: questions after one, two, three, four hops.
        space: between sentences.
        label: shape of the label of the thing that is asked about; field {0} is drawn, so that no two items are alike.
    """

    name: str
    intro: str
    stages: tuple[tuple[str, ...], ...]
    sentences: tuple[str, ...]
    exception: str
    simple: str
    plain: str
    flagged: str
    ask: tuple[str, ...]
    space: str
    label: str

    def thing(self, rng: Random) -> str:
        """Label of the thing that is asked about."""
        letters = "".join(rng.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(2))
        return self.label.format(f"{letters}-{rng.randint(11, 99)}")


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_WEEKDAYS = ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日")

ENGLISH_REGULATIONS = (
    Regulations(
        "museum",
        "The museum of {town} has these rules for its objects.",
        (
            ("a vase", "a mask", "a map", "a clock", "a flute", "a shield", "a carpet"),
            ("the blue room", "the green room", "the red room", "the white room", "the yellow room", "the grey room"),
            _DAYS,
            (
                "the north door",
                "the south door",
                "the east door",
                "the west door",
                "the cellar door",
                "the garden door",
            ),
            ("a brass key", "a steel key", "a wooden key", "a silver key", "a copper key", "an iron key"),
        ),
        (
            "If an object is {0}, it is kept in {1}.",
            "Objects in {0} are cleaned on {1}.",
            "Whoever cleans on {0} comes in through {1}.",
            "For {0}, one needs {1}.",
        ),
        "However, an object that is {0} and on loan is kept in {1} instead.",
        "Object {thing} is {kind}.",
        "Object {thing} is {kind} and is not on loan.",
        "Object {thing} is {kind} and is on loan.",
        (
            "Where is object {thing} kept?",
            "On which day is object {thing} cleaned?",
            "Through which door does the cleaner of object {thing} come in?",
            "Which key does the cleaner of object {thing} need?",
        ),
        " ",
        "{0}",
    ),
    Regulations(
        "parcels",
        "The post office of {town} sorts its parcels by these rules.",
        (
            ("glass", "books", "cheese", "paint", "clothes", "seeds", "tools"),
            ("shelf A", "shelf B", "shelf C", "shelf D", "shelf E", "shelf F"),
            (
                "the morning van",
                "the noon van",
                "the evening van",
                "the night van",
                "the express van",
                "the Sunday van",
            ),
            ("Gate 1", "Gate 2", "Gate 3", "Gate 4", "Gate 5", "Gate 6"),
            ("a red stamp", "a blue stamp", "a green stamp", "a black stamp", "a purple stamp", "an orange stamp"),
        ),
        (
            "A parcel with {0} goes to {1}.",
            "Everything on {0} leaves with {1}.",
            "Parcels for {0} are loaded at {1}.",
            "At {0}, every parcel gets {1}.",
        ),
        "However, a registered parcel with {0} goes to {1} instead.",
        "Parcel {thing} contains {kind}.",
        "Parcel {thing} contains {kind} and is not registered.",
        "Parcel {thing} contains {kind} and is registered.",
        (
            "To which shelf does parcel {thing} go?",
            "With which van does parcel {thing} leave?",
            "At which gate is parcel {thing} loaded?",
            "Which stamp does parcel {thing} get?",
        ),
        " ",
        "{0}",
    ),
)

JAPANESE_REGULATIONS = (
    Regulations(
        "parcels",
        "{town}の配送センターでは、荷物を次の決まりで仕分けています。",
        (
            ("食器", "衣類", "書籍", "果物", "工具", "化粧品", "おもちゃ"),
            ("A棚", "B棚", "C棚", "D棚", "E棚", "F棚"),
            ("朝の便", "昼の便", "夕方の便", "夜の便", "早朝の便", "深夜の便"),
            ("1番口", "2番口", "3番口", "4番口", "5番口", "6番口"),
            ("赤い札", "青い札", "緑の札", "黄色い札", "白い札", "黒い札"),
        ),
        (
            "中身が{0}の荷物は、{1}に置きます。",
            "{0}の荷物は、{1}で運びます。",
            "{0}に載せる荷物は、{1}から出します。",
            "{0}から出す荷物には、{1}を付けます。",
        ),
        "ただし、中身が{0}で速達の荷物は、{1}に置きます。",
        "荷物{thing}の中身は{kind}です。",
        "荷物{thing}は速達ではなく、中身は{kind}です。",
        "荷物{thing}は速達で、中身は{kind}です。",
        (
            "荷物{thing}はどの棚に置きますか。",
            "荷物{thing}はどの便で運びますか。",
            "荷物{thing}は何番口から出しますか。",
            "荷物{thing}にはどの色の札を付けますか。",
        ),
        "",
        "{0}",
    ),
    Regulations(
        "town hall",
        "{town}役場では、届け出の受け付けを次のように決めています。",
        (
            ("転居届", "開業届", "施設利用届", "寄付届", "工事届", "催し物届", "農地届"),
            ("1番窓口", "2番窓口", "3番窓口", "4番窓口", "5番窓口", "6番窓口"),
            _WEEKDAYS,
            ("住民課", "税務課", "建設課", "環境課", "福祉課", "農林課"),
            ("1階", "2階", "3階", "4階", "5階", "6階"),
        ),
        (
            "{0}は{1}で受け付けます。",
            "{0}で受け付けた書類は、{1}に審査します。",
            "{0}の審査は{1}が担当します。",
            "{0}は{1}にあります。",
        ),
        "ただし、代理人が出す{0}は{1}で受け付けます。",
        "書類{thing}は{kind}です。",
        "書類{thing}は、本人が出した{kind}です。",
        "書類{thing}は、代理人が出した{kind}です。",
        (
            "書類{thing}は何番窓口で受け付けますか。",
            "書類{thing}は何曜日に審査しますか。",
            "書類{thing}を審査するのは何課ですか。",
            "書類{thing}を審査する課は何階にありますか。",
        ),
        "",
        "{0}",
    ),
)
