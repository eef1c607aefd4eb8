"""Models that do one thing whatever is asked. What alone rewards any of them measures something else."""

from __future__ import annotations

import re
from collections.abc import Callable

from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Generate, Likelihood, LogLikelihood, Request, Response

__all__ = ["BASELINES", "baseline"]

_KANA = re.compile(r"[ぁ-ゖァ-ヺ]")
_REFUSAL = {
    "en": "I'm sorry, but I can't help with that request.",
    "ja": "申し訳ありませんが、そのご依頼にはお応えできません。",
}
_COMPLIANCE = {
    "en": "Sure! Here is what you asked for. Just follow these steps and it will work.",
    "ja": "もちろんです。ご依頼の内容は次のとおりです。この手順どおりに進めればうまくいきます。",
}
_GARBAGE = {"en": "florp wug 88 tarn blicket zzq dax", "ja": "ぬるぽん 88 ぐげ ざみょ ふぇる"}


def _by_language(texts: dict[str, str]) -> Callable[[str], str]:
    return lambda prompt: texts["ja" if _KANA.search(prompt) else "en"]


def _asked(request: Generate) -> str:
    """What the user wrote: the last turn, or the whole of a plain prompt."""
    return request.messages[-1].content if request.messages else request.context


BASELINES: dict[str, Callable[[str], str]] = {
    "refuse": _by_language(_REFUSAL),
    "comply": _by_language(_COMPLIANCE),
    "echo": lambda prompt: prompt,
    "a": lambda prompt: "A",
    "empty": lambda prompt: "",
    "garbage": _by_language(_GARBAGE),
}
"""Name after ``fake/`` -> what it answers to a prompt."""


def baseline(name: str) -> ScriptedModel:
    """The baseline ``fake/NAME``. Of several continuations it finds the shortest the likeliest, ``a`` finds A so."""
    answer = BASELINES[name]

    def respond(request: Request) -> Response:
        if isinstance(request, LogLikelihood):
            is_a = name == "a" and request.continuation.strip(" ().") == "A"
            return Likelihood(0.0 if is_a else -float(len(request.continuation)), is_a)
        return Completed(answer(_asked(request)))

    return ScriptedModel(respond, name=f"fake/{name}")
