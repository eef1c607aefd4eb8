"""Instructions for Japanese answers: the 33 types of M-IFEval (Dussolle et al. 2025, arXiv:2502.04688).

Verdicts are those of lightblue-tech/M-IFEval at commit 0bc3143. Some rules are the English ones, as they are or with
other marks; the rest is about what only Japanese has: scripts, readings, counting in characters, sentence endings.
"""

from kijun.constraints.japanese.endings import JapaneseEndPhrase, NominalEndings, UnifiedEnding
from kijun.constraints.japanese.format import (
    JapaneseConstrainedResponse,
    JapaneseHighlights,
    JapaneseQuotation,
    JapaneseSections,
    JapaneseTitle,
    NakaguroBullets,
    NumberedList,
)
from kijun.constraints.japanese.keywords import (
    JapaneseForbiddenWords,
    JapaneseKeywordExistence,
    JapaneseKeywordFrequency,
    KanaFrequency,
)
from kijun.constraints.japanese.length import (
    JapaneseFirstWordOfParagraph,
    JapaneseRepeatPrompt,
    NumberOfCharacters,
    NumberOfJapaneseSentences,
)
from kijun.constraints.japanese.scripts import (
    Furigana,
    HiraganaOnly,
    KanjiNumerals,
    KatakanaOnly,
    NoHiragana,
    NoKatakana,
    NoKuten,
    NoToten,
    NumberOfKanji,
)

__all__ = [
    "Furigana",
    "HiraganaOnly",
    "JapaneseConstrainedResponse",
    "JapaneseEndPhrase",
    "JapaneseFirstWordOfParagraph",
    "JapaneseForbiddenWords",
    "JapaneseHighlights",
    "JapaneseKeywordExistence",
    "JapaneseKeywordFrequency",
    "JapaneseQuotation",
    "JapaneseRepeatPrompt",
    "JapaneseSections",
    "JapaneseTitle",
    "KanaFrequency",
    "KanjiNumerals",
    "KatakanaOnly",
    "NakaguroBullets",
    "NoHiragana",
    "NoKatakana",
    "NoKuten",
    "NoToten",
    "NominalEndings",
    "NumberOfCharacters",
    "NumberOfJapaneseSentences",
    "NumberOfKanji",
    "NumberedList",
    "UnifiedEnding",
]
