"""Wordings of the tables: what the rows and columns are, and how one asks about them."""

from __future__ import annotations

import msgspec

from kijun.datasets.generated.base import word_list

__all__ = ["ENGLISH_SHEETS", "JAPANESE_SHEETS", "Column", "Sheet"]


class Column(msgspec.Struct, frozen=True):
    """A column of numbers.

    Attributes:
        head: its heading.
        span: lowest, highest, step.
        lookup: questions for one cell; field {name}.
        known: says that a row holds a number; field {bound}.
        follow: question for the cell of this column in the row that `known` of another column told of.
        together: question for the sum of two rows; fields {one}, {other}.
        at_least: a clause for a threshold; field {bound}.
        total: question for a sum; fields {kind}, {gate}.
        unit: follows the number.
    """

    head: str
    span: tuple[int, int, int]
    lookup: tuple[str, ...]
    known: str
    follow: str
    together: str
    at_least: str
    total: str
    unit: str = ""


class Sheet(msgspec.Struct, frozen=True):
    """A table: `row` and `kind` are headings, `names` and `kinds` what stands below them, `intro` says what it is."""

    name: str
    intro: tuple[str, ...]
    row: str
    names: tuple[str, ...]
    kind: str
    kinds: tuple[str, str]
    columns: tuple[Column, ...]


def _english(head: str, span: tuple[int, int, int], one: str, have: str, what: str, rows: str) -> Column:
    """`have` is ``did {0} sell``-like with {0} for the row; `what` names the number; `rows` the kind of row."""
    return Column(
        head=head,
        span=span,
        lookup=(f"How many {what} {have.format('{name}')}?",),
        known=f"One {one} has {{bound}} {what}.",
        follow=f" How many {what} {have.format('it')}?",
        together=f"How many {what} do {{one}} and {{other}} have together?",
        at_least=f"at least {{bound}} {what}",
        total=f"How many {what} do the {rows} that have {{gate}} have in total?",
    )


def _has(what: str, head: str, span: tuple[int, int, int], one: str, rows: str) -> Column:
    return _english(head, span, one, "does {0} have", what, rows)


ENGLISH_SHEETS = (
    Sheet(
        "branches",
        ("The library of {town} keeps this table of its branches.", "Branches of the public library in {town}:"),
        "Branch",
        word_list("Northgate|Millpond|Harbour|Old Town|Station|Hilltop|Riverside|Orchard|Lakeview|Brickyard|Windmill"),
        "Type",
        ("large", "small"),
        (
            _has("books", "Books", (1200, 9600, 100), "branch", "{kind} branches"),
            _has("seats", "Seats", (12, 98, 1), "branch", "{kind} branches"),
            _has("members", "Members", (210, 990, 10), "branch", "{kind} branches"),
            _has("computers", "Computers", (4, 45, 1), "branch", "{kind} branches"),
        ),
    ),
    Sheet(
        "schools",
        ("Schools in {town}:", "The town council of {town} publishes this table of its schools."),
        "School",
        word_list("Ashfield|Birchwood|Cedar Lane|Dovecote|Elm Road|Foxglove|Greenbank|Hawthorn|Ivy Hill|Juniper|Pond"),
        "Area",
        ("urban", "rural"),
        (
            _has("pupils", "Pupils", (120, 880, 10), "school", "{kind} schools"),
            _has("teachers", "Teachers", (9, 64, 1), "school", "{kind} schools"),
            _has("classrooms", "Classrooms", (6, 42, 1), "school", "{kind} schools"),
            _has("bicycles", "Bicycles", (15, 97, 1), "school", "{kind} schools"),
        ),
    ),
    Sheet(
        "farms",
        ("Farms near {town}:", "A cooperative in {town} keeps this table of its farms."),
        "Farm",
        word_list("Amberly|Bracken|Clover|Drummond|Easterly|Fallow|Goosewing|Heathend|Inglenook|Larkrise|Merrow"),
        "Method",
        ("organic", "conventional"),
        (
            _has("cows", "Cows", (14, 96, 1), "farm", "{kind} farms"),
            _has("sheep", "Sheep", (20, 240, 1), "farm", "{kind} farms"),
            _has("apple trees", "Apple trees", (110, 890, 10), "farm", "{kind} farms"),
            _has("beehives", "Beehives", (3, 38, 1), "farm", "{kind} farms"),
        ),
    ),
    Sheet(
        "hotels",
        ("Hotels in {town}:", "A travel guide to {town} prints this table of hotels."),
        "Hotel",
        word_list("Aurora|Beacon|Cormorant|Dunes|Estuary|Fernhill|Gullwing|Horizon|Islander|Jetty|Lighthouse"),
        "Location",
        ("seaside", "inland"),
        (
            _has("rooms", "Rooms", (18, 140, 1), "hotel", "{kind} hotels"),
            _has("parking spaces", "Parking spaces", (10, 95, 1), "hotel", "{kind} hotels"),
            _has("employees", "Employees", (7, 66, 1), "hotel", "{kind} hotels"),
            _has("reviews", "Reviews", (120, 990, 10), "hotel", "{kind} hotels"),
        ),
    ),
)


def _japanese(head: str, span: tuple[int, int, int], unit: str, rows: str) -> Column:
    return Column(
        head=f"{head}（{unit}）",
        span=span,
        lookup=(f"{{name}}の{head}は何{unit}ですか。", f"表によると、{{name}}の{head}は何{unit}ですか。"),
        known=f"{head}が{{bound}}の{rows}があります。",
        follow=f"その{rows}の{head}は何{unit}ですか。",
        together=f"{{one}}と{{other}}の{head}は、合わせて何{unit}ですか。",
        at_least=f"{head}が{{bound}}以上の",
        total=f"{{kind}}のうち、{{gate}}{rows}だけを合わせると、{head}は全部で何{unit}ですか。",
        unit=unit,
    )


JAPANESE_SHEETS = (
    Sheet(
        "libraries",
        ("次の表は、{town}市立図書館の分館をまとめたものです。", "{town}市の図書館の一覧です。"),
        "分館",
        word_list("駅前館|川端館|山手館|港館|本町館|緑台館|丘の上館|南口館|若葉館|湖畔館|大橋館"),
        "規模",
        ("大型館", "小型館"),
        (
            _japanese("蔵書数", (1200, 9600, 100), "冊", "館"),
            _japanese("座席数", (12, 98, 1), "席", "館"),
            _japanese("職員数", (4, 45, 1), "人", "館"),
            _japanese("登録者数", (210, 990, 10), "人", "館"),
        ),
    ),
    Sheet(
        "shops",
        ("次の表は、{town}商店街の店の1日の記録です。", "{town}商店街で、ある日の各店の記録を表にしました。"),
        "店",
        word_list(
            "あおば堂|いずみ屋|うさぎ亭|えびす軒|おおぞら庵|かえで堂|きつつき屋|くるみ亭|こまち軒|さざなみ庵|つばめ堂"
        ),
        "業種",
        ("飲食店", "物販店"),
        (
            _japanese("来客数", (35, 290, 1), "人", "店"),
            _japanese("売上額", (21000, 98000, 1000), "円", "店"),
            _japanese("会員数", (110, 890, 10), "人", "店"),
            _japanese("従業員数", (3, 28, 1), "人", "店"),
        ),
    ),
    Sheet(
        "farms",
        (
            "次の表は、{town}村の農園の今年の収穫をまとめたものです。",
            "{town}村の農園が、今年の収穫を表にまとめました。",
        ),
        "農園",
        word_list("朝日農園|石橋農園|梅の木農園|大木農園|霞農園|小川農園|里山農園|白樺農園|高台農園|夏目農園|星空農園"),
        "区分",
        ("有機農園", "一般農園"),
        (
            _japanese("りんごの収穫量", (110, 980, 10), "箱", "農園"),
            _japanese("なすの収穫量", (15, 99, 1), "箱", "農園"),
            _japanese("米の収穫量", (40, 360, 1), "袋", "農園"),
            _japanese("玉ねぎの収穫量", (25, 240, 1), "袋", "農園"),
        ),
    ),
    Sheet(
        "inns",
        ("次の表は、{town}温泉の宿の一覧です。", "{town}温泉の観光案内所が、宿の情報を表にしました。"),
        "宿",
        word_list("青嵐荘|磯風館|雲海荘|楓林館|渓流荘|笹舟館|白鷺荘|せせらぎ館|月見荘|灯台館|花筏荘"),
        "種類",
        ("旅館", "民宿"),
        (
            _japanese("客室数", (8, 92, 1), "室", "宿"),
            _japanese("定員", (30, 280, 1), "人", "宿"),
            _japanese("駐車場の台数", (6, 75, 1), "台", "宿"),
            _japanese("従業員数", (4, 58, 1), "人", "宿"),
        ),
    ),
)
