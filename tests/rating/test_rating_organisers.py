"""Tests of the organiser's way: status, gold, agreement, disagreement, verdicts, changes, people and their data."""

from __future__ import annotations

import msgspec
import pytest
from made_campaigns import GOOD, campaign, create, items, join

from kijun.errors import ConflictError, NotAllowedError, SpecError
from kijun.ratings import OPERATOR, Submission


def rate_all(place, person, submission_of, name="pilot"):
    while (work := place.assignments.next(person, name)) is not None:
        place.judgements.submit(person, work.assignment, submission_of(work), key=work.key)


def test_two_organisers_do_not_overwrite_each_other(place):
    seen = create(place)
    one, other = join(place, "Aiko", role="owner"), join(place, "Ben", role="organiser")
    place.campaigns.change(one, "pilot", {"quota": 3}, version=seen.version)
    with pytest.raises(ConflictError, match="meanwhile"):
        place.campaigns.change(other, "pilot", {"quota": 9}, version=seen.version)
    with pytest.raises(ConflictError, match="meanwhile"):
        place.campaigns.move(other, "pilot", "closed", version=seen.version)
    now = place.campaigns.find(other, "pilot")
    assert now.settings.quota == 3
    assert place.campaigns.change(other, "pilot", {"quota": 9}, version=now.version).settings.quota == 9
    log = place.audit.entries(one, "pilot")
    told = [(entry.person, entry.action, entry.before, entry.after) for entry in log]
    assert ("Ben", "settings", {"quota": 3}, {"quota": 9}) in told
    with pytest.raises(SpecError, match="lease_minutes takes"):
        place.campaigns.change(one, "pilot", {"lease_minutes": -1}, version=now.version + 1)


def test_more_overlap_brings_finished_items_back_to_others(place):
    view = create(place, content=items(2))
    hanako, taro = join(place, "Hanako"), join(place, "Taro")
    rate_all(place, hanako, lambda work: GOOD)
    assert place.assignments.next(taro, "pilot") is None
    place.campaigns.change(OPERATOR, "pilot", {"overlap": 2}, version=view.version)
    rate_all(place, taro, lambda work: GOOD)
    assert place.assignments.next(hanako, "pilot") is None
    assert place.status.of(OPERATOR, "pilot").complete == 2


def test_gold_is_among_the_work_and_practice_comes_first_with_feedback(place):
    content = items(12)
    content += items(1, kind="training", gold={"quality": 2, "safe": False}, why="Because.", stratum="training")
    content += items(2, kind="gold", gold={"quality": 2, "safe": True}, stratum="gold")
    content = [msgspec.structs.replace(item, id=f"{n:016x}") for n, item in enumerate(content)]
    create(place, content=content, gold_share=0.5, gold_tolerance=1)
    hanako = join(place, "Hanako")
    practice = place.assignments.next(hanako, "pilot")
    assert practice.training
    told = place.judgements.submit(hanako, practice.assignment, GOOD, key=practice.key).feedback
    assert told.why == "Because."
    assert [(line.dimension, line.expected, line.given, line.right) for line in told.lines] == [
        ("quality", 2, 4, False),
        ("safe", False, True, False),
    ]
    bad = Submission(answers={"quality": 5, "safe": True})
    while (work := place.assignments.next(hanako, "pilot")) is not None:
        assert not work.training
        assert place.judgements.submit(hanako, work.assignment, bad, key=work.key).feedback is None
    (rater,) = place.status.of(OPERATOR, "pilot").raters
    assert (rater.gold_right, rater.gold_total, rater.practice_right, rater.practice_total) == (2, 4, 0, 2)
    assert rater.doubtful and rater.done == 12 and rater.alike == 14
    kinds = [rating.kind for rating in place.exporting.content(OPERATOR, "pilot").ratings]
    assert sorted(kinds) == ["gold"] * 2 + ["sampled"] * 12 + ["training"]
    # Taken back, gold counts anew.
    back = place.judgements.undo(hanako, "pilot")
    place.judgements.submit(hanako, back.assignment, GOOD, key=back.key)
    assert place.status.of(OPERATOR, "pilot").raters[0].gold_total == 4


def test_agreement_falls_where_raters_disagree(place):
    create(place, campaign(overlap=2), items(20))
    hanako, taro, reader = join(place, "Hanako"), join(place, "Taro"), join(place, "R", role="reader")
    number = {item.id: n for n, item in enumerate(items(20))}

    def same(work):
        n = number[work.item]
        answers = {"quality": 2 + n % 4, "safe": n % 2 == 0, "share": n % 5 / 4, "tone": ["warm", "cold"][n % 2]}
        return Submission(answers=answers | {"checks": {"c1": n % 3 == 0, "c2": True}}, rationale={"safe": "reason"})

    def other(work):
        changed = dict(same(work).answers)
        if number[work.item] < 5:
            changed |= {"quality": 7 - changed["quality"], "safe": not changed["safe"]}
            changed |= {"tone": "warm", "share": 1 - changed["share"], "checks": {"c1": True, "c2": True}}
        return Submission(answers=changed, rationale={"safe": "reason"})

    rate_all(place, hanako, same)
    before = {line.question: line for line in place.agreement.of(reader, "pilot")}
    assert before["quality"].alpha.value is None and before["quality"].n_items == 0
    rate_all(place, taro, other)
    lines = {line.question: line for line in place.agreement.of(reader, "pilot")}
    assert list(lines) == ["quality", "safe", "tone", "share", "checks.c1", "checks.c2"]
    for question in ("quality", "safe", "tone", "share", "checks.c1"):
        assert lines[question].n_items == 20
        assert lines[question].alpha.value < 1 and lines[question].raw.value < 1, question
    assert lines["checks.c2"].raw.value == 1
    assert lines["quality"].counts == {"1": 0, "2": 9, "3": 10, "4": 10, "5": 11}
    found, total = place.adjudication.disagreements(reader, "pilot")
    assert total == 5 and {number[one.item.id] for one in found} == set(range(5))
    assert found[0].spread["safe"] == 1.0 and "tone" not in found[0].open
    quality = place.agreement.quality(OPERATOR, "pilot")
    assert {one.question for one in quality} == {"quality", "safe", "checks.c1"}
    with pytest.raises(NotAllowedError):
        place.agreement.quality(reader, "pilot")


def test_a_verdict_stands_beside_the_ratings_and_is_not_overwritten(place):
    create(place, campaign(overlap=2), items(1))
    hanako, taro, aiko = join(place, "Hanako"), join(place, "Taro"), join(place, "Aiko", role="organiser")
    rate_all(place, hanako, lambda work: GOOD)
    rate_all(place, taro, lambda work: Submission(answers={"quality": 2, "safe": True}))
    (found,), _ = place.adjudication.disagreements(aiko, "pilot")
    assert found.verdict is None and found.open == ("quality", "safe")
    decided = Submission(answers={"quality": 3}, rationale={"quality": "Both have a point."})
    verdict = place.adjudication.adjudicate(aiko, "pilot", found.item.id, decided)
    with pytest.raises(ConflictError, match="verdict"):
        place.adjudication.adjudicate(join(place, "Ben", role="owner"), "pilot", found.item.id, decided)
    changed = place.adjudication.adjudicate(
        aiko, "pilot", found.item.id, Submission(answers={"quality": 4}), version=verdict.version
    )
    assert changed.version == 2
    (again,), _ = place.adjudication.disagreements(aiko, "pilot")
    assert again.verdict.rating.answers == {"quality": 4}
    with pytest.raises(SpecError, match="distribution is the result"):
        place.adjudication.adjudicate(aiko, "pilot", found.item.id, Submission(answers={"tone": "warm"}), version=2)
    kept = place.exporting.content(OPERATOR, "pilot").ratings
    assert sorted((rating.role, rating.answers["quality"]) for rating in kept) == [
        ("adjudicator", 4),
        ("rater", 2),
        ("rater", 4),
    ]
    assert place.agreement.of(aiko, "pilot")[0].n_ratings == 2


def test_invitations_expire_are_used_up_and_can_be_revoked(place, clock):
    create(place)
    people = place.people
    once, many = people.invite(OPERATOR, "pilot"), people.invite(OPERATOR, "pilot", uses=None, days=2)
    assert people.look_at_invite(once.token).title == "pilot"
    people.accept(once.token, name="Hanako")
    with pytest.raises(NotAllowedError, match="used"):
        people.accept(once.token, name="Taro")
    with pytest.raises(SpecError, match="taken"):
        people.accept(many.token, name=" Hanako ")
    people.accept(many.token, name="Taro")
    clock.move(days=3)
    with pytest.raises(NotAllowedError, match="expired"):
        people.accept(many.token, name="Jiro")
    third = people.invite(OPERATOR, "pilot", uses=5)
    assert [view.id for view in people.invites(OPERATOR, "pilot")] == [third.id]
    people.revoke(OPERATOR, "pilot", third.id)
    with pytest.raises(NotAllowedError, match="nowhere"):
        people.accept(third.token, name="Jiro")
    with pytest.raises(NotAllowedError, match="nowhere"):
        people.accept("guessed", name="Jiro")
    organiser = join(place, "Aiko", role="organiser")
    with pytest.raises(NotAllowedError):
        people.invite(organiser, "pilot", role="owner")


def test_a_failed_acceptance_uses_nothing_up(place):
    view = create(place, password=True)
    assert view.settings.password
    once = place.people.invite(OPERATOR, "pilot")
    for attempt in ({"name": "Hanako"}, {"name": "", "password": "long enough"}, {"name": "H", "password": "short"}):
        with pytest.raises(SpecError):
            place.people.accept(once.token, **attempt)
    signed = place.people.accept(once.token, name="Hanako", password="long enough")
    assert signed.has_password and signed.campaign == "pilot"


def test_signing_in_and_out(place, clock):
    create(place)
    invite = place.people.invite(OPERATOR, "pilot")
    signed = place.people.accept(invite.token, name="花子", password="correct horse", locale="ja")
    assert place.people.session(signed.token).person == signed.person
    again = place.people.sign_in("花子", "correct horse")
    assert again.person.locale == "ja" and again.secret != signed.secret
    for name, password in (("花子", "wrong horse"), ("nobody", "correct horse"), ("花子", "")):
        with pytest.raises(NotAllowedError, match="belong together"):
            place.people.sign_in(name, password)
    place.people.sign_out(signed.token)
    assert place.people.session(signed.token) is None and place.people.session(again.token) is not None
    place.people.set_password(again.person, "battery staple", old="correct horse")
    assert place.people.session(again.token) is None
    with pytest.raises(NotAllowedError):
        place.people.sign_in("花子", "correct horse")
    new = place.people.sign_in("花子", "battery staple")
    clock.move(days=31)
    assert place.people.session(new.token) is None
    link = place.people.link_back(OPERATOR, "pilot", signed.person.id)
    assert place.people.accept(link.token).person.id == signed.person.id


def test_who_is_signed_in_joins_another_campaign_as_the_same_person(place):
    create(place)
    create(place, campaign("second"), items(2))
    hanako = join(place, "Hanako")
    invite = place.people.invite(OPERATOR, "second", role="organiser")
    place.people.accept(invite.token, signed_in=hanako)
    assert {view.campaign.name: view.role for view in place.campaigns.all(hanako)} == {
        "pilot": "rater",
        "second": "organiser",
    }


def test_the_last_owner_stays_and_stopped_raters_get_no_work(place):
    create(place)
    owner, rater = join(place, "Aiko", role="owner"), join(place, "Hanako")
    members = {member.name: member for member in place.people.members(owner, "pilot")}
    with pytest.raises(ConflictError, match="no owner"):
        place.people.change_member(owner, "pilot", owner.id, version=1, role="rater")
    place.people.change_member(owner, "pilot", rater.id, version=members["Hanako"].version, stopped=True)
    with pytest.raises(NotAllowedError, match="ended"):
        place.assignments.next(rater, "pilot")
    with pytest.raises(ConflictError):
        place.people.change_member(owner, "pilot", rater.id, version=1, quota=5)
    place.people.change_member(owner, "pilot", rater.id, version=2, stopped=False, quota=1)
    rate_all(place, rater, lambda work: GOOD)
    assert place.judgements.progress(rater, "pilot").done == 1


def test_people_see_take_away_and_delete_what_is_kept_about_them(place, clock):
    create(place, campaign(overlap=2), items(3))
    create(place, campaign("second"), items(2))
    hanako, taro, aiko = join(place, "Hanako Yamada"), join(place, "Taro"), join(place, "Aiko", role="owner")
    invite = place.people.invite(OPERATOR, "second")
    place.people.accept(invite.token, signed_in=hanako)
    rate_all(place, hanako, lambda work: GOOD)
    rate_all(place, hanako, lambda work: GOOD, "second")
    rate_all(place, taro, lambda work: GOOD)
    mine = place.personal_data.of(hanako)
    assert mine["name"] == "Hanako Yamada"
    assert [len(part["ratings"]) for part in mine["campaigns"]] == [3, 2]
    assert [part["campaign"] for part in place.personal_data.of(aiko, hanako.id, campaign="pilot")["campaigns"]] == [
        "pilot"
    ]
    for call in (
        lambda: place.personal_data.of(taro, hanako.id),
        lambda: place.personal_data.of(aiko, hanako.id),
        lambda: place.personal_data.of(aiko, hanako.id, campaign="second"),
        lambda: place.personal_data.erase(taro, hanako.id, campaign="pilot"),
        lambda: place.personal_data.anonymise(aiko, hanako.id),
    ):
        with pytest.raises(NotAllowedError):
            call()
    before = place.exporting.content(OPERATOR, "pilot").ratings
    place.personal_data.anonymise(aiko, hanako.id, campaign="pilot")
    assert place.exporting.content(OPERATOR, "pilot").ratings == before
    assert "Hanako Yamada" not in [r.rater for r in place.exporting.content(OPERATOR, "pilot", names=True).ratings]
    assert all(entry.person != "Hanako Yamada" for entry in place.audit.entries(OPERATOR, "pilot"))
    assert len(place.exporting.content(OPERATOR, "second").ratings) == 2
    assert place.personal_data.erase(hanako) == ["second"]
    assert place.exporting.content(OPERATOR, "second").ratings == ()
    with pytest.raises(SpecError):
        place.personal_data.of(OPERATOR, hanako.id)
    # What was deleted is wanted again.
    assert place.assignments.next(join(place, "Jiro", campaign="second"), "second") is not None
    assert place.personal_data.erase(OPERATOR, taro.id) == ["pilot"]
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 3


def test_names_go_when_their_time_is_up(place, clock):
    create(place, retention_days=30)
    hanako = join(place, "Hanako")
    join(place, "Aiko", role="owner")
    rate_all(place, hanako, lambda work: GOOD)
    place.campaigns.move(OPERATOR, "pilot", "closed")
    clock.move(days=29)
    assert place.personal_data.apply_retention() == {}
    clock.move(days=2)
    assert place.personal_data.apply_retention() == {"pilot": 1}
    assert place.personal_data.apply_retention() == {}
    names = [member.name for member in place.people.members(OPERATOR, "pilot")]
    assert "Hanako" not in names and "Aiko" in names
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 5


def test_a_campaign_is_deleted_with_everything_in_it(place):
    create(place)
    hanako = join(place, "Hanako")
    rate_all(place, hanako, lambda work: GOOD)
    with pytest.raises(ConflictError, match="close it"):
        place.campaigns.delete(OPERATOR, "pilot")
    place.campaigns.move(OPERATOR, "pilot", "closed")
    place.campaigns.delete(OPERATOR, "pilot")
    assert place.campaigns.all(OPERATOR) == []
    assert place.campaigns.all(hanako) == []


def test_peers_and_models_are_shown_only_where_the_campaign_says_so(place):
    from kijun.records import Blinding

    made = campaign(design="pairwise", overlap=2, blinding=Blinding(show_models=True, show_peers=True))
    create(place, made, items(1, answers=2))
    hanako, taro = join(place, "Hanako"), join(place, "Taro")
    rate_all(place, hanako, lambda work: Submission(preference="A", rationale={"overall": "clearer"}))
    (first,) = place.exporting.content(OPERATOR, "pilot").ratings
    work = place.assignments.next(taro, "pilot")
    assert {side.model for side in work.sides} == {"model-0", "model-1"} and work.shown == ("models", "peers")
    (peer,) = work.peers
    preferred = work.sides["AB".index(peer.preference)].model
    assert preferred == {"first": "model-0", "second": "model-1"}[first.preference]
    assert peer.rater == first.rater and first.rater.startswith("rater-")
