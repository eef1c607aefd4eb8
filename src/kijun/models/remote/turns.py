"""Turns of a conversation and stop strings, as remote models want them."""

from __future__ import annotations

from collections.abc import Sequence

from kijun.records import Completed, Generate, Message, Truncated

__all__ = ["finished", "split_reasoning", "split_system", "turns_of"]

_OPEN, _CLOSE = "<think>", "</think>"


def turns_of(request: Generate) -> list[Message]:
    """The turns that are sent: plain text is one turn of the user.

    The beginning of an answer, which a remote model cannot be made to continue, ends the user's last turn.
    """
    turns = list(request.messages) or [Message("user", request.context)]
    if len(turns) > 1 and turns[-1].role == "assistant":
        beginning, question = turns.pop(), turns.pop()
        turns.append(Message(question.role, f"{question.content}\n\n{beginning.content}"))
    return turns


def split_system(turns: Sequence[Message]) -> tuple[str, list[Message]]:
    """The system prompt, empty with none, and the other turns; for protocols that take them apart."""
    system = "\n\n".join(turn.content for turn in turns if turn.role == "system")
    return system, [turn for turn in turns if turn.role != "system"]


def split_reasoning(text: str) -> tuple[str, str]:
    """Reasoning and answer of a text that begins with ``<think>``, as many servers give it; else no reasoning."""
    start = text.lstrip()
    if start.startswith(_OPEN):
        reasoning, closed, answer = start[len(_OPEN) :].partition(_CLOSE)
        return reasoning.strip(), answer.lstrip() if closed else ""
    # Where the chat template itself opens the tag, only its end is in the text.
    reasoning, closed, answer = text.partition(_CLOSE)
    return (reasoning.strip(), answer.lstrip()) if closed else ("", text)


def finished(
    text: str,
    stop: Sequence[str],
    *,
    cut_off: bool,
    reasoning: str = "",
    prompt_tokens: int | None = None,
    completion_tokens: int | None = None,
) -> Completed | Truncated:
    """The answer up to the first stop string; what was cut off behind one is complete all the same."""
    places = [place for mark in stop if mark and (place := text.find(mark)) >= 0]
    kind = Truncated if cut_off and not places else Completed
    text = text[: min(places)] if places else text
    return kind(text, prompt_tokens, completion_tokens, 0, reasoning)
