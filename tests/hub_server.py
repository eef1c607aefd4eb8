"""A Hugging Face Hub on loopback, for tests: the few endpoints that huggingface_hub calls to list and download.

    with HubServer() as hub:
        repo = hub.add("org/name", {"data/test-00000-of-00001.parquet": b"..."})
        hub.fail(429, times=2, headers={"Retry-After": "0"})

Served: ``GET /api/datasets/REPO[/revision/REVISION]``; ``HEAD`` and ``GET /datasets/REPO/resolve/REVISION/PATH`` with
``ETag``, ``X-Repo-Commit`` and ``Range``. No Xet headers, so huggingface_hub takes the plain download. A request whose
target is a whole URL is served too: then the server plays a proxy.
"""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

__all__ = ["HubServer", "Repository", "converted_tree"]

_API = re.compile(r"^/api/datasets/(?P<repo>[^/]+/[^/]+?)(?:/revision/(?P<revision>.+))?$")
_RESOLVE = re.compile(r"^/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)$")


def _commit(files: dict[str, bytes]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(files):
        digest.update(path.encode() + b"\0" + files[path])
    return digest.hexdigest()


def converted_tree(folder: Path, repo: str, configs: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Files of `repo` in a folder that is laid out as the converted branch, all configs unless some are named."""
    root = folder / repo
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*.parquet"))
        if not configs or path.relative_to(root).parts[0] in configs
    }


@dataclass
class Repository:
    """Branches of one data set; `token` is what a gated or private one asks for."""

    branches: dict[str, dict[str, bytes]]
    token: str | None = None
    gated: bool = False

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        for name, files in self.branches.items():
            if revision in (name, _commit(files)):
                return _commit(files), files
        return None


@dataclass
class _Fault:
    status: int
    times: int
    headers: dict[str, str]
    body: bytes
    matches: str


@dataclass
class HubServer:
    """The server; `requests` holds ``METHOD path`` of everything that was asked, `tokens` what was sent along.

    Attributes:
        drop_after: bytes of a file after which the connection is cut; None sends whole files.
        drops: how many more downloads are cut.
        delay: seconds before every answer.
        most_at_once: the most requests that were under way at the same time.
        alter: given path and content of a file, the content that is sent instead.
        certificate: PEM file with key and certificate; then the server speaks TLS.
    """

    certificate: Path | None = None
    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    faults: list[_Fault] = field(default_factory=list)
    drop_after: int | None = None
    drops: int = 0
    delay: float = 0.0
    most_at_once: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    alter: Callable[[str, bytes], bytes] | None = None

    def add(
        self,
        repo: str,
        files: dict[str, bytes],
        converted: dict[str, bytes] | None = None,
        *,
        token: str | None = None,
        gated: bool = False,
    ) -> Repository:
        branches = {"main": files}
        if converted is not None:
            branches["refs/convert/parquet"] = converted
        self.repositories[repo] = Repository(branches, token, gated)
        return self.repositories[repo]

    def fail(
        self,
        status: int,
        *,
        times: int = 1_000_000,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        matches: str = "",
    ) -> None:
        """The next `times` requests whose path contains `matches` get this answer."""
        self.faults.append(_Fault(status, times, headers or {}, body, matches))

    @property
    def url(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://localhost:{self._server.server_address[1]}"

    def __enter__(self) -> HubServer:
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = _Listener(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops listening: from now on nobody answers at this address."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Listener(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up (a timeout, a refused certificate) is what some tests are about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    hub: HubServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        with self.hub.lock:
            self.hub.under_way += 1
            self.hub.most_at_once = max(self.hub.most_at_once, self.hub.under_way)
        try:
            self._answer()
        finally:
            with self.hub.lock:
                self.hub.under_way -= 1

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Tests read `HubServer.requests` instead."""

    def _answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        sent = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if sent:
            self.hub.tokens.add(sent)
        time.sleep(self.hub.delay)
        for fault in self.hub.faults:
            if fault.times > 0 and fault.matches in path:
                fault.times -= 1
                return self._send(fault.status, fault.body, fault.headers)
        if match := _API.match(path):
            return self._list(match["repo"], match["revision"] or "main", sent)
        # A revision with slashes is one path segment (quoted); it was unquoted above, so match on the raw path.
        if match := _RESOLVE.match(urlsplit(self.path).path):
            return self._resolve(unquote(match["repo"]), unquote(match["revision"]), unquote(match["path"]), sent)
        return self._send(404, b"Not Found")

    def _refused(self, repo: str, revision: str, sent: str) -> bool:
        """Sends the refusal that the real Hub sends; False when the repository may be read."""
        known = self.hub.repositories.get(repo)
        if known is None or (known.token and not known.gated and sent != known.token):
            message = "Repository not found" if sent else "Invalid username or password."
            self._send(404 if sent else 401, b"", {"X-Error-Code": "RepoNotFound", "X-Error-Message": message})
        elif known.gated and sent != known.token:
            message = f"Access to dataset {repo} is restricted."
            self._send(403 if sent else 401, b"", {"X-Error-Code": "GatedRepo", "X-Error-Message": message})
        elif known.at(revision) is None:
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"})
        else:
            return False
        return True

    def _list(self, repo: str, revision: str, sent: str) -> None:
        # Gated sets show their listing to everybody; only their files are kept back.
        known = self.hub.repositories.get(repo)
        if not (known and known.gated and known.at(revision)) and self._refused(repo, revision, sent):
            return
        commit, files = self.hub.repositories[repo].at(revision) or ("", {})
        body = {"id": repo, "sha": commit, "siblings": [{"rfilename": path} for path in files], "private": False}
        self._send(200, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _resolve(self, repo: str, revision: str, path: str, sent: str) -> None:
        if self._refused(repo, revision, sent):
            return
        commit, files = self.hub.repositories[repo].at(revision) or ("", {})
        if path not in files:
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit})
        data = self.hub.alter(path, files[path]) if self.hub.alter else files[path]
        etag = hashlib.sha256(data).hexdigest()
        headers = {"X-Repo-Commit": commit, "ETag": f'"{etag}"', "Accept-Ranges": "bytes"}
        start = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if start:
            first = int(start[1])
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
            return self._send(206, data[first:], headers)
        return self._send(200, data, headers)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        cut = self.hub.drop_after
        if status in (200, 206) and "/resolve/" in self.path and cut is not None and self.hub.drops > 0:
            self.hub.drops -= 1
            self.wfile.write(body[:cut])
            self.close_connection = True
            return
        self.wfile.write(body)
