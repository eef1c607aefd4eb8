"""How far the rules of the truthfulness axis agree with people, on public sets with human labels.

    python benchmarks/detector_agreement.py --data DIR

DIR is laid out as the data folder: ``qags/mturk_cnndm.jsonl.gz``, ``summac/xsumfaith.json.gz``,
``frank/human_annotations_validation.json``, ``truthfulqa/TruthfulQA.csv`` and
``truthfulqa/finetune_{info,truth}_train_first3000.jsonl``. FRANK's file of labels has no texts: they are taken from
``frank/benchmark_data.json`` where that is there, else from SummaC, which has some of the same summaries of XSum.

The rules were written while looking at the first half of QAGS and SummaC (by the hash of the document); nothing was
fitted. So the second halves are the test. Prints the Markdown tables of docs/truthfulness.md.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kijun.records import Estimate
from kijun.scorers.abstention import explain
from kijun.scorers.grounding import Source, check, word_overlap
from kijun.scorers.nearest_reference import nearness
from kijun.statistics import auc, compare_auc, proportion

SEED = 20261127


class Case(NamedTuple):
    """A claim held against its source; `label` 1 where people say that the source supports it."""

    source: str
    claim: str
    label: int


def opened(path: Path) -> str:
    """Text of a file, packed or not."""
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")


def qags(folder: Path) -> list[Case]:
    """Sentences of CNN/DM summaries; the majority of three raters."""
    rows = [json.loads(line) for line in opened(folder / "qags/mturk_cnndm.jsonl.gz").splitlines()]
    return [
        Case(row["article"], one["sentence"], int(sum(vote["response"] == "yes" for vote in one["responses"]) >= 2))
        for row in rows
        for one in row["summary_sentences"]
    ]


def summac(folder: Path) -> list[Case]:
    """One-sentence summaries of XSum; SummaC's label from three raters."""
    rows = json.loads(opened(folder / "summac/xsumfaith.json.gz")).values()
    return [Case(row["document"], row["claim"], int(row["label"])) for row in rows]


def frank(folder: Path) -> list[Case]:
    """Summaries of CNN/DM and XSum; supported where no rater found an error in any sentence."""
    rows = json.loads(opened(folder / "frank/human_annotations_validation.json"))
    scores = {(row["hash"], row["model_name"].lower()): row["Factuality"] for row in rows}
    whole = folder / "frank/benchmark_data.json"
    if whole.is_file():
        listed = json.loads(opened(whole))
        texts = {(row["hash"], row["model_name"].lower()): (row["article"], row["summary"]) for row in listed}
    else:
        listed = json.loads(opened(folder / "summac/xsumfaith.json.gz")).values()
        texts = {(row["bbcid"], row["model_name"].lower()): (row["document"], row["claim"]) for row in listed}
    return [Case(*texts[key], int(score == 1.0)) for key, score in scores.items() if key in texts]


def second_half(cases: list[Case]) -> list[Case]:
    """Those whose document's hash is odd: not looked at while the rules were written."""
    return [case for case in cases if int(hashlib.sha256(case.source.encode()).hexdigest(), 16) % 2]


def support(case: Case) -> float:
    """The checker's value: of one sentence, or the mean over sentences."""
    found = [one.value for one in check(case.source, case.claim)] or [Source(case.source).support(case.claim).value]
    return sum(found) / len(found)


def shown(estimate: Estimate) -> str:
    """A figure with its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"– ({estimate.method})"
    return f"{estimate.value:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def source_rows(folder: Path) -> Iterator[str]:
    """The source checker and plain word overlap."""
    for name, read in (("QAGS, CNN/DM, sentences", qags), ("SummaC, XSumFaith", summac), ("FRANK, summaries", frank)):
        try:
            cases = read(folder)
        except OSError as error:
            yield f"| {name} | – | – | not in the folder: {error.filename} | – | – |"
            continue
        for half, chosen in (("test half", second_half(cases)), ("all", cases)):
            labels = [case.label for case in chosen]
            documents = [case.source for case in chosen]
            ours, plain = [support(case) for case in chosen], [word_overlap(*case[:2]) for case in chosen]
            figures = [
                auc(labels, ours, rng=np.random.default_rng(SEED), clusters=documents),
                auc(labels, plain, rng=np.random.default_rng(SEED), clusters=documents),
                compare_auc(labels, ours, plain, rng=np.random.default_rng(SEED), clusters=documents),
            ]
            cells = " | ".join(map(shown, figures))
            yield f"| {name} | {half} | {len(chosen)} ({sum(labels)} supported) | {cells} |"


def labelled(folder: Path, kind: str) -> list[tuple[str, str, bool]]:
    """(question, answer, label) of TruthfulQA's human judgements of truth or informativeness."""
    lines = opened(folder / f"truthfulqa/finetune_{kind}_train_first3000.jsonl").splitlines()
    found = []
    for line in lines:
        row = json.loads(line)
        match = re.match(r"Q: (.*)\nA: (.*)\n\w+:$", row["prompt"], re.DOTALL)
        if match:
            found.append((match[1], match[2], row["completion"].strip() == "yes"))
    return found


def abstention_rows(folder: Path) -> Iterator[str]:
    """Abstention by rules against "is this answer informative?"."""
    rows = labelled(folder, "info")
    clusters = [question for question, _, _ in rows]
    abstains = [explain(answer).abstains for _, answer, _ in rows]
    agreed = [found != informative for found, (_, _, informative) in zip(abstains, rows, strict=True)]
    yield f"| agrees with the label | {len(rows)} | {shown(proportion(agreed, clusters=clusters))} |"
    said = [(not label, question) for found, (question, _, label) in zip(abstains, rows, strict=True) if found]
    hits = proportion([one for one, _ in said], clusters=[question for _, question in said])
    yield f"| of those called abstaining, uninformative to people | {len(said)} | {shown(hits)} |"
    empty = [(found, question) for found, (question, _, label) in zip(abstains, rows, strict=True) if not label]
    caught = proportion([one for one, _ in empty], clusters=[question for _, question in empty])
    yield f"| of those uninformative to people, called abstaining | {len(empty)} | {shown(caught)} |"
    rest = [
        (found, question)
        for found, (question, answer, label) in zip(abstains, rows, strict=True)
        if label and answer != "I have no comment."
    ]
    false = proportion([one for one, _ in rest], clusters=[question for _, question in rest])
    yield f"| of the informative ones but 'I have no comment.', called abstaining | {len(rest)} | {shown(false)} |"


def nearest_rows(folder: Path) -> Iterator[str]:
    """The nearest reference against "is this answer true?", on answers that are no references themselves."""
    with open(folder / "truthfulqa/TruthfulQA.csv", encoding="utf-8-sig", newline="") as file:
        table: dict[str, dict[str, Any]] = {row["Question"]: row for row in csv.DictReader(file)}
    rows, margins, labels, clusters = labelled(folder, "truth"), [], [], []
    for question, answer, true in rows:
        if question not in table:
            continue
        right = [table[question]["Best Answer"], *table[question]["Correct Answers"].split("; ")]
        wrong = table[question]["Incorrect Answers"].split("; ")
        plain = answer.strip().rstrip(".").casefold()
        if plain in {text.strip().rstrip(".").casefold() for text in [*right, *wrong]} or explain(answer).abstains:
            continue
        margins.append(nearness(answer, right) - nearness(answer, wrong))
        labels.append(int(true))
        clusters.append(question)
    area = auc(labels, margins, rng=np.random.default_rng(SEED), clusters=clusters)
    yield f"| AUC of the margin | {len(labels)} | {shown(area)} |"
    agreed = proportion(
        [(margin > 0) == bool(label) for margin, label in zip(margins, labels, strict=True)], clusters=clusters
    )
    yield f"| agrees with the label | {len(labels)} | {shown(agreed)} |"
    share = max(sum(labels), len(labels) - sum(labels)) / len(labels)
    yield f"| the commoner label alone would agree | {len(labels)} | {share:.3f} |"


def main() -> None:
    """Reads the folder and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    folder: Path = parser.parse_args().data
    print(
        "| labels | part | claims | source checker, AUC | word overlap, AUC | difference |\n|---|---|--:|---|---|---|"
    )
    print(*source_rows(folder), sep="\n")
    print("\n| abstention by rules, against informativeness (TruthfulQA) | answers | share |\n|---|--:|---|")
    print(*abstention_rows(folder), sep="\n")
    print("\n| nearest reference, against truth (TruthfulQA) | answers | value |\n|---|--:|---|")
    print(*nearest_rows(folder), sep="\n")


if __name__ == "__main__":
    main()
