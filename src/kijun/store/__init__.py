"""Run folders on disk."""

from kijun.store.journal import Journal, answered_keys
from kijun.store.manifest import Manifest, TaskRecord, digest, git_state, machine, now, packages
from kijun.store.run_folder import Run, RunWriter, sample_file_name

__all__ = [
    "Journal",
    "Manifest",
    "Run",
    "RunWriter",
    "TaskRecord",
    "answered_keys",
    "digest",
    "git_state",
    "machine",
    "now",
    "packages",
    "sample_file_name",
]
