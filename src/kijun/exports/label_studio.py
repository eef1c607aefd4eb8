"""``label-studio``: pairs as tasks of Label Studio, with its labelling configuration.

Each rater's vote is an annotation, what they say together a prediction with its confidence as score. Left is the
answer that came first in the campaign's stored order. Label Studio's ``Pairwise`` knows no tie; a vote for one has
an empty result.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kijun.exports.base import ExportedFile, ExportOptions, PlainFormat
from kijun.records.preferences import PreferencePair, PreferenceSet, Vote

__all__ = ["FORMAT"]

_CONFIG = """\
<View>
  <Header value="$prompt"/>
  <Pairwise name="preference" toName="left,right"/>
  <View style="display: flex; gap: 1em;">
    <Text name="left" value="$left"/>
    <Text name="right" value="$right"/>
  </View>
</View>
"""


def _result(pair: PreferencePair, choice: str) -> list[dict[str, Any]]:
    if choice == "tie":
        return []
    left = (choice == "chosen") is pair.chosen_first
    return [
        {
            "id": f"{pair.id}-{choice}",
            "from_name": "preference",
            "to_name": "left,right",
            "type": "pairwise",
            "value": {"selected": "left" if left else "right"},
        }
    ]


def _annotation(pair: PreferencePair, vote: Vote) -> dict[str, Any]:
    # Without `completed_by` it belongs to whoever imports it; users that are not there would be refused.
    return {
        "result": _result(pair, vote.choice),
        "was_cancelled": False,
        "ground_truth": False,
    }


def _task(number: int, pair: PreferencePair, data: PreferenceSet) -> dict[str, Any]:
    answers = (pair.chosen, pair.rejected) if pair.chosen_first else (pair.rejected, pair.chosen)
    roles = [f"{turn.role}: {turn.content}" for turn in pair.prompt]
    return {
        "id": number,
        "data": {
            "prompt": pair.prompt[0].content if len(pair.prompt) == 1 else "\n\n".join(roles),
            "left": answers[0],
            "right": answers[1],
            "pair_id": pair.id,
            "prompt_id": pair.prompt_id,
            "split": pair.split,
            "confidence": round(pair.confidence, 4),
            "n_ratings": pair.n_ratings,
            "rubric_sha256": data.rubric_sha256,
            "raters": [vote.rater for vote in pair.votes],
        },
        "annotations": [_annotation(pair, vote) for vote in pair.votes],
        "predictions": [
            {
                "model_version": f"kijun {data.campaign}",
                "score": round(pair.confidence, 4),
                "result": _result(pair, "chosen"),
            }
        ],
    }


def _files(data: PreferenceSet, options: ExportOptions) -> list[ExportedFile]:
    tasks = [_task(number, pair, data) for number, pair in enumerate(data.pairs, start=1)]
    content = msgspec.json.format(msgspec.json.encode(tasks), indent=2) + b"\n"
    return [
        ExportedFile("tasks.json", content, ids=tuple(pair.id for pair in data.pairs)),
        ExportedFile("config.xml", _CONFIG.encode()),
    ]


FORMAT = PlainFormat("label-studio", "pairs", _files)
