"""Which prompts may be trained on, and which stay for evaluation."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from kijun.errors import SpecError
from kijun.records import CampaignItem, Generate, Message
from kijun.records.preferences import Split
from kijun.store import Run

__all__ = ["check_asked", "prompt_id", "prompts_of_run", "splits"]


def prompt_id(messages: Sequence[Message]) -> str:
    """Hash (16 hex digits) of what the user said, whatever its case, width and spaces.

    System messages and a model's own turns do not count: the same question is the same prompt.
    """
    said = "\x1f".join(
        " ".join(unicodedata.normalize("NFKC", turn.content).casefold().split())
        for turn in messages
        if turn.role == "user"
    )
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def splits(items: Iterable[CampaignItem], holdout: float) -> dict[str, Split]:
    """Prompt -> its split.

    Prompts are held back by a hash of their own, so the same prompt falls on the same side in every export with the
    same share, whatever campaign it comes from; what is held back at 0.1 is also held back at 0.2. Prompts of one
    passage or template (`cluster`) stay together, and so do all items of one prompt.

    Args:
        holdout: share of the prompts that stay for evaluation, from 0 to 1.
    """
    groups: dict[str, set[str]] = {}
    for item in items:
        prompt = prompt_id(item.candidates[0].messages)
        groups.setdefault(f"{item.task}\x1f{item.cluster}" if item.cluster else prompt, set()).add(prompt)
    held = {prompt for key, prompts in groups.items() if _place(key) >= 1 - holdout for prompt in prompts}
    while True:
        more = {prompt for prompts in groups.values() if prompts & held for prompt in prompts} - held
        if not more:
            break
        held |= more
    return {prompt: "test" if prompt in held else "train" for prompts in groups.values() for prompt in prompts}


def prompts_of_run(folder: Path) -> set[str]:
    """Prompts that a run asked, of its tasks with free answers or without.

    Raises:
        SpecError: not a run folder.
    """
    run = Run(folder)
    found: set[str] = set()
    for task in run.manifest.tasks:
        for sample in run.samples(task):
            for request in sample.requests:
                plain = (Message("user", request.context),)
                found.add(prompt_id(request.messages or plain if isinstance(request, Generate) else plain))
    return found


def check_asked(tasks: Mapping[str, int], holdout: float | None, include_evaluation_prompts: bool) -> None:
    """Training on prompts of an evaluation must be asked for.

    Args:
        tasks: of the campaign's items that come from runs -> number of items.

    Raises:
        SpecError: it was not, or the share is none.
    """
    if holdout is not None and not 0 < holdout < 1:
        raise SpecError(f"--holdout takes the share of prompts that stay for evaluation, such as 0.2; got {holdout:g}")
    if tasks and holdout is None and not include_evaluation_prompts:
        named = ", ".join(f"{task} ({n})" for task, n in tasks.items())
        raise SpecError(
            f"these answers were given to prompts of an evaluation: {named}. A model that is trained on them can "
            f"no longer "
            "be evaluated on them, so say which ones it may see: --holdout 0.2 keeps a fifth of the prompts for "
            "evaluation and trains on the others; --include-evaluation-prompts trains on all"
        )


def _place(key: str) -> float:
    """Where in [0, 1) a key falls."""
    return int.from_bytes(hashlib.sha256(f"holdout {key}".encode()).digest()[:6], "big") / 256**6
