"""The one seam between Kijun and whatever answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

import msgspec

from kijun.records import Item, Message, Request, Response

__all__ = ["Asked", "ItemModel", "Model", "ModelIdentity", "RemoteModel", "UnitLimit"]


class ModelIdentity(msgspec.Struct, frozen=True):
    """What can change a model's answers; leaves transport (URL, key, threads, batch size) out.

    Attributes:
        name: as the user wrote it, such as ``local/smollm2-135m``.
        backend: backend and version, such as ``hf torch=2.13.0 transformers=5.23.0``.
        revision: commit of the weights on a hub, or None.
        weights_sha256: digest of the weights, or None where it cannot be known.
        quantisation: such as ``Q4_1``, ``float32``, ``bfloat16``, or None.
        chat_template_sha256: digest of the chat template, None without one.
        settings: further settings that can change a number, such as ``{"truncate": "left"}``.
    """

    name: str
    backend: str
    revision: str | None = None
    weights_sha256: str | None = None
    quantisation: str | None = None
    chat_template_sha256: str | None = None
    settings: dict[str, str] = {}


class UnitLimit(msgspec.Struct, frozen=True):
    """How much the engine hands over at once. A unit is answered and stored as a whole, so it bounds what a kill loses.

    Attributes:
        requests: most requests in a unit.
        characters: most characters of prompt in a unit, a prefix shared by neighbours counted once.
        concurrency: how many units may be under way at once.
    """

    requests: int
    characters: int
    concurrency: int = 1


class Model(Protocol):
    """Something that answers requests.

    `respond` must be a function of the unit alone: the same unit gives the same responses whatever was asked before,
    so that a run that was killed and continued equals one that was not.
    """

    identity: ModelIdentity
    unit_limit: UnitLimit

    def can(self, ability: str) -> bool:
        """Whether the model has ``loglikelihood``, ``generate`` or ``chat``; ``chat_only``: nothing but turns."""
        ...

    def render_chat(self, messages: Sequence[Message], *, continue_last: bool = False) -> str | None:
        """The prompt text for these turns, or None where the backend takes turns as they are.

        Args:
            continue_last: the last turn is the beginning of the assistant's answer, which the model continues.
        """
        ...

    def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        """Yields ``(index in unit, response)`` in any order, each index once. A request that fails yields `Failed`.

        Raises:
            ModelError: only when nothing more can be answered at all.
        """
        ...

    async def aclose(self) -> None:
        """Frees what the model holds."""
        ...


class Asked(msgspec.Struct, frozen=True):
    """A request with the item that it asks about.

    Attributes:
        place: which of the item's requests it is, from 0.
        of: how many requests the item has.
        metric: for a judge, the judged scorer whose request it is; empty where the item itself is asked about.
    """

    request: Request
    task: str
    item: Item
    place: int
    of: int
    metric: str = ""


class ItemModel(Model, Protocol):
    """A model that answers by what item is asked about, such as recorded answers.

    The engine asks it by `respond_about` alone, and two items with the same prompt are two requests.
    """

    def respond_about(self, unit: Sequence[Asked]) -> AsyncIterator[tuple[int, Response]]:
        """As `respond`, with the items."""
        ...


class RemoteModel(Model, Protocol):
    """A model behind a network. A request makes one call; the engine governs how many at once, how long, how often.

    What may be asked again is yielded as `Failed` with `retryable` (and `throttled`, `retry_after`).

    Attributes:
        account: whose rate limits it shares, such as ``openai``; no secret.
    """

    account: str

    async def hang_up(self) -> None:
        """Closes connections, which belong to the running event loop. The model can be asked again afterwards."""
        ...
