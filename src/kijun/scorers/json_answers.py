"""Scorer of free answers that are to be JSON of a given shape (extra ``schema``)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal

import msgspec

from kijun.errors import SpecError
from kijun.records import Item, Measured, Question, Response, Score, Unscored
from kijun.scorers.base import answer_text, register, unread

__all__ = ["JsonSchema"]

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_MOST_TRIES = 50


@register("json_schema")
class JsonSchema(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """1 where the JSON in the answer fits a JSON Schema, by the library ``jsonschema``.

    The JSON is the whole answer, the last fenced block of the answer, or the longest object or list in it.

    Attributes:
        schema: the schema; draft 2020-12 where it does not say which. A ``$ref`` leads within the schema only; nothing
            is fetched.
        bare: the whole answer must be JSON, with nothing around it.
        unparsed: what an answer counts in which there is no JSON: ``unscored`` or ``wrong``.
    """

    schema: dict[str, Any]
    bare: bool = False
    unparsed: Literal["wrong", "unscored"] = "unscored"

    aggregate = "proportion"
    higher_is_better = True

    def __post_init__(self) -> None:
        _validator(json.dumps(self.schema))

    def score(self, item: Item, question: Question, responses: Sequence[Response]) -> Score:
        text = answer_text(responses)
        if isinstance(text, Unscored):
            return text
        found = _whole(text) if self.bare else _json_in(text)
        if not found:
            return unread(self.unparsed, "there is no JSON in the answer")
        try:
            return Measured(float(_validator(json.dumps(self.schema)).is_valid(found[0])))
        except RecursionError:
            return Unscored("the JSON in the answer is nested too deeply to be checked")


@lru_cache(maxsize=64)
def _validator(schema_text: str) -> Any:
    """A validator that fetches nothing.

    Raises:
        SpecError: the extra is not installed, or no schema.
    """
    try:
        import jsonschema
        import referencing
    except ImportError as error:
        raise SpecError(
            f"json_schema needs the extra 'schema' ({error.name} is not installed); run: pip install 'kijun[schema]'",
            key="scorers",
        ) from error
    schema = json.loads(schema_text)
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except jsonschema.SchemaError as error:
        place = "".join(f".{part}" for part in error.absolute_path)
        raise SpecError(f"not a JSON Schema: schema{place}: {error.message:.200}", key="scorers") from None
    for reference in _references(schema):
        if not reference.startswith("#"):
            raise SpecError(
                f"the schema refers to {reference!r}; nothing is fetched, put it below $defs", key="scorers"
            )
    validator = kind(schema, registry=referencing.Registry())
    for probe in (None, {}, []):
        try:
            validator.is_valid(probe)
        except referencing.exceptions.Unresolvable as error:
            raise SpecError(f"the schema refers to {error.ref!r}, which is not in it", key="scorers") from None
        except RecursionError:
            raise SpecError("the schema refers to itself without end", key="scorers") from None
    return validator


def _references(schema: Any) -> Iterator[str]:
    """All that the schema refers to."""
    if isinstance(schema, dict):
        yield from (schema[key] for key in ("$ref", "$dynamicRef") if isinstance(schema.get(key), str))
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from _references(inner)


def _whole(text: str) -> list[Any]:
    """The text's value as the only one of a list; empty where the text is no JSON."""
    try:
        return [json.loads(text, parse_constant=_no_number)]
    except (ValueError, RecursionError):
        return []


def _json_in(text: str) -> list[Any]:
    """The value of the JSON within a text, likewise."""
    if found := _whole(text):
        return found
    fenced = [value for block in _FENCE.findall(text) for value in _whole(block)]
    if fenced:
        return fenced[-1:]
    decoder = json.JSONDecoder(parse_constant=_no_number)
    found, longest, place = [], 0, 0
    for _ in range(_MOST_TRIES):
        opening = _OPENING.search(text, place)
        if opening is None:
            break
        try:
            value, place = decoder.raw_decode(text, opening.start())
            if place - opening.start() > longest:
                found, longest = [value], place - opening.start()
        except (ValueError, RecursionError):
            place = opening.start() + 1
    return found


def _no_number(name: str) -> Any:
    """JSON has neither NaN nor Infinity (RFC 8259, section 6)."""
    raise ValueError(f"{name} is no JSON")
