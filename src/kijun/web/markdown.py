"""What models wrote, as HTML that can do nothing: Markdown, code and mathematics are shown, everything else is text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kijun.web.emphasis import cjk_emphasis, is_east_asian
from kijun.web.mathematics import MATHML_ATTRIBUTES, MATHML_TAGS, as_mathml, math_rule

if TYPE_CHECKING:
    from kijun.records import MarkedSpan

__all__ = ["as_html", "plain_html"]

LONGEST = 200_000
"""Characters (code points) of a text that is read as Markdown; a longer one is shown as plain text."""

_PIECE = re.compile(r"\w+|\W")
_ESCAPE = 12
"""Characters that an escape or entity may take in the source."""

_NUL, _UNKNOWN = "\0", "\ufffd"

_TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "blockquote", "ul", "ol", "li", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "span", "mark", "div"),
    *MATHML_TAGS,
}
_ATTRIBUTES = {
    "span": {"class", "data-at", "data-to"},
    "mark": {"class", "title"},
    "div": {"class", "tabindex"},
    "pre": {"tabindex"},
    "ol": {"start"},
    "th": {"class"},
    "td": {"class"},
    **MATHML_ATTRIBUTES,
}


@lru_cache(maxsize=4096)
def as_html(text: str, spans: tuple[MarkedSpan, ...] = (), *, flowing: bool = False) -> str:
    """A text from a model or a rater as safe HTML.

    Every piece of visible text stands in ``<span data-at="N">``, where N is the place (code points) of its first
    character in `text`, so that what is marked on the page is found again in the text itself.

    Args:
        spans: places to show as marked; may overlap.
        flowing: single line breaks mean nothing, as in a file with short lines; otherwise they are kept, as chat
            windows do, since models mean them.
    """
    if len(text) > LONGEST:
        return plain_html(text, spans)
    text = text.replace(_NUL, _UNKNOWN)
    try:
        shown = _parser().render(text, {"source": text, "cursor": 0, "spans": spans, "flowing": flowing})
    except RecursionError:
        return plain_html(text, spans)
    return _clean(shown)


def plain_html(text: str, spans: tuple[MarkedSpan, ...] = ()) -> str:
    """The text exactly as it is, every space and line kept."""
    return _clean(f'<pre tabindex="0">{_located(text.replace(_NUL, _UNKNOWN), 0, spans)}</pre>')


def _clean(shown: str) -> str:
    # The renderer below writes only what is allowed; this is the second wall, should a library change its mind.
    return nh3.clean(shown, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(), link_rel=None, strip_comments=True)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.inline.ruler.at("emphasis", cjk_emphasis)
    parser.inline.ruler.before("escape", "mathematics", math_rule)
    for name, rule in _RULES.items():
        parser.add_render_rule(name, rule)
    return parser


def _located(text: str, start: int | None, spans: tuple[MarkedSpan, ...]) -> str:
    """Escaped text that knows its place in the source and carries the marks that fall into it."""
    if start is None or not text:
        return escape(text)
    end = start + len(text)
    inside = [span for span in spans if span.start < end and span.end > start]
    cuts = sorted({start, end, *(p for s in inside for p in (s.start, s.end) if start < p < end)})
    shown = []
    for left, right in pairwise(cuts):
        piece = f'<span data-at="{left}">{escape(text[left - start : right - start])}</span>'
        over = [span for span in inside if span.start <= left and span.end >= right]
        if over:
            title = escape(", ".join(sorted({span.label for span in over})))
            piece = f'<mark class="depth-{min(len(over), 3)}" title="{title}">{piece}</mark>'
        shown.append(piece)
    return "".join(shown)


def _place(text: str, env: dict[str, Any], within: int = LONGEST) -> int | None:
    """Where the text stands in the source, looking on from the last place; None when it was changed on the way."""
    found = env["source"].find(text, env["cursor"], env["cursor"] + len(text) + within)
    if found < 0:
        return None
    env["cursor"] = found + len(text)
    return found


def _text(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    content = tokens[index].content
    start = _place(content, env)
    if start is not None:
        return _located(content, start, env["spans"])
    # Escapes and entities stand in the source in other characters: what lies between them is found word by word.
    pieces = _PIECE.findall(content)
    return "".join(_located(piece, _place(piece, env, within=_ESCAPE), env["spans"]) for piece in pieces)


def _code_inline(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return f"<code>{_text(renderer, tokens, index, options, env)}</code>"


def _code_block(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    if tokens[index].info:
        _place(tokens[index].info, env)
    # Line by line: a block inside a list is indented in the source and is not in the content.
    lines = tokens[index].content.splitlines(keepends=True)
    body = "".join(_located(line, _place(line, env), env["spans"]) for line in lines)
    return f'<pre tabindex="0"><code>{body}</code></pre>\n'


def _link_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    return '<span class="link">'


def _link_close(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Links lead nowhere; where they would lead is told."""
    opening = next(t for t in reversed(tokens[:index]) if t.type == "link_open" and t.level == tokens[index].level)
    address, shown = str(opening.attrGet("href") or ""), tokens[index - 1].content
    if opening.markup != "autolink":
        _place(address, env)
    told = "" if address == shown else f' <span class="address">({escape(address)})</span>'
    return f"</span>{told}"


def _image(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """An image is named, never fetched."""
    token = tokens[index]
    return f'<span class="address">[{escape(token.content)}] ({escape(str(token.attrGet("src") or ""))})</span>'


def _heading(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """Headings of an answer come below those of the page."""
    level = min(int(tokens[index].tag[1]) + 2, 6)
    return f"<h{level}>" if tokens[index].nesting == 1 else f"</h{level}>\n"


def _cell(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    style = str(tokens[index].attrGet("style") or "")
    name = style.removeprefix("text-align:")
    return f'<{tokens[index].tag} class="{escape(name)}">' if name else f"<{tokens[index].tag}>"


def _table(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    """A wide table scrolls by itself."""
    opening = tokens[index].nesting == 1
    return '<div class="wide" tabindex="0"><table>\n' if opening else "</table></div>\n"


def _math(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    token = tokens[index]
    start = _place(token.content, env)
    shown = as_mathml(token.content, display=token.info == "display")
    if shown is None:
        return f"<code>{_located(token.markup + token.content + token.meta['closing'], None, ())}</code>"
    place = "" if start is None else f' data-at="{start}" data-to="{start + len(token.content)}"'
    return f'<span class="math {escape(token.info)}"{place}>{shown}</span>'


def _softbreak(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]) -> str:
    if not env["flowing"]:
        return "<br>\n"
    before, after = (tokens[place].content for place in (index - 1, index + 1))
    # Japanese has no spaces between words, and a line break would become one.
    return "" if before and after and is_east_asian(before[-1]) and is_east_asian(after[0]) else "\n"


_RULES = {
    "softbreak": _softbreak,
    "text": _text,
    "code_inline": _code_inline,
    "code_block": _code_block,
    "fence": _code_block,
    "link_open": _link_open,
    "link_close": _link_close,
    "image": _image,
    "heading_open": _heading,
    "heading_close": _heading,
    "table_open": _table,
    "table_close": _table,
    "th_open": _cell,
    "td_open": _cell,
    "math": _math,
}
