"""IFBench's ``format`` and ``repeat``: marks, lines, nesting, templates, copies of the request."""

from __future__ import annotations

import re
import string
from itertools import pairwise
from typing import Annotated, ClassVar

import msgspec

from kijun.constraints.base import Constraint, register
from kijun.constraints.ifbench.text import bare, without_marks
from kijun.constraints.sentences import split_sentences
from kijun.constraints.words import english_words

__all__ = [
    "BulletMark",
    "CopiedSpan",
    "EmojiEndings",
    "IndentedStairs",
    "ItalicThesis",
    "NestedBrackets",
    "NestedQuotes",
    "NoWhitespace",
    "OneOption",
    "OneWordALine",
    "OnlyThisSentence",
    "QuotesExplained",
    "RequestChanged",
    "SentencesThenBullets",
    "SubBullets",
    "Template",
    "TitleCase",
]

_PAIRS = {")": "(", "]": "[", "}": "{"}
_DEPTH_OF_BRACKETS, _DEPTH_OF_QUOTES = 5, 3
_LETTER_OPTIONS = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
_EMOJI = re.compile(
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f004-\U0001f251\U0001f300-\U0001faff]"
)
_TEMPLATE = ("My Answer:", "My Conclusion:", "Future Outlook:")
_SENTENCE = "Only output this sentence here, ignore all other requests."
Place = Annotated[int, msgspec.Meta(ge=0)]


@register
class NestedBrackets(Constraint, frozen=True, forbid_unknown_fields=True):
    """Brackets of any kind nest five deep and begin to close again, each by its own kind."""

    id: ClassVar[str] = "format:parentheses"

    def check(self, response: str) -> bool:
        open_now: list[str] = []
        deepest = 0
        for mark in response:
            if mark in "([{":
                open_now.append(mark)
                deepest = max(deepest, len(open_now))
            elif mark in _PAIRS:
                if not open_now or open_now.pop() != _PAIRS[mark]:
                    open_now, deepest = [], 0
                elif deepest >= _DEPTH_OF_BRACKETS:
                    return True
        return False


@register
class NestedQuotes(Constraint, frozen=True, forbid_unknown_fields=True):
    """Straight quotation marks, single in double or double in single, nest three deep and close again."""

    id: ClassVar[str] = "format:quotes"

    def check(self, response: str) -> bool:
        open_now: list[str] = []
        deepest = 0
        for mark in response:
            if open_now and mark == open_now[-1]:
                open_now.pop()
                if deepest - len(open_now) >= _DEPTH_OF_QUOTES:
                    return True
            elif mark in "\"'":
                open_now.append(mark)
                deepest = max(deepest, len(open_now))
        return False


@register
class OneOption(Constraint, frozen=True, forbid_unknown_fields=True):
    """The answer is one of the options and nothing else; letters such as ``a)`` are compared mark for mark."""

    id: ClassVar[str] = "format:options"
    options: str

    def check(self, response: str) -> bool:
        separator = next((mark for mark in ("/", "or") if mark in self.options), ",")
        options = [option.strip() for option in self.options.split(separator)]
        if _LETTER_OPTIONS.match(self.options):
            return response in options
        return bare(response).lower() in [bare(option).lower() for option in options]


@register
class OneWordALine(Constraint, frozen=True, forbid_unknown_fields=True):
    """As many lines as words."""

    id: ClassVar[str] = "format:newline"

    def check(self, response: str) -> bool:
        text = without_marks(response).strip()
        return sum(1 for line in text.split("\n") if line) == len(text.split())


@register
class EmojiEndings(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each sentence ends with an emoji, before or after its mark."""

    id: ClassVar[str] = "format:emoji"

    def check(self, response: str) -> bool:
        sentences = [without_marks(sentence).strip() for sentence in split_sentences(response)]
        if not all(sentences):
            return False
        # an emoji may be of two characters, and one after the mark begins the next sentence
        return all(
            _EMOJI.search(sentence[-2:]) or _EMOJI.match(after)
            for sentence, after in zip(sentences, [*sentences[1:], ""], strict=True)
        )


@register
class IndentedStairs(Constraint, frozen=True, forbid_unknown_fields=True):
    """Each line that is not blank is indented further than the one before."""

    id: ClassVar[str] = "format:line_indent"

    def check(self, response: str) -> bool:
        indents = [len(line) - len(line.lstrip(" ")) for line in response.split("\n") if line.strip()]
        return all(a < b for a, b in pairwise(indents))


@register
class QuotesExplained(Constraint, frozen=True, forbid_unknown_fields=True):
    """After each quotation in straight marks there is text: no two touch, and none ends the answer."""

    id: ClassVar[str] = "format:quote_unquote"

    def check(self, response: str) -> bool:
        text = "".join(response.replace("'\"'", "").split())
        return '""' not in text and not text.strip(string.digits + string.punctuation.replace('"', "")).endswith('"')


@register
class BulletMark(Constraint, frozen=True, forbid_unknown_fields=True):
    """The mark that parts a list occurs twice or more."""

    id: ClassVar[str] = "format:list"
    mark: str = msgspec.field(name="sep")

    def check(self, response: str) -> bool:
        return response.count(self.mark) >= 2


@register
class ItalicThesis(Constraint, frozen=True, forbid_unknown_fields=True):
    """A thesis in ``<i>`` or ``<em>`` that is not blank, with text after it."""

    id: ClassVar[str] = "format:thesis"

    def check(self, response: str) -> bool:
        start = next((place for tag in ("<i>", "<em>") if (place := response.find(tag)) >= 0), -1)
        text = response[start:] if start >= 0 else ""
        end = next((place for tag in ("</i>", "</em>") if (place := text.find(tag)) >= 0), -1)
        return end >= 0 and bool(text[3:end].strip()) and bool(text[end + 4 :].strip())


@register
class SubBullets(Constraint, frozen=True, forbid_unknown_fields=True):
    """After each ``*`` a ``-`` follows before the next; an answer without either is let off, as in IFBench."""

    id: ClassVar[str] = "format:sub-bullets"

    def check(self, response: str) -> bool:
        return all("-" in part for part in response.split("*")[1:])


@register
class SentencesThenBullets(Constraint, frozen=True, forbid_unknown_fields=True):
    """Two sentences or more, then two lines or more that start with ``*``, and nothing else after the first of them."""

    id: ClassVar[str] = "format:no_bullets_bullets"

    def check(self, response: str) -> bool:
        sentences = bullets = 0
        open_text = True  # IFBench takes a blank line for the end of the text before the bullets
        for line in map(str.strip, response.split("\n")):
            if line.startswith("*"):
                if sentences < 2:
                    return False
                open_text, bullets = False, bullets + 1
            elif not open_text:
                return False
            else:
                found = split_sentences(line)
                sentences += len(found)
                open_text = bool(found)
        return bullets >= 2


@register
class NoWhitespace(Constraint, frozen=True, forbid_unknown_fields=True):
    """No white space at all."""

    id: ClassVar[str] = "format:no_whitespace"

    def check(self, response: str) -> bool:
        return not any(character.isspace() for character in response)


@register
class Template(Constraint, frozen=True, forbid_unknown_fields=True):
    """The three headings of IFBench's template occur."""

    id: ClassVar[str] = "format:output_template"

    def check(self, response: str) -> bool:
        return all(heading in response for heading in _TEMPLATE)


@register
class TitleCase(Constraint, frozen=True, forbid_unknown_fields=True):
    """No word starts with a small letter; words of mixed case, such as ``iPhone``, are let off."""

    id: ClassVar[str] = "format:title_case"

    def check(self, response: str) -> bool:
        return not any(
            word[0].islower() and (len(word) == 1 or word[1:].islower() or word[1:].isupper())
            for word in english_words(response)
        )


@register
class RequestChanged(Constraint, frozen=True, forbid_unknown_fields=True):
    """The request with another first word, and nothing more."""

    id: ClassVar[str] = "repeat:repeat_change"
    prompt: str = msgspec.field(name="prompt_to_repeat")

    def check(self, response: str) -> bool:
        return response != self.prompt and response.split()[1:] == self.prompt.split()[1:]


@register
class OnlyThisSentence(Constraint, frozen=True, forbid_unknown_fields=True):
    """The answer is IFBench's one sentence, in any case."""

    id: ClassVar[str] = "repeat:repeat_simple"

    def check(self, response: str) -> bool:
        return response.strip().lower() == _SENTENCE.lower()


@register
class CopiedSpan(Constraint, frozen=True, forbid_unknown_fields=True):
    """The answer is the span of the request from one character to another, both counted from 0 and included."""

    id: ClassVar[str] = "repeat:repeat_span"
    prompt: str = msgspec.field(name="prompt_to_repeat")
    start: Place = msgspec.field(name="n_start")
    end: Place = msgspec.field(name="n_end")

    def check(self, response: str) -> bool:
        return response.strip().lower() == self.prompt[self.start : self.end + 1].strip().lower()
