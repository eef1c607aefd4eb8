"""Writes docs/perturbations.md and docs/ja/perturbations.md: `python docs/perturbations_page.py`.

Thirty outputs of each perturbation, for people to judge. A test compares the pages with what this makes, so they are
never out of date. Needs the extra ``ja``.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import yaml

from kijun.perturbations import BUNDLES, STRUCTURES, Perturbation, make_perturbation, perturbation_names
from kijun.perturbations.wrappers import WRAPPERS

__all__ = ["OUTPUTS", "PAGES", "outputs", "page"]

HERE = Path(__file__).resolve().parent
PAGES = {"en": HERE / "perturbations.md", "ja": HERE / "ja" / "perturbations.md"}
OUTPUTS = 30

INTRO = {
    "en": """# Perturbations

Small changes of a question that should not change its answer. What they are for and how the results are read is on
[the page about robustness](robustness.md). Made by `python docs/perturbations_page.py`.

<!-- run -->
```console
kijun list perturbations
kijun run core_dates_en --perturb typo:0.3,english-wording --limit 4
kijun show core_dates_en@typo+case
```

`NAME:0.3` changes three in ten of the places where a perturbation could act, and at least one where there are any;
without it each has the strength given below. `A+B` does B after A. `NAME#2` is the second draw, `--draws 3`
makes three of each. A bundle runs each of its members apart. Perturbations marked * need the extra `ja`
(`pip install 'kijun[ja]'`, a morphological analyser).

Never touched: numbers with their units, words of negation, degree and order, formulas, markup, links, marks and symbols
of options, and every text that is a choice, a gold answer or an accepted answer of the item, wherever it stands. (Width
writes digits in another form with the same value; short forms and registers say a negation in another way.) Worked
examples stay as they are.
""",
    "ja": """# 摂動

答えを変えないはずの、設問の小さな変更です。目的と結果の読み方は[頑健性のページ](robustness.md)にあります。
このページは `python docs/perturbations_page.py` で作成しています。

<!-- run -->
```console
kijun list perturbations
kijun run core_dates_en --perturb typo:0.3,english-wording --limit 4
kijun show core_dates_en@typo+case
```

`名前:0.3` は、変えられる箇所の3割（1か所以上あれば最低1か所）を変えます。指定しなければ、下に示す強さに
なります。`A+B` はAの後にBを行います。`名前#2` は2回目の抽選で、`--draws 3` とすると3回ずつ行います。
組（バンドル）は、含まれる摂動を1つずつ別々に実行します。* の付いた摂動には追加パッケージ `ja`
（`pip install 'kijun[ja]'`、形態素解析器）が必要です。

変えないもの: 単位の付いた数、否定・程度・順序を表す語、数式、マークアップ、リンク、選択肢の記号、そして選択肢・
正解・許容される答えとしてその設問に含まれる文字列（どこに現れても）。ただし全角・半角の摂動は数字の字形だけを
変え、短縮形や文体の摂動は否定を別の言い方に改めます。例示（few-shot）は変えません。
""",
}
WORDS = {
    "en": {
        "bundles": "Bundles",
        "wrappers": "Wrappings of a request",
        "wrappers_about": "What they are for is on [the page about safety](safety.md#wrapped-requests).\n",
        "structures": "Changes of the prompt",
        "head": ("Name", "Languages", "Strength", "What changes"),
        "bundle_head": ("Name", "What it stands for", "Members"),
        "structure_head": ("Name", "What changes", "Variants"),
        "all": "All perturbations",
        "counts": {
            "option-order": "all cyclic shifts; where an option speaks of the others, the item stays as it is",
            "option-symbols": "2: digits, small letters (Japanese: kana, digits)",
            "prompt-format": "4: capitals, small letters, a dash, line breaks after labels (Japanese: brackets, marks)",
            "paraphrase": "4 wordings of labels and instruction",
            "shot-order": "as many as `--draws` says; needs two worked examples",
        },
        "any": "any",
    },
    "ja": {
        "bundles": "組（バンドル）",
        "wrappers": "依頼を包むもの",
        "wrappers_about": "目的は[安全性のページ](safety.md#包んだ依頼)にあります。\n",
        "structures": "プロンプトの変更",
        "head": ("名前", "言語", "強さ", "変わること"),
        "bundle_head": ("名前", "想定する状況", "含まれる摂動"),
        "structure_head": ("名前", "変わること", "種類"),
        "all": "摂動の一覧",
        "counts": {
            "option-order": "すべての巡回シフト。ほかの選択肢に触れる選択肢がある設問は変えません",
            "option-symbols": "2種類: カタカナ、数字（英語では数字、小文字）",
            "prompt-format": "4種類: かっこ、半角コロン、印、見出し後の改行（英語では大文字、小文字など）",
            "paraphrase": "見出しと指示文の言い換え4種類",
            "shot-order": "`--draws` の数だけ。例示が2つ以上必要です",
        },
        "any": "全言語",
    },
}
_ANALYSED = {"kana", "kanji-variant", "ime", "kana-misspelling", "long-vowel", "okurigana", "mixed-script"}
_ANALYSED |= {"particle-drop", "casual", "polite", "kansai"}


def _sentences(name: str, language: str) -> list[str]:
    pools = yaml.safe_load((HERE / "perturbation_sentences.yaml").read_text(encoding="utf-8"))
    return [*pools.get(f"{language}_{name}", []), *pools[language]]


def outputs(found: Perturbation, language: str) -> list[tuple[str, str]]:
    """The first sentences that the perturbation changes, each with what becomes of it."""
    shown = []
    for place, text in enumerate(_sentences(found.name, language)):
        changed = found.change(text, Random(f"{found.name} {place}"))
        if changed != text:
            shown.append((text, changed))
    return shown[:OUTPUTS]


def page(language: str) -> str:
    """Text of the page in English (``en``) or Japanese (``ja``)."""
    words = WORDS[language]
    found = [make_perturbation(name) for name in perturbation_names()]
    parts = [INTRO[language], f"## {words['all']}\n"]
    rows = [
        (
            f"[`{one.name}`](#{one.name})" + (" *" if one.name in _ANALYSED else ""),
            " ".join(one.languages) or words["any"],
            f"{one.strength:g}",
            one.title[language],
        )
        for one in found
    ]
    parts += [_table(words["head"], rows), f"## {words['structures']}\n"]
    structures = [
        (f"`{name}`", structure.title[language], words["counts"][name]) for name, structure in STRUCTURES.items()
    ]
    parts += [_table(words["structure_head"], structures), f"## {words['wrappers']}\n", words["wrappers_about"]]
    wrappers = [(f"`{name}`", wrapper.title[language]) for name, wrapper in WRAPPERS.items()]
    parts += [_table(words["structure_head"][:2], wrappers), f"## {words['bundles']}\n"]
    bundles = [
        (f"`{name}`", bundle.title[language], ", ".join(f"`{member}`" for member in bundle.members))
        for name, bundle in BUNDLES.items()
    ]
    parts.append(_table(words["bundle_head"], bundles))
    for one in found:
        parts.append(f"## {one.name}\n\n{_capital(one.title[language])}\n")
        for spoken in one.languages or ("en", "ja"):
            lines = [f"{number}. {_shown(text)}" for number, (_, text) in enumerate(outputs(one, spoken), start=1)]
            parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _capital(title: str) -> str:
    return title[0].upper() + title[1:] + ("." if title.isascii() else "")


def _shown(text: str) -> str:
    """As it is, white space included: in code font nothing is joined or read as markup."""
    return f"`{text}`"


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


if __name__ == "__main__":
    for language, file in PAGES.items():
        file.write_text(page(language), encoding="utf-8")
