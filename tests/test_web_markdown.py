"""What models wrote is shown whole and can do nothing."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("nh3")

from kijun.records import MarkedSpan
from kijun.web.markdown import as_html, plain_html
from kijun.web.mathematics import as_mathml

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<style>*{background:url(https://evil.example/x)}</style>",
    '<link rel=stylesheet href="https://evil.example/x.css">',
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    "<form action=https://evil.example><button>x</button></form>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt&colon;alert(1))",
    "[a](  javascript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    '[a](https://evil.example "onmouseover=alert(1)")',
    '[a](https://evil.example/"onmouseover="alert(1))',
    "<javascript:alert(1)>",
    '<https://evil.example/?a="onclick=alert(1)>',
    "![x](https://evil.example/pixel.png)",
    '![x" onerror="alert(1)](x)',
    "[ref]\n\n[ref]: javascript:alert(1)",
    "![ref]\n\n[ref]: https://evil.example/pixel.png",
    '```"><script>alert(1)</script>\nx\n```',
    "`</code><script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    '| a |\n|:-:" onclick="x|\n| <b onclick=x>y</b> |',
    "# <a href=javascript:alert(1)>x</a>",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\text{<img src=x onerror=alert(1)>}$",
    '$\\class{x" onclick="alert(1)}{y}$',
    "$<script>alert(1)</script>$",
    "\\(\\style{background:url(https://evil.example)}{x}\\)",
    "$\\unicode{x3c}script\\unicode{x3e}$",
    "\x00<script\x00>alert(1)</script>",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "<<script>script>alert(1)<</script>/script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\u202egpj.exe\u202c <b>",
    "{{ 7*7 }} {% import os %} ${7*7} #{7*7}",
    "*[<script>]*: alert(1)",
    "~~<object data=x>~~",
]
ALLOWED = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "blockquote", "ul", "ol", "li", "pre", "code"),
    *("table", "thead", "tbody", "tr", "th", "td", "span", "mark", "div"),
    *("math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup"),
    *("munder", "mover", "munderover", "mmultiscripts", "mprescripts", "mtable", "mtr", "mtd", "mpadded", "mphantom"),
    *("mstyle", "merror"),
}


class Elements(HTMLParser):
    """Gathers what a browser would make of the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data):
        raise AssertionError(data)


def assert_harmless(html: str) -> None:
    seen = Elements(html)
    assert seen.tags <= ALLOWED, seen.tags - ALLOWED
    assert not {name for name in seen.attributes if name.startswith("on") or name in ("href", "src", "style", "srcset")}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "- {}", "> {}", "**{}**", "`{}", "a | b\n-|-\n{} | x", "1. x\n\n   {}"])
def test_hostile_text_does_nothing(text: str, around: str) -> None:
    assert_harmless(as_html(around.format(text) if around != "{}" else text))


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_is_shown_to_the_letter(text: str) -> None:
    shown = plain_html(text)
    assert_harmless(shown)
    assert Elements(shown).text.strip() == text.replace("\x00", "\ufffd").strip()


@given(st.text(alphabet=st.sampled_from("ab *_`~#>-[]()!<>&\"'$\\{}^|:/\n\t 1漢「」。\u202e"), max_size=120))
@settings(max_examples=300, deadline=None)
def test_anything_is_harmless(text: str) -> None:
    assert_harmless(as_html(text))


@given(st.text(alphabet=st.sampled_from("abc *_`~#-[]()&;\\\n漢字「」。x😀"), max_size=80))
@settings(max_examples=200, deadline=None)
def test_places_point_at_the_same_characters(text: str) -> None:
    """What a page says of the place of a text is so: the text stands there."""
    for start, shown in re.findall(r'<span data-at="(\d+)">([^<]*)</span>', as_html(text)):
        assert text[int(start) :].startswith(unescape(shown))


def test_nothing_visible_gets_lost() -> None:
    text = "# Title\n\nSome **bold** and `code` &amp; [link](https://example.org/a) ![picture](x.png)\n\n1. one\n2. two"
    seen = Elements(as_html(text)).text
    for word in ("Title", "bold", "code", "&", "link", "https://example.org/a", "picture", "x.png", "one", "two"):
        assert word in seen


def test_html_is_shown_as_written() -> None:
    assert "<script>alert(1)</script>" in Elements(as_html("Use <script>alert(1)</script> here")).text


def test_markdown_is_markdown() -> None:
    shown = as_html("# A\n\n- *b*\n\n```python\nx = 1 < 2\n```\n\n| a |\n|--:|\n| 1 |")
    for piece in ("<h3>", "<li>", "<em>", "<pre", "&lt; 2", '<td class="right">', "<table>"):
        assert piece in shown
    assert "<br>" in as_html("one\ntwo")


@pytest.mark.parametrize(
    "text, strong",
    [
        ("**「強調」**です", "「強調」"),
        ("これは**「重要」**な点", "「重要」"),
        ("値は**100%**です", "100%"),
        ("**注意：**必ず読む", "注意："),
        ("**bold** text", "bold"),
    ],
)
def test_emphasis_beside_japanese(text: str, strong: str) -> None:
    inner = re.search("<strong>(.*?)</strong>", as_html(text))
    assert inner and Elements(inner[1]).text == strong


def test_stars_that_are_none_stay() -> None:
    assert "<em>" not in as_html("2 * 3 * 4") and "<strong>" not in as_html("a ** b ** c")


@pytest.mark.parametrize(
    "text", ["$x^2$", r"\(x^2\)", r"\[\frac{1}{2}\]", "$$\\sum_{i=1}^n i$$", r"値は $\sqrt{2}$ です", "$a<b$"]
)
def test_formulas_become_mathml(text: str) -> None:
    shown = as_html(text)
    assert "<math" in shown and "data-at" in shown


@pytest.mark.parametrize("text", ["$5 and $10", "$ 5 $", "US$3, US$4", "$", "$$", r"\(", r"\$x\$", "100$ or 200$"])
def test_money_is_no_formula(text: str) -> None:
    shown = as_html(text)
    assert "<math" not in shown
    assert Elements(shown).text.strip() == text.replace(r"\(", "(").replace("\\$", "$").strip()


@pytest.mark.parametrize("formula", ["\\frac{1}", "{" * 500 + "}" * 500, "\\left(" * 60, "x" * 5000, "\\nosuch{x}"])
def test_what_is_no_formula_is_shown_as_written(formula: str) -> None:
    assert as_mathml(formula, display=False) is None
    assert formula in Elements(as_html(f"a ${formula}$ b")).text


def test_marks_overlap() -> None:
    spans = (MarkedSpan(0, 0, 6, "safety", "hate"), MarkedSpan(0, 4, 9, "safety", "privacy", "major"))
    shown = as_html("abcdefghi", spans)
    assert re.findall(r'<mark class="depth-(\d)" title="([^"]*)"><span data-at="(\d)">(\w+)<', shown) == [
        ("1", "hate", "0", "abcd"),
        ("2", "hate, privacy", "4", "ef"),
        ("1", "privacy", "6", "ghi"),
    ]


def test_a_label_is_text() -> None:
    assert_harmless(as_html("abc", (MarkedSpan(0, 0, 2, "d", '"><script>alert(1)</script>'),)))


def test_very_long_and_deep_texts_come_back() -> None:
    assert_harmless(as_html("> " * 5000 + "x"))
    assert_harmless(as_html("[" * 20_000))
    assert_harmless(as_html("*a" * 20_000))
    long = "word " * 50_000
    assert Elements(as_html(long)).text.strip() == long.strip()
