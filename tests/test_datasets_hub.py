"""Rows from the Hub: layouts, cache, offline, tokens, proxies, certificates, and everything that can go wrong."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hub_server import HubServer, converted_tree

from kijun.datasets import hub, hub_client
from kijun.datasets.hub import prefetch_hub, read_hub
from kijun.datasets.readers.parquet import read_parquet
from kijun.errors import CorruptFileError, DatasetError, SpecError

REPO = "org/questions"
Parquet = Callable[..., bytes]


@pytest.fixture
def parquet(tmp_path: Path) -> Parquet:
    """Makes the bytes of a Parquet file from a SELECT."""
    import duckdb

    def make(select: str = "SELECT * FROM (VALUES ('1+1?', 2), ('2+2?', 4)) AS t(question, answer)") -> bytes:
        path = tmp_path / "made.parquet"
        duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
        return path.read_bytes()

    return make


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubServer]:
    from huggingface_hub import close_session, constants

    # Its own call home would be counted among ours.
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", True)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "TRANSFORMERS_OFFLINE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr(hub_client, "RETRY_WAITS", (0.0, 0.0, 0.0))
    close_session()
    with HubServer() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running
        close_session()


@pytest.fixture
def new_process(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forgets what this process has resolved, as a second run would."""

    def forget() -> None:
        monkeypatch.setattr(hub, "_listings", {})
        monkeypatch.setattr(hub, "_unreachable_since", {})

    forget()
    return forget


def plain(count: int) -> str:
    return f"SELECT i AS number FROM range({count}) AS t(i)"


def test_native_shards_by_name(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    repository = server.add(
        REPO,
        {
            "ja/test-00001-of-00002.parquet": parquet("SELECT 3 AS n UNION ALL SELECT 4"),
            "ja/test-00000-of-00002.parquet": parquet("SELECT 1 AS n UNION ALL SELECT 2"),
            "ja/test_hard-00000-of-00001.parquet": parquet("SELECT 9 AS n"),
            "en/test-00000-of-00001.parquet": parquet("SELECT 8 AS n"),
        },
    )
    table = read_hub(REPO, "ja", "test")
    assert [row["n"] for row in table.rows] == [1, 2, 3, 4]
    files = repository.branches["main"]
    joined = files["ja/test-00000-of-00002.parquet"] + files["ja/test-00001-of-00002.parquet"]
    assert table.source.sha256 == hashlib.sha256(joined).hexdigest()
    assert (table.source.kind, table.source.location, table.source.n_rows) == ("hub", REPO, 4)
    assert table.source.revision == repository.at("main")[0]
    assert not any("en/" in request or "hard" in request for request in server.requests)


CARDS = {
    "list of splits": "configs:\n- config_name: ja\n  data_files:\n  - split: test\n    path: deep/**/t-*.parquet\n",
    "object": "configs:\n- config_name: ja\n  data_files:\n    test: [deep/er/t-0.parquet, deep/er/t-1.parquet]\n",
    "data_dir": "configs:\n- config_name: ja\n  data_dir: deep\n  data_files:\n    test: er/t-?.parquet\n",
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
def test_native_files_by_card(server: HubServer, parquet: Parquet, new_process: Callable[[], None], card: str) -> None:
    server.add(
        REPO,
        {
            "README.md": f"---\r\nlicence: mit\n{card}---\n# Words\n".encode(),
            "deep/er/t-0.parquet": parquet("SELECT 1 AS n"),
            "deep/er/t-1.parquet": parquet("SELECT 2 AS n"),
            "other/test.parquet": parquet("SELECT 9 AS n"),
        },
    )
    assert [row["n"] for row in read_hub(REPO, "ja", "test").rows] == [1, 2]
    # The only config of the card is the default one.
    assert len(read_hub(REPO, None, "test").rows) == 2


def test_converted_branch(server: HubServer, shared: Path, new_process: Callable[[], None]) -> None:
    tree = converted_tree(shared / "hub", "allenai/ai2_arc")
    repository = server.add("allenai/ai2_arc", {"README.md": b"---\n---\n", "easy.jsonl": b"{}"}, tree)
    table = read_hub("allenai/ai2_arc", "ARC-Easy", "test")
    folder = read_hub("allenai/ai2_arc", "ARC-Easy", "test", folder=shared / "hub")
    assert table.rows == folder.rows
    assert table.source.sha256 == folder.source.sha256
    assert table.source.revision == repository.at("refs/convert/parquet")[0]
    assert (folder.source.kind, folder.source.revision) == ("folder", None)
    # The recorded commit is one of the converted branch; pinning it gives the same rows.
    new_process()
    assert read_hub("allenai/ai2_arc", "ARC-Easy", "test", revision=table.source.revision) == table


def test_partial_and_only_config(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    server.add(REPO, {"a.csv": b"x"}, {"web/partial-train/0000.parquet": parquet(plain(3))})
    assert len(read_hub(REPO, None, "train").rows) == 3


def test_card_that_maps_to_text_files_means_the_converted_branch(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None]
) -> None:
    card = b"---\nconfigs:\n- config_name: main\n  data_files: test.jsonl\n---\n"
    server.add(
        REPO,
        {"README.md": card, "test.jsonl": b"{}", "main/train.parquet": b"stale"},
        {"main/train/0000.parquet": parquet(plain(3))},
    )
    assert len(read_hub(REPO, "main", "train").rows) == 3


def test_second_run_needs_no_file_and_offline_needs_no_call(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(REPO, {"a.csv": b"x"}, {"default/test/0000.parquet": parquet()})
    first = read_hub(REPO, None, "test")
    server.requests.clear()
    new_process()
    assert read_hub(REPO, None, "test") == first
    assert all(request.startswith("GET /api/") for request in server.requests)
    server.requests.clear()
    # Same process: the branch is resolved once, no call at all.
    assert read_hub(REPO, None, "test") == first
    # A commit that is cached: no call at all either, even in a new process.
    new_process()
    assert read_hub(REPO, None, "test", revision=first.source.revision) == first
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    new_process()
    assert read_hub(REPO, None, "test") == first
    assert server.requests == []


def test_prefetch(server: HubServer, shared: Path, new_process: Callable[[], None]) -> None:
    tree = converted_tree(shared / "hub", "cais/mmlu")
    server.add("cais/mmlu", {"README.md": b""}, tree)
    configs = sorted({path.split("/")[0] for path in tree})[:20]
    wanted = [("cais/mmlu", config, split, None) for config in configs for split in ("dev", "test")]
    server.delay = 0.02
    prefetch_hub([*wanted, ("cais/mmlu", "absent", "test", None), ("../x", None, "test", None)])
    assert server.most_at_once > 1
    server.requests.clear()
    for repo, config, split, _ in wanted:
        table = read_hub(repo, config, split)
        assert table.rows == read_hub(repo, config, split, folder=shared / "hub").rows
    assert server.requests == []
    prefetch_hub(wanted, folder=shared / "hub")
    assert server.requests == []


def test_dead_network_is_served_from_the_cache(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    server.add(REPO, {"data/test-00000-of-00001.parquet": parquet()})
    first = read_hub(REPO, None, "test")
    server.close()
    new_process()
    assert read_hub(REPO, None, "test") == first
    assert capfd.readouterr() == ("", "")


def test_dead_network_is_waited_for_once(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for repo in (REPO, "org/more"):
        server.add(repo, {"data/test-00000-of-00001.parquet": parquet()})
        read_hub(repo, None, "test")
    new_process()
    monkeypatch.setattr(hub_client, "TIMEOUT", 0.1)
    server.delay = 0.5
    server.requests.clear()
    for repo in (REPO, "org/more"):
        assert len(read_hub(repo, None, "test").rows) == 2
    assert len(server.requests) == 1
    prefetch_hub([(f"org/absent-{number}", None, "test", None) for number in range(100)], workers=2)
    assert len(server.requests) < 12


def test_cache_filled_by_another_tool(
    server: HubServer,
    parquet: Parquet,
    new_process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    from huggingface_hub import hf_hub_download

    name = "data/test-00000-of-00001.parquet"
    server.add(REPO, {name: parquet(), "data/train-00000-of-00002.parquet": parquet()})
    for path in (name, "data/train-00000-of-00002.parquet"):
        hf_hub_download(REPO, path, repo_type="dataset", cache_dir=tmp_path / "cache", endpoint=server.url)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert len(read_hub(REPO, None, "test").rows) == 2
    with pytest.raises(DatasetError, match=r"not whole: data/train-00001-of-00002 is missing"):
        read_hub(REPO, None, "train")


def test_offline_without_cache(
    server: HubServer, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DatasetError, match=r"HF_HUB_OFFLINE forbids.*--hub DIR"):
        read_hub(REPO, None, "test")
    with pytest.raises(DatasetError, match=r"nor is there any .*org/questions/ja/test/\*\.parquet"):
        read_hub(REPO, "ja", "test", folder=tmp_path)
    assert server.requests == []


def test_dead_network_without_cache(server: HubServer, new_process: Callable[[], None]) -> None:
    server.close()
    with pytest.raises(DatasetError, match=r"cannot reach http://localhost.*HTTPS_PROXY.*--hub DIR"):
        read_hub(REPO, None, "test")


def test_gated(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(REPO, {"test.parquet": parquet()}, token="good-token", gated=True)
    for sent in (None, "other-token"):
        with pytest.raises(
            DatasetError, match=rf"gated: accept its terms on .*/datasets/{REPO}, then set HF_TOKEN"
        ) as no:
            read_hub(REPO, None, "test", token=sent)
        assert "other-token" not in str(no.value)
    monkeypatch.setenv("HF_TOKEN", "good-token")
    assert len(read_hub(REPO, None, "test").rows) == 2
    assert "good-token" in server.tokens


def test_missing_repository(server: HubServer, new_process: Callable[[], None]) -> None:
    for token in (None, "some-token"):
        with pytest.raises(DatasetError, match=r"no data set named 'org/missing' on .* or it is private"):
            read_hub("org/missing", None, "test", token=token)


def test_token_that_the_hub_does_not_know(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.fail(401, headers={"X-Error-Message": "Invalid credentials in Authorization header"})
    with pytest.raises(DatasetError, match=r"does not know the token in HF_TOKEN; make a new one") as no:
        read_hub(REPO, None, "test", token="expired-token")
    assert "expired-token" not in str(no.value)


def test_missing_config_split_revision(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    tree = {"en/test/0000.parquet": parquet(), "ja/test/0000.parquet": parquet(), "ja/dev/0000.parquet": parquet()}
    server.add(REPO, {"a.csv": b"x"}, tree)
    with pytest.raises(DatasetError, match=r"no config 'fr'; it has en, ja$"):
        read_hub(REPO, "fr", "test")
    with pytest.raises(DatasetError, match=r"\(config 'ja'\) has no split 'train'; it has dev, test$"):
        read_hub(REPO, "ja", "train")
    with pytest.raises(DatasetError, match=r"several configs, name one: en, ja$"):
        read_hub(REPO, None, "test")
    with pytest.raises(DatasetError, match=r"no revision 'v9'"):
        read_hub(REPO, "ja", "test", revision="v9")
    commit = server.repositories[REPO].at("main")[0]
    with pytest.raises(DatasetError, match=r"no Parquet files .* commit of the branch refs/convert/parquet"):
        read_hub(REPO, "ja", "test", revision=commit)
    server.add("org/text", {"a.csv": b"x"})
    with pytest.raises(DatasetError, match=r"no Parquet files .* the Hub has not converted it"):
        read_hub("org/text", None, "test")


def test_rate_limit_is_waited_for(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.fail(429, times=2, headers={"Retry-After": "0"}, matches="/api/")
    assert len(read_hub(REPO, None, "test").rows) == 2
    assert len([request for request in server.requests if "/api/" in request]) == 3


@pytest.mark.parametrize("headers", [{"Retry-After": "3600"}, {"RateLimit": '"api";r=0;t=3600'}])
def test_long_rate_limit(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], headers: dict[str, str]
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.fail(429, headers=headers)
    with pytest.raises(DatasetError, match=r"\(429\): it asks for 3600 seconds .* HF_TOKEN"):
        read_hub(REPO, None, "test")
    assert len(server.requests) == 1


def test_long_rate_limit_on_a_file(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], capfd: pytest.CaptureFixture[str]
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.fail(429, headers={"Retry-After": "3600"}, matches="/resolve/")
    with pytest.raises(DatasetError, match=r"\(429\): it asks for 3600 seconds"):
        read_hub(REPO, None, "test")
    server.faults.clear()
    server.fail(429, times=3, headers={"Retry-After": "0"}, matches="/resolve/")
    assert len(read_hub(REPO, None, "test").rows) == 2
    assert capfd.readouterr() == ("", "")


def test_slow_hub(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    first = read_hub(REPO, None, "test")
    monkeypatch.setattr(hub_client, "TIMEOUT", 0.2)
    server.delay = 1.0
    new_process()
    assert read_hub(REPO, None, "test") == first
    with pytest.raises(DatasetError, match=r"cannot reach .*Timeout"):
        read_hub("org/other", None, "test")


def test_cache_that_cannot_be_written(
    server: HubServer,
    parquet: Parquet,
    new_process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    (tmp_path / "file").touch()
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(
        DatasetError, match=r"cannot fetch org/questions into .*file/cache .*check space and permissions"
    ):
        read_hub(REPO, None, "test")


def test_hub_out_of_order(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.fail(503, times=4, headers={"Retry-After": "0"})
    with pytest.raises(DatasetError, match=r"out of order \(503\)"):
        read_hub(REPO, None, "test")
    assert len(server.requests) == 4
    first = read_hub(REPO, None, "test")
    server.fail(500)
    new_process()
    assert read_hub(REPO, None, "test") == first


def test_connection_drops_in_the_middle(server: HubServer, parquet: Parquet, new_process: Callable[[], None]) -> None:
    server.add(REPO, {"test.parquet": parquet(plain(5000))})
    server.drop_after, server.drops = 100, 1
    assert [row["number"] for row in read_hub(REPO, None, "test").rows] == list(range(5000))


@pytest.mark.parametrize("sent", [b"<html>Please log in</html>", b""])
def test_garbage_instead_of_parquet(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], sent: bytes
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    server.alter = lambda path, data: sent
    with pytest.raises(DatasetError, match=r"is no Parquet .* login"):
        read_hub(REPO, None, "test")
    # What was wrong is not kept: the next run gets the real file.
    server.alter = None
    assert len(read_hub(REPO, None, "test").rows) == 2


def test_page_instead_of_listing(server: HubServer, new_process: Callable[[], None]) -> None:
    for body in (b"<html>Please log in</html>", b"[]", b"{}", b'{"sha": 1, "siblings": [1]}'):
        server.faults.clear()
        server.fail(200, body=body)
        with pytest.raises(DatasetError, match=r"Hugging Face Hub"):
            read_hub(REPO, None, "test")


def test_damaged_cache(server: HubServer, parquet: Parquet, new_process: Callable[[], None], tmp_path: Path) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    read_hub(REPO, None, "test")
    (cached,) = (tmp_path / "cache").rglob("test.parquet")
    cached.write_bytes(b"PAR1")
    with pytest.raises(DatasetError, match=r"cached file .*test\.parquet.* delete it"):
        read_hub(REPO, None, "test")


def test_names_from_the_server_stay_in_the_cache(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None]
) -> None:
    server.add(REPO, {"../../../test-00000-of-00001.parquet": parquet(), "/test.parquet": parquet()})
    with pytest.raises(DatasetError, match="no Parquet files"):
        read_hub(REPO, None, "test")


def test_proxy(
    server: HubServer, parquet: Parquet, new_process: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.add(REPO, {"test.parquet": parquet()})
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.invalid")
    monkeypatch.setenv("HTTP_PROXY", server.url)
    monkeypatch.setenv("http_proxy", server.url)
    assert len(read_hub(REPO, None, "test").rows) == 2


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate of this test, is not installed")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    made = subprocess.run(
        [*command.split(), "-addext", "subjectAltName=DNS:localhost", "-keyout", "-", "-out", "-"],
        capture_output=True,
        check=True,
    )
    path.write_bytes(made.stdout)
    return path


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_own_certificates(
    server: HubServer,
    certificate: Path,
    parquet: Parquet,
    new_process: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    from huggingface_hub import close_session

    with HubServer(certificate=certificate) as secure:
        secure.add(REPO, {"test.parquet": parquet()})
        monkeypatch.setenv("HF_ENDPOINT", secure.url)
        with pytest.raises(DatasetError, match=r"certificate.*SSL_CERT_FILE"):
            read_hub(REPO, None, "test")
        close_session()
        monkeypatch.setenv("SSL_CERT_FILE", "/absent.pem")
        with pytest.raises(DatasetError, match=r"no certificates at '/absent.pem'"):
            read_hub(REPO, None, "test")
        monkeypatch.setenv("SSL_CERT_FILE", "")
        monkeypatch.setenv(variable, str(certificate))
        close_session()
        assert len(read_hub(REPO, None, "test").rows) == 2
        close_session()


@pytest.mark.parametrize(
    ("repo", "config", "split"),
    [
        ("../x", None, "test"),
        ("a/b/c", None, "t"),
        ("a/b", "../c", "t"),
        ("a/b", None, ".."),
        ("a/b", "", "t"),
        ("", None, "t"),
    ],
)
def test_names_that_cannot_be(repo: str, config: str | None, split: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"is no name of a"):
        read_hub(repo, config, split, folder=tmp_path)


def test_folder_faults(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"--hub or KIJUN_HUB"):
        read_hub(REPO, None, "test", folder=tmp_path / "absent")
    place = tmp_path / REPO / "default" / "test"
    place.mkdir(parents=True)
    (place / "0000.parquet").write_bytes(b"<html>")
    with pytest.raises(CorruptFileError, match=r"0000\.parquet: not a Parquet file: it begins with b'<htm'"):
        read_hub(REPO, None, "test", folder=tmp_path)


def test_file_that_may_not_be_read(tmp_path: Path, parquet: Parquet, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / REPO / "default" / "test"
    place.mkdir(parents=True)
    (place / "0000.parquet").write_bytes(parquet())

    def refuse(self: Path, *options: str) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DatasetError, match=r"cannot read .*0000\.parquet \(Permission denied\)"):
        read_hub(REPO, None, "test", folder=tmp_path)


def test_every_shared_file_reads(shared: Path) -> None:
    import json

    n_files = 0
    for path in sorted((shared / "hub").rglob("*.parquet")):
        repo = "/".join(path.relative_to(shared / "hub").parts[:2])
        config, split = path.parts[-3:-1]
        table = read_hub(repo, config, split, folder=shared / "hub")
        assert table.source.n_rows == len(table.rows) > 0
        json.dumps(table.rows, allow_nan=False)
        n_files += 1
    assert n_files > 100


def test_parquet_values(parquet: Parquet, tmp_path: Path) -> None:
    select = """SELECT 3::BIGINT AS label, 2.6::FLOAT AS score, true AS flag, NULL::INT AS nothing, ['x', 'y'] AS texts,
        {'text': ['a'], 'label': [1]} AS choices, DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 10:30:00' AS moment,
        TIMESTAMPTZ '2024-02-29 10:30:00+09' AS instant, [{'day': DATE '2024-03-01'}] AS nested,
        1.50::DECIMAL(4, 2) AS price,
        MAP {1: 'one'} AS words, 'b'::BLOB AS bytes, 1 AS "a ""b"" c"
    """
    path = tmp_path / "odd [name]*{a,b}=1?.parquet"
    path.write_bytes(parquet(select))
    (row,) = read_parquet([path])
    assert row == {
        "label": 3,
        "score": 2.5999999046325684,
        "flag": True,
        "nothing": None,
        "texts": ["x", "y"],
        "choices": {"text": ["a"], "label": [1]},
        "day": "2024-02-29",
        "moment": "2024-02-29 10:30:00",
        "instant": "2024-02-29 01:30:00+00",
        "nested": [{"day": "2024-03-01"}],
        "price": "1.50",
        "words": {"1": "one"},
        "bytes": "b",
        'a "b" c': 1,
    }


def test_parquet_keeps_order_across_files(parquet: Parquet, tmp_path: Path) -> None:
    files = []
    for place in range(3):
        files.append(tmp_path / f"{place}.parquet")
        files[-1].write_bytes(parquet(f"SELECT i + {place * 200_000} AS n FROM range(200000) AS t(i)"))
    assert [row["n"] for row in read_parquet(files)] == list(range(600_000))


def test_truncated_parquet(parquet: Parquet, tmp_path: Path) -> None:
    whole = parquet(plain(1000))
    path = tmp_path / "cut.parquet"
    for kept in (0, 3, 4, 8, 11, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:kept])
        with pytest.raises(CorruptFileError, match=re.escape(str(path))):
            read_parquet([path])
    path.write_bytes(whole)
    assert len(read_parquet([path])) == 1000
