"""Answers held to a JSON schema: the schema becomes a grammar of llama.cpp, and only tokens that fit it are drawn."""

from __future__ import annotations

import ctypes
import json
import weakref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kijun.errors import SpecError
from kijun.models.local.llama_library import TokenData, TokenDataArray
from kijun.models.local.weights import Weights

__all__ = ["Grammar", "rules_of"]


class Grammar:
    """Where an answer stands in its grammar. It belongs to one answer, so that no answer depends on another.

    Args:
        schema: JSON Schema, as `rules_of` takes it.

    Raises:
        SpecError: a schema that is not taken.
    """

    def __init__(self, weights: Weights, schema: dict[str, Any]) -> None:
        self._library = weights.library
        sampler = self._library.llama_sampler_init_grammar(weights.vocab, rules_of(schema).encode(), b"root")
        if not sampler:
            raise SpecError(f"llama.cpp takes no grammar of this JSON schema: {schema!r:.200}", key="json_schema")
        self._sampler = ctypes.c_void_p(sampler)
        weakref.finalize(self, self._library.llama_sampler_free, self._sampler)

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token."""
        return bool(np.isfinite(self._applied(np.array([token], np.int32), np.zeros(1, np.float32)))[0])

    def masked(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """The logits, float32[vocabulary], with -inf wherever the answer may not go on."""
        return self._applied(np.arange(len(logits), dtype=np.int32), logits)

    def accept(self, token: int) -> None:
        """The answer goes on with this token, which is allowed."""
        self._library.llama_sampler_accept(self._sampler, token)

    def _applied(self, tokens: NDArray[np.int32], logits: NDArray[np.float32]) -> NDArray[np.float32]:
        entries = np.zeros(len(tokens), dtype=[("id", np.int32), ("logit", np.float32), ("p", np.float32)])
        entries["id"], entries["logit"] = tokens, logits
        data = ctypes.cast(entries.ctypes.data, ctypes.POINTER(TokenData))
        array = TokenDataArray(data, len(tokens), -1, False)
        self._library.llama_sampler_apply(self._sampler, ctypes.byref(array))
        # Candidates keep their places: the grammar marks what it does not take.
        return entries["logit"].copy()


_TEXT = (
    r'"\"" ( [^"\\\x00-\x1f\x7f] | "\\" ( ["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] ) )* "\""'
)
_WHOLE = '"-"? ( "0" | [1-9] [0-9]* )'
_PLAIN = {
    "string": "text",
    "integer": "whole",
    "number": 'whole ( "." [0-9]+ )?',
    "boolean": '( "true" | "false" )',
    "null": '"null"',
}


def rules_of(schema: dict[str, Any]) -> str:
    """The schema as a grammar in llama.cpp's notation (``grammars/README.md`` there); keys come in the schema's order.

    Raises:
        SpecError: something in the schema beside objects with fixed keys, lists, enumerations, ``anyOf`` and plain
            types.
    """
    return f"root ::= {_rule(schema)}\ntext ::= {_TEXT}\nwhole ::= {_WHOLE}\n"


def _rule(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "( " + " | ".join(_literal(json.dumps(value, ensure_ascii=False)) for value in schema["enum"]) + " )"
    if "anyOf" in schema:
        return "( " + " | ".join(_rule(one) for one in schema["anyOf"]) + " )"
    kind = schema.get("type")
    if kind in _PLAIN:
        return _PLAIN[kind]
    if kind == "array":
        item = _rule(schema.get("items", {"type": "string"}))
        return f'"[" ( {item} ( ", " {item} )* )? "]"'
    if kind == "object" and set(schema.get("required", ())) == set(schema.get("properties", {"": 0})):
        inner = [
            f"{_literal(json.dumps(key, ensure_ascii=False) + ': ')} {_rule(one)}"
            for key, one in schema["properties"].items()
        ]
        return '"{" ' + ' ", " '.join(inner) + ' "}"'
    raise SpecError(f"local/ cannot hold a model to this part of a JSON schema: {schema!r:.200}", key="json_schema")


def _literal(text: str) -> str:
    """A text in the notation's quotes, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
