"""A model behind a network that answers after a fixed time: OpenAI's and Anthropic's protocols, nothing else.

    python benchmarks/stub_server.py [--seconds 0.05] [--port 0]

Prints its port. It reads no more of a request than it must, so that on a shared machine it costs as little as can be.
"""

from __future__ import annotations

import argparse
import asyncio
import json


def packed(answer: dict[str, object]) -> bytes:
    """The whole HTTP response."""
    body = json.dumps(answer).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


OPENAI = packed(
    {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "logprobs": None,
                "finish_reason": "stop",
                "text": "The answer is 42.",
                "message": {"role": "assistant", "content": "The answer is 42."},
            }
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 6, "total_tokens": 26},
    }
)
ANTHROPIC = packed(
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": [{"type": "text", "text": "The answer is 42."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 20, "output_tokens": 6},
    }
)


class Connection(asyncio.Protocol):
    """One connection; requests on it come one after the other."""

    seconds = 0.05

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remembers where to answer."""
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.data = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answers, a while after a request is there as a whole."""
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = self.data[:end].lower()
            place = head.find(b"content-length:")
            length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self.data) < end + 4 + length:
                return
            self.data = self.data[end + 4 + length :]
            answer = ANTHROPIC if b"/messages" in head[:80] else OPENAI
            asyncio.get_running_loop().call_later(self.seconds, self.answer, answer)

    def answer(self, answer: bytes) -> None:
        """Writes, where somebody still listens."""
        if not self.transport.is_closing():
            self.transport.write(answer)


async def serve(seconds: float, port: int) -> None:
    """Serves until it is ended."""
    Connection.seconds = seconds
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", port, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Reads arguments and serves."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=0.05)
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args()
    asyncio.run(serve(args.seconds, args.port))


if __name__ == "__main__":
    main()
