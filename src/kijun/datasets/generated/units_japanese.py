"""単位の設問（日本語）。時刻と時間、畳と坪、合と升、税込み価格、長さと重さ。"""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import Draft, Slip, number_forms
from kijun.datasets.generated.japanese import people, place

__all__ = ["JAPANESE_UNITS"]

_GOODS = (
    ("傘", "本"), ("かばん", "個"), ("鍋", "個"), ("毛布", "枚"), ("電気スタンド", "台"), ("目覚まし時計", "個"),
    ("水筒", "本"), ("座布団", "枚"), ("花瓶", "個"), ("工具箱", "個"),
)  # fmt: skip
_FOODS = (("弁当", "個"), ("パン", "個"), ("せんべい", "袋"), ("チーズ", "箱"), ("はちみつ", "瓶"), ("紅茶", "缶"))


def _numbers(question: str, gold: int, wrong: dict[str, int], unit: str, template: str) -> Draft:
    slips = tuple(Slip(name, f"{value:,}{unit}") for name, value in wrong.items() if value > 0)
    return Draft(question, f"{gold:,}{unit}", slips, template, number_forms(gold, unit))


def _span(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{f'{hours}時間' if hours else ''}{f'{rest}分' if rest or not hours else ''}"


def _clock(minutes: int) -> str:
    hour, rest = divmod(minutes % 1440, 60)
    return f"{'午前' if hour < 12 else '午後'}{hour % 12}時{f'{rest}分' if rest else ''}"


def _clock_forms(minutes: int) -> tuple[str, ...]:
    hour, rest = divmod(minutes % 1440, 60)
    return (
        f"{hour}:{rest:02d}",
        f"{hour}時{f'{rest}分' if rest else ''}",
        f"{hour % 12}時{f'{rest}分' if rest else ''}",
    )


def _time(rng: Random, level: int) -> Draft:
    """時刻：分の繰り上がりのない到着時刻、繰り上がりのある到着時刻、乗り換えと遅れのある到着時刻。"""
    who, spot = people(rng, 1)[0], place(rng)
    way = rng.choice(("電車", "バス", "高速バス", "フェリー", "新幹線", "車"))
    start, first = rng.randrange(7 * 60, 11 * 60 + 30, 5), rng.randrange(70, 170, 5)
    while level < 3 and (start % 60 + first % 60 < 60) != (level == 1):
        start, first = rng.randrange(7 * 60, 11 * 60, 5), rng.randrange(70, 170, 5)
    opening = f"{who}は{_clock(start)}に{spot}へ向けて出発しました。"
    if level < 3:
        end = start + first
        question = f"{opening}{way}で{_span(first)}かかりました。到着したのは何時何分ですか。"
        wrong_ends = {
            "an hour too few": end - 60,
            "an hour too many": end + 60,
            "ignored the hours": start + first % 60,
        }
        wrong_ends |= {"ignored the minutes": start + first // 60 * 60, "ten minutes too many": end + 10}
    else:
        pause, second, late = rng.randrange(15, 55, 5), rng.randrange(65, 175, 5), rng.choice((10, 20, 25))
        end = start + first + pause + second - late
        question = (
            f"{opening}{way}に{_span(first)}乗り、{pause}分待ってから、別の便に{_span(second)}乗って着きました。"
            f"これは予定より{late}分遅い到着でした。予定では何時何分に着くはずでしたか。"
        )
        wrong_ends = {"ignored the last step": end + late, "took the delay the wrong way": end + 2 * late}
        wrong_ends |= {"left out the wait": end - pause, "forgot to carry": end - 60, "an hour too many": end + 60}
    slips = tuple(Slip(name, _clock(value)) for name, value in wrong_ends.items())
    return Draft(question, _clock(end), slips, "time", _clock_forms(end))


def _rice(rng: Random, level: int) -> Draft:
    """米：1合は150グラム。1 は少ない量の換算、2 は多い量の換算、3 は何日もつか。"""
    who, spot = people(rng, 1)[0], place(rng)
    go = rng.randint(*{1: (2, 8), 2: (9, 19), 3: (3, 19)}[level])
    rule = "米1合を150グラムとします。"
    shop = rng.choice(("食堂", "弁当店", "民宿", "寮", "定食屋", "おにぎり店"))
    opening = f"{rule}{spot}町の{shop}で働く{who}は、今日、米を{go}合炊きました。"
    if level < 3:
        gold = go * 150
        wrong = {
            "took 100 for 150": go * 100,
            "one too few": gold - 150,
            "one too many": gold + 150,
            "took 180 for 150": go * 180,
        }
        return _numbers(f"{opening}炊いた米は何グラムですか。", gold, wrong, "グラム", "rice")
    stock = rng.randint(6, 12)
    total = stock * go * 150 + rng.randint(1, go * 150 - 1) // 50 * 50
    total += 50 if total % 1000 == 0 else 0
    bought = rng.randint(1, 4)
    gold = (total + bought * 1000) // (go * 150)
    question = (
        f"{rule}{spot}町の{shop}には、米が{total // 1000}キログラム{total % 1000}グラムあります。"
        f"{who}はそこに{bought}キログラムを買い足し、毎日{go}合ずつ炊くことにしました。"
        "この量を炊けるのは、最大で何日ですか。"
    )
    wrong = {
        "rounded up": gold + 1,
        "left out a step": total // (go * 150),
        "one too few": gold - 1,
        "two too many": gold + 2,
    }
    wrong |= {
        "took 100 for 150": (total + bought * 1000) // (go * 100),
        "took 180 for 150": (total + bought * 1000) // (go * 180),
    }
    return _numbers(question, gold, wrong, "日", "rice")


def _price(rng: Random, level: int) -> Draft:
    """税込み価格：1 はちょうど千円単位の本体価格、2 は百円単位、3 は値引きと2つの税率。"""
    who, spot = people(rng, 1)[0], place(rng)
    goods, counter = rng.choice(_GOODS)
    price = rng.randint(1, 9) * 1000 if level == 1 else rng.randint(8, 79) * 100
    if level < 3:
        gold = price * 110 // 100
        question = (
            f"{spot}町の店で、{who}は本体価格{price:,}円の{goods}を買いました。消費税は10%です。"
            "税込みの値段は何円ですか。"
        )
        wrong = {
            "ignored the last step": price,
            "took 8 per cent": price * 108 // 100,
            "took the tax off": price * 90 // 100,
        }
        wrong |= {"answered the tax": price // 10, "a per cent too many": price * 111 // 100}
        return _numbers(question, gold, wrong, "円", "price")
    count = rng.randint(2, 6)
    off, food, packs = rng.choice((10, 20, 30)), rng.randint(2, 12) * 50, rng.randint(2, 6)
    reduced = price * (100 - off) // 100
    eat = food * packs * 108 // 100
    gold = reduced * count * 110 // 100 + eat
    dish, dish_counter = rng.choice(_FOODS)
    question = (
        f"{spot}町の店で、{who}は本体価格{price:,}円の{goods}を{off}%引きで{count}{counter}と、本体価格{food}円の{dish}を{packs}{dish_counter}"
        f"買いました。消費税は{goods}が10%、{dish}が8%です。税込みの合計は何円ですか。"
    )
    wrong = {
        "forgot the discount": price * count * 110 // 100 + eat,
        "took 10 per cent for all": (reduced * count + food * packs) * 110 // 100,
    }
    wrong |= {
        "took 8 per cent for all": (reduced * count + food * packs) * 108 // 100,
        "forgot the tax": reduced * count + food * packs,
    }
    wrong |= {
        "counted a repeated step once": reduced * 110 // 100 + eat,
        "ignored the last step": reduced * count * 110 // 100,
    }
    return _numbers(question, gold, wrong, "円", "price")


def _tatami(rng: Random, level: int) -> Draft:
    """畳と坪：1坪は2畳。1 は坪から畳へ、2 は2部屋を合わせた広さ、3 は畳の張り替えの費用。"""
    who, spot = people(rng, 1)[0], place(rng)
    building = rng.choice(("民家", "旅館", "公民館", "道場", "下宿", "料亭"))
    if level == 1:
        tsubo = rng.randint(4, 30)
        gold = tsubo * 2
        question = f"{who}が管理する{spot}町の{building}の広さは{tsubo}坪です。1坪を2畳とすると、何畳ですか。"
        wrong = {
            "divided instead": tsubo // 2,
            "forgot to convert": tsubo,
            "one tsubo too many": gold + 2,
            "forgot to carry": gold - 10,
        }
        wrong |= {"tripled": tsubo * 3, "off by one": gold + 1}
        return _numbers(question, gold, wrong, "畳", "tatami")
    rooms, other = (1, 1) if level == 2 else (rng.randint(2, 6), rng.randint(1, 5))
    mats = rng.choice((4, 6, 8, 10))
    other_mats = rng.choice([n for n in (3, 6, 8, 12, 15) if n != mats])
    total = rooms * mats + other * other_mats
    listing = f"{mats}畳の部屋が{rooms}部屋と、{other_mats}畳の部屋が{other}部屋あります。"
    opening = f"{who}が管理する{spot}町の{building}には、{listing}"
    if level == 2:
        question = f"{opening}全部の部屋を合わせると何畳ですか。"
        wrong = {"counted a repeated step once": mats + other * other_mats, "ignored the last step": rooms * mats}
        wrong |= {
            "added the sizes": (mats + other_mats) * (rooms + other),
            "one room too many": total + mats,
            "forgot to carry": total - 10,
        }
        wrong |= {"mixed up the rooms": rooms * other_mats + other * mats, "one room too few": total - mats}
        return _numbers(question, total, wrong, "畳", "tatami")
    price, kept = rng.randint(4, 12) * 500, rng.randint(1, 2)
    changed = total - kept * mats
    gold = changed * price
    question = (
        f"{opening}このうち{mats}畳の部屋を{kept}部屋だけ残して、ほかの部屋の畳をすべて張り替えます。"
        f"張り替えは畳1枚につき{price:,}円で、1畳の広さに畳を1枚使います。費用は全部で何円ですか。"
    )
    wrong = {
        "forgot what is kept": total * price,
        "one mat too many": (changed + 1) * price,
        "kept the other rooms": (total - kept * other_mats) * price,
    }
    wrong |= {"took off one mat a room": (total - kept) * price, "changed what is kept": kept * mats * price}
    wrong |= {
        "mixed up the rooms": (rooms * other_mats + other * mats - kept * mats) * price,
        "one mat too few": (changed - 1) * price,
    }
    return _numbers(question, gold, wrong, "円", "tatami")


def _measure(rng: Random, level: int) -> Draft:
    """長さ：単位をそろえる、桁の多い長さの単位をそろえる、切り分けて端数を考える。"""
    who, spot = people(rng, 1)[0], place(rng)
    thing = rng.choice(("ひも", "リボン", "ロープ", "布", "針金", "ホース", "テープ", "毛糸"))
    metres, rest = rng.randint(*{1: (2, 9), 2: (10, 39), 3: (2, 19)}[level]), rng.randint(1, 99)
    total = metres * 100 + rest
    opening = f"{spot}町に住む{who}は、{thing}を{metres}メートル{rest}センチ持っています。"
    if level < 3:
        wrong = {"took a metre for 10 cm": metres * 10 + rest, "took a metre for 1,000 cm": metres * 1000 + rest}
        wrong |= {
            "ignored the centimetres": metres * 100,
            "a metre too many": total + 100,
            "slipped in the tens": total + 10,
        }
        return _numbers(f"{opening}全部で何センチですか。", total, wrong, "センチ", "length")
    bought, piece = rng.randint(2, 9), rng.randint(31, 89)
    used = rng.randint(21, 99)
    final = total + bought * 100 - used
    gold = final // piece
    question = (
        f"{opening}さらに{bought}メートル買い、そのうち{used}センチを荷造りに使いました。残りを{piece}センチずつに切り分けると、"
        f"{piece}センチの{thing}は最大で何本できますか。"
    )
    if thing == "布":
        question = question.replace("何本", "何枚")
    wrong = {
        "rounded up": gold + 1,
        "left out a step": (total - used) // piece,
        "one too few": gold - 1,
        "did not convert": (total + bought - used) // piece,
    }
    wrong |= {"two too many": gold + 2, "ignored the metres": (metres + bought) * 10 // piece}
    return _numbers(question, gold, wrong, "枚" if thing == "布" else "本", "length")


JAPANESE_UNITS = (_time, _rice, _price, _tatami, _measure)
