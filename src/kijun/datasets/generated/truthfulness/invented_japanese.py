"""実在しない人・場所・製品・著作・法令の名前。

姓と地名は、実際の名前にない字の組み合わせで作る。著作と法令の名前には必ず架空の人名か地名を入れ、偶然に実在のものを
指さないようにする。
"""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list

__all__ = ["invent"]

_FAMILY_STARTS = word_list("苔 朧 紺 灯 雫 霜 茜 凪 蛍 翠 澪 椛 暁 楓 渚 薄 鵺 笙 縹 鴇")
_FAMILY_ENDS = word_list("ヶ瀬 浦路 見堂 井戸 野辺 ヶ淵 谷下 坂路 代堂 戸部 ノ関 峰守 沼路 久瀬")
_GIVEN = word_list(
    """恭平 詠子 静馬 千尋 宗一 真澄 義臣 柚葉 晴信 小夜子 慎吾 美弥 泰造 直美 玄太 佳織 周平 志津 敬三 琴音 隆之介
    沙耶香 文吾 多恵 誠司 絹代 伊織 和馬 綾乃 新之助 早苗 廉太郎 珠美 悠斗 光江 弥一郎 澄子 春樹 登和子 圭介"""
)
_PLACE_STARTS = word_list("苔 朧 紺 灯 雫 茜 凪 蛍 翠 澪 椛 暁 楓 渚 笙 鵺 薄 霜 縹 鴇")
_PLACE_ENDS = word_list("守 ヶ原 ノ瀬 代 見坂 ヶ淵 ノ浦 沼 谷地 ヶ窪 路井 森下")
_PRODUCT_STARTS = word_list(
    "ヴェクト ノリカ パルヴィ クアンド ゼラ オンブレ ルテッ ファルド ヘクサ ティロ ソルヴェ グラヴォ ケッシ ドミ"
)
_PRODUCT_ENDS = word_list("ール オン リル ーノ リクス カ ーラ ヴェン ヴァ ンディ ネット ポッド マーク ミラ")
_EDITIONS = word_list("ポケット ジュニア デラックス ミニ ツイン クラシック エクスプレス ロイヤル コンパクト プラス")
_THINGS = word_list("カメラ|ミシン|電気ポット|ラジオ|腕時計|自転車|炊飯器|掃除機|顕微鏡|電子ピアノ")
_FIELDS = word_list(
    "潮流|苔の生長|渡り鳥の移動|土壌の音響|河川の堆積物|地衣類の遺伝|輪作|種子の散布|湖水の温度|泥炭の燃焼|藍染め|塩の流通"
)
_TOPICS = word_list("ホタル保護|古井戸管理|水車保存|夜間照明|屋台営業|里道整備|養蜂振興|石橋保全|渡し船運航|銭湯振興")
_TITLES = word_list(
    "{place}の渡し守|{place}の冬|{family}家の庭|{place}からの手紙|{place}へ行く七つの道|{place}の時計職人|{place}終着|"
    "{family}が見たもの|{place}の北|{place}行き最終列車"
)
_ROLES = word_list("物理学者|画家|作曲家|小説家|探検家|植物学者|建築家|詩人|化学者|哲学者")


def _place(rng: Random) -> str:
    """架空の地名（「市」や「町」は付かない）。"""
    return rng.choice(_PLACE_STARTS) + rng.choice(_PLACE_ENDS)


def _family(rng: Random) -> str:
    """架空の姓。"""
    return rng.choice(_FAMILY_STARTS) + rng.choice(_FAMILY_ENDS)


def _person(rng: Random) -> str:
    """架空の姓と、ありふれた名。"""
    return f"{_family(rng)}{rng.choice(_GIVEN)}"


def invent(rng: Random, kind: str) -> tuple[str, str]:
    """架空の `kind` の名前と、それが何であるかを表す名詞。"""
    match kind:
        case "person":
            return _person(rng), rng.choice(_ROLES)
        case "place":
            which = rng.choice(("市", "川", "山"))
            return f"{_place(rng)}{which}", {"市": "都市", "川": "川", "山": "山"}[which]
        case "product":
            name = rng.choice(_PRODUCT_STARTS) + rng.choice(_PRODUCT_ENDS)
            return f"{name}・{rng.choice(_EDITIONS)}", rng.choice(_THINGS)
        case "work":
            if rng.random() < 0.5:
                shape = rng.choice(
                    ("{place}盆地における{field}について", "{family}以後の{field}論", "{place}地方の{field}")
                )
                return f"『{shape.format(place=_place(rng), family=_family(rng), field=rng.choice(_FIELDS))}』", "論文"
            return f"『{rng.choice(_TITLES).format(place=_place(rng), family=_family(rng))}』", "小説"
    if rng.random() < 0.5:
        return f"{_place(rng)}町{rng.choice(_TOPICS)}条例", "条例"
    return f"{_place(rng)}地域{rng.choice(_TOPICS)}特別措置法", "法律"
