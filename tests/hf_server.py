"""The completions protocol on loopback around a model of transformers, with log-probabilities of prompts.

Two ways, as servers have them: ``echo`` with ``logprobs`` (OpenAI of old, SGLang) and ``prompt_logprobs`` (vLLM). The
forward pass is the plain one of transformers, one prompt at a time, so that it shares nothing with what it is compared
with but the weights.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from aiohttp import web
from transformers import AutoModelForCausalLM, AutoTokenizer

__all__ = ["HfServer"]


class HfServer:
    """Answers ``/v1/completions`` and ``/v1/models``.

    Args:
        folder: of the model, as save_pretrained writes it.
        way: ``echo`` or ``prompt_logprobs``; of the other nothing is known, as with real servers.
    """

    def __init__(self, folder: Path, way: str) -> None:
        self._way = way
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            return web.json_response({"object": "list", "data": [{"id": "tiny", "object": "model"}]})
        body = json.loads(await request.read())
        self.asked.append(body)
        ids = self._tokenizer(body["prompt"])["input_ids"]
        choice: dict[str, Any] = {"index": 0, "text": "", "logprobs": None, "finish_reason": "length"}
        if self._way == "prompt_logprobs" and body.get("prompt_logprobs"):
            choice["prompt_logprobs"] = self._ranked(ids)
        elif self._way == "echo" and body.get("echo") and body.get("logprobs"):
            choice |= {"text": body["prompt"], "logprobs": self._echoed(ids)}
        usage = {"prompt_tokens": len(ids), "completion_tokens": body["max_tokens"]}
        return web.json_response({"id": "c", "object": "text_completion", "choices": [choice], "usage": usage})

    @torch.inference_mode()
    def _logprobs(self, ids: list[int]) -> torch.Tensor:
        return torch.log_softmax(self._model(torch.tensor([ids])).logits[0].float(), -1)

    def _echoed(self, ids: list[int]) -> dict[str, Any]:
        rows = self._logprobs(ids)
        tokens = [self._tokenizer.decode([token]) for token in ids]
        values, tops = [None], [None]
        for place in range(1, len(ids)):
            best = int(rows[place - 1].argmax())
            own, first = float(rows[place - 1, ids[place]]), float(rows[place - 1, best])
            values.append(own)  # type: ignore[arg-type]
            tops.append({tokens[place]: own, self._tokenizer.decode([best]): first})  # type: ignore[arg-type]
        offsets = [0, *(len("".join(tokens[:place])) for place in range(1, len(ids)))]
        return {"tokens": tokens, "token_logprobs": values, "top_logprobs": tops, "text_offset": offsets}

    def _ranked(self, ids: list[int]) -> list[dict[str, Any] | None]:
        rows = self._logprobs(ids)
        entries: list[dict[str, Any] | None] = [None]
        for place in range(1, len(ids)):
            row, own = rows[place - 1], ids[place]
            entry = {}
            for token in dict.fromkeys([own, int(row.argmax())]):
                rank = int((row > row[token]).sum()) + 1
                text = self._tokenizer.decode([token])
                entry[str(token)] = {"logprob": float(row[token]), "rank": rank, "decoded_token": text}
            entries.append(entry)
        return entries
