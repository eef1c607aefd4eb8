"""The engine against a stub: samples a second and memory, beside inspect_ai on the same stub.

    python benchmarks/bench_engine.py [--peer-python PATH] [--seconds 0.05] [--connections 256]

A sample is whole when it has been asked, is on the disk and has been scored; time is counted from reading the data to
the written results. The stub answers after a fixed time and is a process of its own on the same machine. PATH is the
Python of a virtual environment with inspect_ai, openai and anthropic.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
TASK = """\
name: stub
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: rows.jsonl}
prompt: {question: "{{ question }}", gold: "{{ answer }}"}
method: generate
sampling: {max_tokens: 32}
scorers: [{exact_match: {extract: {pattern: '-?[0-9]+'}}}]
licence: our own
"""
FILLER = "The quick brown fox jumps over the lazy dog. "
MODELS = {
    "server": "server/{url}/v1#stub",
    "openai": "openai/gpt-4.1-mini",
    "anthropic": "anthropic/claude-sonnet-4-5",
}


def write_items(folder: Path, count: int, letters: int) -> None:
    """A task of `count` questions of about `letters` letters; the right answer is the stub's."""
    filler = FILLER * (letters // len(FILLER))
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        for number in range(count):
            row = {"question": f"{filler}How much is {number} + 1? Think, then give the number.", "answer": "42"}
            file.write(json.dumps(row) + "\n")
    (folder / "stub.yaml").write_text(TASK, encoding="utf-8")


def run_kijun(folder: Path, url: str, backend: str, connections: int) -> dict[str, Any]:
    """In this process: the figures of one run."""
    os.environ |= {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": f"{url}/v1"}
    os.environ |= {"ANTHROPIC_API_KEY": "none", "ANTHROPIC_BASE_URL": url}
    import kijun

    began, cpu = time.perf_counter(), time.process_time()
    options = kijun.ModelOptions(concurrency=connections)
    run = kijun.evaluate(
        str(folder / "stub.yaml"), MODELS[backend].format(url=url), options=options, out=folder / "run"
    )
    result = run.results.tasks["stub"]
    assert result.metrics["exact_match"].value == 1.0
    return {
        "samples": result.n_measured,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measured(arguments: list[str]) -> dict[str, Any]:
    """The figures that a process prints last."""
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare(args: argparse.Namespace, url: str) -> None:
    """Prints a row for each way of asking."""
    print("| | prompt | samples | samples/s | CPU ms a sample | peak MB |\n|---|--:|--:|--:|--:|--:|")
    plan = [("server", 100, args.samples), ("openai", 100, args.samples), ("anthropic", 100, args.samples)]
    plan += [("server", letters, count) for letters in (100, 4000) for count in args.sizes]
    for backend, letters, count in plan:
        with tempfile.TemporaryDirectory() as folder:
            write_items(Path(folder), count, letters)
            own = [sys.executable, __file__, "--worker", folder, url, backend, "--connections", str(args.connections)]
            tell(f"Kijun, `{backend}/`", letters, measured(own))
    for provider in ("openai", "anthropic") if args.peer_python else ():
        with tempfile.TemporaryDirectory() as folder:
            write_items(Path(folder), args.peer_samples, 100)
            peer = [args.peer_python, str(HERE / "peer_inspect.py"), f"{folder}/rows.jsonl", url, provider]
            tell(f"inspect_ai, `{provider}`", 100, measured([*peer, str(args.connections), folder]))


def tell(name: str, letters: int, found: dict[str, Any]) -> None:
    """One row."""
    rate, cpu = found["samples"] / found["seconds"], 1000 * found["cpu"] / found["samples"]
    print(f"| {name} | {letters} | {found['samples']} | {rate:.0f} | {cpu:.2f} | {found['memory']:.0f} |", flush=True)


def main() -> None:
    """Reads arguments, starts the stub, measures, prints Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peer-python", help="Python with inspect_ai")
    parser.add_argument("--seconds", type=float, default=0.05, help="after which the stub answers")
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--samples", type=int, default=10_000, help="for samples a second")
    parser.add_argument("--sizes", type=int, nargs="*", default=[10_000, 200_000], help="for memory")
    parser.add_argument("--peer-samples", type=int, default=1000)
    parser.add_argument("--worker", nargs=3, metavar=("FOLDER", "URL", "BACKEND"), help="one run; used by itself")
    args = parser.parse_args()
    if args.worker:
        folder, url, backend = args.worker
        print(json.dumps(run_kijun(Path(folder), url, backend, args.connections)))
        return
    stub = subprocess.Popen(
        [sys.executable, str(HERE / "stub_server.py"), "--seconds", str(args.seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert stub.stdout is not None
        compare(args, f"http://127.0.0.1:{stub.stdout.readline().strip()}")
    finally:
        stub.terminate()
        stub.wait()


if __name__ == "__main__":
    main()
