"""``hf/`` against lm-evaluation-harness: the same items, model, dtype and machine, in turns, in one run.

    python benchmarks/bench_hf.py --hub DIR --model FILE.gguf --peer-python PATH [--dtype float32] [--rounds 2]

Writes a Markdown table: how many times faster (wall clock and CPU seconds) and smaller (peak resident memory), how far
the numbers are apart, and how far Kijun is from the machine's limit: tokens that had to be computed of those that the
requests have, operations of the linear layers, the rate reached, and the rate of bare products measured beside it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import anyio

ENTRIES = (
    "hellaswag:0:200",
    "arc_easy:0:200",
    "mmlu_high_school_geography:5:100",
    "truthfulqa_mc2:0:40",
    "arc_challenge:25:20",
)
"""TASK:SHOTS:ITEMS."""

PEER = Path(__file__).with_name("peer_lm_eval.py")

Report = dict[str, Any]


def main() -> None:
    """Reads arguments; runs the whole comparison, or with ``--worker`` Kijun's side of one entry."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", required=True, help="GGUF file, folder or repository")
    parser.add_argument("--hub", type=Path, help="folder with the data (else the Hub)")
    parser.add_argument("--peer-python", type=Path, help="Python with lm_eval; without it only Kijun is measured")
    parser.add_argument("--dtype", default="float32", choices=["float32", "bfloat16"])
    parser.add_argument("--rounds", type=int, default=1, help="how often each side is measured; the fastest counts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--entries", nargs="+", default=ENTRIES, metavar="TASK:SHOTS:ITEMS")
    parser.add_argument("--out", type=Path, help="file that the table goes to, besides standard output")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker is not None:
        print(json.dumps(measure_kijun(args.worker, args.model, args.dtype, args.threads)))
        return
    table = "\n".join([*HEADER, *(compare(entry, args) for entry in args.entries)])
    print(table)
    if args.out is not None:
        args.out.write_text(table + "\n", encoding="utf-8")


HEADER = (
    "| task:shots:items | peer s | Kijun s | times faster | in CPU s | peer MB | Kijun MB | largest difference "
    "| tokens computed of asked | rows | TFLOP | GFLOP/s | products alone |",
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
)


def compare(entry: str, args: argparse.Namespace) -> str:
    """One row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        requests = Path(folder) / "requests.json"
        requests.write_text(json.dumps(make_requests(entry, args.hub)), encoding="utf-8")
        ours = [sys.executable, __file__, "--worker", str(requests), "--model", args.model, "--dtype", args.dtype]
        ours += ["--threads", str(args.threads)]
        theirs = [str(args.peer_python), str(PEER), str(requests), args.model, args.dtype, str(args.threads)]
        kijun, peer = [], []
        for _ in range(args.rounds):
            kijun.append(run(ours))
            if args.peer_python is not None:
                peer.append(run(theirs))
    return row(entry, min(kijun, key=_seconds), min(peer, key=_seconds) if peer else None)


def row(entry: str, kijun: Report, peer: Report | None) -> str:
    """Formats what was measured."""
    ours = f"{kijun['tflop']:.2f} | {1000 * kijun['tflop'] / kijun['seconds']:.0f} | {kijun['products_gflops']:.0f}"
    work = f"{kijun['tokens']} of {kijun['tokens_asked']} | {kijun['rows']} | {ours}"
    if peer is None:
        return f"| {entry} | | {kijun['seconds']:.1f} | | | | {kijun['peak_mb']:.0f} | | {work} |"
    apart = max(abs(a - b) for a, b in zip(kijun["loglikelihoods"], peer["loglikelihoods"], strict=True))
    return (
        f"| {entry} | {peer['seconds']:.1f} | {kijun['seconds']:.1f} | {peer['seconds'] / kijun['seconds']:.1f} "
        f"| {peer['cpu_seconds'] / kijun['cpu_seconds']:.1f} | {peer['peak_mb']:.0f} | {kijun['peak_mb']:.0f} "
        f"| {apart:.2g} | {work} |"
    )


def run(command: list[str]) -> Report:
    """Runs a command and reads the JSON in the last line that it prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    report: Report = json.loads(done.stdout.splitlines()[-1])
    return report


def make_requests(entry: str, hub: Path | None) -> list[tuple[str, str]]:
    """``(context, continuation)`` of a task's first items, as Kijun's own tasks make them."""
    from kijun.engine import load_tasks, prepare, select

    name, shots, items = entry.split(":")
    loaded, _ = load_tasks(select([name], shots=int(shots)).tasks, hub=hub, seed=1234, limit=int(items))
    prompted = prepare(loaded[0], seed=1234).prompted
    return [(request.context, request.continuation) for item in prompted for request in item.requests]


def measure_kijun(requests: Path, model: str, dtype: str, threads: int) -> Report:
    """Scores the requests in the units that the engine would make, as many at once as it would."""
    import torch

    from kijun.engine.plan import plan
    from kijun.models.hf import load_hf
    from kijun.records import LogLikelihood

    torch.set_num_threads(threads)
    loaded: Any = load_hf(f"hf/{model}", dtype=dtype, device="cpu")
    asked = [LogLikelihood(*pair) for pair in json.loads(requests.read_text(encoding="utf-8"))]
    values = [0.0] * len(asked)

    units = iter(plan(asked, loaded.unit_limit))

    async def answer() -> None:
        for unit in units:
            async for index, response in loaded.respond([asked[i] for i in unit]):
                values[unit[index]] = response.loglikelihood

    async def answer_all() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(loaded.unit_limit.concurrency):
                group.start_soon(answer)

    begin, cpu = time.perf_counter(), time.process_time()
    anyio.run(answer_all)
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "peak_mb": peak,
        "loglikelihoods": values,
        "tokens": loaded.work.tokens,
        "tokens_asked": loaded.work.tokens_asked,
        "rows": loaded.work.rows,
        "tflop": loaded.work.operations / 1e12,
        "products_gflops": products_rate(loaded),
    }


def products_rate(loaded: Any) -> float:
    """GFLOP/s of the model's own linear layers alone, on 512 rows, as they run in a pass."""
    import torch

    layers = [module for name, module in loaded.network.named_modules() if isinstance(module, torch.nn.Linear)]
    layers = layers[: len(layers) // 2]
    inputs = {layer.in_features: torch.randn(512, layer.in_features, dtype=loaded.network.dtype) for layer in layers}
    operations = sum(2 * 512 * layer.weight.numel() for layer in layers)
    fastest = float("inf")
    with torch.inference_mode():
        for _ in range(4):
            begin = time.perf_counter()
            for layer in layers:
                layer(inputs[layer.in_features])
            fastest = min(fastest, time.perf_counter() - begin)
    return operations / fastest / 1e9


def _seconds(report: Report) -> float:
    return float(report["seconds"])


if __name__ == "__main__":
    main()
