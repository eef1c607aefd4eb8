"""Counting words and what is counted with them. Things that are counted in more than one usual way are left out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["ENGLISH_COUNTING", "JAPANESE_COUNTING", "CountingWords"]


class CountingWords(msgspec.Struct, frozen=True):
    """One language's counting words and sentences.

    Attributes:
        things: what each counting word counts.
        listed: counting words that occur in lists of things one might keep together.
        too_close: for a counting word, others that would not be plainly wrong in its place.
        everyday: counting words that level 1 asks for.
        misfits: counting words that are plainly wrong for anything but their own things.
        amount: an amount with its counting word.
        how, found, which, opening, entry, changes, ask: wordings; fields {who}, {town}, {thing}, {things}, {count},
            {n}, {counter}.
        join, space: between entries of a list and between sentences.
        plurals: plural of a counting word; empty where there is none.
    """

    things: Mapping[str, tuple[str, ...]]
    listed: tuple[str, ...]
    too_close: Mapping[str, tuple[str, ...]]
    everyday: tuple[str, ...]
    misfits: tuple[str, ...]
    amount: str
    how: tuple[str, ...]
    found: tuple[str, ...]
    which: str
    opening: tuple[str, ...]
    entry: str
    changes: Mapping[str, str]
    ask: str
    join: str
    space: str
    plurals: Mapping[str, str]

    def named(self, counter: str, count: int) -> str:
        """The counting word as it stands after `count`."""
        return self.plurals.get(counter, counter) if count != 1 else counter

    def unit(self, counter: str) -> str:
        """What follows the number in the answer to a list: the counting word in Japanese, nothing in English."""
        return "" if self.plurals else counter


JAPANESE_COUNTING = CountingWords(
    things={
        "本": ("鉛筆", "傘", "大根", "ろうそく", "ネクタイ", "牛乳瓶", "ほうき", "きゅうり", "ボールペン", "ロープ"),
        "枚": ("切手", "皿", "はがき", "座布団", "タオル", "シャツ", "色紙", "毛布", "写真", "まな板"),
        "冊": ("ノート", "辞書", "絵本", "手帳", "文庫本", "雑誌", "アルバム", "教科書", "料理本", "地図帳"),
        "台": ("自転車", "ピアノ", "扇風機", "洗濯機", "ミシン", "テレビ", "冷蔵庫", "パソコン", "プリンター"),
        "足": ("靴下", "スニーカー", "長靴", "スリッパ", "サンダル", "げた", "革靴", "足袋"),
        "着": ("スーツ", "コート", "ドレス", "ジャケット", "レインコート"),
        "匹": ("猫", "金魚", "めだか", "かぶとむし", "ハムスター", "子犬", "りす"),
        "脚": ("いす", "丸いす", "折りたたみいす"),
        "膳": ("箸", "塗り箸", "割り箸"),
    },
    listed=("本", "枚", "冊", "台", "足", "着", "脚", "膳"),
    too_close={
        "着": ("枚",),
        "脚": ("台",),
        "台": ("脚",),
        "膳": ("本",),
        "枚": ("着",),
        "本": ("膳",),
    },
    everyday=("本", "枚", "冊", "台", "匹"),
    misfits=("本", "枚", "冊", "台", "匹"),
    amount="{thing}{n}{counter}",
    how=(
        "{who}は{town}で「{thing}」を数えました。数は{count}です。ふつうの助数詞を付けて言うと、どうなりますか。",
        "{town}に住む{who}が、「{thing}」の数を記録します。数は{count}です。適切な助数詞を付けて答えてください。",
    ),
    found=(
        "{town}に住む{who}の家には、{things}があります。",
        "{who}は{town}の店で、{things}を買いました。",
    ),
    opening=(
        "{who}は、{town}の公民館にあるものを数えて、助数詞を付けずに次のように書きとめました。",
        "{town}に住む{who}は、フリーマーケットに出すものを、助数詞を付けずに次のように書き出しました。",
    ),
    entry="{thing}：{n}",
    changes={
        "more": "その後、{thing}の数は{n}増えました。",
        "less": "また、{thing}の数は{n}減りました。",
        "double": "さらに、{thing}の数は2倍になりました。",
    },
    which="このうち、ふつう「{counter}」で数えるものはどれですか。",
    ask="このうち、ふつう「{counter}」で数えるものは、合わせて何{counter}ですか。",
    join="、",
    space="",
    plurals={},
)

ENGLISH_COUNTING = CountingWords(
    things={
        "loaf": ("rye bread", "white bread", "raisin bread", "garlic bread", "corn bread"),
        "sheet": ("drawing paper", "wrapping paper", "sandpaper", "cardboard", "plywood"),
        "pair": ("scissors", "trousers", "gloves", "binoculars", "sandals", "pliers", "socks", "headphones"),
        "bar": ("soap", "chocolate", "nougat"),
        "bunch": ("grapes", "bananas", "parsley", "radishes"),
        "ball": ("wool", "twine", "string"),
        "deck": ("playing cards", "tarot cards", "flash cards"),
        "flock": ("sheep", "geese", "goats", "pigeons"),
        "spool": ("thread", "sewing cotton", "embroidery silk"),
        "head": ("lettuce", "cabbage", "cauliflower", "broccoli"),
        "tube": ("toothpaste", "hand cream", "face cream"),
    },
    listed=("loaf", "sheet", "pair", "bar", "bunch", "ball", "deck", "spool", "head", "tube"),
    too_close={"ball": ("spool",), "spool": ("ball",), "bunch": ("head",), "head": ("bunch",), "sheet": ("bar",)},
    everyday=("loaf", "sheet", "pair", "bar", "bunch", "ball", "deck", "flock", "spool", "head", "tube"),
    misfits=("loaf", "sheet", "bar", "ball", "spool", "tube"),
    amount="{n} {counter} of {thing}",
    how=(
        '{who} from {town} says: "I need {count} ... of {thing}." What is that amount with its usual counting word?',
        "In {town}, {who} counts {thing} and gets to {count}. What is that amount with its usual counting word?",
    ),
    found=(
        "{who} from {town} needs {things}.",
        "In a shop in {town}, {who} asks for {things}.",
    ),
    opening=(
        "{who} from {town} writes down things to buy and leaves out the counting words, such as cups for tea.",
        "For a fair in {town}, {who} makes a list and leaves out all counting words, such as cups for tea.",
    ),
    entry="{thing}: {n}",
    changes={
        "more": "Later, the number for {thing} goes up by {n}.",
        "less": "The number for {thing} goes down by {n}.",
        "double": "The number for {thing} doubles.",
    },
    which="Which of these things is usually counted in {counter}?",
    ask="With the usual counting words, how many {counter} are on the list now in total?",
    join=", ",
    space=" ",
    plurals={
        "loaf": "loaves",
        "sheet": "sheets",
        "pair": "pairs",
        "bar": "bars",
        "bunch": "bunches",
        "ball": "balls",
        "deck": "decks",
        "flock": "flocks",
        "spool": "spools",
        "head": "heads",
        "tube": "tubes",
    },
)
