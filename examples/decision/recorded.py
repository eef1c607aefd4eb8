"""Fetches what stronger models answered, as published by others, and writes a file for each: `recorded.py FOLDER`.

The files stay on your machine: they belong to their authors (XSTest CC BY 4.0, IFEval and M-IFEval Apache-2.0).
Where KIJUN_DATA names a folder that has them, nothing is fetched.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from kijun.datasets.published import published_bytes
from kijun.specs import PublishedFileSpec

_XSTEST = ("paul-rottger/exaggerated-safety", "d7bb5bd738c1fcbc36edd83d5e7d1b71a3e2d84d", "model_completions")
_IFEVAL = ("Podtech-AI/IFEval", "5bdf377eb9cc20f16d377dc5c38413cee22550a6", "data")
_M_IFEVAL = ("lightblue-tech/M-IFEval", "0bc3143a919eef2f9ec64aa26da8a546086653de", "data")

# Model -> its files: repository, commit and folder; the data folder's own; name; SHA-256.
RECORDED = {
    "gpt-4": [
        (
            _XSTEST,
            "xstest",
            "xstest_v2_completions_gpt4.csv",
            "71af323af8ecdec0efae23992317721441d2cfedddedeef3248f842f4e15c9ca",
        ),
        (
            _IFEVAL,
            "ifeval",
            "input_response_data_gpt4_20231107_145030.jsonl",
            "0cff1d1469b774e80296bee20ca696894df35f3c6d6539f2c886d67c07599dcb",
        ),
    ],
    "gpt-4o-mini": [
        (
            _M_IFEVAL,
            "m_ifeval",
            "en_input_response_data_gpt-4o-mini-2024-07-18.jsonl",
            "b2e66fb38d079a3963baf2bd908512a738b54e9f3401eecfd03e37f65e537623",
        )
    ],
    "llama-2": [
        (
            _XSTEST,
            "xstest",
            "xstest_v2_completions_llama2orig.csv",
            "cbc52550e8ba8197a3e3d97a5af078d27bae4766737cd62df80270126a87ffc6",
        )
    ],
    "mistral": [
        (
            _XSTEST,
            "xstest",
            "xstest_v2_completions_mistralinstruct.csv",
            "6a146b65a5b96ec8249729bc2db459697175125998d7cbbcc88f7688ecf31dad",
        )
    ],
}


def main(folder: Path) -> None:
    """Writes ``FOLDER/MODEL.jsonl`` with the columns prompt and answer."""
    folder.mkdir(parents=True, exist_ok=True)
    for model, files in RECORDED.items():
        answers: dict[str, str] = {}
        for place, name, file, sha256 in files:
            for prompt, answer in rows(file, content(place, name, file, sha256)):
                answers.setdefault(prompt, answer)  # one prompt of IFEval is there twice
        lines = [json.dumps({"prompt": p, "answer": a}, ensure_ascii=False) + "\n" for p, a in answers.items()]
        (folder / f"{model}.jsonl").write_text("".join(lines), encoding="utf-8")


def content(place: tuple[str, str, str], name: str, file: str, sha256: str) -> str:
    """The text of a file, from the data folder or from GitHub."""
    at_hand = Path(os.environ.get("KIJUN_DATA", "")) / name
    if (at_hand / file).is_file():
        return (at_hand / file).read_text("utf-8")
    if (at_hand / f"{file}.gz").is_file():
        return gzip.decompress((at_hand / f"{file}.gz").read_bytes()).decode()
    repository, commit, inside = place
    published = PublishedFileSpec(repository, commit, f"{inside}/{file}", sha256=sha256)
    return published_bytes(published, folder=None, key="recorded")[1].decode()


def rows(file: str, text: str) -> Iterator[tuple[str, str]]:
    """Prompts and answers."""
    if file.endswith(".csv"):
        for row in csv.DictReader(io.StringIO(text)):
            yield row["prompt"], row["completion"]
    else:
        for line in text.splitlines():
            row = json.loads(line)
            yield row["prompt"], row["response"]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
