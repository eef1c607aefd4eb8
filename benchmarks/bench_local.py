"""``local/``: speed, what quantised arithmetic costs, and whether free answers depend on their company.

    python benchmarks/bench_local.py --hub DIR --golden FILE [--model local/smollm2-135m] [--threads N]

For each entry of the golden file (lm-evaluation-harness with the same weights in float32): items a second, tokens that
were computed of those that the requests have, on how many items the best choice is the same, and how far the
log-likelihoods are apart. Then 64 prompts are continued, together, in another order and grouping, and one by one in a
context of one sequence, which is what a decode would be whose width followed the load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from kijun.engine import load_tasks, prepare, select
from kijun.engine.plan import plan
from kijun.models.local import LocalModel, load_local
from kijun.models.local.context import Context, ContextShape
from kijun.models.local.generation import CHUNK, Generator, Prompt
from kijun.models.tokens import encode_pairs
from kijun.records import Completed, Generate, Likelihood, Request, Response, Sampling, Truncated


def main() -> None:
    """Reads arguments, measures, prints Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="local/smollm2-135m")
    parser.add_argument("--hub", type=Path, help="folder with the data (else the Hub)")
    parser.add_argument("--golden", type=Path, help="log-likelihoods in float32, by TASK:SHOTS:ITEMS")
    parser.add_argument("--entries", nargs="*", default=["hellaswag:0:200", "arc_easy:0:200", "mmlu_marketing:5:40"])
    parser.add_argument("--prompts", type=int, default=64, help="free answers; 0 leaves them out")
    parser.add_argument("--max-tokens", type=int, default=48)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    golden = json.loads(args.golden.read_text(encoding="utf-8")) if args.golden else {}
    model = load_local(args.model, threads=args.threads)
    print(
        "| entry | s | CPU s | items/s | tokens computed of asked | tokens/s | same best choice | mean, 95 %, largest |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    # A model of its own for each entry, so that none profits from what another left in memory.
    for entry in args.entries:
        model = load_local(args.model, threads=args.threads)
        print(score(entry, args.hub, model, golden.get(entry, {}).get("loglikelihoods")), flush=True)
        asyncio.run(model.aclose())
    if args.prompts:
        model = load_local(args.model, threads=args.threads)
        print(generate(args.prompts, args.max_tokens, args.hub, model))
        asyncio.run(model.aclose())
    print(f"\npeak resident memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def score(entry: str, hub: Path | None, model: LocalModel, golden: list[list[float]] | None) -> str:
    """One row of the table."""
    name, shots, limit = entry.split(":")
    items = items_of(name, int(shots), int(limit), hub)
    requests = [request for item in items for request in item]
    seconds, cpu, answers = answer(model, requests)
    values = [response.loglikelihood for response in answers if isinstance(response, Likelihood)]
    assert len(values) == len(requests)
    asked = sum(
        len(pair.inputs) for pair in encode_pairs(model._tokeniser, [(r.context, r.continuation) for r in requests])
    )
    tokens = model._worker.tokens_computed  # type: ignore[union-attr]
    told = f"| {entry} | {seconds:.1f} | {cpu:.1f} | {len(items) / seconds:.1f} | {tokens} of {asked} "
    told += f"| {tokens / seconds:.0f} "
    if golden is None:
        return f"{told}| | |"
    mine = np.split(np.array(values), np.cumsum([len(item) for item in items])[:-1])
    same = sum(int(np.argmax(a) == np.argmax(b)) for a, b in zip(mine, golden, strict=True))
    apart = np.abs(np.array(values) - np.concatenate([np.array(item) for item in golden]))
    return f"{told}| {same} of {len(items)} | {apart.mean():.3f}, {np.quantile(apart, 0.95):.3f}, {apart.max():.3f} |"


def generate(count: int, max_tokens: int, hub: Path | None, model: LocalModel) -> str:
    """Free answers together, otherwise grouped, and alone in a context of another width."""
    contexts = [item[0].context for item in items_of("hellaswag", 0, count, hub)]
    requests = [Generate(context, Sampling(max_tokens=max_tokens)) for context in contexts]
    seconds, cpu, together = answer(model, requests)
    made = sum(r.completion_tokens or 0 for r in together if isinstance(r, Completed | Truncated))
    _, _, backwards = answer(model, requests[::-1], halves=True)
    texts = [_text(response) for response in together]
    same = sum(a == _text(b) for a, b in zip(texts, backwards[::-1], strict=True))
    alone = narrow(model, contexts, max_tokens)
    narrow_same = sum(a == b for a, b in zip(texts, alone, strict=True))
    return (
        f"\n{count} prompts: {made} tokens in {seconds:.1f} s ({cpu:.1f} CPU s), {made / seconds:.0f} tokens/s; "
        f"the same texts in other groups: {same} of {count}; in decodes of one token: {narrow_same} of {count}"
    )


def narrow(model: LocalModel, contexts: Sequence[str], max_tokens: int) -> list[str]:
    """Texts when each decode step holds one token only."""
    weights = model._weights
    context = Context(weights, ContextShape(512, 2, False, CHUNK, 2), threads=model._threads)
    prompts = [
        Prompt(i, tuple(weights.tokenise(text, add_special=True)), Sampling(max_tokens=max_tokens), max_tokens)
        for i, text in enumerate(contexts)
    ]
    found = dict(answer for answer in Generator(context).run(prompts) if answer is not None)
    context.close()
    return [found[i].text for i in range(len(contexts))]


def items_of(name: str, shots: int, limit: int, hub: Path | None) -> list[tuple[Request, ...]]:
    """Requests of a task's first items."""
    loaded, _ = load_tasks(select([name], shots=shots).tasks, hub=hub, seed=1234, limit=limit)
    return [tuple(item.requests) for item in prepare(loaded[0], seed=1234).prompted]


def answer(
    model: LocalModel, requests: Sequence[Request], *, halves: bool = False
) -> tuple[float, float, list[Response]]:
    """Wall clock, CPU seconds and responses, in the units that the engine would make, or in two halves."""
    units = plan(requests, model.unit_limit)
    if halves:
        middle = len(requests) // 2
        units = [list(range(middle)), list(range(middle, len(requests)))]
    found: dict[int, Response] = {}

    async def run() -> None:
        for unit in units:
            async for index, response in model.respond([requests[i] for i in unit]):
                found[unit[index]] = response

    begin, cpu = time.perf_counter(), time.process_time()
    asyncio.run(run())
    return time.perf_counter() - begin, time.process_time() - cpu, [found[i] for i in range(len(requests))]


def _text(response: Response) -> str:
    assert isinstance(response, Completed | Truncated), response
    return response.text


if __name__ == "__main__":
    main()
