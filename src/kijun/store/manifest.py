"""What a run was: settings, model, data, machine, time."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["Manifest", "TaskRecord", "digest", "git_state", "machine", "now", "packages"]

_PACKAGES = (
    "duckdb",
    "gguf",
    "jinja2",
    "kijun",
    "numpy",
    "scipy",
    "tokenizers",
    "torch",
    "transformers",
    "xllamacpp",
)
_SAID = ("title", "about", "licence", "source", "terms", "citation", "chance")
_encoder = msgspec.json.Encoder(order="deterministic")


def digest(value: Any) -> str:
    """SHA-256 (hex) of a record's canonical JSON."""
    return hashlib.sha256(_encoder.encode(value)).hexdigest()


class TaskRecord(msgspec.Struct, frozen=True):
    """One task as it was run.

    Attributes:
        spec: the whole resolved task, so that results can be read without its file.
        data: where rows came from: location, revision, digest of the bytes, number of rows; one for each split.
        metrics: metric key -> ``aggregate`` (how scores become one figure), ``higher_is_better``, ``ideal`` where a
            value between the ends is the best, and for judged metrics ``rubric`` (name, version, digest).
        requests_sha256: digest over all requests in order, as lm-evaluation-harness parity is checked.
    """

    version: float
    shots: int
    n_items: int
    spec: dict[str, Any]
    data: dict[str, Any]
    metrics: dict[str, dict[str, Any]]
    requests_sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """Content of ``manifest.json``.

    Attributes:
        settings: what the user chose: tasks, shots, limit, seed, chat, system prompt.
        model: identity of the model; transport is no part of it.
        tasks: name -> record.
        missing: tasks that could not be run -> reason.
        suites, groups: names that were asked for.
        usage: tokens in and out of all answers, and their cost where a price is given (models behind a network); how
            many answers there are, and how long those took that were timed.
        judges: identities of the judge models, each with its ``weight`` in the jury; empty without judges.
        agreement: what is known of how the scorers and judges agree with human labels, as it was at the time.
        judge_usage: name of a judge -> as `usage`, of its verdicts.
    """

    kijun: str
    settings: dict[str, Any]
    model: dict[str, Any]
    tasks: dict[str, TaskRecord]
    suites: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    missing: dict[str, str] = {}
    packages: dict[str, str] = {}
    machine: dict[str, Any] = {}
    git: dict[str, Any] | None = None
    started: str = ""
    finished: str | None = None
    usage: dict[str, float] = {}
    judges: tuple[dict[str, Any], ...] = ()
    judge_usage: dict[str, dict[str, float]] = {}
    agreement: tuple[dict[str, Any], ...] = ()
    format: int = 1

    def differences(self, other: Manifest) -> list[str]:
        """Settings that differ from `other`'s, in words; empty when both describe the same run.

        A run without judges may be given some afterwards.
        """
        found = [
            f"{key} was {mine.get(key)!r:.60}, now {theirs.get(key)!r:.60}"
            for mine, theirs in ((self.settings, other.settings), (self.model, other.model))
            for key in sorted({*mine, *theirs})
            if mine.get(key) != theirs.get(key)
        ]
        if found:
            return found
        for name in sorted({*self.tasks} & {*other.tasks}):
            if digest(_measured(self.tasks[name].spec)) != digest(_measured(other.tasks[name].spec)):
                found.append(f"task {name} has changed")
            elif self.tasks[name].requests_sha256 != other.tasks[name].requests_sha256:
                found.append(f"the data of {name} has changed")
        return found + (self._changed_judges(other) if self.judges else [])

    def _changed_judges(self, other: Manifest) -> list[str]:
        if digest(self.judges) != digest(other.judges):
            mine, theirs = (", ".join(judge["name"] for judge in run.judges) or "none" for run in (self, other))
            return [f"the judge was {mine}, now {theirs}" if mine != theirs else f"the judge {mine} has changed"]
        return [
            f"the rubric of {key} has changed"
            for name in sorted({*self.tasks} & {*other.tasks})
            for key, metric in self.tasks[name].metrics.items()
            if metric.get("rubric") != other.tasks[name].metrics.get(key, metric).get("rubric")
        ]


def _measured(spec: dict[str, Any]) -> dict[str, Any]:
    """A task without what is said about it: a better title is no other measurement, nor is a known chance."""
    return {key: value for key, value in spec.items() if key not in _SAID}


def now() -> str:
    """Time in UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def packages() -> dict[str, str]:
    """Versions of installed packages that could touch a number."""
    found = {}
    for name in _PACKAGES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def machine() -> dict[str, Any]:
    """The machine in a few words; no names of hosts or users."""
    return {
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
    }


def git_state(folder: Path) -> dict[str, Any] | None:
    """Commit and whether there are changes, of the git checkout around `folder`; None outside of one."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return {"commit": commit, "changed": bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))}
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, timeout=5)
    return done.stdout.strip()
