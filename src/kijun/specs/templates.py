"""Templates and expressions over a row, in a sandbox: task files and data are not trusted."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kijun.errors import SpecError

__all__ = ["columns_of", "evaluate", "render"]

_EXPRESSION = re.compile(r"\s*\{\{(?P<inside>(?:(?!\}\}).)*)\}\}\s*", re.DOTALL)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)
    environment.filters["regex_replace"] = lambda text, pattern, new="": re.sub(pattern, new, text)
    environment.filters["base64"] = lambda text: base64.b64encode(text.encode()).decode()
    environment.filters["rot13"] = lambda text: codecs.encode(text, "rot13")
    environment.filters["unicode_escapes"] = lambda text: "".join(rf"\u{ord(character):04x}" for character in text)
    environment.filters["places_of"] = lambda values, wanted: [i for i, value in enumerate(values) if value == wanted]
    return environment


_jinja = _environment()


@lru_cache(maxsize=4096)
def _template(source: str) -> Any:
    return _jinja.from_string(source)


@lru_cache(maxsize=4096)
def _expression(source: str) -> Any:
    return _jinja.compile_expression(source, undefined_to_none=False)


def render(source: str, row: Mapping[str, Any], key: str) -> str:
    """Fills the template `source` with the columns of `row`.

    Args:
        key: dotted path of the template in its task file, for messages.

    Raises:
        SpecError: broken template, or a column that the row does not have.
    """
    if "{" not in source:
        return source
    return str(_guarded(lambda: _template(source).render(row), source, row, key))


@lru_cache(maxsize=4096)
def columns_of(source: str) -> tuple[str, ...]:
    """Columns that a template or expression names, in order of appearance; none where it cannot be read."""
    try:
        names = meta.find_undeclared_variables(_jinja.parse(source)) - {"each"}
    except TemplateError:
        return ()
    return tuple(sorted(names, key=lambda name: re.search(rf"\b{re.escape(name)}\b", source).start()))  # type: ignore[union-attr]


def evaluate(source: str, row: Mapping[str, Any], key: str) -> Any:
    """Value of ``{{ expression }}`` with its own type; any other template gives its text.

    Raises:
        SpecError: as `render`.
    """
    match = _EXPRESSION.fullmatch(source)
    if match is None:
        return render(source, row, key)

    def value() -> Any:
        result = _expression(match["inside"].strip())(**row)
        if isinstance(result, StrictUndefined):
            result._fail_with_undefined_error()
        return result

    return _guarded(value, source, row, key)


def _guarded(action: Any, source: str, row: Mapping[str, Any], key: str) -> Any:
    try:
        return action()
    except UndefinedError as error:
        columns = ", ".join(name for name in row if name != "each")
        raise SpecError(f"{error.message}; the columns are: {columns}", key=key) from None
    except TemplateSyntaxError as error:
        raise SpecError(f"not a valid template: {error.message}; got {source!r:.120}", key=key) from None
    except TemplateError as error:
        raise SpecError(f"the template cannot be filled: {error}; got {source!r:.120}", key=key) from None
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, OverflowError, re.error) as error:
        raise SpecError(
            f"the template fails on this row: {type(error).__name__}: {error}; got {source!r:.120}", key=key
        ) from None
