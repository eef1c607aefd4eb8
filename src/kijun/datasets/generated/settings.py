"""Wordings of the invented passages: people, what each does or has, where each is, and how that changes."""

from __future__ import annotations

import msgspec

from kijun.datasets.generated.base import word_list

__all__ = ["ENGLISH_SETTINGS", "JAPANESE_SETTINGS", "Setting"]


class Setting(msgspec.Struct, frozen=True):
    """One setting. Fields: {p} a person, {j} what identifies the person, {w} the place; {a}, {b} two people who swap.

    Attributes:
        intro: first sentence; field {town}.
        jobs, places: what is drawn.
        both, job, place: sentences about one person.
        filler: a sentence between the blocks of level 2.
        swaps: three changes in the order in which they happen.
        unchanged: last sentence of level 3.
        ask_person, ask_job, ask_now: questions of levels 1, 2 and 3.
    """

    name: str
    intro: tuple[str, ...]
    jobs: tuple[str, ...]
    places: tuple[str, ...]
    both: tuple[str, ...]
    job: tuple[str, ...]
    place: tuple[str, ...]
    filler: str
    swaps: tuple[str, str, str]
    unchanged: str
    ask_person: str
    ask_job: str
    ask_now: str


ENGLISH_SETTINGS = (
    Setting(
        "village",
        (
            "The village of {town} is small, and everybody knows where everybody lives.",
            "In {town}, most houses have stood for two hundred years.",
        ),
        word_list(
            "baker|potter|teacher|carpenter|beekeeper|doctor|weaver|gardener|printer|tailor|postal worker|fisher"
        ),
        word_list(
            "Bell Lane|Mill Street|Chalk Hill|Orchard Row|Ferry Road|Castle Square|Willow Walk|"
            "Tanner's Yard|Quarry Path|Harbour Steps|Long Meadow|Copper Alley"
        ),
        ("{p}, the {j}, lives in {w}.", "The {j}, {p}, has a house in {w}."),
        ("{p} is the village's {j}.", "{p} works as the {j}."),
        ("{p} lives in {w}.", "The house of {p} is in {w}."),
        "All of them have lived at the same address for years.",
        (
            "In April, {a} and {b} swapped houses.",
            "In June, {a} and {b} did the same.",
            "In autumn, {a} and {b} swapped houses too.",
        ),
        "Nobody else moved that year.",
        "Where does {p} live?",
        "Where does the {j} live?",
        "Where does the {j} live at the end of the year?",
    ),
    Setting(
        "museum",
        (
            "The museum of {town} reopened last year, and every guide was given a hall.",
            "Visitors to the museum of {town} can follow several guides.",
        ),
        word_list("old maps|sea birds|glass|steam engines|folk songs|coins|weather|bridges|mosses|clocks|kites|bread"),
        word_list(
            "the North Hall|the Green Gallery|the Long Room|the Tower|the Glass Court|the Cellar|"
            "the Blue Cabinet|the Winter Garden|the Round Room|the Attic|the Stone Hall|the Annex"
        ),
        ("{p} gives talks about {j} in {w}.", "In {w}, {p} gives talks about {j}."),
        ("{p} gives talks about {j}.", "The talks about {j} are given by {p}."),
        ("{p} works in {w}.", "In {w}, visitors meet {p}."),
        "The talks take half an hour and are free of charge.",
        (
            "In February, {a} and {b} changed places with each other.",
            "A month later, {a} and {b} changed places.",
            "In May, {a} and {b} did so as well.",
        ),
        "Since then everything has stayed as it was, and each guide has kept to the same subject.",
        "Where does {p} work?",
        "Where does the guide who talks about {j} work?",
        "Where does the guide who talks about {j} work now?",
    ),
    Setting(
        "office",
        (
            "The weather office of {town} moved to a new building.",
            "A small company in {town} designs machines for orchards.",
        ),
        word_list(
            "the accounts|the archive|the website|the laboratory|the deliveries|the contracts|the library|"
            "the training|the workshop|the garden|the press office|the canteen"
        ),
        word_list(
            "Room 101|Room 104|Room 108|Room 203|Room 207|Room 212|Room 305|Room 309|Room 314|Room 402|"
            "Room 406|Room 411"
        ),
        ("{p} is in charge of {j} and sits in {w}.", "{p}, who sits in {w}, is in charge of {j}."),
        ("{p} is in charge of {j}.", "The person in charge of {j} is {p}."),
        ("{p} sits in {w}.", "{w} belongs to {p}."),
        "Every room has a desk, a plant and a view of the river.",
        (
            "In March, {a} and {b} swapped rooms because of the noise.",
            "In July, {a} and {b} swapped rooms.",
            "Just before Christmas, {a} and {b} swapped rooms as well.",
        ),
        "The tasks of all of them stayed the same.",
        "In which room does {p} sit?",
        "In which room does the person in charge of {j} sit?",
        "In which room does the person in charge of {j} sit after all these changes?",
    ),
)

JAPANESE_SETTINGS = (
    Setting(
        "street",
        ("{town}の商店街では、店主どうしがみな顔見知りです。", "{town}の古い商店街には、小さな店が並んでいます。"),
        word_list("豆腐屋|花屋|本屋|時計屋|靴屋|茶屋|金物屋|文具店|写真館|和菓子屋|自転車屋|薬局"),
        word_list(
            "桜通り|川端通り|寺前通り|駅前通り|坂下通り|柳通り|港通り|中央通り|裏門通り|竹林通り|橋詰通り|見晴らし通り"
        ),
        ("{j}を営む{p}は、{w}に住んでいます。", "{p}は{w}に住み、{j}を営んでいます。"),
        ("{p}は{j}を営んでいます。", "{j}の店主は{p}です。"),
        ("{p}は{w}に住んでいます。", "{p}の家は{w}にあります。"),
        "どの店も、祖父母の代から続いています。",
        (
            "4月に、{a}と{b}は互いの家を交換して引っ越しました。",
            "6月には、{a}と{b}も家を交換しました。",
            "秋になって、{a}と{b}も互いの家を交換しました。",
        ),
        "その年、ほかに引っ越した人はいません。店も変わっていません。",
        "{p}はどこに住んでいますか。",
        "{j}の店主はどこに住んでいますか。",
        "その年の終わりに、{j}の店主はどこに住んでいますか。",
    ),
    Setting(
        "office",
        ("{town}の小さな会社では、社員の座席を次のように決めました。", "{town}にある出版社が新しい建物に移りました。"),
        word_list("経理|広報|採用|配送|企画|契約|在庫管理|研修|校正|翻訳|設備|受付"),
        word_list("101号室|104号室|108号室|203号室|207号室|212号室|305号室|309号室|314号室|402号室|406号室|411号室"),
        ("{p}は{j}の担当で、席は{w}にあります。", "{w}に席がある{p}は、{j}の担当です。"),
        ("{p}は{j}の担当です。", "{j}の担当は{p}です。"),
        ("{p}の席は{w}にあります。", "{w}で働いているのは{p}です。"),
        "どの部屋にも窓があり、川が見えます。",
        (
            "3月に、{a}と{b}が部屋を交換しました。",
            "7月には、{a}と{b}が部屋を交換しました。",
            "年末には、{a}と{b}も部屋を交換しました。",
        ),
        "担当の仕事は、誰も変わっていません。",
        "{p}の席はどの部屋にありますか。",
        "{j}の担当者の席はどの部屋にありますか。",
        "すべての交換のあと、{j}の担当者の席はどの部屋にありますか。",
    ),
    Setting(
        "festival",
        ("{town}の秋祭りでは、屋台の場所が毎年くじで決まります。", "{town}の夏祭りには、今年も屋台が並びます。"),
        word_list(
            "焼きそば|たこ焼き|かき氷|りんごあめ|焼きとうもろこし|綿あめ|金魚すくい|輪投げ|お面|"
            "ヨーヨー釣り|焼き鳥|あんず飴"
        ),
        word_list(
            "鳥居の前|池のほとり|石段の下|大杉のそば|神楽殿の横|駐車場の入り口|井戸の脇|橋のたもと|"
            "集会所の前|鐘つき堂の裏|梅林の奥|土俵の隣"
        ),
        ("{p}は{w}で{j}の屋台を出します。", "{j}の屋台を出す{p}の場所は、{w}です。"),
        ("{p}は{j}の屋台を出します。", "{j}の屋台は{p}が担当します。"),
        ("{p}の場所は{w}です。", "くじの結果、{w}は{p}の場所になりました。"),
        "祭りは2日間で、雨でも開かれます。",
        (
            "その後、{a}と{b}が場所を交換しました。",
            "翌日には、{a}と{b}が場所を交換しました。",
            "祭りの前日になって、{a}と{b}も場所を交換しました。",
        ),
        "このほかに場所を変えた人はいません。",
        "{p}の屋台はどこに出ますか。",
        "{j}の屋台はどこに出ますか。",
        "祭りの当日、{j}の屋台はどこに出ますか。",
    ),
)
