"""Formulas in what models wrote: LaTeX between dollars or backslashed brackets, shown as MathML without any script."""

from __future__ import annotations

import re
from functools import lru_cache
from xml.etree.ElementTree import fromstring

from markdown_it.rules_inline import StateInline

__all__ = ["MATHML_ATTRIBUTES", "MATHML_TAGS", "as_mathml", "math_rule"]

LONGEST = 2_000
"""Characters of a formula; a longer one is shown as it was written."""

MATHML_TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup"),
    *("munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mpadded", "mphantom"),
    *("mstyle", "merror"),
}
MATHML_ATTRIBUTES = {
    "math": {"display"},
    "mo": {"stretchy", "fence", "separator", "largeop", "movablelimits", "minsize", "maxsize", "lspace", "rspace"},
    "mi": {"mathvariant"},
    "mfrac": {"linethickness"},
    "mspace": {"width"},
    "mtable": {"columnalign"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "mstyle": {"displaystyle", "scriptlevel"},
}

_PAIRS = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"))
_PARTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
_DEEP = 40
# Markup and addresses inside a formula would be thrown away by the sanitiser, and raters must see all that was written.
_FOREIGN = re.compile(r"<[A-Za-z/!?][^<]*>|\\href|\\url|\\includegraphics|\\class|\\style")


def math_rule(state: StateInline, silent: bool) -> bool:
    r"""A rule of markdown-it: ``$$...$$``, ``\[...\]``, ``\(...\)`` and, with care for prices, ``$...$``."""
    for opening, closing in _PAIRS:
        if not state.src.startswith(opening, state.pos):
            continue
        start = state.pos + len(opening)
        end = _closing(state.src, start, state.posMax, closing)
        if end is None:
            continue
        content = state.src[start:end]
        if not content.strip() or (opening == "$" and not _is_formula(content, state.src[end + 1 : end + 2])):
            continue
        if not silent:
            token = state.push("math", "", 0)
            token.content, token.markup, token.meta = content, opening, {"closing": closing}
            token.info = "display" if opening in ("$$", "\\[") else "inline"
        state.pos = end + len(closing)
        return True
    return False


def _closing(text: str, start: int, limit: int, closing: str) -> int | None:
    end = text.find(closing, start, min(limit, start + LONGEST))
    while end > 0 and closing == "$" and text[end - 1] == "\\":
        end = text.find(closing, end + 1, min(limit, start + LONGEST))
    return None if end < 0 else end


def _is_formula(content: str, after: str) -> bool:
    """Pandoc's rule, so that "$5 and $10" stays money: no space inside next to the dollars, no digit after them."""
    return not content[0].isspace() and not content[-1].isspace() and not after.isdigit() and "\n\n" not in content


@lru_cache(maxsize=2048)
def as_mathml(formula: str, *, display: bool) -> str | None:
    """The formula as MathML, which must still be sanitised; None where it cannot be read as LaTeX."""
    from latex2mathml.converter import convert

    depth = deepest = 0
    for character in formula:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    if deepest > _DEEP or len(formula) > LONGEST or formula.count("\\left") > _DEEP or _FOREIGN.search(formula):
        return None
    try:
        shown = convert(formula, display="block" if display else "inline")
        whole = _is_whole(shown)
    # The library raises errors of its own and, on broken input, whatever its parser runs into.
    except Exception:
        return None
    return None if re.search(r"<m(i|o|text)>\\[A-Za-z]", shown) or not whole else shown


def _is_whole(shown: str) -> bool:
    """Whether every fraction has two parts and so on; of half a fraction a browser shows an error."""
    elements = fromstring(shown).iter()
    return all(len(element) == _PARTS.get(element.tag.rpartition("}")[2], len(element)) for element in elements)
