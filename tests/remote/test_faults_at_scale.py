"""Two thousand items over a bad network, killed in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from fault_injector import TRANSIENT, FaultInjector
from made_rows import write_rows
from stub import Stub, serving

from kijun.records import Failed
from kijun.store import Journal, Run

ITEMS = 2000
PROCESS = """
import sys
import kijun
from kijun.engine import Limits, Patience

patience = Patience(attempts=12, first_wait=0.01, longest_wait=0.1)
kijun.evaluate(sys.argv[1], sys.argv[2], out=sys.argv[3], limits=Limits(patience))
"""


def bad_network(stub_url: str) -> FaultInjector:
    dice = Random(5)
    return FaultInjector(stub_url, lambda number: dice.choice(TRANSIENT) if dice.random() < 0.3 else None)


def test_every_item_is_accounted_for_and_none_is_asked_again(tasks: Path) -> None:
    write_rows(tasks, ITEMS)
    stub = Stub(delay=0.01)
    with serving(stub) as stub_url, serving(injector := bad_network(stub_url)) as url:
        command = [sys.executable, "-c", PROCESS, str(tasks / "free.yaml"), f"server/{url}/v1#stub", str(tasks / "run")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        deadline = time.monotonic() + 60
        while len(stub.asked) < ITEMS // 2 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        time.sleep(0.2)
        with Journal(tasks / "run" / "answers.jsonl", read_only=True) as journal:
            kept = {answer.text.removeprefix("you said ") for _, answer in journal.answers()}  # type: ignore[union-attr]
        before = dict(stub.asked)
        assert ITEMS // 4 < len(kept) < ITEMS
        subprocess.run(command, check=True, capture_output=True)
    assert all(stub.asked[prompt] == before[prompt] for prompt in kept), "what was answered was asked again"
    twice = [prompt for prompt, count in stub.asked.items() if count > 1]
    assert len(twice) <= 256, "only what was under way may be asked again"
    assert sum(injector.injected.values()) > 0.2 * injector.calls and len(injector.injected) == len(TRANSIENT)
    run = Run(tasks / "run")
    result = run.results.tasks["free"]
    assert result.n_measured + result.n_failed == ITEMS and result.n_failed <= 2
    assert result.metrics["exact_match"].value == 1.0
    samples = list(run.samples("free"))
    assert len({sample.item["qid"] for sample in samples}) == ITEMS
    for sample in samples:
        (answer,) = sample.responses
        assert isinstance(answer, Failed) or answer.text == f"you said Say {sample.item['word']}"  # type: ignore[union-attr]
