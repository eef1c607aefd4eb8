"""Tests of the rater's way: work comes once, is kept once, comes back when it is left, and can be taken back."""

from __future__ import annotations

import pytest
from made_campaigns import GOOD, campaign, create, items, join

from kijun.errors import ConflictError, NotAllowedError, SubmissionError
from kijun.ratings import OPERATOR, RatingPlace, Submission


def test_a_rater_gets_every_item_once(place):
    create(place)
    hanako = join(place, "Hanako")
    seen = []
    while (work := place.assignments.next(hanako, "pilot")) is not None:
        assert place.assignments.next(hanako, "pilot") == work
        seen.append(work.item)
        place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    assert sorted(seen) == sorted(item.id for item in items(5))
    progress = place.judgements.progress(hanako, "pilot")
    assert (progress.done, progress.left) == (5, 0)
    assert place.assignments.next(join(place, "Taro"), "pilot") is None


def test_overlap_is_kept_and_nobody_sees_an_item_twice(place):
    create(place, campaign(overlap=2))
    people = [join(place, f"rater {n}") for n in range(3)]
    had: dict[str, list[int]] = {}
    for turn in range(12):
        person = people[turn % 3]
        work = place.assignments.next(person, "pilot")
        if work is not None:
            had.setdefault(work.item, []).append(person.id)
            place.judgements.submit(person, work.assignment, GOOD, key=work.key)
    assert all(len(who) == len(set(who)) == 2 for who in had.values()) and len(had) == 5


def test_a_replay_keeps_one_judgement(place):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    first = place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    again = place.judgements.submit(
        hanako, work.assignment, Submission(answers={"quality": 2, "safe": True}), key=work.key
    )
    assert again.replay and again.rating == first.rating and not first.replay
    with pytest.raises(ConflictError, match="already"):
        place.judgements.submit(hanako, work.assignment, GOOD, key="another")
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 1


def test_undo_brings_the_judgement_back_filled_in(place):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    done = place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    place.assignments.next(hanako, "pilot")
    back = place.judgements.undo(hanako, "pilot", rating=done.rating.id)
    assert back.item == work.item and back.draft["answers"] == {"quality": 4, "safe": True}
    # A double click takes back one.
    assert place.judgements.undo(hanako, "pilot", rating=done.rating.id).assignment == back.assignment
    assert place.exporting.content(OPERATOR, "pilot").ratings == ()
    assert place.assignments.next(hanako, "pilot").item == work.item
    # A replay of what was taken back does not bring it to life again.
    assert place.judgements.submit(hanako, work.assignment, GOOD, key=work.key).replay
    assert place.exporting.content(OPERATOR, "pilot").ratings == ()
    better = Submission(answers={"quality": 5, "safe": True})
    kept = place.judgements.submit(hanako, back.assignment, better, key=back.key)
    assert kept.rating.answers["quality"] == 5
    assert [rating.answers["quality"] for rating in place.exporting.content(OPERATOR, "pilot").ratings] == [5]


def test_abandoned_work_goes_to_others_and_late_work_is_kept(place, clock):
    create(place, content=items(1))
    hanako, taro = join(place, "Hanako"), join(place, "Taro")
    work = place.assignments.next(hanako, "pilot")
    assert place.assignments.next(taro, "pilot") is None
    clock.move(minutes=20)
    place.assignments.save_draft(hanako, work.assignment, {"answers": {"quality": 3}})
    clock.move(minutes=20)
    assert place.assignments.next(taro, "pilot") is None
    clock.move(minutes=11)
    theirs = place.assignments.next(taro, "pilot")
    assert theirs.item == work.item and theirs.draft is None
    with pytest.raises(ConflictError, match="too long"):
        place.assignments.save_draft(hanako, work.assignment, {})
    place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    place.judgements.submit(taro, theirs.assignment, GOOD, key=theirs.key)
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 2
    assert place.assignments.next(join(place, "Jiro"), "pilot") is None


def test_what_was_left_for_too_long_comes_back_first(place, clock):
    create(place, content=items(5))
    hanako = join(place, "Hanako")
    first = place.assignments.next(hanako, "pilot")
    place.assignments.save_draft(hanako, first.assignment, {"answers": {"quality": 3}})
    clock.move(hours=5)
    back = place.assignments.next(hanako, "pilot")
    assert back.assignment == first.assignment and back.draft == {"answers": {"quality": 3}}
    # Who gives something back wants something else.
    place.assignments.give_back(hanako, first.assignment)
    second = place.assignments.next(hanako, "pilot")
    assert place.judgements.progress(hanako, "pilot").left == 5
    place.judgements.skip(hanako, second.assignment, "unclear", key=second.key)
    assert place.judgements.progress(hanako, "pilot").left == 4


def test_work_given_back_comes_again_with_its_draft(place, clock):
    create(place, content=items(1))
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    place.assignments.save_draft(hanako, work.assignment, {"rationale": {"quality": "途中"}})
    place.assignments.give_back(hanako, work.assignment)
    back = place.assignments.next(hanako, "pilot")
    assert back.assignment == work.assignment and back.draft == {"rationale": {"quality": "途中"}}


def test_a_pause_keeps_the_place_and_its_time_does_not_count(place, clock):
    create(place, content=items(1))
    hanako, taro = join(place, "Hanako"), join(place, "Taro")
    work = place.assignments.next(hanako, "pilot")
    clock.move(seconds=30)
    place.assignments.pause(hanako, work.assignment)
    clock.move(hours=20)
    assert place.assignments.next(taro, "pilot") is None
    assert place.assignments.resume(hanako, work.assignment).paused is None
    clock.move(seconds=12)
    rating = place.judgements.submit(hanako, work.assignment, GOOD, key=work.key).rating
    assert rating.active_seconds == 42


def test_a_passed_over_item_goes_to_others_and_not_back(place):
    create(place, content=items(1))
    hanako, taro = join(place, "Hanako"), join(place, "Taro")
    work = place.assignments.next(hanako, "pilot")
    place.judgements.skip(hanako, work.assignment, "I know the author", key=work.key)
    assert place.assignments.next(hanako, "pilot") is None
    theirs = place.assignments.next(taro, "pilot")
    place.judgements.submit(taro, theirs.assignment, GOOD, key=theirs.key)
    assert [r.skipped for r in place.exporting.content(OPERATOR, "pilot").ratings] == ["I know the author", None]
    back = place.judgements.undo(hanako, "pilot")
    assert back.item == work.item
    place.judgements.submit(hanako, back.assignment, GOOD, key=back.key)
    assert place.assignments.next(join(place, "Jiro"), "pilot") is None


def test_quota_ends_the_work(place):
    create(place, quota=2)
    hanako = join(place, "Hanako")
    for _ in range(2):
        work = place.assignments.next(hanako, "pilot")
        place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    assert place.assignments.next(hanako, "pilot") is None
    assert place.judgements.progress(hanako, "pilot").left == 0


def test_sides_are_shuffled_recorded_and_told_apart(place):
    create(place, campaign(design="pairwise"), items(40, answers=2))
    hanako = join(place, "Hanako")
    orders = []
    while (work := place.assignments.next(hanako, "pilot")) is not None:
        assert [side.model for side in work.sides] == [None, None]
        first_is_left = work.sides[0].response.startswith("Answer 0")
        choice = Submission(preference="A" if first_is_left else "B", preferences={"quality": "A"})
        rating = place.judgements.submit(hanako, work.assignment, choice, key=work.key).rating
        assert rating.order == ((0, 1) if first_is_left else (1, 0))
        assert rating.preference == "first"
        assert rating.preferences == {"quality": "first" if first_is_left else "second"}
        orders.append(rating.order)
    assert 8 < orders.count((1, 0)) < 32


def test_raters_see_their_own_work_only(place):
    create(place)
    hanako, taro, reader = join(place, "Hanako"), join(place, "Taro"), join(place, "R", role="reader")
    create(place, campaign("other"), items(2))
    work = place.assignments.next(hanako, "pilot")
    for call in (
        lambda: place.assignments.find(taro, work.assignment),
        lambda: place.assignments.save_draft(taro, work.assignment, {}),
        lambda: place.judgements.submit(taro, work.assignment, GOOD, key=work.key),
        lambda: place.assignments.next(hanako, "other"),
        lambda: place.assignments.next(reader, "pilot"),
        lambda: place.assignments.next(OPERATOR, "pilot"),
        lambda: place.exporting.content(hanako, "pilot"),
        lambda: place.campaigns.move(hanako, "pilot", "closed"),
        lambda: place.people.members(hanako, "pilot"),
        lambda: place.people.invite(hanako, "pilot"),
        lambda: place.audit.entries(hanako, "pilot"),
        lambda: place.campaigns.find(hanako, "other"),
        lambda: place.campaigns.find(hanako, "no-such-thing"),
    ):
        with pytest.raises(NotAllowedError):
            call()
    assert [view.campaign.name for view in place.campaigns.all(hanako)] == ["pilot"]


def test_what_lacks_is_named_and_nothing_is_kept(place):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    given = Submission(
        answers={"quality": 1, "tone": "loud", "nonsense": 1},
        rationale={"quality": "bad"},
        spans=({"side": 0, "start": 3, "end": 999, "dimension": "safe", "label": "harm"},),
        confidence=1.5,
    )
    import msgspec

    with pytest.raises(SubmissionError) as caught:
        place.judgements.submit(
            hanako, work.assignment, msgspec.convert(msgspec.to_builtins(given), Submission), key=work.key
        )
    assert {(p.field, p.code) for p in caught.value.problems} == {
        ("answers.nonsense", "unknown_dimension"),
        ("answers.safe", "missing"),
        ("answers.tone", "not_an_answer"),
        ("rationale.quality", "reason_needed"),
        ("spans.0", "outside"),
        ("confidence", "confidence"),
    }
    assert place.exporting.content(OPERATOR, "pilot").ratings == ()
    assert place.assignments.next(hanako, "pilot").assignment == work.assignment


def test_a_closed_campaign_takes_nothing_and_can_be_opened_again(place):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    place.campaigns.move(OPERATOR, "pilot", "paused")
    assert place.assignments.next(hanako, "pilot").assignment == work.assignment
    place.campaigns.move(OPERATOR, "pilot", "closed")
    with pytest.raises(ConflictError, match="closed"):
        place.assignments.next(hanako, "pilot")
    with pytest.raises(ConflictError, match="closed"):
        place.judgements.submit(hanako, work.assignment, GOOD, key=work.key)
    place.campaigns.move(OPERATOR, "pilot", "open")
    assert place.assignments.next(hanako, "pilot").item == work.item


def test_the_database_is_there_when_it_is_opened_again(place, url):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    rating = place.judgements.submit(hanako, work.assignment, GOOD, key=work.key).rating
    with RatingPlace(url) as again:
        assert again.exporting.content(OPERATOR, "pilot").ratings == (rating,)
