"""日本語の設問に使う語彙。人名は姓だけ、地名と商品名はすべて架空。"""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list

__all__ = ["GOODS", "NAMES", "WEEKDAYS", "listed", "people", "place", "town"]

NAMES = word_list(
    """青木 赤松 秋元 浅井 東 荒井 飯田 池上 石田 泉 市川 稲垣 今井 岩崎 上田 内山 江口 遠藤 大野 岡本 小川 奥村
    小野 柿沼 片山 金子 川口 神田 菊地 岸本 北川 木下 久保 熊谷 倉田 黒木 桑原 小池 河野 児玉 後藤 小林 小松 近藤
    斎藤 酒井 坂本 佐久間 桜井 佐々木 佐野 沢田 塩見 柴田 島田 清水 白石 杉山 鈴木 須藤 関口 千田 相馬 高木 滝口
    武井 竹内 田中 谷口 千葉 塚本 辻 土屋 角田 寺田 遠山 土井 戸田 永井 中川 長谷川 中村 並木 成田 西尾 西村 二宮
    野口 野村 萩原 橋本 畑中 服部 浜口 早川 原田 馬場 平井 平野 広瀬 福島 藤井 藤原 古川 星野 細川 堀内 本田 前川
    牧野 増田 松岡 松下 丸山 三浦 水谷 宮本 三好 村上 村松 森川 矢島 安田 柳沢 山口 山本 湯浅 横山 吉岡 吉田 米山
    若林 和田 渡部"""
)

WEEKDAYS = word_list("月 火 水 木 金 土 日")

GOODS = (
    ("鉛筆", "本"), ("ボールペン", "本"), ("傘", "本"), ("ろうそく", "本"), ("牛乳瓶", "本"), ("大根", "本"),
    ("切手", "枚"), ("はがき", "枚"), ("皿", "枚"), ("タオル", "枚"), ("色紙", "枚"), ("シャツ", "枚"),
    ("ノート", "冊"), ("辞書", "冊"), ("絵本", "冊"), ("手帳", "冊"), ("文庫本", "冊"),
    ("りんご", "個"), ("卵", "個"), ("消しゴム", "個"), ("みかん", "個"), ("おにぎり", "個"), ("電球", "個"),
    ("いす", "脚"), ("自転車", "台"), ("扇風機", "台"), ("洗濯機", "台"),
)  # fmt: skip
"""物と助数詞の組。"""

_TOWN_STARTS = word_list("霧 苔 朧 紺 灯 雫 霜 茜 凪 蛍 翠 澪 檜 椛 暁 綾 鈴 楓 渚 薄")
_TOWN_ENDS = word_list("守 ヶ原 ノ瀬 代 戸 見坂 里 ヶ淵 森 ノ浦 ヶ峰 沼")


def place(rng: Random) -> str:
    """実在しない地名（「町」や「駅」は付かない）。"""
    return rng.choice(_TOWN_STARTS) + rng.choice(_TOWN_ENDS)


def town(rng: Random) -> str:
    """実在しない町の名前（「町」を含む）。"""
    return f"{place(rng)}町"


def people(rng: Random, count: int) -> list[str]:
    """互いに異なる姓に「さん」を付けたもの。最初の字が重ならないようにして、見まちがいを防ぐ。"""
    chosen: list[str] = []
    for name in rng.sample(NAMES, len(NAMES)):
        if all(name[0] != other[0] for other in chosen):
            chosen.append(name)
        if len(chosen) == count:
            break
    return [f"{name}さん" for name in chosen]


def listed(parts: list[str]) -> str:
    """「A、B、C」。"""
    return "、".join(parts)
