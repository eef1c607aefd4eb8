"""Tests of what goes wrong: a killed process, many at once, another version's database, a backup under load."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_campaigns import GOOD, campaign, create, items, join, new_database

from kijun.errors import ConflictError, KijunError, SpecError, StoreError
from kijun.ratings import OPERATOR, RatingPlace, Submission
from kijun.ratings.tables import AssignmentRow, ItemRow, RatingRow, Tables

_RATER = """
import sys
from kijun.ratings import RatingPlace, Submission
place = RatingPlace(sys.argv[1])
me = place.people.session(sys.argv[2]).person
while (work := place.assignments.next(me, "pilot")) is not None:
    done = place.judgements.submit(me, work.assignment, Submission(answers={"quality": 4, "safe": True}), key=work.key)
    print(done.rating.id, flush=True)
"""


def test_what_was_answered_survives_a_kill(place, url):
    """The process dies the moment its answer is read: every judgement that was acknowledged is there."""
    create(place, content=items(500))
    invite = place.people.invite(OPERATOR, "pilot")
    token = place.people.accept(invite.token, name="Hanako").token
    acknowledged = []
    for count in (1, 7, 3):
        worker = subprocess.Popen([sys.executable, "-c", _RATER, url, token], stdout=subprocess.PIPE, text=True)
        try:
            for _ in range(count):
                acknowledged.append(worker.stdout.readline().strip())
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            worker.stdout.close()
    kept = [rating.id for rating in place.exporting.content(OPERATOR, "pilot").ratings]
    assert len(kept) == len(set(kept)) and set(acknowledged) <= set(kept) and len(acknowledged) == 11
    _check_books(place)


def test_a_double_click_from_many_threads_keeps_one(place):
    create(place)
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    start = threading.Barrier(8)

    def click(number):
        start.wait()
        given = Submission(answers={"quality": 1 + number % 4 + 1, "safe": True})
        return place.judgements.submit(hanako, work.assignment, given, key=work.key)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(8)))
    assert len({answer.rating.id for answer in answers}) == 1
    assert sum(not answer.replay for answer in answers) == 1
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) == 1
    assert place.judgements.progress(hanako, "pilot").done == 1


def test_a_failing_disk_is_told_to_everybody_whose_change_it_had(tmp_path, clock):
    """What one group of changes shares is one commit: when it fails, nobody is told that a judgement was kept."""
    with RatingPlace(f"sqlite:///{tmp_path / 'r.sqlite'}", clock=clock) as place:
        create(place, campaign(overlap=6), items(40))
        people = [join(place, f"rater {n}") for n in range(6)]
        failing = threading.Event()

        @sqlalchemy.event.listens_for(place.database.engine, "commit")
        def fail(connection):
            if failing.is_set():
                connection.exec_driver_sql("ROLLBACK")
                raise sqlalchemy.exc.OperationalError("COMMIT", None, Exception("disk I/O error"))

        acknowledged, told = [], []

        def rate(person):
            while (work := place.assignments.next(person, "pilot")) is not None:
                try:
                    done = place.judgements.submit(person, work.assignment, GOOD, key=work.key)
                    acknowledged.append(done.rating.id)
                except StoreError as error:
                    told.append(str(error))
                    failing.clear()
                    continue
                if len(acknowledged) == 60:
                    failing.set()

        def rate_through(person):
            while True:
                with suppress(StoreError):
                    return rate(person)
                failing.clear()

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(rate_through, people))
        sqlalchemy.event.remove(place.database.engine, "commit", fail)
        kept = [rating.id for rating in place.exporting.content(OPERATOR, "pilot").ratings]
        assert set(acknowledged) == set(kept) and len(kept) == len(acknowledged) == 240
        _check_books(place)


def test_two_pages_of_one_rater_hold_the_same_work(place):
    create(place)
    hanako = join(place, "Hanako")
    start = threading.Barrier(4)

    def ask(_):
        start.wait()
        return place.assignments.next(hanako, "pilot").assignment

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(ask, range(4)))) == 1
    assert place.status.of(OPERATOR, "pilot").in_hand == 1


def test_many_raters_at_once_get_what_is_wanted_and_no_more(place):
    create(place, campaign(overlap=3), items(20))
    people = [join(place, f"rater {n}") for n in range(8)]

    def rate(person):
        while (work := place.assignments.next(person, "pilot")) is not None:
            place.judgements.submit(person, work.assignment, GOOD, key=work.key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rate, people))
    ratings = place.exporting.content(OPERATOR, "pilot").ratings
    assert set(Counter(rating.item for rating in ratings).values()) == {3}
    assert len({(rating.item, rating.rater) for rating in ratings}) == len(ratings) == 60
    _check_books(place)


def test_two_organisers_at_the_same_moment(place):
    view = create(place)
    one, other = join(place, "Aiko", role="organiser"), join(place, "Ben", role="organiser")
    start = threading.Barrier(2)

    def change(person):
        start.wait()
        try:
            return place.campaigns.change(person, "pilot", {"title": person.name}, version=view.version).settings.title
        except ConflictError:
            return None

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(change, (one, other)))
    assert sorted(name is None for name in done) == [False, True]
    assert place.campaigns.find(OPERATOR, "pilot").settings.title in done


def test_closing_while_people_submit_keeps_the_books(place):
    create(place, campaign(overlap=2), items(30))
    people = [join(place, f"rater {n}") for n in range(4)]

    def rate(person):
        try:
            while (work := place.assignments.next(person, "pilot")) is not None:
                place.judgements.submit(person, work.assignment, GOOD, key=work.key)
        except ConflictError:
            return

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(rate, person) for person in people]
        place.campaigns.move(OPERATOR, "pilot", "closed")
        for one in work:
            one.result()
    _check_books(place)


_ACTIONS = ["next", "submit", "skip", "undo", "give back", "wait", "draft", "pause"]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(_ACTIONS)), max_size=40), st.integers(1, 3))
def test_the_books_balance_whatever_people_do(tmp_path_factory, clock, actions, overlap):
    """Places of an item are those wanted less those at work and those answered, after any sequence of actions."""
    url = f"sqlite:///{tmp_path_factory.mktemp('books') / 'r.sqlite'}"
    with RatingPlace(url, clock=clock) as place:
        create(place, campaign(overlap=overlap), items(3))
        people = [join(place, f"rater {n}") for n in range(3)]
        held = [None, None, None]
        for who, action in actions:
            try:
                held[who] = _act(place, clock, people[who], action, held[who])
            except KijunError as error:
                assert isinstance(error, ConflictError), error
                held[who] = None
        _check_books(place)
        ratings = place.exporting.content(OPERATOR, "pilot").ratings
        assert len({(rating.item, rating.rater) for rating in ratings}) == len(ratings)


def _act(place, clock, person, action, work):
    if action == "wait":
        clock.move(minutes=31)
        return work
    if action == "undo":
        return place.judgements.undo(person, "pilot")
    if action == "next" or work is None:
        return place.assignments.next(person, "pilot")
    if action == "draft":
        place.assignments.save_draft(person, work.assignment, {"x": 1})
        return work
    if action == "pause":
        return place.assignments.pause(person, work.assignment)
    if action == "give back":
        place.assignments.give_back(person, work.assignment)
    elif action == "skip":
        place.judgements.skip(person, work.assignment, "no", key=work.key)
    else:
        place.judgements.submit(person, work.assignment, GOOD, key=work.key)
    return None


def _check_books(place):
    view = place.campaigns.find(OPERATOR, "pilot")
    with place.database.reading() as session:
        for item in session.query(ItemRow).filter(ItemRow.kind == "sampled"):
            leased = session.query(AssignmentRow).filter_by(item_id=item.id, state="leased").count()
            live = session.query(RatingRow).filter_by(item_id=item.id, skipped=False, voided=None).count()
            assert item.places_left == view.settings.overlap - leased - live
    for rater in place.status.of(OPERATOR, "pilot").raters:
        counted = [r for r in place.exporting.content(OPERATOR, "pilot").ratings if r.rater == rater.pseudonym]
        assert rater.done == sum(r.skipped is None for r in counted)


def test_the_steps_make_the_tables_that_the_code_uses(place):
    with place.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Tables.metadata) == []


def test_a_database_of_a_newer_version_is_left_alone(place, url):
    with place.database.engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of Kijun"):
        RatingPlace(url)


def test_two_processes_may_open_an_empty_database_at_once(url):
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda _: RatingPlace(url), range(4)))
    assert places[0].campaigns.all(OPERATOR) == []
    for one in places:
        one.close()


def test_a_backup_under_load_restores(tmp_path, clock):
    with RatingPlace(f"sqlite:///{tmp_path / 'r.sqlite'}", clock=clock) as place:
        create(place, campaign(overlap=2), items(40))
        people = [join(place, f"rater {n}") for n in range(3)]

        def rate(person):
            while (work := place.assignments.next(person, "pilot")) is not None:
                place.judgements.submit(person, work.assignment, GOOD, key=work.key)

        with ThreadPoolExecutor(3) as pool:
            work = [pool.submit(rate, person) for person in people]
            known = len(place.exporting.content(OPERATOR, "pilot").ratings)
            place.database.backup(tmp_path / "backup.sqlite")
            for one in work:
                one.result()
        with pytest.raises(SpecError, match="there already"):
            place.database.backup(tmp_path / "backup.sqlite")
        final = place.exporting.content(OPERATOR, "pilot").ratings
    with RatingPlace(f"sqlite:///{tmp_path / 'backup.sqlite'}", clock=clock) as restored:
        ratings = restored.exporting.content(OPERATOR, "pilot").ratings
        assert ratings == final[: len(ratings)] and len(ratings) >= known
        _check_books(restored)


def test_postgresql_says_how_it_is_backed_up(postgres, tmp_path):
    with RatingPlace(new_database(postgres)) as place, pytest.raises(SpecError, match="pg_dump"):
        place.database.backup(tmp_path / "x")


def test_a_database_that_cannot_be_reached_says_so(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened"):
        RatingPlace(f"sqlite:///{tmp_path / 'no-such-folder' / 'r.sqlite'}")
    with pytest.raises(StoreError, match="cannot be opened"):
        RatingPlace(f"postgresql://nobody@/nothing?host={tmp_path}")
    (tmp_path / "junk").write_text("this is no database, but a letter to a friend")
    with pytest.raises(StoreError, match="not a database of ratings"):
        RatingPlace(str(tmp_path / "junk"))
    for url in ("mysql://x", "sqlite://", "postgresql:/x", "sqlite:///:memory:"):
        with pytest.raises(SpecError):
            RatingPlace(url)


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "'; DROP TABLE ratings; --", "\u202e", "\r\n ", "x" * 30_000, "𝕏" * 70]
)
def test_no_text_breaks_the_place(place, text):
    create(place, content=items(1))
    hanako = join(place, "Hanako")
    work = place.assignments.next(hanako, "pilot")
    given = Submission(answers={"quality": text, "safe": True}, rationale={"safe": text, text: text})
    fine = Submission(answers={"quality": 4, "safe": True}, rationale={"safe": text})
    for call in (
        lambda: place.assignments.save_draft(hanako, work.assignment, {text: text}),
        lambda: place.judgements.submit(hanako, work.assignment, given, key=work.key),
        lambda: place.judgements.submit(hanako, work.assignment, fine, key=text),
        lambda: place.assignments.find(hanako, text),
        lambda: place.campaigns.find(hanako, text),
        lambda: place.people.look_at_invite(text),
        lambda: place.people.sign_in(text, text),
        lambda: place.people.accept(place.people.invite(OPERATOR, "pilot").token, name=text, locale=text),
        lambda: place.judgements.skip(hanako, work.assignment, text, key=work.key),
    ):
        with suppress(SpecError):
            call()
    assert place.people.session(text) is None
    assert len(place.exporting.content(OPERATOR, "pilot").ratings) <= 1
