"""Rate, export, train, evaluate again: the whole loop on a CPU in minutes. Run: make example-alignment

A small model answers simple questions at length. Scripted raters prefer short answers, as people might. What they
say becomes preference data, DPO trains the model on it, and questions that were held back tell what has changed.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kijun
from kijun.alignment import Exported, export_preferences
from kijun.models.local import embedded_path, fetch_embedded
from kijun.rating import create_campaign, export_campaign
from kijun.ratings import OPERATOR, CampaignSettings, RatingPlace, Submission
from kijun.store import Run
from kijun.workflows import TaskComparison

HERE = Path(__file__).resolve().parent
WORDS = 20
N_RATERS = 3
ERRORS = 0.1
TRAINED_LAYERS = 10
UNTOUCHED = "core_numbers_en"
MEANINGS = {
    "prompt_followed": f"answers under {WORDS} words",
    "must_say": "answers that name what the thing is for",
    "acc": "right choices",
}


def main() -> None:
    """Goes once round the loop, below a folder of one's choice."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("runs/alignment-example"))
    parser.add_argument("--steps", type=int, default=12, help="optimiser steps of DPO")
    chosen = parser.parse_args()
    began = time.monotonic()
    folder = chosen.out
    base = said(began, "Weights of the embedded model, for transformers", weights, folder / "base")
    task = write_task(folder / "all", list(rows()))
    long = said(began, "The model answers", kijun.evaluate, task, f"hf/{base}", chat=True, out=folder / "long")
    short = said(
        began, "What people would say", kijun.evaluate, task, recorded(folder), chat=True, out=folder / "short"
    )
    campaign = said(began, f"{N_RATERS} scripted raters compare", rate, folder, long, short)
    data = said(began, "Export", export, campaign, folder / "preferences")
    trained, watched = said(began, f"DPO, {chosen.steps} steps", train, base, data, folder / "trained", chosen.steps)
    after = said(
        began, "The trained model answers", kijun.evaluate, task, f"hf/{trained}", chat=True, out=folder / "after"
    )
    tell("Questions that it was not trained on", long, after, trained_on=data.folder)
    tell("A task that the data say nothing of", *watched)
    print(f"{time.monotonic() - began:.0f} s in all")


def said(began: float, what: str, do: Any, *arguments: Any, **named: Any) -> Any:
    """Does something, and says when."""
    print(f"[{time.monotonic() - began:4.0f} s] {what}", flush=True)
    return do(*arguments, **named)


def rows() -> Iterator[dict[str, Any]]:
    """A question a thing, with the instruction that an answer should have followed without being told."""
    with (HERE / "things.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            article = "an" if row["thing"][0] in "aeiou" else "a"
            yield {
                "thing": row["thing"],
                "prompt": f"What is {article} {row['thing']} for?",
                "short": f"{article.title()} {row['thing']} {row['purpose']}.",
                "must": [row["words"].split("|")],
                "must_not": [],
                "instruction_id_list": ["length_constraints:number_words"],
                "kwargs": [{"relation": "less than", "num_words": WORDS}],
            }


def write_task(folder: Path, items: list[dict[str, Any]]) -> str:
    """A task with these items, which asks for nothing but an answer and checks its length and what it names."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    path = folder / "brief_answers.yaml"
    path.write_text(
        f"""\
name: brief_answers
version: 1.0
axis: instruction
languages: [en]
title: {{en: "Answers under {WORDS} words"}}
dataset: {{file: items.jsonl}}
prompt: {{question: "{{{{ prompt }}}}"}}
method: generate
sampling: {{max_tokens: 40}}
scorers: [prompt_followed: {{reading: strict}}, must_say]
licence: Apache-2.0
""",
        encoding="utf-8",
    )
    return str(path)


def weights(folder: Path) -> Path:
    """The embedded model's weights as a folder that TRL can train."""
    if (folder / "config.json").is_file():
        return folder
    from kijun.models.hf.dequantise import dequantise

    fetch_embedded()
    return dequantise(embedded_path(), folder)


def recorded(folder: Path) -> str:
    """The short answers as a model that says them."""
    path = folder / "short-answers.jsonl"
    lines = [json.dumps({"thing": item["thing"], "answer": item["short"]}) for item in rows()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"replay/{path}?key=thing"


def rate(folder: Path, *runs: Run) -> Path:
    """A campaign in a real rating place. Raters prefer the shorter answer, and err now and then."""
    database = folder / "ratings.sqlite"
    database.unlink(missing_ok=True)
    draw = random.Random(1)
    with RatingPlace(f"sqlite:///{database}") as place:
        settings = CampaignSettings(languages=("en",), overlap=N_RATERS)
        rubric = HERE / "brief.yaml"
        create_campaign(place, runs, str(rubric), "brief", design="pairwise", practice=False, settings=settings)
        place.campaigns.move(OPERATOR, "brief", "open")
        invite = place.people.invite(OPERATOR, "brief", role="rater", uses=N_RATERS)
        for number in range(N_RATERS):
            person = place.people.accept(invite.token, name=f"Rater {number + 1}").person
            while (work := place.assignments.next(person, "brief")) is not None:
                lengths = [len(side.response.split()) for side in work.sides]
                first = (lengths[0] < lengths[1]) is not (draw.random() < ERRORS)
                answer = Submission(preference="A" if first else "B", active_seconds=5.0)
                place.judgements.submit(person, work.assignment, answer, key=work.key)
        export_campaign(place, "brief", out=folder / "campaign")
    return folder / "campaign"


def export(campaign: Path, folder: Path) -> Exported:
    """Pairs on which the raters are sure, two fifths of the questions held back."""
    data = export_preferences(campaign, "trl", folder, confidence=0.9, holdout=0.4)
    counts = f"{data.rows.get('train', 0)} pairs to train on, {data.rows.get('test', 0)} held back"
    print(f"         {counts}; left out: {data.data.dropped}")
    return data


def train(base: Path, data: Exported, folder: Path, steps: int) -> tuple[Path, tuple[Run, Run]]:
    """DPO on the training split, and the runs before and after on a task that the data say nothing of."""
    import torch
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    from kijun.callbacks import evaluation_callback

    pairs = load_dataset(str(data.folder), split="train")
    settings = DPOConfig(
        output_dir=str(folder / "trainer"),
        max_steps=steps,
        per_device_train_batch_size=4,
        learning_rate=5e-5,
        lr_scheduler_type="constant_with_warmup",
        warmup_steps=1,
        beta=0.1,
        max_length=96,
        precompute_ref_log_probs=True,
        gradient_checkpointing=False,
        bf16=False,
        use_cpu=True,
        logging_steps=4,
        save_strategy="no",
        report_to="none",
        seed=1,
    )
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    # The upper third of the layers is enough here, and spares a CPU half of the work.
    model.requires_grad_(False)
    model.model.layers[-TRAINED_LAYERS:].requires_grad_(True)
    trainer = DPOTrainer(
        model,
        args=settings,
        train_dataset=pairs,
        processing_class=AutoTokenizer.from_pretrained(base),
    )
    watching = evaluation_callback(trainer, UNTOUCHED, every_steps=steps, limit=40)
    trainer.add_callback(watching)
    trainer.train()
    trainer.save_model(str(folder))
    return folder, (Run(watching.runs[0]), Run(watching.runs[steps]))


def tell(what: str, before: Run, after: Run, trained_on: Path | None = None) -> None:
    """Both models on the same items, without those of the training data."""
    print(f"\n{what}:")
    for found in kijun.compare(before, after, trained_on=trained_on).tasks:
        if found.metric in MEANINGS:
            print(verdict(found))


def verdict(found: TaskComparison) -> str:
    """What a paired difference says, and what it does not."""
    gap, what = found.difference, MEANINGS[found.metric]
    if gap.value is None or gap.low is None or gap.high is None:
        return f"  {what}: no difference can be had ({gap.method})"
    figures = (
        f"{found.a:.2f} before, {found.b:.2f} after; {gap.value:+.2f} ({gap.low:+.2f} to {gap.high:+.2f}), n {found.n}"
    )
    if gap.low > 0 or gap.high < 0:
        return f"  {what}: {figures}: changed"
    hidden = f"; less than {found.smallest_visible:.2f} would not show" if found.smallest_visible else ""
    return f"  {what}: {figures}: not shown to have changed{hidden}"


if __name__ == "__main__":
    main()
