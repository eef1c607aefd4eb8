"""200 raters at work on one rating place at the same time, without the web in between.

    python benchmarks/rating_load.py [--url sqlite:///load.sqlite] [--raters 200] [--seconds 30] [--think 2.0]

Each rater takes the next item, thinks, saves two drafts and submits, over and over, as fast raters do. Printed are the
times of each action and whether everything that was acknowledged is there afterwards, once and no more.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
from collections import Counter

import msgspec

from kijun.ratings import OPERATOR, CampaignSettings, RatingPlace, Submission
from kijun.records import Campaign, CampaignItem, Candidate, Message, StratumRecord
from kijun.specs import find_rubric


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--url")
    options.add_argument("--raters", type=int, default=200)
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--think", type=float, default=2.0)
    options.add_argument("--items", type=int, default=5000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, RatingPlace(given.url or f"sqlite:///{folder}/load.sqlite") as place:
        people = prepare(place, given.raters, given.items)
        times, acknowledged = work(place, people, given.seconds, given.think)
        report(place, times, acknowledged, given)


def prepare(place: RatingPlace, raters: int, number: int) -> list:
    rubric = find_rubric("helpful-safe-ethical")
    items = [
        CampaignItem(
            f"{n:016x}",
            "made-up",
            str(n),
            (Candidate("model", (Message("user", f"Question {n}? " * 20),), f"Answer {n}. " * 100),),
            inclusion_probability=0.5,
        )
        for n in range(number)
    ]
    campaign = Campaign(
        name="load",
        design="pointwise",
        rubric=msgspec.to_builtins(msgspec.structs.replace(rubric, origin=None)),
        rubric_sha256=rubric.sha256,
        runs=(),
        languages=("en", "ja"),
        overlap=3,
        seed=1,
        sampling="stratified",
        strata=(StratumRecord("all", number * 2, number),),
        created="2026-11-27T00:00:00Z",
    )
    place.campaigns.create(OPERATOR, campaign, items, settings=CampaignSettings(overlap=3))
    invite = place.people.invite(OPERATOR, "load", uses=None)
    return [place.people.accept(invite.token, name=f"rater {n}").person for n in range(raters)]


def work(place: RatingPlace, people: list, seconds: float, think: float) -> tuple[dict[str, list[float]], list[str]]:
    times: dict[str, list[float]] = {"next": [], "draft": [], "submit": [], "progress": []}
    acknowledged: list[str] = []
    end = time.monotonic() + seconds

    def timed(action: str, call, *arguments, **named):
        start = time.perf_counter()
        found = call(*arguments, **named)
        times[action].append(time.perf_counter() - start)
        return found

    def rate(person, chance: random.Random) -> None:
        time.sleep(chance.random() * think)
        while time.monotonic() < end:
            given = timed("next", place.assignments.next, person, "load")
            timed("progress", place.judgements.progress, person, "load")
            for _ in range(2):
                time.sleep(chance.expovariate(2 / think))
                timed("draft", place.assignments.save_draft, person, given.assignment, {"answers": {"quality": 4}})
            answers = {name: chance.choice([4, 5]) for name in ("quality", "safety", "usefulness", "ethics")}
            done = timed(
                "submit", place.judgements.submit, person, given.assignment, Submission(answers), key=given.key
            )
            acknowledged.append(done.rating.id)

    threads = [threading.Thread(target=rate, args=(person, random.Random(n))) for n, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, acknowledged


def report(place: RatingPlace, times: dict[str, list[float]], acknowledged: list[str], given) -> None:
    print(f"{place.database.engine.dialect.name}, {given.raters} raters, {given.items} items, {given.seconds:g} s")
    for action, found in times.items():
        ranked = sorted(found)
        shown = [ranked[int(len(ranked) * share)] * 1000 for share in (0.5, 0.95, 0.99)]
        rate = len(ranked) / given.seconds
        print(f"  {action:9} p50 {shown[0]:6.1f} ms  p95 {shown[1]:6.1f} ms  p99 {shown[2]:6.1f} ms  {rate:6.1f} /s")
    ratings = place.exporting.content(OPERATOR, "load").ratings
    kept = Counter(rating.id for rating in ratings)
    lost, double = set(acknowledged) - set(kept), [name for name, count in kept.items() if count > 1]
    most = max(Counter(rating.item for rating in ratings).values())
    print(f"  {len(acknowledged)} acknowledged, {len(lost)} lost, {len(double)} double, {most} at most for an item")


if __name__ == "__main__":
    main()
