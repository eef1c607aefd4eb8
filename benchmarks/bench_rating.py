"""Two hundred raters at work at the same time: how long pages take, and whether anything is lost.

    python benchmarks/bench_rating.py                                     # SQLite in a temporary file
    python benchmarks/bench_rating.py --database postgresql://me@/empty   # an empty PostgreSQL database

Starts ``kijun rate serve`` and plays raters on loopback: each loads a page, thinks, saves a draft, thinks, submits, and
is led to the next page, as a browser does. Every judgement carries a mark of its own, and in the end each that was
confirmed must be in the database exactly once.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp
from rating_load import prepare

from kijun.ratings import OPERATOR, RatingPlace


class Clocked:
    """Seconds that requests took, by kind."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {"page": [], "draft": [], "submit": []}
        self.confirmed: list[str] = []
        self.errors: Counter[str] = Counter()


def fill(url: str, raters: int, items: int) -> list[str]:
    """Makes the campaign and its raters; gives their sessions."""
    with RatingPlace(url) as place:
        people = place.people
        links = [people.link_back(OPERATOR, "load", person.id) for person in prepare(place, raters, items)]
        return [people.accept(link.token).token for link in links]


async def rater(address: str, session: str, until: float, think: float, clocked: Clocked, number: int) -> None:
    """One rater, from a page to the next until time is up."""
    chance = random.Random(number)
    await asyncio.sleep(chance.random() * think * 2)
    # One connection, kept open, as a browser has.
    connector = aiohttp.TCPConnector(limit=1)
    async with aiohttp.ClientSession(connector=connector, cookies={"kijun": session}) as client:
        while time.monotonic() < until:
            page = await timed(client.get(f"{address}/rate/load/assignment"), "page", clocked)
            if page is None or 'id="judgement"' not in page:
                return
            fields = {name: value(page, name) for name in ("csrf", "key")}
            action = re.search(r'action="(/rate/load/assignment/[^"]+)"', page)
            assert action
            given = {
                f"answer.{name}": str(chance.randint(4, 5)) for name in ("quality", "safety", "usefulness", "ethics")
            }
            mark = f"{number}-{len(clocked.confirmed)}-{chance.random()}"
            filled = {**fields, **given, "rationale.overall": mark}
            await asyncio.sleep(chance.expovariate(1 / think))
            draft = {**filled, "action": "draft"}
            headers = {"Accept": "application/json"}
            await timed(client.post(address + action[1], data=draft, headers=headers), "draft", clocked)
            await asyncio.sleep(chance.expovariate(1 / think))
            sent = client.post(address + action[1], data={**filled, "action": "submit"}, allow_redirects=False)
            if await timed(sent, "submit", clocked, wanted=303) is not None:
                clocked.confirmed.append(mark)


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return html.unescape(found[1])


async def timed(request: object, kind: str, clocked: Clocked, wanted: int = 200) -> str | None:
    started = time.perf_counter()
    try:
        async with request as answer:  # type: ignore[attr-defined]
            text = await answer.text()
            clocked.seconds[kind].append(time.perf_counter() - started)
            if answer.status == wanted:
                return text
            clocked.errors[f"{kind} {answer.status}"] += 1
    except aiohttp.ClientError as error:
        clocked.errors[f"{kind} {type(error).__name__}"] += 1
    return None


async def play(address: str, sessions: list[str], seconds: float, think: float) -> Clocked:
    clocked = Clocked()
    until = time.monotonic() + seconds
    async with asyncio.TaskGroup() as group:
        for number, session in enumerate(sessions):
            group.create_task(rater(address, session, until, think, clocked, number))
    return clocked


def serve(url: str, workers: int) -> tuple[subprocess.Popen[bytes], str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "kijun", "rate", "serve", "--database", url, "--port", str(port)]
    process = subprocess.Popen([*command, "--workers", str(workers)], stdout=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"http://127.0.0.1:{port}"
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def report(clocked: Clocked, url: str, seconds: float) -> None:
    total = sum(len(times) for times in clocked.seconds.values())
    print(f"{total} requests in {seconds:.0f} s ({total / seconds:.0f}/s), {len(clocked.confirmed)} judgements")
    every = [time for times in clocked.seconds.values() for time in times]
    for kind, times in [*clocked.seconds.items(), ("all", every)]:
        cuts = statistics.quantiles(times, n=100) if len(times) > 1 else [0.0] * 99
        middle, slow, worst = (1000 * one for one in (cuts[49], cuts[94], max(times, default=0.0)))
        print(f"{kind:>7}: p50 {middle:6.0f} ms   p95 {slow:6.0f} ms   max {worst:6.0f} ms")
    with RatingPlace(url) as place:
        kept = Counter(r.rationale["overall"] for r in place.exporting.content(OPERATOR, "load").ratings)
    lost = [mark for mark in clocked.confirmed if mark not in kept]
    double = [mark for mark, number in kept.items() if number > 1]
    print(f"lost {len(lost)}, stored twice {len(double)}, errors {dict(clocked.errors) or 'none'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="URL of an empty database; without it a SQLite file that is thrown away")
    parser.add_argument("--raters", type=int, default=200)
    parser.add_argument("--items", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--think", type=float, default=5.0, help="mean seconds before a draft, and again before submitting"
    )
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'bench.sqlite'}"
        sessions = fill(url, given.raters, given.items)
        server, address = serve(url, given.workers)
        try:
            started = time.monotonic()
            clocked = asyncio.run(play(address, sessions, given.seconds, given.think))
            seconds = time.monotonic() - started
        finally:
            server.terminate()
            server.wait()
        print(f"{given.raters} raters, think time {given.think:g} s, {given.workers} workers, {os.cpu_count()} cores")
        report(clocked, url, seconds)


if __name__ == "__main__":
    main()
