"""日本語の応答に対する指示の種類と、その言い回し。"""

from __future__ import annotations

from random import Random
from typing import Any

from kijun.datasets.generated.base import word_list
from kijun.datasets.generated.following.kinds import Deck, Kind, Worded

__all__ = ["JAPANESE_KINDS", "JAPANESE_WORDS"]

# 解析器が一語として切り出す名詞だけ。二語に分けられる語は、書いても見つからない。
JAPANESE_WORDS = word_list(
    """椅子 絵本 鉛筆 音楽 階段 鏡 傘 花瓶 学校 看板 季節 切手 金魚 毛布 玄関 公園 荷物 桜 雑誌 散歩 時計 写真 砂糖
    食堂 新聞 水筒 石鹸 洗濯 太鼓 畳 卵 地図 手紙 電車 豆腐 日記 庭 人形 箱 橋 花火 封筒 布団 弁当 帽子 窓 湖 港
    麦茶 森 野菜 浴衣 夕焼け 屋根 雪 林檎 廊下 和紙"""
)
_FIRST_WORDS = word_list("次に また 一方 最後に さらに そして なお では")
_ENDINGS = word_list(
    "ご参考になれば幸いです|皆様のお越しをお待ちしております|ご質問はいつでもどうぞ|どうぞよろしくお願いいたします|"
    "この続きはまた次回お伝えします|ご意見をお聞かせください"
)


def _say(rng: Random, parameters: dict[str, Any], *wordings: str, **fields: Any) -> Worded:
    return Worded(parameters, rng.choice(wordings).format(**parameters, **fields))


def _listed(words: list[str]) -> str:
    return "".join(f"「{word}」" for word in words)


def _existence(rng: Random, deck: Deck) -> Worded:
    words = deck.deal(rng.choice((2, 3)))
    wordings = ("{listed}という言葉をすべて使ってください。", "文章の中に、{listed}という語を入れてください。")
    return _say(rng, {"keywords": words}, *wordings, listed=_listed(words))


def _frequency(rng: Random, deck: Deck) -> Worded:
    parameters = {"keyword": deck.deal(1)[0], "frequency": rng.randint(2, 5), "relation": "以上"}
    return _say(
        rng,
        parameters,
        "「{keyword}」という言葉を{frequency}回以上使ってください。",
        "「{keyword}」という語は{frequency}回以上出してください。",
    )


def _forbidden(rng: Random, deck: Deck) -> Worded:
    words = deck.deal(rng.choice((2, 3)))
    wordings = ("{listed}という言葉は使わないでください。", "{listed}という語を一度も出さないでください。")
    return _say(rng, {"forbidden_words": words}, *wordings, listed=_listed(words))


def _letter(rng: Random, deck: Deck) -> Worded:
    parameters = {"letter": rng.choice("けさせそねひふほまみむめゆよろわ"), "let_frequency": rng.randint(4, 12)}
    return _say(
        rng,
        {**parameters, "let_relation": "以上"},
        "「{letter}」という文字を{let_frequency}回以上使ってください（片仮名も数えます）。",
        "ひらがなかカタカナの「{letter}」が、合わせて{let_frequency}回以上出るようにしてください。",
    )


def _many_characters(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_letters": 50 * rng.randint(3, 12), "relation": "以上"},
        "{num_letters}文字以上で書いてください。",
        "長さは{num_letters}文字以上にしてください。",
    )


def _few_characters(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_letters": 50 * rng.randint(5, 12), "relation": "未満"},
        "{num_letters}文字未満で書いてください。",
        "長さは{num_letters}文字未満に収めてください。",
    )


def _many_sentences(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_sentences": rng.randint(4, 9), "relation": "以上"},
        "{num_sentences}文以上で書いてください。",
        "文の数は{num_sentences}つ以上にしてください。",
    )


def _few_sentences(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_sentences": rng.randint(16, 24), "relation": "未満"},
        "文の数は{num_sentences}未満にしてください。",
        "全体を{num_sentences}文未満にまとめてください。",
    )


def _paragraphs(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_paragraphs": rng.randint(2, 5)},
        "ちょうど{num_paragraphs}つの段落に分け、段落の間に *** だけの行を置いてください。",
        "段落は{num_paragraphs}つとし、区切り記号 *** で分けてください。",
    )


def _first_word(rng: Random, deck: Deck) -> Worded:
    number = rng.randint(2, 5)
    place = rng.randint(2, number)
    return _say(
        rng,
        {"num_paragraphs": number, "nth_paragraph": place, "first_word": rng.choice(_FIRST_WORDS)},
        "ちょうど{num_paragraphs}つの段落に分け、段落の間は1行空けてください。{nth_paragraph}番目の段落は"
        "「{first_word}」で書き始めてください。",
        "段落を{num_paragraphs}つ書き、段落と段落の間だけに空行を入れてください。{nth_paragraph}段落目の書き出しは"
        "「{first_word}」です。",
    )


def _placeholders(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_placeholders": rng.randint(2, 6)},
        "あとで書き込む箇所を、[名前]のような半角の角括弧で{num_placeholders}か所以上設けてください。",
        "[日付]のように半角の角括弧で囲んだ記入欄を、少なくとも{num_placeholders}つ入れてください。",
    )


def _postscript(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"postscript_marker": rng.choice(("追伸", "P.S."))},
        "最後に「{postscript_marker}」で始まる追伸を付けてください。",
        "末尾に追伸を添え、「{postscript_marker}」と書いてから始めてください。",
    )


def _bullets(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_bullets": rng.randint(2, 6)},
        "「・」で始まる行をちょうど{num_bullets}つ使った箇条書きを入れてください。",
        "箇条書きの項目をちょうど{num_bullets}つ設け、どれも行頭に「・」を付けてください。",
    )


def _numbered(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_items": rng.randint(2, 6)},
        "「1. 」「2. 」のように番号と半角の点で始まる項目を、ちょうど{num_items}つ入れてください。",
        "番号付きの項目（1. 、2. …）をちょうど{num_items}つ書いてください。",
    )


def _highlights(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"num_highlights": rng.randint(2, 5)},
        "大切な部分を《このように》二重山括弧で囲み、{num_highlights}か所以上強調してください。",
        "《》で囲んだ強調を{num_highlights}つ以上入れてください。",
    )


def _sections(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"section_spliter": rng.choice("章節項"), "num_sections": rng.randint(2, 5)},
        "全体を{num_sections}つに分け、それぞれ「第1{section_spliter}」「第2{section_spliter}」のような見出しで始めてください。",
        "「第1{section_spliter}」から「第{num_sections}{section_spliter}」までの見出しを付けてください。",
    )


def _end(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"end_phrase": rng.choice(_ENDINGS)},
        "最後は「{end_phrase}」という言葉で終え、そのあとには句点も含めて何も書かないでください。",
        "応答の末尾を、句点を付けずに「{end_phrase}」としてください。",
    )


def _many_kanji(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"kanji_limit": 10 * rng.randint(3, 12), "relation": "以上"},
        "漢字を{kanji_limit}文字以上使ってください。",
        "使う漢字は合わせて{kanji_limit}字以上にしてください。",
    )


def _few_kanji(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"kanji_limit": 5 * rng.randint(4, 14), "relation": "未満"},
        "漢字は全部で{kanji_limit}文字未満にしてください。",
        "使う漢字を{kanji_limit}字未満に抑えてください。",
    )


def _unified(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"ending": rng.choice(("です", "ます"))},
        "どの文も「{ending}」で終わるようにしてください。",
        "文末をすべて「{ending}」に統一してください。",
    )


def _nominal(rng: Random, deck: Deck) -> Worded:
    return _say(
        rng,
        {"count": rng.randint(2, 5)},
        "体言止めの文を{count}つ以上入れ、どれにも句点を付けてください。",
        "名詞で終わる文（体言止め）を{count}回以上使ってください。",
    )


def _plain(*wordings: str) -> Any:
    return lambda rng, deck: _say(rng, {}, *wordings)


_LAYOUT, _END, _SCRIPT = frozenset({"layout"}), frozenset({"end"}), frozenset({"script"})
_WRAPPER, _SENTENCE_END = frozenset({"wrapper"}), frozenset({"sentence end"})
# 漢字を含む語や目印を求める指示
_WITH_KANJI = frozenset(
    {
        "ja:keywords:existence",
        "ja:keywords:frequency",
        "ja:length_constraints:nth_paragraph_first_word",
        "ja:detectable_content:postscript",
        "ja:detectable_format:multiple_sections",
        "ja:detectable_format:nominal_ending",
        "ja:startend:end_checker",
    }
)
_JSON_EXCLUDES = frozenset(
    {
        "ja:detectable_content:number_placeholders",
        "ja:detectable_content:postscript",
        "ja:detectable_format:number_bullet_lists",
        "ja:detectable_format:number_numbered_lists",
        "ja:detectable_format:number_highlighted_sections",
        "ja:detectable_format:title",
        "ja:startend:end_checker",
        "ja:startend:sentence_unified_end",
    }
)
_NO_FULL_STOP_EXCLUDES = frozenset({"文の数以上", "ja:detectable_format:nominal_ending"})

JAPANESE_KINDS = (
    Kind("ja:keywords:existence", _existence),
    Kind("ja:keywords:frequency", _frequency),
    Kind("ja:keywords:forbidden_words", _forbidden, idle=True),
    Kind("ja:keywords:letter_frequency", _letter),
    Kind("ja:length_constraints:number_letters", _many_characters, "文字数以上"),
    Kind("ja:length_constraints:number_letters", _few_characters, "文字数未満", idle=True),
    Kind("ja:length_constraints:number_sentences", _many_sentences, "文の数以上"),
    Kind("ja:length_constraints:number_sentences", _few_sentences, "文の数未満", idle=True),
    Kind("ja:length_constraints:number_paragraphs", _paragraphs, takes=_LAYOUT),
    Kind("ja:length_constraints:nth_paragraph_first_word", _first_word, takes=_LAYOUT),
    Kind("ja:detectable_content:number_placeholders", _placeholders),
    Kind("ja:detectable_content:postscript", _postscript, takes=_END),
    Kind("ja:detectable_format:number_bullet_lists", _bullets),
    Kind("ja:detectable_format:number_numbered_lists", _numbered),
    Kind("ja:detectable_format:number_highlighted_sections", _highlights),
    Kind("ja:detectable_format:multiple_sections", _sections, takes=_LAYOUT),
    Kind(
        "ja:detectable_format:title",
        _plain(
            "『秋の一日』のように、二重かぎ括弧で囲んだ題名を付けてください。", "題名を『』で囲んで付けてください。"
        ),
    ),
    Kind(
        "ja:detectable_format:json_format",
        _plain("応答全体をJSON形式で書いてください。", "出力はJSONだけにしてください。"),
        takes=_LAYOUT | _WRAPPER | _SCRIPT,
        excludes=_JSON_EXCLUDES,
    ),
    Kind(
        "ja:combination:two_responses",
        _plain(
            "異なる文章を2つ書き、その間をアスタリスク6個（******）で区切ってください。",
            "2通りの案を示してください。案と案の間は ****** だけで区切ってください。",
        ),
        takes=_LAYOUT | _END,
        excludes=frozenset({"ja:detectable_format:title"}),
    ),
    # 文末の統一とは両立しにくいので、末尾の言葉も文末の仲間に数える
    Kind("ja:startend:end_checker", _end, takes=_END, excludes=frozenset({"ja:startend:sentence_unified_end"})),
    Kind(
        "ja:startend:quotation",
        _plain("応答全体をかぎ括弧「」で囲んでください。", "全体を「 で始め、 」で終えてください。"),
        takes=_WRAPPER,
        excludes=frozenset({"ja:startend:sentence_unified_end", "ja:detectable_format:nominal_ending", "文の数以上"}),
    ),
    Kind(
        "ja:startend:sentence_unified_end",
        _unified,
        takes=_SENTENCE_END,
        excludes=frozenset({"ja:detectable_format:number_numbered_lists", "ja:detectable_format:number_bullet_lists"}),
    ),
    Kind("ja:detectable_format:nominal_ending", _nominal, takes=_SENTENCE_END),
    Kind(
        "ja:punctuation:no_period",
        _plain("句点（。）は使わないでください。", "文章全体で句点「。」を一つも使わないでください。"),
        takes=_SENTENCE_END,
        excludes=_NO_FULL_STOP_EXCLUDES,
        idle=True,
    ),
    Kind(
        "ja:punctuation:no_comma",
        _plain("読点（、）は使わないでください。", "読点「、」を一つも使わずに書いてください。"),
        idle=True,
    ),
    Kind(
        "ja:letters:furigana",
        _plain(
            "すべての漢字に、全角の丸括弧で読みを付けてください。例：山（やま）",
            "漢字を使うたびに、直後に（）でふりがなを書いてください。",
        ),
        takes=_SCRIPT,
        excludes=_WITH_KANJI,
        idle=True,
    ),
    Kind("ja:letters:kanji", _many_kanji, "漢字以上", takes=_SCRIPT),
    Kind("ja:letters:kanji", _few_kanji, "漢字未満", takes=_SCRIPT, excludes=_WITH_KANJI, idle=True),
    Kind(
        "ja:letters:no_katakana",
        _plain("カタカナは一文字も使わないでください。", "カタカナを使わずに書いてください。"),
        takes=_SCRIPT,
        idle=True,
    ),
    Kind(
        "ja:letters:hiragana_only",
        _plain("ひらがなだけで書いてください。", "漢字もカタカナも使わず、ひらがなだけで答えてください。"),
        takes=_SCRIPT,
        excludes=_WITH_KANJI,
    ),
    Kind(
        "ja:letters:katakana_only",
        _plain("カタカナだけで書いてください。", "ひらがなと漢字を使わず、カタカナだけで答えてください。"),
        takes=_SCRIPT,
        excludes=_WITH_KANJI | {"ja:startend:sentence_unified_end"},
    ),
    Kind(
        "ja:letters:kansuuji",
        _plain("数字はすべて漢数字で書いてください。", "算用数字は使わず、数は漢数字で表してください。"),
        excludes=frozenset(
            {
                "ja:detectable_format:number_numbered_lists",
                "ja:detectable_format:multiple_sections",
                "ja:letters:hiragana_only",
                "ja:letters:katakana_only",
                "ja:letters:furigana",
            }
        ),
        idle=True,
    ),
)
