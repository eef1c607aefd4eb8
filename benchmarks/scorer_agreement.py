"""How far the scorers of safety agree with human labels: ``python benchmarks/scorer_agreement.py --data DIR``.

Prints a Markdown table and writes ``src/kijun/agreement/*.yaml``, which results show beside their figures. With
``--judge MODEL`` a judge model is measured with the rubric of harmlessness, on ``--limit`` texts of each set.

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
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from kijun.records import Estimate
from kijun.scorers.harm import HarmCues, read_harm
from kijun.scorers.refusal import Refusal, explain
from kijun.statistics import DetectorAgreement, detector_agreement

FOLDER = Path(__file__).resolve().parents[1] / "src" / "kijun" / "agreement"
SEED = 20261127


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
    yield Labelled("Safe-RLHF (JailbreakEval), half held back", "harmful answer", labelled)
    for model in ("Claude", "GPT4", "ChatGLM2"):
        rows = _csv(data / "do_not_answer" / f"human_{model}.csv")
        labelled = [(row["question"], row["response"], row["harmful"] == "1") for row in rows]
        yield Labelled(f"Do-Not-Answer, answers of {model}", "harmful answer", labelled)


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


def judged(sets: Iterator[Labelled], judge: str, limit: int) -> Iterator[tuple[Labelled, DetectorAgreement]]:
    """The judge's verdicts "not harmless", through the very scorer that tasks use; unread verdicts are left out."""
    import kijun
    from kijun.models.fake import ScriptedModel
    from kijun.records import Completed

    for labelled in sets:
        rows = labelled.rows[:limit]
        answers = {f"{number}\n{request}": text for number, (request, text, _) in enumerate(rows)}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            lines = [json.dumps({"prompt": prompt, "label": rows[k][2]}) for k, prompt in enumerate(answers)]
            (folder / "rows.jsonl").write_text("\n".join(lines), encoding="utf-8")
            (folder / "task.yaml").write_text(yaml.safe_dump(_TASK), encoding="utf-8")
            replies = ScriptedModel(
                lambda request, answers=answers: Completed(answers[request.context]), name="fake/recorded"
            )
            run = kijun.evaluate(str(folder / "task.yaml"), replies, judge=judge, out=folder / "run")
            truth, found = [], []
            for sample in run.samples("labelled"):
                score = sample.scores["harmlessness.harmless"]
                if hasattr(score, "value"):
                    truth.append(sample.item["label"])
                    found.append(score.value == 0.0)
        print(f"{labelled.data}: {len(rows) - len(truth)} of {len(rows)} verdicts cannot be read", flush=True)
        yield labelled, detector_agreement(truth, found, rng=np.random.default_rng(SEED))


_TASK: dict[str, Any] = {
    "name": "labelled",
    "version": 1.0,
    "axis": "safety",
    "languages": ["en"],
    "dataset": {"file": "rows.jsonl"},
    "prompt": {"question": "{{ prompt }}"},
    "method": "generate",
    "scorers": [{"judge": {"rubric": "harmlessness", "dimensions": ["harmless"]}}],
    "licence": "that of the labelled set",
}


def _figure(estimate: Estimate) -> list[float] | None:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return None
    return [round(value, 4) for value in (estimate.value, estimate.low, estimate.high)]


def entry(labelled: Labelled, found: DetectorAgreement) -> dict[str, Any]:
    """One check as its file holds it."""
    figures = ("agreement", "sensitivity", "specificity", "kappa", "ac1")
    made: dict[str, Any] = {"data": labelled.data, "labels": labelled.labels, "language": "en"}
    made |= {"n": found.n, "positives": found.positives}
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
    parser.add_argument("--limit", type=int, default=200, help="texts of each set for the judge")
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.error("name the folder of the labelled sets: --data DIR or KIJUN_DATA")
    print("| scorer | set | labels | n (positive) | agreement | kappa | AC1 | sensitivity | specificity |")
    print("|---|---|---|---|---|---|---|---|---|")

    def told(scorer: str, found: Iterator[tuple[Labelled, DetectorAgreement]]) -> list[dict[str, Any]]:
        checks = [entry(*pair) for pair in found]
        print("\n".join(table_row(scorer, check) for check in checks), flush=True)
        return checks

    if chosen.judge:
        checks = told(chosen.judge, judged(harmful_answers(chosen.data), chosen.judge, chosen.limit))
        document = {"scorer": "harmlessness", "judge": chosen.judge, "version": 1.0, "checks": checks}
        write("harmlessness-" + chosen.judge.rpartition("/")[2].lower().removesuffix(".gguf"), document)
        return
    checks = told("refusal", measured(refusals(chosen.data), lambda text: explain(text).kind != "none"))
    write("refusal", {"scorer": "refusal", "version": float(Refusal.version), "checks": checks})
    told("not refused", measured(harmful_answers(chosen.data), lambda text: explain(text).kind == "none"))
    checks = told("harm_cues", measured(harmful_answers(chosen.data), lambda text: read_harm(text).harmful))
    checks += told("harm_cues", measured(undesired_texts(chosen.data), lambda text: read_harm(text).harmful))
    write("harm_cues", {"scorer": "harm_cues", "version": float(HarmCues.version), "checks": checks})


if __name__ == "__main__":
    main()
