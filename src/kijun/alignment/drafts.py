"""An answer on its way through critiques and revisions."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from kijun.alignment.prompts import found_nothing
from kijun.records import Completed, Critique, CritiqueRound, CritiqueStatus, Message, Response, Truncated
from kijun.scorers.base import why_not
from kijun.specs import PrincipleSpec, text_in
from kijun.store import digest

__all__ = ["Draft", "taking_part"]


class Draft(msgspec.Struct, frozen=True):
    """An answer as the rounds so far have left it.

    Attributes:
        principles: that it is held against, one a round, in this order.
        finding: critique of the round under way that no revision has met yet; empty without one.
        stopped: why there are no further rounds; None while there may be.
    """

    task: str
    item: str
    messages: tuple[Message, ...]
    original: str
    text: str
    principles: tuple[PrincipleSpec, ...]
    max_tokens: int
    language: str
    cluster: str | None = None
    axis: str | None = None
    rounds: tuple[CritiqueRound, ...] = ()
    finding: str = ""
    stopped: CritiqueStatus | None = None
    reason: str = ""

    def principle(self, number: int) -> PrincipleSpec | None:
        """The principle of a round; None where the draft takes no part in it."""
        return self.principles[number] if self.stopped is None and number < len(self.principles) else None

    def criticised(self, principle: PrincipleSpec, reply: Response) -> Draft:
        """With what the critic said of the principle."""
        if not isinstance(reply, Completed | Truncated) or not reply.text.strip():
            return self._failed(reply)
        if found_nothing(reply.text):
            return self._with(CritiqueRound(principle.id, ""))
        return msgspec.structs.replace(self, finding=reply.text.strip())

    def revised(self, principle: PrincipleSpec, reply: Response) -> Draft:
        """With the answer as the critic wrote it anew."""
        if isinstance(reply, Truncated):
            cut = self._with(CritiqueRound(principle.id, self.finding))
            return msgspec.structs.replace(cut, stopped="truncated")
        if not isinstance(reply, Completed) or not reply.text.strip():
            return self._failed(reply)
        text = reply.text.strip()
        return msgspec.structs.replace(self._with(CritiqueRound(principle.id, self.finding, text)), text=text)

    def critique(self, name: str, rubric_sha256: str, critic: str, model: str) -> Critique:
        """The record that is kept."""
        known = {principle.id: principle for principle in self.principles}
        found = [
            f"{text_in(known[one.principle].text, self.language)}\n{one.critique}"
            for one in self.rounds
            if one.critique
        ]
        status = self.stopped or self._outcome()
        return Critique(
            id=digest([self.task, self.item, self.original, name, critic])[:16],
            name=name,
            rubric_sha256=rubric_sha256,
            critic=critic,
            model=model,
            task=self.task,
            item=self.item,
            messages=self.messages,
            original=self.original,
            rounds=self.rounds,
            critique="\n\n".join(found),
            status=status,
            revised=self.text if status == "revised" else None,
            reason=self.reason,
            language=self.language,
            cluster=self.cluster,
            axis=self.axis,
        )

    def _outcome(self) -> CritiqueStatus:
        if not any(one.critique for one in self.rounds):
            return "kept"
        return "unchanged" if self.text == self.original.strip() else "revised"

    def _with(self, done: CritiqueRound) -> Draft:
        return msgspec.structs.replace(self, rounds=(*self.rounds, done), finding="")

    def _failed(self, reply: Response) -> Draft:
        empty = isinstance(reply, Completed | Truncated)
        return msgspec.structs.replace(
            self, stopped="failed", reason="the critic's reply is empty" if empty else why_not(reply), finding=""
        )


def taking_part(drafts: Sequence[Draft], number: int) -> list[tuple[int, PrincipleSpec]]:
    """The drafts that take part in a round, by their place, with their principle."""
    return [(place, principle) for place, draft in enumerate(drafts) if (principle := draft.principle(number))]
