"""Token ids of (context, continuation) pairs by lm-evaluation-harness's rules, for every backend that sees tokens.

The rules (lm_eval 0.4.13, ``api/model.py`` and ``models/huggingface.py``):

- White space at the end of the context is moved to the front of the continuation.
- Context and context + continuation are each encoded as a whole, with the tokeniser's own special tokens unless the
  text already starts with the text of the prefix token; the continuation is what the whole has beyond the context's
  number of tokens.
- An empty context becomes the prefix token (BOS, else EOS), and the continuation is encoded without special tokens; a
  continuation that itself starts with the prefix token gives that token to the context instead.

Where we differ: a context of spaces only, which lm-evaluation-harness refuses, counts as empty after its spaces moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

__all__ = ["TokenPair", "Tokeniser", "encode_pairs", "encode_prompts", "fit_pair", "fit_prompt"]


class Tokeniser(Protocol):
    """What a backend brings.

    A tokeniser that is faster on many texts at once may have a method ``encode_many(texts, add_special_tokens)`` that
    returns one list of ids a text; it is used where it exists.

    Attributes:
        prefix_id: BOS, else EOS; None when the model has neither (an empty context is then an error).
        prefix_text: the text that decodes from `prefix_id`; empty with none.
    """

    prefix_id: int | None
    prefix_text: str

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        """Ids of `text`, with the tokeniser's own special tokens (usually BOS, or nothing) where asked."""
        ...


class TokenPair(msgspec.Struct, frozen=True):
    """Ids of one (context, continuation).

    Attributes:
        context: at least one id, unless the model has no prefix token and the context was empty.
        continuation: the ids to score; empty when the text added no token, which no backend can score.
        truncated: ids cut from the left of the context by `fit_pair`.
    """

    context: tuple[int, ...]
    continuation: tuple[int, ...]
    truncated: int = 0

    @property
    def inputs(self) -> tuple[int, ...]:
        """What the model reads: all but the last id, whose log-likelihood comes from the row before it."""
        return (self.context + self.continuation)[:-1]


def encode_pairs(tokeniser: Tokeniser, pairs: Iterable[tuple[str, str]]) -> list[TokenPair]:
    """Encodes many (context, continuation) texts; each distinct text is encoded once."""
    moved = [_move_spaces(context, continuation) for context, continuation in pairs]
    whole = [context + continuation for context, continuation in moved if context]
    bare = [continuation for context, continuation in moved if not context]
    ids = _encode_distinct(tokeniser, [*(context for context, _ in moved if context), *whole])
    bare_ids = _encode_plain(tokeniser, bare)
    encoded = []
    for context, continuation in moved:
        if context:
            context_ids = ids[context]
            whole_ids = ids[context + continuation]
            encoded.append(TokenPair(context_ids, whole_ids[len(context_ids) :]))
        else:
            encoded.append(_without_context(tokeniser, bare_ids[continuation]))
    return encoded


def encode_prompts(tokeniser: Tokeniser, prompts: Iterable[str]) -> list[tuple[int, ...]]:
    """Encodes prompts for free answers; an empty prompt becomes the prefix token."""
    prompts = list(prompts)
    ids = _encode_distinct(tokeniser, prompts)
    prefix = () if tokeniser.prefix_id is None else (tokeniser.prefix_id,)
    return [ids[prompt] or prefix for prompt in prompts]


def fit_pair(pair: TokenPair, max_length: int) -> TokenPair | None:
    """The pair cut from the left so that the model reads at most `max_length` ids (the last id is scored, not read).

    Returns:
        The same pair when it fits, a cut one with `truncated` set, or None when the continuation alone is too long.
    """
    excess = len(pair.context) + len(pair.continuation) - (max_length + 1)
    if excess <= 0:
        return pair
    if excess >= len(pair.context):
        return None
    return TokenPair(pair.context[excess:], pair.continuation, excess)


def fit_prompt(prompt: tuple[int, ...], max_new: int, max_length: int) -> tuple[int, ...] | None:
    """The last `max_length - max_new` ids of a prompt; the same prompt when it fits, None with no room."""
    room = max_length - max_new
    if room <= 0:
        return None
    return prompt if len(prompt) <= room else prompt[-room:]


def _move_spaces(context: str, continuation: str) -> tuple[str, str]:
    kept = context.rstrip()
    return kept, context[len(kept) :] + continuation


def _without_context(tokeniser: Tokeniser, ids: tuple[int, ...]) -> TokenPair:
    if tokeniser.prefix_id is None or (ids and ids[0] == tokeniser.prefix_id):
        return TokenPair(ids[:1], ids[1:])
    return TokenPair((tokeniser.prefix_id,), ids)


def _encode_distinct(tokeniser: Tokeniser, texts: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Ids of each distinct text, without the tokeniser's special tokens where it spells out the prefix itself."""
    spelt, plain = [], []
    for text in dict.fromkeys(texts):
        has_prefix = bool(tokeniser.prefix_text) and text.startswith(tokeniser.prefix_text)
        (spelt if has_prefix else plain).append(text)
    ids = _encode_many(tokeniser, plain, add_special_tokens=True)
    ids.update(_encode_many(tokeniser, spelt, add_special_tokens=False))
    return ids


def _encode_plain(tokeniser: Tokeniser, texts: Sequence[str]) -> dict[str, tuple[int, ...]]:
    return _encode_many(tokeniser, list(dict.fromkeys(texts)), add_special_tokens=False)


def _encode_many(tokeniser: Tokeniser, texts: list[str], *, add_special_tokens: bool) -> dict[str, tuple[int, ...]]:
    if not texts:
        return {}
    many = getattr(tokeniser, "encode_many", None)
    if many is None:
        return {text: tuple(tokeniser.encode(text, add_special_tokens)) for text in texts}
    return dict(zip(texts, map(tuple, many(texts, add_special_tokens)), strict=True))
