"""Has lm-evaluation-harness 0.4.13 compute what Kijun's numbers on the made-up rows must be.

Runs in an environment that has the harness (lm_eval[hf,math,ifeval] 0.4.13), not in Kijun's:

    python -c "from made_up import build_hub; ..."      # in Kijun's environment: writes the rows as a folder HUB
    python ask_harness.py HUB ENTRIES EXPECTED           # in the harness's; ENTRIES as task:shots:model lines

An entry's model is ``hash`` or ``canned``; both are defined in tests/made_up.py. Bootstrapped stderrs are not compared
on so few rows, so hardly any time goes into them.
"""

import hashlib
import json
import os
import sys
import types
from pathlib import Path

os.environ["DISABLE_MULTIPROC"] = "1"
HERE = Path(__file__).parent
CANNED = json.loads((HERE / "canned_answers.json").read_text(encoding="utf-8"))
HUB = Path(sys.argv[1])


def give_back_squad_metrics():
    """transformers 5 no longer has the module that the harness's ReCoRD imports; this is what its two functions did."""
    import re
    import string
    from collections import Counter

    def normalise(text):
        text = "".join(c for c in text.lower() if c not in string.punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", text).split()

    def compute_exact(gold, prediction):
        return int(normalise(gold) == normalise(prediction))

    def compute_f1(gold, prediction):
        golds, words = normalise(gold), normalise(prediction)
        if not golds or not words:
            return int(golds == words)
        shared = sum((Counter(golds) & Counter(words)).values())
        return 2 * shared / (len(golds) + len(words)) if shared else 0

    metrics = types.ModuleType("transformers.data.metrics.squad_metrics")
    metrics.compute_exact, metrics.compute_f1 = compute_exact, compute_f1
    for name in ("transformers.data", "transformers.data.metrics"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["transformers.data.metrics"].squad_metrics = metrics
    sys.modules["transformers.data.metrics.squad_metrics"] = metrics


give_back_squad_metrics()
import datasets  # noqa: E402

read = datasets.load_dataset


def load_from_folder(path, name=None, **settings):
    folder = HUB / path / (name or "default")
    files = {place.name: [str(f) for f in sorted(place.glob("*.parquet"))] for place in sorted(folder.iterdir())}
    return read("parquet", data_files=files)


datasets.load_dataset = load_from_folder
import lm_eval  # noqa: E402
from lm_eval.api.model import LM  # noqa: E402
from lm_eval.tasks import TaskManager  # noqa: E402


def unit(salt, text):
    return int(hashlib.sha256((salt + text).encode()).hexdigest()[:13], 16) / 16**13


class Fake(LM):
    def __init__(self, kind):
        super().__init__()
        self.kind, self.asked = kind, {}

    def _note(self, requests, texts):
        for request, text in zip(requests, texts, strict=True):
            self.asked.setdefault(request.task_name, {})[(request.doc_id, request.idx)] = text

    def loglikelihood(self, requests):
        pairs = [f"{r.args[0]}\x1f{r.args[1]}" for r in requests]
        self._note(requests, pairs)
        lengths = [len(r.args[1]) for r in requests]
        return [(-n * (0.5 + unit("", p)), unit("greedy", p) < 0.5) for n, p in zip(lengths, pairs, strict=True)]

    def generate_until(self, requests):
        contexts = [r.args[0] for r in requests]
        self._note(requests, contexts)
        self.settings = requests[0].args[1]
        return [self._answer(c) for c in contexts]

    def _answer(self, context):
        if self.kind == "canned":
            answers = next(answers for mark, answers in CANNED if mark in context)
            return answers[int(unit("canned", context) * len(answers))]
        number = int(20 * unit("", context))
        return f"It is #### {number}" if unit("style", context) < 0.5 else f"So {number} it is"

    def loglikelihood_rolling(self, requests):
        raise ValueError("no task asks for this")


def main():
    manager, expected = TaskManager(), {}
    for line in Path(sys.argv[2]).read_text().split():
        name, shots, kind = line.split(":")
        model = Fake(kind)
        results = lm_eval.simple_evaluate(
            model=model,
            tasks=[name],
            num_fewshot=int(shots),
            task_manager=manager,
            bootstrap_iters=10,
            log_samples=False,
            verbosity="ERROR",
        )
        entry = {"tasks": {}, "groups": {}}
        for task, asked in model.asked.items():
            text = "\x1e".join(asked[key] for key in sorted(asked))
            entry["tasks"][task] = {
                "requests_sha256": hashlib.sha256(text.encode()).hexdigest(),
                "n": len({doc for doc, _ in asked}),
                "shots": results["n-shot"][task],
                "version": results["versions"][task],
                "metrics": {k: v for k, v in results["results"][task].items() if "," in k},
            }
        for group, values in results.get("groups", {}).items():
            entry["groups"][group] = {k: v for k, v in values.items() if "," in k}
        expected[line] = entry
        Path(sys.argv[3]).write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
        print(line, file=sys.stderr)


main()
