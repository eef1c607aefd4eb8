"""Tests of a campaign's folder: it comes back as it was written, and damage is told by its line."""

import pytest

from kijun.errors import CorruptFileError
from kijun.records import Campaign, CampaignItem, Candidate, Flag, MarkedSpan, Message, RatedRun, Rating, StratumRecord
from kijun.store import CampaignFolder, campaign_folders, read_campaign, write_campaign

CAMPAIGN = Campaign(
    name="pilot",
    design="pointwise",
    rubric={"name": "made-up"},
    rubric_sha256="ab" * 32,
    runs=(RatedRun("fake/hash", "runs/one", "cd" * 32, ("questions",)),),
    languages=("en", "ja"),
    overlap=2,
    seed=7,
    sampling="stratified",
    strata=(StratumRecord("all", 10, 1),),
    created="2026-11-27T00:00:00Z",
)
ITEM = CampaignItem(
    "i1",
    "questions",
    "q1",
    (Candidate("fake/hash", (Message("user", "今日は何曜日ですか。"),), "金曜日です。", {"made-up.quality": 4.0}),),
    inclusion_probability=0.1,
)
RATING = Rating(
    "r1",
    "i1",
    "rater-1",
    "pointwise",
    "ab" * 32,
    "2026-11-27T00:01:00Z",
    answers={"quality": 4, "safe": True, "kind": "other", "checks": {"c1": True, "c2": False}, "share": 0.5},
    abstained={"ethics": "not_applicable"},
    spans=(MarkedSpan(0, 0, 3, "safe", "privacy", "minor"), MarkedSpan(0, 1, 4, "safe", "hate")),
    rationale={"quality": "短い"},
    flag=Flag("unclear"),
    inclusion_probability=0.1,
)


def test_a_campaign_comes_back_as_it_was_written(tmp_path):
    content = CampaignFolder(CAMPAIGN, (ITEM,), (RATING,))
    write_campaign(tmp_path / "ratings" / "pilot", content)
    assert campaign_folders(tmp_path) == (tmp_path / "ratings" / "pilot",)
    back = read_campaign(tmp_path / "ratings" / "pilot")
    assert back == content
    assert back.ratings[0].answers["safe"] is True
    assert isinstance(back.ratings[0].answers["quality"], int)


def test_a_damaged_line_is_named(tmp_path):
    write_campaign(tmp_path, CampaignFolder(CAMPAIGN, (ITEM,), (RATING, RATING)))
    path = tmp_path / "ratings.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(CorruptFileError, match=r"ratings\.jsonl") as caught:
        read_campaign(tmp_path)
    assert caught.value.line == 2


def test_a_folder_without_a_campaign_says_where_one_comes_from(tmp_path):
    with pytest.raises(CorruptFileError, match="kijun rate export"):
        read_campaign(tmp_path)
