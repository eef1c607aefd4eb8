"""Run folders on disk."""

from kijun.store.campaign_folder import CampaignFolder, campaign_folders, read_campaign, write_campaign
from kijun.store.critiques import CRITIQUES, read_critiques
from kijun.store.journal import KEY_BYTES, Journal
from kijun.store.judged import JudgedRecord, JudgedSample, JudgedTask
from kijun.store.manifest import Manifest, TaskRecord, digest, git_state, machine, now, packages
from kijun.store.run_folder import Run, RunWriter, ScoredItem, sample_file_name
from kijun.store.spill import Spill, SpillFile
from kijun.store.training import EXPORT_SUMMARY, read_trained_on

__all__ = [
    "CRITIQUES",
    "EXPORT_SUMMARY",
    "KEY_BYTES",
    "CampaignFolder",
    "Journal",
    "JudgedRecord",
    "JudgedSample",
    "JudgedTask",
    "Manifest",
    "Run",
    "RunWriter",
    "ScoredItem",
    "Spill",
    "SpillFile",
    "TaskRecord",
    "campaign_folders",
    "digest",
    "git_state",
    "machine",
    "now",
    "packages",
    "read_campaign",
    "read_critiques",
    "read_trained_on",
    "sample_file_name",
    "write_campaign",
]
