"""Nobody but the model's own endpoint is contacted: at import, in a run, when a run is looked at. No telemetry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from loopback import serving
from stub import Stub
from test_providers import KEY, SETTINGS

# Every attempt of Python code to connect, to look a name up or to send a datagram passes these audit events.
WATCHED = """
import json, sys

contacts = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        contacts.append(str(arguments[1]))
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        contacts.append(str(arguments[0]))

sys.addaudithook(watch)
{code}
print(json.dumps(contacts))
"""
EVERYTHING = """
import pkgutil, importlib, kijun
for module in pkgutil.walk_packages(kijun.__path__, "kijun."):
    # What only another program runs: Python itself, Alembic.
    if not module.name.endswith(("__main__", "migrations.env")):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            # An extra that is not installed here has been asked for, by the file that needs it.
            assert error.name in ("torch", "transformers", "gguf"), error
"""
RUN = """
import kijun
run = kijun.evaluate({task!r}, {model!r}, judge={judge!r}, out={out!r}, limit=3)
assert run.results.tasks["free"].n_measured == 3
list(run.samples("free"))
kijun.compare(run, run)
"""


def contacts(code: str, **environment: str) -> set[str]:
    """Whom the code contacts, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.format(code=code)],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_everything_contacts_nobody() -> None:
    assert contacts(EVERYTHING) == set()


@pytest.mark.parametrize("model", ["fake/hash", "server", *SETTINGS])
def test_a_run_contacts_the_model_alone(tasks: Path, stub: Stub, stub_url: str, model: str) -> None:
    environment, name = {}, model
    if model == "server":
        name = f"server/{stub_url}/v1#stub"
    elif model in SETTINGS:
        name, variable, base, path = SETTINGS[model]
        environment = {variable: KEY, base: stub_url + path}
    # What fake/hash answers has nothing to do with the task; that there are answers is enough.
    code = RUN.replace("n_measured == 3", "n_failed == 0") if model == "fake/hash" else RUN
    found = contacts(
        code.format(task=str(tasks / "free.yaml"), model=name, judge=[], out=str(tasks / "run")), **environment
    )
    port = str(urlsplit(stub_url).port)
    allowed = {"127.0.0.1", f"('127.0.0.1', {port})"}
    assert found <= allowed, found - allowed
    assert bool(found) == (model != "fake/hash") and len(stub.paths) == (0 if model == "fake/hash" else 3)


def test_a_judge_is_contacted_where_it_is(tasks: Path, stub: Stub, stub_url: str) -> None:
    """It is asked for the name of its model; and so the watch is seen to see somebody else, if there is one."""
    with serving(Stub()) as other:
        code = RUN.format(
            task=str(tasks / "free.yaml"),
            model=f"server/{stub_url}/v1#stub",
            judge=f"server/{other}/v1",
            out=str(tasks / "run"),
        )
        found = contacts(code)
    assert f"('127.0.0.1', {urlsplit(other).port})" in found
