"""inspect_ai on the items of `bench_engine.py`; runs in its own virtual environment.

    PYTHON benchmarks/peer_inspect.py FILE URL PROVIDER CONNECTIONS LOGS

Prints the number of scored samples, seconds of wall clock and of CPU, and peak resident memory in MB, as JSON. Tokens
are counted by a stand-in, as the real tables of tiktoken are on the network.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from types import SimpleNamespace
from typing import Any


def without_network() -> None:
    """Four bytes are a token."""
    import tiktoken

    def encode(text: str, *rest: Any, **more: Any) -> list[int]:
        return [0] * (len(text.encode()) // 4 + 1)

    def stand_in(*rest: Any) -> Any:
        return SimpleNamespace(encode=encode, encode_ordinary=encode, decode=lambda tokens: "", n_vocab=1, name="none")

    tiktoken.get_encoding = tiktoken.encoding_for_model = stand_in


def main() -> None:
    """Runs and tells."""
    file, url, provider, connections, logs = sys.argv[1:]
    names = {"openai": ("openai/gpt-4.1-mini", f"{url}/v1"), "anthropic": ("anthropic/claude-sonnet-4-5", url)}
    name, base = names[provider]
    os.environ |= {"OPENAI_API_KEY": "none", "ANTHROPIC_API_KEY": "none"}
    without_network()
    from inspect_ai import Task, eval
    from inspect_ai.dataset import Sample, json_dataset
    from inspect_ai.model import GenerateConfig, get_model
    from inspect_ai.scorer import includes

    began, cpu = time.perf_counter(), time.process_time()
    dataset = json_dataset(file, lambda row: Sample(input=row["question"], target=row["answer"]))
    model = get_model(
        name, base_url=base, config=GenerateConfig(max_connections=int(connections), max_tokens=32, temperature=0)
    )
    (log,) = eval(
        Task(dataset=dataset, scorer=includes()),
        model=model,
        log_dir=logs,
        display="none",
        max_samples=int(connections),
    )
    assert log.status == "success" and log.results is not None, log.error
    told = {
        "samples": log.results.completed_samples,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
