"""Instructions that a program can verify: the 25 types of IFEval (Zhou et al. 2023, arXiv:2311.07911), the 33 Japanese
ones of M-IFEval (`kijun.constraints.japanese`).

A constraint is a frozen record that knows its id and its parameters and checks a response. `build` makes one from a row
of data, generators make them directly; `strict` and `loose` give the verdicts of IFEval. Verdicts are those of
lm-evaluation-harness 0.4.13 but for what the docstrings of `keywords`, `language` and `sentences` name.
"""

import kijun.constraints.ifbench
import kijun.constraints.japanese  # noqa: F401 - both register their instructions
from kijun.constraints.base import CONSTRAINTS, Constraint, Relation, register
from kijun.constraints.case import CapitalWordFrequency, EnglishCapital, EnglishLowercase
from kijun.constraints.combination import RepeatPrompt, TwoResponses
from kijun.constraints.content import NumberOfPlaceholders, Postscript
from kijun.constraints.format import (
    ConstrainedResponse,
    Json,
    NumberOfBullets,
    NumberOfHighlights,
    NumberOfSections,
    Title,
)
from kijun.constraints.keywords import ForbiddenWords, KeywordExistence, KeywordFrequency, LetterFrequency
from kijun.constraints.language import ResponseLanguage
from kijun.constraints.length import (
    FirstWordOfParagraph,
    NumberOfParagraphs,
    NumberOfSentences,
    NumberOfSentencesInMIFEval,
    NumberOfWords,
)
from kijun.constraints.punctuation import NoComma
from kijun.constraints.start_end import EndPhrase, Quotation
from kijun.constraints.verify import build, instruction_ids, loose, response_variants, strict

__all__ = [
    "CONSTRAINTS",
    "CapitalWordFrequency",
    "ConstrainedResponse",
    "Constraint",
    "EndPhrase",
    "EnglishCapital",
    "EnglishLowercase",
    "FirstWordOfParagraph",
    "ForbiddenWords",
    "Json",
    "KeywordExistence",
    "KeywordFrequency",
    "LetterFrequency",
    "NoComma",
    "NumberOfBullets",
    "NumberOfHighlights",
    "NumberOfParagraphs",
    "NumberOfPlaceholders",
    "NumberOfSections",
    "NumberOfSentences",
    "NumberOfSentencesInMIFEval",
    "NumberOfWords",
    "Postscript",
    "Quotation",
    "Relation",
    "RepeatPrompt",
    "ResponseLanguage",
    "Title",
    "TwoResponses",
    "build",
    "instruction_ids",
    "loose",
    "register",
    "response_variants",
    "strict",
]
