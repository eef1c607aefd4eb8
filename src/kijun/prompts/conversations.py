"""Conversations: turns that are asked one after the other, each with the model's own replies before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from kijun.records import Completed, Generate, Message, Refused, Response, Sampling, Truncated

__all__ = ["Conversation", "RenderChat", "addressed", "reply_of", "request_of_turn"]

RenderChat = Callable[..., str | None]
"""A model's `render_chat`: turns to prompt text, None where the backend takes turns as they are."""

_NAMES = {"user": "User", "assistant": "Assistant"}
_NEXT_TURN = "\nUser:"


class Conversation(msgspec.Struct, frozen=True):
    """The user's side of a conversation.

    Attributes:
        opening: the system message, or nothing.
        turns: what the user says, in order.
        sampling: how each reply is sampled.
    """

    opening: tuple[Message, ...]
    turns: tuple[str, ...]
    sampling: Sampling


def request_of_turn(
    conversation: Conversation, replies: Sequence[str | None], render_chat: RenderChat | None
) -> Generate:
    """The request of the turn after `replies`; a pure function of its arguments.

    Args:
        replies: the model's replies to the turns before; None where there is none.
        render_chat: the model's, None for a model that does not chat.
    """
    messages = list(conversation.opening)
    for turn, reply in zip(conversation.turns, replies, strict=False):
        messages.append(Message("user", turn))
        if reply is not None:
            messages.append(Message("assistant", reply))
    messages.append(Message("user", conversation.turns[len(replies)]))
    return addressed(messages, conversation.sampling, render_chat)


def addressed(messages: Sequence[Message], sampling: Sampling, render_chat: RenderChat | None) -> Generate:
    """A request with these turns: in the model's chat format, or as a plain transcript for a model that has none.

    A transcript has paragraphs ``User: ...`` and ``Assistant: ...`` after the system message, ends with ``Assistant:``,
    and the answer ends where the model would speak for the user.
    """
    if render_chat is None:
        sampling = msgspec.structs.replace(sampling, stop=(*sampling.stop, _NEXT_TURN))
        return Generate(_transcript(messages), sampling, tuple(messages))
    rendered = render_chat(messages, continue_last=messages[-1].role == "assistant")
    return Generate(_transcript(messages) if rendered is None else rendered, sampling, tuple(messages))


def _transcript(messages: Sequence[Message]) -> str:
    parts = [f"{_NAMES[m.role]}: {m.content}" if m.role in _NAMES else m.content for m in messages]
    return "\n\n".join(parts if messages[-1].role == "assistant" else [*parts, "Assistant:"])


def reply_of(response: Response) -> str | None:
    """What the model said, as the next turns will hold it; None where there is no answer to go on from."""
    if isinstance(response, Completed | Truncated):
        return response.text
    return response.text or None if isinstance(response, Refused) else None
