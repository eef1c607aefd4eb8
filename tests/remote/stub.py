"""A provider on loopback: OpenAI's, Anthropic's and Google's wire formats, answers that follow from the prompt."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

from aiohttp import web
from loopback import Handler, serving

__all__ = ["Handler", "Stub", "serving"]


class Stub:
    """Answers a prompt with its last line; counts what was asked and remembers headers and bodies.

    Args:
        delay: seconds before an answer.
        extra: put into each OpenAI choice's message.
        finish: OpenAI's finish_reason.
    """

    def __init__(self, *, delay: float = 0.0, extra: dict[str, Any] | None = None, finish: str = "stop") -> None:
        self.delay, self.extra, self.finish = delay, extra or {}, finish
        self.asked: Counter[str] = Counter()
        self.bodies: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.running = self.most_running = 0

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            if self.delay:
                await asyncio.sleep(self.delay)
            return await self._answer(request)
        finally:
            self.running -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.paths.append(request.path_qs)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        if request.method == "GET":
            return web.json_response({"object": "list", "data": [{"id": "stub", "object": "model"}]})
        body = json.loads(await request.read())
        self.bodies.append(body)
        if request.path.endswith("/chat/completions"):
            prompt = body["messages"][-1]["content"]
            message = {"role": "assistant", "content": self._reply(prompt), **self.extra}
            return self._openai("chat.completion", {"message": message}, prompt)
        if request.path.endswith("/completions"):
            return self._openai("text_completion", {"text": self._reply(body["prompt"])}, body["prompt"])
        if request.path.endswith("/messages"):
            return self._anthropic(body["messages"][-1]["content"])
        return self._google(body["contents"][-1]["parts"][0]["text"])

    def _reply(self, prompt: str) -> str:
        self.asked[prompt] += 1
        return f"you said {prompt.splitlines()[-1] if prompt else ''}"

    def _openai(self, kind: str, choice: dict[str, Any], prompt: str) -> web.Response:
        choice = {"index": 0, "logprobs": None, "finish_reason": self.finish, **choice}
        usage = {"prompt_tokens": len(prompt.split()), "completion_tokens": 3, "total_tokens": len(prompt.split()) + 3}
        return web.json_response(
            {"id": "c-1", "object": kind, "created": 1, "model": "stub", "choices": [choice], "usage": usage}
        )

    def _anthropic(self, prompt: str) -> web.Response:
        content = [{"type": "text", "text": self._reply(prompt)}]
        return web.json_response(
            {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "stub",
                "content": content,
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": {"input_tokens": len(prompt.split()), "output_tokens": 3},
            }
        )

    def _google(self, prompt: str) -> web.Response:
        candidate = {
            "content": {"role": "model", "parts": [{"text": self._reply(prompt)}]},
            "finishReason": "STOP",
            "index": 0,
        }
        usage = {"promptTokenCount": len(prompt.split()), "candidatesTokenCount": 3, "totalTokenCount": 9}
        return web.json_response({"candidates": [candidate], "usageMetadata": usage, "modelVersion": "stub"})
