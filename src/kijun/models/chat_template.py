"""Chat templates: turns to prompt text, as transformers renders them.

The template comes with the model and is untrusted, so it runs in jinja2's immutable sandbox. Globals and white-space
settings are those of ``apply_chat_template`` (transformers, ``utils/chat_template_utils.py``).
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from kijun.errors import ModelError
from kijun.records import Message

__all__ = ["ChatTemplate"]


class ChatTemplate:
    """A model's chat template.

    Args:
        source: jinja2 source.
        bos_token, eos_token: the special tokens as text; empty where the model has none.

    Raises:
        ModelError: the template does not parse.
    """

    def __init__(self, source: str, *, bos_token: str = "", eos_token: str = "") -> None:
        self.sha256 = hashlib.sha256(source.encode("utf-8", errors="surrogateescape")).hexdigest()
        self._tokens = {"bos_token": bos_token, "eos_token": eos_token}
        try:
            self._template = _environment().from_string(source)
        except jinja2.TemplateError as error:
            raise ModelError(f"the model's chat template does not parse: {error}") from error

    def render(self, messages: Sequence[Message], *, continue_last: bool = False) -> str:
        """The prompt text for these turns, with the header of the assistant's answer at its end.

        Args:
            continue_last: the last turn is the beginning of the assistant's answer: the text ends right after it.

        Raises:
            ModelError: the template refuses these turns, such as a system turn that it does not know.
        """
        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            text = self._template.render(
                messages=turns, add_generation_prompt=not continue_last, tools=None, documents=None, **self._tokens
            )
        except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise ModelError(f"the model's chat template refuses these turns: {error}") from error
        return _end_at(text, messages[-1].content) if continue_last else text


def _end_at(text: str, last: str) -> str:
    """Cuts what the template puts after the last turn. Templates may strip a turn, so it is looked for stripped too."""
    for content in (last, last.strip()):
        place = text.rfind(content)
        if place >= 0:
            return text[: place + len(content)]
    raise ModelError("the model's chat template changes the last turn, so that it cannot be continued")


@functools.cache
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    environment.filters["tojson"] = _to_json
    return environment


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **settings: Any) -> str:
    # jinja2's own filter escapes HTML, which is wrong in a prompt.
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **settings)
