"""日本語の設問で書いてもらう文章の種類、題材、読み手、土地。"""

from __future__ import annotations

from random import Random

from kijun.datasets.generated.base import word_list
from kijun.datasets.generated.following.topics import Topic
from kijun.datasets.generated.japanese import town

__all__ = ["japanese_topic"]

_FORMS = word_list(
    "手紙|案内文|お知らせ|回覧板の文章|短いスピーチの原稿|ブログの記事|広報誌の記事|紹介文|メール|放送の原稿|説明文|掲示板に貼る文章"
)
_SUBJECTS = word_list(
    """自転車の手入れ|家庭でできる節電|観葉植物の育て方|図書館の新しい開館時間|夏祭りの準備|ベランダでの野菜作り|
    忘れ物の預かり所|新しい職場での最初の一週間|歩いて通学する楽しさ|道具の貸し借り|初心者向けの水泳教室|パンの焼き方|
    写真の展覧会|ごみの分け方|古本市|小さな博物館の歴史|楽器の選び方|合唱団の団員募集|年を取った犬の世話|
    電話を使わない一日|木を植える活動|将棋の集い|引っ越しの準備|大人数の食事の支度|絵の描き方|川沿いの散歩道|
    服の直し方|星を見る会|窓の掃除|新しいバスの路線|みつばちの飼育|応急手当の講習|りんごの保存方法|フリーマーケット|
    演劇の上演|山での一泊の荷造り|庭にいる虫|菓子店の開店記念日|子ども向けの料理教室|共同の作業場"""
)
_READERS = word_list(
    "引っ越してきたばかりの方|お年寄り|小学生|新しいボランティア|商店の方々|観光に来た方|ご家族連れ|学生|通勤している方|"
    "学校の先生|住民の皆さん|見習いの職人|保護者の方|町内会の役員"
)


def japanese_topic(rng: Random) -> Topic:
    """指示を除いた依頼の文。"""
    form, subject, readers = rng.choice(_FORMS), rng.choice(_SUBJECTS), rng.choice(_READERS)
    place = town(rng)
    wordings = (
        f"{place}の{readers}に向けて、{subject}についての{form}を書いてください。",
        f"{subject}をテーマに、{form}を書いてください。読み手は{place}の{readers}です。",
        f"{form}を作ってください。題材は{subject}で、{place}の{readers}に読んでもらいます。",
    )
    return Topic(rng.choice(wordings), f"{form} {subject}")
