"""Run folders on disk."""

from kijun.store.journal import Journal, read_answers
from kijun.store.judged import JudgedRecord, JudgedSample, JudgedTask
from kijun.store.manifest import Manifest, TaskRecord, digest, git_state, machine, now, packages
from kijun.store.run_folder import Run, RunWriter, sample_file_name

__all__ = [
    "Journal",
    "JudgedRecord",
    "JudgedSample",
    "JudgedTask",
    "Manifest",
    "Run",
    "RunWriter",
    "TaskRecord",
    "digest",
    "git_state",
    "machine",
    "now",
    "packages",
    "read_answers",
    "sample_file_name",
]
