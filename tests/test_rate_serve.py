"""``kijun rate serve`` as a process: it says where it is, loses nothing when it is killed, and refuses well."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

from rating_site import add_campaign, items

from kijun.cli import main
from kijun.ratings import OPERATOR, RatingPlace


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start(database: Path, port: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kijun", "rate", "serve", "--database", str(database), "--port", str(port), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@contextmanager
def serving(database: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = start(database, port, *more)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                if httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, process.stdout and process.stdout.read()
                assert time.monotonic() < until
                time.sleep(0.1)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    file = tmp_path / "ratings.sqlite"
    with RatingPlace(str(file)) as place:
        add_campaign(place, items(8), overlap=5)
    return file


def test_what_was_answered_survives_a_kill(database: Path) -> None:
    """Killed at once after each answer, several times; every judgement that was confirmed is there."""
    confirmed = set()
    given = {"quality": 4, "safety": 5, "usefulness": 4, "ethics": 4}
    with RatingPlace(str(database)) as place:
        token = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name="Hanako").token
    for _ in range(2):
        with (
            serving(database) as (process, address),
            httpx.Client(base_url=f"{address}/api", headers={"Authorization": f"Bearer {token}"}) as client,
        ):
            work = client.post("/campaigns/pilot/assignments").json()
            judged = {"key": work["key"], "submission": {"answers": given}}
            answer = client.post(f"/assignments/{work['assignment']}/ratings", json=judged)
            process.kill()
            assert answer.status_code == 200
            confirmed.add(answer.json()["rating"]["id"])
    with RatingPlace(str(database)) as place:
        assert {rating.id for rating in place.exporting.content(OPERATOR, "pilot").ratings} == confirmed
    assert len(confirmed) == 2


def test_the_first_owner_gets_a_link(database: Path) -> None:
    with serving(database) as (process, address):
        told = ""
        assert process.stdout is not None
        while "/invite/" not in told:
            told += process.stdout.readline()
        link = re.search(r"http://\S+/invite/\S+", told)
        assert link and link[0].startswith(address) and "no owner yet" in told
        assert httpx.get(link[0]).status_code == 200


def test_several_workers_share_the_work(database: Path) -> None:
    with serving(database, "--workers", "2") as (process, address):
        answers = [httpx.get(f"{address}/healthz").status_code for _ in range(20)]
        assert answers == [200] * 20
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize(
    "options, told",
    [
        (["--host", "0.0.0.0"], "TLS"),
        (["--public-url", "http://rate.example.org"], "TLS"),
        (["--workers", "0"], "--workers"),
        (["--database", "mysql://x/y"], "--database takes"),
    ],
)
def test_what_cannot_be_served_is_told(
    database: Path, options: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["rate", "serve", "--database", str(database), "--port", str(free_port()), *options]
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2 and told in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken, pytest.raises(SystemExit) as stopped:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        main(["rate", "serve", "--database", str(database), "--port", str(taken.getsockname()[1])])
    assert stopped.value.code == 3 and "another --port" in capsys.readouterr().err
