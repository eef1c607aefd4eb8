"""Judged text is data: it stands between lines that it cannot know, so it cannot pretend to be the end of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

__all__ = ["fenced"]


def fenced(texts: Mapping[str, str], salt: str) -> tuple[str, str]:
    """All texts, each between ``[NAME KEY]`` and ``[/NAME KEY]``, and the key.

    The key is 16 hex digits of a hash over `salt` and all texts. It looks random and is the same every time. A text
    that holds its own key would be a fixed point of SHA-256; should one be found, the key is another.

    Args:
        texts: name of a text, such as ``ANSWER`` -> the text.
        salt: what else the judge is asked, such as the hash of the rubric.
    """
    joined = "\x1f".join([salt, *texts.keys(), *texts.values()])
    key = _digest(joined)
    while any(key in text for text in texts.values()):
        key = _digest(joined + key)
    return "\n\n".join(f"[{name} {key}]\n{text}\n[/{name} {key}]" for name, text in texts.items()), key


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
