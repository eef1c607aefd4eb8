"""Scores requests with lm-evaluation-harness; run by `bench_hf.py` with the Python that has lm_eval installed.

    python peer_lm_eval.py REQUESTS.json MODEL DTYPE THREADS

REQUESTS.json holds ``[[context, continuation], ...]``. Prints one JSON object: seconds, cpu_seconds, peak_mb and
loglikelihoods. Its batch size is 16.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import torch
from lm_eval.api.instance import Instance
from lm_eval.models.huggingface import HFLM


def main() -> None:
    """Loads, scores, prints."""
    requests, model, dtype, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    path = Path(model)
    source = {"pretrained": model}
    if path.suffix == ".gguf":
        source = {"pretrained": str(path.parent), "gguf_file": path.name}
    lm = HFLM(**source, dtype=dtype, batch_size=16, device="cpu")
    pairs = json.loads(Path(requests).read_text(encoding="utf-8"))
    instances = [
        Instance(request_type="loglikelihood", doc={}, arguments=(context, continuation), idx=index)
        for index, (context, continuation) in enumerate(pairs)
    ]
    begin, cpu = time.perf_counter(), time.process_time()
    answers = lm.loglikelihood(instances, disable_tqdm=True)
    report = {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "loglikelihoods": [value for value, _ in answers],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
