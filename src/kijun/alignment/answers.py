"""Single answers as desirable or not: out of pairs, ratings on a scale, and verdicts on revisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from kijun.alignment.pairs import make_pair
from kijun.alignment.rated import Dropped, Rated, Rules, unfit
from kijun.alignment.scales import numbers_of, spread_of
from kijun.alignment.splitting import prompt_id
from kijun.alignment.vetoes import vetoed
from kijun.alignment.votes import middle, preference_of
from kijun.records import CampaignItem, Rating
from kijun.records.preferences import LabelledAnswer, PreferencePair, Vote
from kijun.specs import DimensionSpec
from kijun.statistics import mean_confidence, vote_confidence
from kijun.store import digest

__all__ = ["compared_answers", "revisions", "scaled_answers"]

_Why = Literal["better", "worse", "rated", "both_bad", "vetoed", "accepted", "edited", "rejected", "revised"]


def compared_answers(
    pairs: Sequence[PreferencePair], items: Sequence[Rated], rules: Rules, dropped: Dropped
) -> list[LabelledAnswer]:
    """Both answers of each pair, both bad ones, and vetoed ones; answers that would get both labels are dropped."""
    bad = [answer for rated in items for answer in _bad_ones(rated, rules)]
    return _once([*bad, *(answer for pair in pairs for answer in _of_pair(pair))], dropped)


def _once(answers: Iterable[LabelledAnswer], dropped: Dropped) -> list[LabelledAnswer]:
    """Each answer once, without those that would get both labels."""
    found: dict[str, LabelledAnswer] = {}
    clashing: set[str] = set()
    for answer in answers:
        earlier = found.setdefault(answer.id, answer)
        if earlier.label is not answer.label:
            clashing.add(answer.id)
    dropped["contradictory"] += len(clashing)
    return [answer for answer in found.values() if answer.id not in clashing]


def _of_pair(pair: PreferencePair) -> Iterator[LabelledAnswer]:
    for text, model, label in ((pair.chosen, pair.chosen_model, True), (pair.rejected, pair.rejected_model, False)):
        yield LabelledAnswer(
            id=_id(pair.prompt_id, text),
            prompt_id=pair.prompt_id,
            prompt=pair.prompt,
            answer=text,
            label=label,
            why="better" if label else "worse",
            model=model,
            confidence=pair.confidence,
            n_ratings=pair.n_ratings,
            basis=pair.basis,
            task=pair.task,
            item=pair.item,
            items=pair.items,
            votes=tuple(Vote(vote.rater, _stance(vote.choice)) for vote in pair.votes),
            cluster=pair.cluster,
            axis=pair.axis,
            language=pair.language,
        )


def _stance(choice: str) -> Literal["for", "against", "tie"]:
    """A vote for the chosen answer is one for both labels: that it is the better one, and the other the worse."""
    return "for" if choice == "chosen" else "against" if choice == "rejected" else "tie"


def _bad_ones(rated: Rated, rules: Rules) -> Iterator[LabelledAnswer]:
    """Answers of a pair that are both bad beyond doubt, and those that are vetoed."""
    if unfit(rated) or prompt_id(rated.item.candidates[0].messages) in rules.keep_out:
        return
    stances = [preference_of(rating, rules.dimension) for rating in rated.ratings]
    voiced = [stance for stance in stances if stance is not None]
    bad = voiced.count("both_bad")
    sure = vote_confidence(bad, len(voiced) - bad)
    both = bad > 0 and sure >= rules.confidence
    for place, candidate in enumerate(rated.item.candidates):
        is_vetoed = vetoed(rated.item, place, rated.ratings, rules.rubric, rules.veto)
        if candidate.response.strip() and (both or is_vetoed):
            why: _Why = "vetoed" if is_vetoed else "both_bad"
            yield _labelled(rated.item, place, False, why, 1.0 if is_vetoed else sure, len(voiced))


def scaled_answers(
    items: Sequence[Rated], dimension: DimensionSpec, rules: Rules, dropped: Dropped
) -> list[LabelledAnswer]:
    """Answers that are rated above or below the middle of the scale beyond doubt; vetoed ones are not desirable.

    Raises:
        SpecError: no answer was rated twice.
    """
    spread = spread_of(items, dimension)
    found: list[LabelledAnswer] = []
    for rated in items:
        answer = rated.item.candidates[0]
        numbers = numbers_of(rated, dimension)
        reason = unfit(rated) or (None if numbers else "unrated") or (None if answer.response.strip() else "empty")
        if reason is None and prompt_id(answer.messages) in rules.keep_out:
            reason = "keep_out"
        if reason is None and vetoed(rated.item, 0, rated.ratings, rules.rubric, rules.veto):
            found.append(_labelled(rated.item, 0, False, "vetoed", 1.0, len(numbers)))
            continue
        if reason is None:
            above = sum(numbers.values()) / len(numbers) - middle(dimension)
            sure = mean_confidence(abs(above), spread, len(numbers))
            reason = "tie" if above == 0 else "unsure" if sure < rules.confidence else None
            if reason is None and above > 0 and answer.cut_off:
                reason = "cut_off"
        if reason is not None:
            dropped[reason] += 1
            continue
        made = _labelled(rated.item, 0, above > 0, "rated", sure, len(numbers))
        stances = {rater: _side(number - middle(dimension)) for rater, number in numbers.items()}
        votes = tuple(Vote(rules.names[rater], stance) for rater, stance in stances.items())
        found.append(msgspec.structs.replace(made, votes=votes))
    return _once(found, dropped)


def _side(above: float) -> Literal["for", "against", "tie"]:
    return "for" if above > 0 else "against" if above < 0 else "tie"


def revisions(
    items: Sequence[Rated], rules: Rules, dropped: Dropped, dropped_answers: Dropped
) -> tuple[list[PreferencePair], list[LabelledAnswer]]:
    """Pairs of a revised answer over the original, and the answers of both kinds.

    A person who accepts or edits a revision vouches for the text. One is enough where nobody objects; where somebody
    rejected it, the votes must reach the confidence as those on any pair.
    """
    pairs: dict[str, PreferencePair] = {}
    answers: list[LabelledAnswer] = []
    for rated in items:
        reason = _revision_fault(rated, rules)
        if reason is not None:
            dropped[reason] += 1
            dropped_answers[reason] += 1
            continue
        voiced = [rating for rating in rated.ratings if rating.verdict is not None]
        taken = [rating for rating in voiced if rating.verdict != "reject"]
        sure = vote_confidence(len(taken), len(voiced) - len(taken))
        if not taken or (len(taken) < len(voiced) and sure < rules.confidence):
            dropped["unsure" if taken else "rejected"] += 1
            if not taken and vote_confidence(len(voiced), 0) >= rules.confidence:
                sure = vote_confidence(len(voiced), 0)
                answers.append(_labelled(rated.item, 1, False, "rejected", sure, len(voiced)))
            else:
                dropped_answers["unsure"] += 1
            continue
        for text, edited in _texts(rated.item, taken):
            pair = _revision_pair(rated.item, text, edited, sure, voiced, rules)
            pairs[pair.id] = pair
            for answer in _of_pair(pair):
                why: _Why = ("edited" if edited else "accepted") if answer.label else "revised"
                answers.append(msgspec.structs.replace(answer, why=why))
    return list(pairs.values()), _once(answers, dropped_answers)


def _revision_fault(rated: Rated, rules: Rules) -> str | None:
    original, revised = rated.item.candidates
    if reason := unfit(rated):
        return reason
    if not any(rating.verdict for rating in rated.ratings):
        return "unrated"
    if not revised.response.strip():
        return "empty"
    if original.response.strip() == revised.response.strip() and not any(r.edited for r in rated.ratings):
        return "identical"
    if vetoed(rated.item, 1, rated.ratings, rules.rubric, rules.veto):
        return "vetoed"
    return "keep_out" if prompt_id(original.messages) in rules.keep_out else None


def _texts(item: CampaignItem, taken: Sequence[Rating]) -> list[tuple[str, bool]]:
    """The texts that people stand by, each once, and whether they wrote them."""
    original, revised = (candidate.response.strip() for candidate in item.candidates)
    texts: dict[str, bool] = {}
    for rating in taken:
        own = (rating.edited or "").strip()
        if rating.verdict == "edit" and own and own != revised:
            texts[own] = True
        else:
            texts.setdefault(item.candidates[1].response, False)
    return [(text, edited) for text, edited in texts.items() if text.strip() != original]


def _revision_pair(
    item: CampaignItem, text: str, edited: bool, sure: float, voiced: Sequence[Rating], rules: Rules
) -> PreferencePair:
    original, revised = item.candidates
    better = msgspec.structs.replace(revised, response=text, messages=original.messages)
    pair = make_pair(
        msgspec.structs.replace(item, candidates=(original, better)),
        1,
        confidence=sure,
        basis="revision",
        n_ratings=len(voiced),
    )
    votes = tuple(
        Vote(rules.names[rating.rater], "rejected" if rating.verdict == "reject" else "chosen") for rating in voiced
    )
    return msgspec.structs.replace(
        pair, edited=edited, votes=votes, agreement=sum(vote.choice == "chosen" for vote in votes) / len(votes)
    )


def _labelled(
    item: CampaignItem, place: int, label: bool, why: _Why, confidence: float, n_ratings: int
) -> LabelledAnswer:
    candidate = item.candidates[place]
    prompt = prompt_id(candidate.messages)
    return LabelledAnswer(
        id=_id(prompt, candidate.response),
        prompt_id=prompt,
        prompt=candidate.messages,
        answer=candidate.response,
        label=label,
        why=why,
        model=candidate.model,
        confidence=confidence,
        n_ratings=n_ratings,
        basis="revision" if why == "rejected" else "pointwise" if len(item.candidates) == 1 else "pairwise",
        task=item.task,
        item=item.item,
        items=(item.id,),
        cluster=item.cluster,
        axis=item.axis,
        language=item.language,
    )


def _id(prompt: str, text: str) -> str:
    return digest([prompt, text])[:16]
