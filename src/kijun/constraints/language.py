"""The language of the whole response, told by `langdetect`."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import ClassVar

from kijun.constraints.base import Constraint, register

__all__ = ["ResponseLanguage", "detect_language"]

_lock = Lock()


@register
class ResponseLanguage(Constraint, frozen=True, forbid_unknown_fields=True):
    """The response is in the language with this ISO 639-1 code; a response without letters counts as following."""

    id: ClassVar[str] = "language:response_language"
    language: str

    def check(self, response: str) -> bool:
        detected = detect_language(response)
        return detected is None or detected == self.language


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the likeliest language (``zh-cn``, ``zh-tw`` for Chinese); None where the text has no features.

    `langdetect` samples: unseeded, as lm-evaluation-harness uses it, it may say this today and that tomorrow of a short
    or mixed text. Here every text is judged with seed 0.
    """
    import langdetect

    with _lock:  # the first call loads the profiles into one shared table
        _seed_detector()
        try:
            return langdetect.detect(text)
        except langdetect.LangDetectException:
            return None


@cache
def _seed_detector() -> None:
    import langdetect

    langdetect.DetectorFactory.seed = 0
