"""日付と暦の設問（日本語）。和暦と西暦、満年齢、曜日、日数の両端、泊数、営業日。"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from kijun.datasets.generated.base import Draft, Slip, word_list
from kijun.datasets.generated.japanese import WEEKDAYS, people, place

__all__ = ["JAPANESE_DATES", "era_name", "era_of"]

_ERAS = (("昭和", date(1926, 12, 25)), ("平成", date(1989, 1, 8)), ("令和", date(2019, 5, 1)))
_BUILDINGS = word_list(
    "図書館 公民館 体育館 美術館 郷土資料館 植物園 市民ホール 展望台 温水プール 天文台 児童館 音楽堂"
)


def era_of(day: date) -> tuple[str, int]:
    """Era and year in it: (``令和``, 1) for 1 May 2019. Knows days from 25 December 1926 on (元号法、各改元の日)."""
    name, start = next((name, start) for name, start in reversed(_ERAS) if day >= start)
    return name, day.year - start.year + 1


def era_name(day: date) -> str:
    """``令和元年``, ``平成12年``."""
    name, year = era_of(day)
    return f"{name}{'元' if year == 1 else year}年"


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _weekday(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]}曜日"


def _in_year(rng: Random, year: int) -> date:
    month = rng.randint(1, 12)
    return date(year, month, rng.randint(1, monthrange(year, month)[1]))


def _start(rng: Random, first: int, last: int) -> date:
    year, month = rng.randint(2023, 2049), rng.randint(1, 12)
    return date(year, month, rng.randint(first, min(last, monthrange(year, month)[1])))


def _wareki(rng: Random, level: int) -> Draft:
    """和暦と西暦：1 は和暦から西暦、2 は同じ元号の中の年数、3 は満年齢。"""
    who, spot, building = people(rng, 1)[0], place(rng), rng.choice(_BUILDINGS)
    if level == 1:
        day = _in_year(rng, rng.randint(1930, 2031))
        era, year = era_of(day)
        told = f"{spot}町の{building}は、{era_name(day)}{_said(day)}に開館しました。西暦では何年ですか。"
        wrong = {
            "took the first year for zero": day.year + 1,
            "one year too few": day.year - 1,
            "slipped in the tens": day.year + rng.choice((-10, 10)),
        }
        for other, start in _ERAS:
            if other != era:
                wrong[f"mistook the era ({start.year})"] = start.year - 1 + year
        gold, unit = day.year, "年"
    elif level == 2:
        early, late = sorted(rng.sample(range(*rng.choice(((1927, 1987), (1990, 2018)))), 2))
        first, last = date(early, 6, 1), date(late, 6, 1)
        told = (
            f"{spot}町の{building}は{era_name(first)}に開館し、{era_name(last)}に建て替えられました。"
            "建て替えは開館の何年後ですか。月日は考えず、年だけで計算してください。"
        )
        gold, unit = late - early, "年後"
        wrong = {
            "counted both ends": gold + 1,
            "one year too few": gold - 1,
            "added instead": era_of(first)[1] + era_of(last)[1],
            "slipped in the tens": gold + rng.choice((-10, 10)),
        }
    else:
        born, now = _in_year(rng, rng.randint(1945, 2008)), _in_year(rng, rng.randint(2019, 2034))
        had = (now.month, now.day) >= (born.month, born.day)
        gold, unit = now.year - born.year - (not had), "歳"
        told = f"{who}は{era_name(born)}{_said(born)}生まれです。{era_name(now)}{_said(now)}の時点で満何歳ですか。"
        wrong = {
            "wrong side of the birthday": gold + (-1 if had else 1),
            "counted the year of birth too": now.year - born.year + 1,
        }
        wrong |= {
            "slipped in the tens": gold + rng.choice((-10, 10)),
            "counted the year of the change twice": gold - 1,
            "one year too many": gold + 1,
        }
    slips = tuple(Slip(name, f"{value}{unit}") for name, value in wrong.items() if value > 0)
    forms = (f"{gold}{unit}", f"{gold}{unit[0]}", str(gold))
    return Draft(told, f"{gold}{unit}", slips, "era", forms)


def _youbi(rng: Random, level: int) -> Draft:
    """曜日：1 は何週間か後、2 は数日後、3 は月をまたいで2段階。"""
    start, who = _start(rng, 1, 20), people(rng, 1)[0]
    matter = rng.choice(
        ("図書館の本を返す", "歯医者に行く", "荷物を受け取る", "面接を受ける", "友人と会う", "会費を払う")
    )
    opening = f"{start.year}年{_said(start)}は{_weekday(start)}です。"
    if level == 1:
        weeks = rng.randint(1, 3)
        days = weeks * 7
        told = f"{opening}{who}はその{weeks}週間後に{matter}予定です。それは何曜日ですか。"
    elif level == 2:
        days = rng.randint(1, 5)
        told = f"{opening}{who}はその{days}日後に{matter}予定です。それは何曜日ですか。"
    else:
        first, back = rng.randint(30, 75), rng.randint(3, 12)
        days = first - back
        end = start + timedelta(days=first)
        year = "翌年の" if end.year != start.year else "同じ年の"
        february = {start.year: monthrange(start.year, 2)[1], end.year: monthrange(end.year, 2)[1]}
        note = (
            f"ただし、この2月は{february[end.year]}日までです。"
            if start.month <= 2 <= end.month or end.month == 2
            else ""
        )
        told = f"{opening}{who}は、{year}{_said(end)}の{back}日前に{matter}予定です。{note}それは何曜日ですか。"
    gold = start + timedelta(days=days)
    wrong = {
        "counted the first day too": days - 1,
        "off by one": days + 1,
        "counted backwards": -days,
        "ignored the last step": 0,
    }
    wrong |= {"took all months to have 30 days": days + 2, "took all months to have 31 days": days - 2}
    slips = tuple(Slip(name, _weekday(start + timedelta(days=shift))) for name, shift in wrong.items())
    return Draft(told, _weekday(gold), slips, "weekday", (f"{WEEKDAYS[gold.weekday()]}曜",))


def _stay(rng: Random, level: int) -> Draft:
    """泊数と日付：泊数と日数を取り違えない。1 は数泊、2 は1、2週間、3 は月をまたいで3か所。"""
    who, spot = people(rng, 1)[0], place(rng)
    inn = rng.choice(("温泉旅館", "民宿", "湖畔のホテル", "山荘", "ゲストハウス"))
    nights = {1: rng.randint(2, 5), 2: rng.randint(6, 11), 3: rng.randint(3, 6)}[level]
    start = _start(rng, *{1: (1, 20), 2: (3, 15), 3: (24, 31)}[level])
    if level == 3:
        more, gap = rng.randint(2, 5), rng.randint(2, 4)
        gold = start + timedelta(days=nights + gap + more)
        told = (
            f"{who}は{start.year}年{_said(start)}から{spot}の{inn}に{nights}泊しました。宿を出た日に実家へ移って{gap}泊し、"
            f"実家を出た日から別の宿に{more}泊して、その宿を出た日に帰宅しました。帰宅したのは何月何日ですか。"
        )
        wrong = {"took nights for days": -3, "left out a step": -gap, "ignored the last step": -more}
    else:
        gold = start + timedelta(days=nights)
        told = rng.choice(
            (
                f"{who}は{start.year}年{_said(start)}から{spot}の{inn}に{nights}泊します。宿を出るのは何月何日ですか。",
                f"{spot}の{inn}を予約した{who}は、{start.year}年{_said(start)}に到着し、{nights}泊して帰ります。"
                "宿を出るのは何月何日ですか。",
            )
        )
        wrong = {"took nights for days": -1, "off by two": 2, "answered the first day": -nights}
    wrong |= {"off by one": 1, "two days too few": -2}
    slips = [Slip(name, _said(gold + timedelta(days=shift))) for name, shift in wrong.items()]
    return Draft(told, _said(gold), tuple(slips), "nights", (f"{gold.month}/{gold.day}",))


def _business_days(rng: Random, level: int) -> Draft:
    """営業日：1 は数日後、2 は1、2週間後、3 は定休日2つと臨時休業を除く。"""
    who, spot = people(rng, 1)[0], place(rng)
    shop = rng.choice(("クリーニング店", "靴の修理店", "写真館", "時計店", "畳店", "印刷所", "自転車店", "めがね店"))
    start = _start(rng, 3, {1: 20, 2: 14, 3: 26}[level])
    count = rng.randint(*{1: (2, 6), 2: (7, 14), 3: (6, 11)}[level])
    days = [start + timedelta(days=n) for n in range(1, 60)]
    opened = days
    opening = (
        f"{who}は{start.year}年{_said(start)}（{WEEKDAYS[start.weekday()]}）に{spot}町の{shop}へ品物を預けました。"
    )
    if level < 3:
        told = f"{opening}仕上がりはちょうど{count}日後です。仕上がるのは何月何日ですか。"
        gold = days[count - 1]
        slips = [Slip("slipped in the tens", _said(gold + timedelta(days=10)))]
    else:
        closed = sorted(rng.sample([day for day in range(7) if day != start.weekday()], 2))
        opened = [day for day in days if day.weekday() not in closed]
        holiday = opened.pop(rng.randint(1, count - 2))
        gold = opened[count - 1]
        rest = "・".join(f"{WEEKDAYS[day]}曜日" for day in closed)
        told = (
            f"{opening}店の定休日は毎週{rest}です。それとは別に、{_said(holiday)}も臨時休業です。"
            f"仕上がりは、預けた翌日から数えて{count}営業日目です。仕上がるのは何月何日ですか。"
        )
        slips = [Slip("forgot the closed days", _said(days[count - 1]))]
        slips += [Slip("forgot one closed day", _said(gold - timedelta(days=1)))]
    at = opened.index(gold)
    slips += [
        Slip("counted the first day too", _said(opened[at - 1] if at else start)),
        Slip("off by one", _said(opened[at + 1])),
    ]
    slips += [Slip("two days too few", _said(gold - timedelta(days=2))), Slip("off by two", _said(opened[at + 2]))]
    return Draft(told, _said(gold), tuple(slips), "business days", (f"{gold.month}/{gold.day}",))


def _period(rng: Random, level: int) -> Draft:
    """期間の日数：1 は数日後か、2 は1、2週間後か、3 は両端を含み、定休日を除く。"""
    first = _start(rng, *{1: (1, 9), 2: (1, 9), 3: (5, 26)}[level])
    length = {1: rng.randint(2, 5), 2: rng.randint(6, 15), 3: rng.randint(24, 60)}[level]
    last = first + timedelta(days=length)
    who, spot, building = people(rng, 1)[0], place(rng), rng.choice(_BUILDINGS)
    if level < 3:
        told = (
            f"{who}は{_said(first)}に{spot}町の{building}へ申し込み、{_said(last)}に返事を受け取りました。"
            "返事は申し込みの何日後でしたか。"
        )
        gold, unit = length, "日後"
        wrong = {
            "counted both ends": length + 1,
            "left out both ends": length - 1,
            "answered the last day": last.day,
            "off by two": length + 2,
            "slipped in the tens": length - 10,
        }
    else:
        closed, unit, days = rng.randrange(7), "日", [first + timedelta(days=n) for n in range(length + 1)]
        gold = sum(day.weekday() != closed for day in days)
        told = (
            f"{spot}町の{building}では、{first.year}年{_said(first)}から{last.year}年{_said(last)}まで展示会を開きます。"
            f"初日と最終日も開催します。初日は{_weekday(first)}で、毎週{WEEKDAYS[closed]}曜日は休館です。"
            "展示会が開かれる日は全部で何日ありますか。"
        )
        wrong = {"left out one end": gold - 1, "off by one": gold + 1, "forgot the closed days": length + 1}
        wrong |= {
            "counted whole weeks only": length // 7 * 6,
            "took the closed days off twice": gold - (length + 1 - gold),
        }
    slips = tuple(Slip(name, f"{value}{unit}") for name, value in wrong.items() if value > 0)
    return Draft(told, f"{gold}{unit}", slips, "span", (f"{gold}{unit}", f"{gold}日", str(gold)))


JAPANESE_DATES = (_wareki, _youbi, _stay, _business_days, _period)
