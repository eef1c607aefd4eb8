"""What a critic is asked: to find where an answer goes against a principle, and to write it anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kijun.alignment.wording import NOTHING_FOUND, VERSION, WORDING
from kijun.records import Message
from kijun.scorers.judging.fence import fenced
from kijun.specs import PrincipleSpec, text_in

__all__ = ["critique_messages", "found_nothing", "revision_messages"]


def critique_messages(
    principle: PrincipleSpec, messages: Sequence[Message], answer: str, language: str
) -> tuple[Message, ...]:
    """The turns in which a critic is asked what in the answer goes against the principle.

    Args:
        messages: the conversation up to the last question.
        language: ``en`` or ``ja``.
    """
    request = WORDING[language]["critique"].format(request=text_in(principle.critique, language), nothing=NOTHING_FOUND)
    return _turns(principle, request, "now_critique", _texts(messages, answer, language), language)


def revision_messages(
    principle: PrincipleSpec, messages: Sequence[Message], answer: str, critique: str, language: str
) -> tuple[Message, ...]:
    """The turns in which a critic is asked to write the answer anew; arguments as in `critique_messages`."""
    request = WORDING[language]["revision"].format(request=text_in(principle.revision, language))
    texts = {**_texts(messages, answer, language), "CRITIQUE": critique}
    return _turns(principle, request, "now_revision", texts, language)


def found_nothing(reply: str) -> bool:
    """Whether a critic's reply says that the answer keeps to the principle."""
    lines = reply.strip().splitlines()
    return bool(lines) and lines[0].strip(" \t.。!！*_`\"'「」").upper() == NOTHING_FOUND


def _turns(
    principle: PrincipleSpec, request: str, now: str, texts: Mapping[str, str], language: str
) -> tuple[Message, ...]:
    words = WORDING[language]
    data, key = fenced(texts, f"critique {VERSION} {principle.id}")
    told = [
        words["role"],
        f"{words['principle']}\n{text_in(principle.text, language)}",
        f"{words['task']}\n{request}",
    ]
    asked = [words["data"].format(key=key), data, words[now]]
    return (Message("system", "\n\n".join(told)), Message("user", "\n\n".join(asked)))


def _texts(messages: Sequence[Message], answer: str, language: str) -> dict[str, str]:
    words = WORDING[language]
    if len(messages) == 1:
        asked = messages[0].content
    else:
        asked = "\n\n".join(f"{words.get(turn.role, turn.role)}:\n{turn.content}" for turn in messages)
    return {"REQUEST": asked, "ANSWER": answer}
