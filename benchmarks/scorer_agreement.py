"""How far the scorers of safety agree with human labels: ``python benchmarks/scorer_agreement.py --data DIR``.

Prints a Markdown table and writes ``src/kijun/agreement/*.yaml``, which results show beside their figures. With
``--judge MODEL`` a judge model is measured with the rubric of harmlessness, on ``--limit`` texts of each set; its run
is kept, so that a second call goes on.

Which labels a set really holds: XSTest's replies say whether people see a refusal; Do-Not-Answer and Safe-RLHF whether
an answer is harmful; OpenAI's moderation set and ToxicChat whether a text itself is undesired or toxic, not whether an
answer does harm. No text is printed.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import math
import os
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

import kijun
from kijun.engine import open_model
from kijun.models import Model, ModelOptions
from kijun.models.fake import ScriptedModel
from kijun.records import Completed, Estimate, Failed, Measured, Request, Response, Sample
from kijun.scorers.harm import HarmCues, read_harm
from kijun.scorers.refusal import Refusal, explain
from kijun.specs import HARM, find_rubric
from kijun.statistics import DetectorAgreement, detector_agreement

FOLDER = Path(__file__).resolve().parents[1] / "src" / "kijun" / "agreement"
SEED = 20261127
HEAD = (
    "| scorer | set | labels | n (positive) | agreement | kappa | AC1 | sensitivity | specificity |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


class Labelled(NamedTuple):
    """Texts with human labels; `request` is None where the text stands alone."""

    data: str
    labels: str
    rows: list[tuple[str | None, str, bool]]


def _bytes(path: Path) -> bytes:
    packed = path.with_name(path.name + ".gz")
    return gzip.decompress(packed.read_bytes()) if packed.is_file() else path.read_bytes()


def _csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_bytes(path).decode("utf-8-sig"), newline="")))


def refusals(data: Path) -> Iterator[Labelled]:
    """Replies of three models to XSTest: refused in full or in part, as people see it."""
    for model in ("gpt4", "llama2orig", "mistralinstruct"):
        rows = _csv(data / "xstest" / f"xstest_v2_completions_{model}.csv")
        labelled = [(None, row["completion"], not row["final_label"].startswith("1_full_compliance")) for row in rows]
        yield Labelled(f"XSTest, replies of {model}", "refused", labelled)


def harmful_answers(data: Path) -> Iterator[Labelled]:
    """Answers that people call harmful."""
    rows = _csv(data / "jailbreakeval_saferlhf" / "Safe-RLHFmini_first_half.csv")
    kept = [row for row in rows if _held_back(row["question"])]
    labelled = [(row["question"], row["answer"], row["label"] == "1") for row in kept]
    yield Labelled("Safe-RLHF (JailbreakEval), half held back", HARM, labelled)
    for model in ("Claude", "GPT4", "ChatGLM2"):
        rows = _csv(data / "do_not_answer" / f"human_{model}.csv")
        labelled = [(row["question"], row["response"], row["harmful"] == "1") for row in rows]
        yield Labelled(f"Do-Not-Answer, answers of {model}", HARM, labelled)


def _held_back(question: str) -> bool:
    """The half on which the points of `harm_cues` were not set."""
    return int(hashlib.sha256(question.encode()).hexdigest(), 16) % 2 == 1


def undesired_texts(data: Path) -> Iterator[Labelled]:
    """Texts that people call undesired or toxic, whoever wrote them."""
    lines = _bytes(data / "openai_moderation" / "samples-1680_first840.jsonl").decode().splitlines()
    rows = [json.loads(line) for line in lines]
    kinds = ("S", "H", "V", "HR", "SH", "S3", "H2", "V2")
    labelled = [(None, row["prompt"], any(row.get(kind) == 1 for kind in kinds)) for row in rows]
    yield Labelled("OpenAI moderation (first half)", "undesired text", labelled)
    document = json.loads(_bytes(data / "toxic_chat" / "toxic_chat_test_first_half.json"))
    labelled = [
        (None, row["instance"], row["annotations"]["toxicity"]["majority_human"] == "1")
        for row in document["instances"]
    ]
    yield Labelled("ToxicChat (first half of test)", "toxic request", labelled)


def measured(sets: Iterator[Labelled], detect: Callable[[str], bool]) -> Iterator[tuple[Labelled, DetectorAgreement]]:
    for labelled in sets:
        truth = [label for _, _, label in labelled.rows]
        found = [detect(text) for _, text, _ in labelled.rows]
        yield labelled, detector_agreement(truth, found, rng=np.random.default_rng(SEED))


def for_the_judge(data: Path, most: int, longest: int) -> Iterator[Labelled]:
    """Of each of the four sets at most `most` texts, drawn by `SEED`: as many that people call harmful as others.

    A balanced sample has harmful answers enough even where they are rare; its kappa is sensitivity + specificity - 1.
    Requests and texts that are longer together than `longest` characters are not drawn from; how many, is said.
    """
    whole = list(harmful_answers(data))
    answers = [row for labelled in whole[1:] for row in labelled.rows]
    pooled = Labelled("Do-Not-Answer, answers of three models", HARM, answers)
    for labelled in (whole[0], pooled, *undesired_texts(data)):
        short = [row for row in labelled.rows if len(row[0] or "") + len(row[1]) <= longest]
        draw = random.Random(f"{SEED} {labelled.data}")
        sides = [[row for row in short if row[2] is side] for side in (True, False)]
        each = min(most // 2, *map(len, sides))
        rows = [row for side in sides for row in draw.sample(side, each)]
        draw.shuffle(rows)
        print(f"{labelled.data}: {len(labelled.rows) - len(short)} of {len(labelled.rows)} are too long", flush=True)
        yield Labelled(labelled.data, labelled.labels, rows)


class Punctual:
    """A model that answers for so many seconds; what comes later fails, so that a later call asks it again."""

    def __init__(self, model: Model, seconds: float) -> None:
        self._model, self._end = model, time.monotonic() + seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    async def respond(self, unit: Sequence[Request]) -> AsyncIterator[tuple[int, Response]]:
        if time.monotonic() < self._end:
            async for pair in self._model.respond(unit):
                yield pair
        else:
            for index in range(len(unit)):
                yield index, Failed("there was no time left", retryable=False)


def judged(
    sets: Sequence[Labelled], judge: Model, out: Path
) -> tuple[dict[str, Any], list[tuple[Labelled, DetectorAgreement, int]]]:
    """The judge's verdicts "not harmless", through the very scorer that tasks use.

    Returns:
        Identity of the judge; and for each set its labels, the agreement, and how many verdicts could not be read.
        Texts that were not reached in time are in neither. The engine asks in the order of the prompts, in which a hash
        stands first, so that those that were reached are a random part.
    """
    rows = [
        {"set": labelled.data, "asked": request or "", "text": text, "label": label}
        for labelled in sets
        for request, text, label in labelled.rows
    ]
    out.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps({"number": str(number), **row}) for number, row in enumerate(rows)]
    (out / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (out / "task.yaml").write_text(yaml.safe_dump(_TASK), encoding="utf-8")
    recorded = ScriptedModel(lambda request: Completed(str(rows[int(request.context)]["text"])), name="fake/recorded")
    run = kijun.evaluate(str(out / "task.yaml"), recorded, judge=judge, out=out / "run")
    samples = list(run.samples("labelled"))
    found = []
    for labelled in sets:
        reached = [s for s in samples if s.item["set"] == labelled.data and not _failed(s)]
        scored = [(s.item["label"], s.scores[_METRIC]) for s in reached]
        read = [(label, score.value == 0.0) for label, score in scored if isinstance(score, Measured)]
        rng = np.random.default_rng(SEED)
        agreement = detector_agreement([label for label, _ in read], [harmful for _, harmful in read], rng=rng)
        found.append((labelled, agreement, len(scored) - len(read)))
    return dict(run.manifest.judges[0]), found


def _failed(sample: Sample) -> bool:
    return any(isinstance(verdict, Failed) for one in sample.judgements for verdict in one.verdicts)


_METRIC = "harmlessness.harmless"
_TASK: dict[str, Any] = {
    "name": "labelled",
    "version": 1.0,
    "axis": "safety",
    "languages": ["en"],
    "dataset": {"file": "rows.jsonl"},
    "prompt": {"question": "{{ number }}"},
    "method": "generate",
    "scorers": [{"judge": {"rubric": "harmlessness", "dimensions": ["harmless"], "prompt": "{{ asked }}"}}],
    "licence": "that of the labelled sets",
}


def _figure(estimate: Estimate) -> list[float] | None:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return [round(value, 4) for value in (estimate.value, estimate.low, estimate.high)]


def entry(labelled: Labelled, found: DetectorAgreement, unreadable: int = 0) -> dict[str, Any]:
    """One check as its file holds it."""
    figures = ("agreement", "sensitivity", "specificity", "kappa", "ac1")
    made: dict[str, Any] = {"data": labelled.data, "labels": labelled.labels, "language": "en"}
    made |= {"n": found.n, "positives": found.positives} | ({"unreadable": unreadable} if unreadable else {})
    return made | {name: _figure(getattr(found, name)) for name in figures}


def write(name: str, document: dict[str, Any]) -> None:
    FOLDER.mkdir(exist_ok=True)
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    (FOLDER / f"{name}.yaml").write_text(f"# Made by benchmarks/scorer_agreement.py\n{text}", encoding="utf-8")


def table_row(scorer: str, check: dict[str, Any]) -> str:
    def shown(name: str) -> str:
        figure = check[name]
        return "–" if figure is None else f"{figure[0]:.2f} ({figure[1]:.2f}–{figure[2]:.2f})"

    cells = [scorer, check["data"], check["labels"], f"{check['n']} ({check['positives']})"]
    cells += [shown(name) for name in ("agreement", "kappa", "ac1", "sensitivity", "specificity")]
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("KIJUN_DATA"), help="folder of the labelled sets")
    parser.add_argument("--judge", help="judge model to measure, such as local/FILE.gguf")
    parser.add_argument("--limit", type=int, default=80, help="texts of each set for the judge")
    parser.add_argument("--longest", type=int, default=1500, help="characters of request and text for the judge")
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32", help="of the judge, for hf/")
    parser.add_argument("--minutes", type=float, default=math.inf, help="after which the judge is asked no more")
    parser.add_argument("--out", type=Path, default=Path("runs/scorer-agreement"), help="where the judge's run is kept")
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.error("name the folder of the labelled sets: --data DIR or KIJUN_DATA")
    if chosen.judge:
        judge_checked(chosen)
    else:
        rules_checked(chosen.data)


def judge_checked(chosen: argparse.Namespace) -> None:
    """Measures a judge and writes its file."""
    sets = list(for_the_judge(chosen.data, chosen.limit, chosen.longest))
    model = open_model(chosen.judge, ModelOptions(dtype=chosen.dtype))
    identity, found = judged(sets, Punctual(model, 60 * chosen.minutes), chosen.out)
    checks = [entry(*one) for one in found if 0 < one[1].positives < one[1].n]
    name = chosen.judge.rpartition("/")[2] if chosen.judge.endswith(".gguf") else chosen.judge
    print(HEAD)
    print("\n".join(table_row(name, check) for check in checks), flush=True)
    for check in checks:
        print(f"{check['data']}: {check.get('unreadable', 0)} verdicts cannot be read")
    document: dict[str, Any] = {"scorer": "harmlessness", "judge": name, "version": find_rubric("harmlessness").version}
    document |= {"weights_sha256": identity["weights_sha256"], "rubric_sha256": find_rubric("harmlessness").sha256}
    document["note"] = (
        f"English prompt of the dimension harmless; half of each sample is positive; texts of at most {chosen.longest} "
        f"characters; by {identity['backend'].partition(' ')[0]}/ in {identity['quantisation']}"
    )
    ending = name.lower().removesuffix(".gguf").replace("/", "-")
    write(f"harmlessness-{ending}", document | {"checks": checks})


def rules_checked(data: Path) -> None:
    """Measures the rules and writes their files."""
    print(HEAD)

    def told(scorer: str, found: Iterator[tuple[Labelled, DetectorAgreement]]) -> list[dict[str, Any]]:
        checks = [entry(*pair) for pair in found]
        print("\n".join(table_row(scorer, check) for check in checks), flush=True)
        return checks

    checks = told("refusal", measured(refusals(data), lambda text: explain(text).kind != "none"))
    write("refusal", {"scorer": "refusal", "version": float(Refusal.version), "checks": checks})
    told("not refused", measured(harmful_answers(data), lambda text: explain(text).kind == "none"))
    checks = told("harm_cues", measured(harmful_answers(data), lambda text: read_harm(text).harmful))
    checks += told("harm_cues", measured(undesired_texts(data), lambda text: read_harm(text).harmful))
    write("harm_cues", {"scorer": "harm_cues", "version": float(HarmCues.version), "checks": checks})


if __name__ == "__main__":
    main()
