"""Wordings of the number stories.

Fields: {a} start, {n} amount, {k} repetitions, {who}, {thing}, {town}, {c} counter.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["ENGLISH_STORIES", "JAPANESE_STORIES", "Story"]


class Story(msgspec.Struct, frozen=True):
    """One setting.

    Attributes:
        name: becomes the item's template.
        start, ask: wordings of the first sentence and of the question.
        steps: wordings by kind: ``add``, ``sub``, ``add_each``, ``sub_each``, ``double``, ``halve``.
        unit: written after the number in the answer.
        scale: amounts are multiples of it (10 for yen).
    """

    name: str
    start: tuple[str, ...]
    steps: Mapping[str, tuple[str, ...]]
    ask: tuple[str, ...]
    unit: str = ""
    scale: int = 1


ENGLISH_STORIES = (
    Story(
        "stock",
        (
            "{who}'s shop in {town} has {a} {thing} in stock.",
            "On Monday morning, {who} counts {a} {thing} in the shop.",
        ),
        {
            "add": ("A delivery brings {n} more.", "Then {n} more are delivered.", "A supplier sends another {n}."),
            "sub": ("Customers buy {n} of them.", "Then {n} of them are sold.", "{who} throws away {n} damaged ones."),
            "add_each": (
                "{k} boxes arrive, each with {n} {thing} in it.",
                "For {k} days, a supplier delivers {n} more each day.",
            ),
            "sub_each": ("{k} schools buy {n} {thing} each.", "Over {k} days, {n} are sold each day."),
            "double": ("{who} then doubles the stock.",),
            "halve": ("Half of the stock is then moved to another shop.",),
        },
        ("How many {thing} does the shop have now?", "How many {thing} are in the shop now?"),
    ),
    Story(
        "collection",
        ("{who} has {a} {thing}.", "{who} collects {thing} and owns {a} of them."),
        {
            "add": ("{who} buys {n} more.", "A neighbour gives {who} another {n}.", "{who} finds {n} more."),
            "sub": ("{who} gives away {n} of them.", "{who} sells {n} of them.", "{who} loses {n} of them."),
            "add_each": (
                "For {k} weeks, {who} buys {n} more every week.",
                "{k} friends each give {who} {n} {thing}.",
            ),
            "sub_each": (
                "{who} gives {n} {thing} to each of {k} cousins.",
                "{who} fills {k} bags with {n} {thing} each and gives the bags away.",
            ),
            "double": ("An aunt then gives {who} as many {thing} as {who} already has.",),
            "halve": ("{who} then gives half of the {thing} to a museum.",),
        },
        ("How many {thing} does {who} have now?", "How many {thing} does {who} have in the end?"),
    ),
    Story(
        "train",
        ("A train leaves {town} with {a} passengers.", "There are {a} passengers on a train when it leaves {town}."),
        {
            "add": ("At the next station, {n} people get on and nobody gets off.", "Then {n} people get on."),
            "sub": ("At the next station, {n} people get off and nobody gets on.", "Then {n} people get off."),
            "add_each": ("At each of the next {k} stations, {n} people get on and nobody gets off.",),
            "sub_each": ("At each of the next {k} stations, {n} people get off and nobody gets on.",),
            "double": ("At a junction, the number of passengers doubles.",),
            "halve": ("At a junction, half of the passengers get off.",),
        },
        ("How many passengers are on the train now?", "How many passengers does the train carry now?"),
    ),
    Story(
        "savings",
        ("{who} has {a} dollars in a savings box.", "There are {a} dollars in {who}'s savings box."),
        {
            "add": ("{who} puts in {n} dollars.", "{who} adds {n} dollars from a birthday present."),
            "sub": ("{who} takes out {n} dollars for a train ticket.", "{who} spends {n} dollars from it on lunch."),
            "add_each": ("For {k} weeks, {who} puts in {n} dollars every week.",),
            "sub_each": ("{who} takes out {n} dollars a day for {k} days.",),
            "double": ("{who}'s parents then double the money in the box.",),
            "halve": ("{who} then spends half of the money in the box.",),
        },
        ("How many dollars are in the box now?", "How many dollars does the box hold in the end?"),
    ),
    Story(
        "game",
        ("{who} starts the final round of a board game with {a} points.", "In a board game, {who} has {a} points."),
        {
            "add": ("{who} wins {n} points.", "A lucky card brings {n} more points."),
            "sub": ("{who} loses {n} points.", "A penalty costs {n} points."),
            "add_each": ("{who} wins {n} points in each of the next {k} turns.",),
            "sub_each": ("{who} loses {n} points in each of the next {k} turns.",),
            "double": ("A bonus card doubles the score.",),
            "halve": ("A storm card halves the score.",),
        },
        ("How many points does {who} have now?", "What is {who}'s score now?"),
    ),
)

JAPANESE_STORIES = (
    Story(
        "stock",
        ("{who}の店には、{thing}が{a}{c}あります。", "朝、{who}が店の{thing}を数えると、{a}{c}ありました。"),
        {
            "add": ("そこへ{n}{c}入荷しました。", "問屋から{n}{c}届きました。", "さらに{n}{c}を仕入れました。"),
            "sub": (
                "そのうち{n}{c}が売れました。",
                "お客さんが{n}{c}買っていきました。",
                "傷んでいた{n}{c}を処分しました。",
            ),
            "add_each": ("{n}{c}入りの箱が{k}箱届きました。", "その後、1日に{n}{c}ずつ{k}日間続けて入荷しました。"),
            "sub_each": ("{k}つの学校に{n}{c}ずつ納めました。", "その後、1日に{n}{c}ずつ{k}日間売れました。"),
            "double": ("追加の仕入れで、在庫が2倍になりました。",),
            "halve": ("ここで、在庫の半分を支店に移しました。",),
        },
        ("いま店にある{thing}は何{c}ですか。", "店の{thing}は何{c}になりましたか。"),
        "{c}",
    ),
    Story(
        "train",
        ("{place}駅を出たとき、電車には{a}人の乗客がいました。", "{a}人の乗客を乗せた電車が{place}駅を出発しました。"),
        {
            "add": ("次の駅では{n}人が乗り、降りた人はいませんでした。", "続いて{n}人が乗ってきました。"),
            "sub": ("次の駅では{n}人が降り、乗った人はいませんでした。", "続いて{n}人が降りました。"),
            "add_each": ("その先の{k}駅では、どの駅でも{n}人ずつ乗り、降りた人はいませんでした。",),
            "sub_each": ("その先の{k}駅では、どの駅でも{n}人ずつ降り、乗った人はいませんでした。",),
            "double": ("乗換駅では大勢が乗り、乗客が2倍になりました。",),
            "halve": ("乗換駅では、乗客の半分が降りました。",),
        },
        ("いま電車に乗っている乗客は何人ですか。", "乗客は何人になりましたか。"),
        "人",
    ),
    Story(
        "savings",
        ("{who}の貯金箱には{a}円入っています。", "{who}は貯金箱に{a}円ためています。"),
        {
            "add": ("お年玉から{n}円を入れました。", "お手伝いでもらった{n}円を入れました。"),
            "sub": ("文房具を買うために{n}円を取り出しました。", "バス代として{n}円を取り出しました。"),
            "add_each": ("それから毎週{n}円ずつ、{k}週間続けて入れました。",),
            "sub_each": ("それから毎日{n}円ずつ、{k}日間取り出しました。",),
            "double": ("すると、おばあさんが同じ額を足して、中身を2倍にしてくれました。",),
            "halve": ("ここで、中身のちょうど半分を募金しました。",),
        },
        ("いま貯金箱には何円ありますか。", "貯金箱の中身は何円になりましたか。"),
        "円",
        10,
    ),
    Story(
        "points",
        (
            "{who}は商店街のカードに{a}ポイントためています。",
            "{town}の商店街で、{who}のカードには{a}ポイントたまっています。",
        ),
        {
            "add": ("買い物で{n}ポイント付きました。", "福引で{n}ポイントもらいました。"),
            "sub": ("会計のときに{n}ポイント使いました。", "景品と交換して{n}ポイント減りました。"),
            "add_each": ("その後、{k}日続けて来店し、1日に{n}ポイントずつもらいました。",),
            "sub_each": ("1つ{n}ポイントの景品を{k}つ、ポイントと交換しました。",),
            "double": ("記念日の特典で、たまっているポイントが2倍になりました。",),
            "halve": ("ここで、ポイントの半分を家族に譲りました。",),
        },
        ("いま何ポイントありますか。", "カードのポイントはいくつになりましたか。"),
        "ポイント",
    ),
    Story(
        "harvest",
        ("{who}は畑でじゃがいもを{a}個収穫しました。", "{town}の畑で、{who}はじゃがいもを{a}個掘りました。"),
        {
            "add": ("午後にはさらに{n}個掘りました。", "隣の畑の人から{n}個もらいました。"),
            "sub": ("近所の人に{n}個配りました。", "夕食に{n}個使いました。", "傷のある{n}個を取り除きました。"),
            "add_each": ("翌日からは1日に{n}個ずつ、{k}日間掘りました。",),
            "sub_each": ("{n}個入りの袋を{k}袋作り、直売所に出しました。",),
            "double": ("親戚も畑を手伝い、じゃがいもの数は2倍になりました。",),
            "halve": ("ここで、半分を学校給食に寄付しました。",),
        },
        ("手もとのじゃがいもは何個ですか。", "じゃがいもは何個になりましたか。"),
        "個",
    ),
)
