"""Verdicts on real responses: the figures of lm-evaluation-harness and of a published evaluation."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from kijun.constraints import build, loose, strict

EXCLAMATION_MARKS = 1129  # asks for the "letter" "!", which the harness replaces by a random one


def lines(path: Path) -> list[dict[str, Any]]:
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.splitlines()]


def gpt4_verdicts(folder: Path) -> dict[int, tuple[list[bool], list[bool]]]:
    prompts = lines(folder / "input_data.jsonl")
    responses = lines(folder / "input_response_data_gpt4_20231107_145030.jsonl.gz")
    verdicts = {}
    for prompt, response in zip(prompts, responses, strict=True):
        constraints = [build(*pair) for pair in zip(prompt["instruction_id_list"], prompt["kwargs"], strict=True)]
        verdicts[prompt["key"]] = strict(response["response"], constraints), loose(response["response"], constraints)
    return verdicts


def followed(verdicts: list[list[bool]]) -> tuple[int, int]:
    return sum(map(all, verdicts)), sum(map(sum, verdicts))


def test_gpt4_as_published(shared: Path) -> None:
    """541 prompts, 834 instructions. Published: strict 76.89 and 83.57 %, loose 79.30 and 85.37 %.

    Strict is exact but for the one prompt named above. Loose is that of the harness with langdetect seeded;
    unseeded, it gives 429 to 431 prompts, so that the published 429 is one draw of it.
    """
    verdicts = gpt4_verdicts(shared / "data" / "ifeval")
    assert verdicts[EXCLAMATION_MARKS] == ([True, True], [True, True])
    prompts, instructions = followed([strictly for strictly, _ in verdicts.values()])
    assert (prompts - 1, instructions - 1) == (416, 697)
    assert (round(100 * 416 / 541, 2), round(100 * 697 / 834, 2)) == (76.89, 83.57)
    assert followed([loosely for _, loosely in verdicts.values()]) == (431, 714)
