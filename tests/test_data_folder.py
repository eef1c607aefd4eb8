"""The data folder: the user's copy first, then where it is published; never anything outside."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import kijun
from kijun.datasets import published
from kijun.datasets.data_folder import places_of, read_data
from kijun.datasets.loading import load_items
from kijun.errors import CorruptFileError, DatasetError, SpecError
from kijun.specs import DatasetSpec, TaskSpec, catalogue, read_task_file

CSV = 'prompt,kind\n"Where, please?",a\nWhen?,b\n'
TASK = """
name: places
version: 1.0
axis: fairness
languages: [en]
dataset: {{{dataset}}}
prompt: {{question: "{{{{ prompt }}}}", choices: ["yes", "no"], gold: 0}}
method: multiple_choice
scorers: [{{acc: {{by: "{{{{ kind }}}}"}}}}]
licence: made up
source: https://example.org/places
terms: {{en: Ask the authors for it., ja: 作者に申請してください。}}
"""


def task(folder: Path, dataset: str) -> TaskSpec:
    path = folder / "places.yaml"
    path.write_text(TASK.format(dataset=dataset), encoding="utf-8")
    return read_task_file(path)[0]


def put(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def rows(spec: TaskSpec, data: Path | None, hub: Path | None = None) -> list[dict[str, Any]]:
    return [item.row for item in load_items(spec, hub=hub, data=data, seed=1, limit=None)[0]]


EXPECTED = [{"prompt": "Where, please?", "kind": "a"}, {"prompt": "When?", "kind": "b"}]


@pytest.mark.parametrize(
    ("name", "content", "settings"),
    [
        ("x/rows.csv", CSV, ""),
        ("x/rows.tsv", "prompt\tkind\nWhere, please?\ta\nWhen?\tb\n", ""),
        ("x/rows.jsonl", '{"prompt":"Where, please?","kind":"a"}\n{"prompt":"When?","kind":"b"}\n', ""),
        ("x/rows.json", '[{"prompt":"Where, please?","kind":"a"},{"prompt":"When?","kind":"b"}]', ""),
        ("x/rows.json", '{"a":{"b":[{"prompt":"Where, please?","kind":"a"},{"prompt":"When?","kind":"b"}]}}', "a.b"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_format_plain_and_packed(name: str, content: str, settings: str, packed: bool, tmp_path: Path) -> None:
    data = content.encode()
    put(tmp_path / "data", f"{name}.gz" if packed else name, gzip.compress(data) if packed else data)
    within = f', within: "{settings}"' if settings else ""
    spec = task(tmp_path, f"data: {name}{within}")
    items, source = load_items(spec, hub=None, data=tmp_path / "data", seed=1, limit=None)
    assert [item.row for item in items] == EXPECTED
    assert (source.kind, source.location, source.sha256) == ("data", name, hashlib.sha256(data).hexdigest())


def test_lines_of_several_files(tmp_path: Path) -> None:
    put(tmp_path, "w/pro.txt.dev", b"1 The [cook]\n\n2 The [maid]\n")
    put(tmp_path, "w/anti.txt.dev", b"1 The [maid]\n")
    data = DatasetSpec(data=("w/pro.txt.dev", "w/anti.txt.dev"), format="lines")
    table = read_data(data, places_of(data, "test"), tmp_path)
    assert table is not None
    assert table.rows == [
        {"line": 1, "text": "1 The [cook]", "file": "w/pro.txt.dev"},
        {"line": 3, "text": "2 The [maid]", "file": "w/pro.txt.dev"},
        {"line": 1, "text": "1 The [maid]", "file": "w/anti.txt.dev"},
    ]


@pytest.mark.parametrize("place", ["../x.csv", "/etc/passwd", "x/../../y.csv", "x\\..\\y.csv", "c:/x.csv", ""])
def test_no_way_out_by_name(place: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="below the data folder"):
        places_of(DatasetSpec(data=place), "test")
    # nor by the name of a split, which a suite may give
    with pytest.raises(SpecError, match="below the data folder"):
        places_of(DatasetSpec(data="x/rows.csv"), place)


def test_no_way_out_by_link(tmp_path: Path) -> None:
    put(tmp_path, "secret.csv", CSV.encode())
    (tmp_path / "data" / "x").mkdir(parents=True)
    os.symlink(tmp_path / "secret.csv", tmp_path / "data" / "x" / "rows.csv")
    with pytest.raises(SpecError, match="leads out of the data folder"):
        rows(task(tmp_path, "data: x/rows.csv"), tmp_path / "data")


def test_what_cannot_be_had_says_who_has_it(tmp_path: Path) -> None:
    spec = task(tmp_path, "data: x/rows.csv")
    with pytest.raises(DatasetError) as caught:
        rows(spec, None)
    assert str(caught.value) == (
        "places needs x/rows.csv in a data folder (--data DIR or KIJUN_DATA). Source: https://example.org/places. "
        "Licence: made up. Ask the authors for it."
    )
    (tmp_path / "data").mkdir()
    with pytest.raises(DatasetError, match=f"in the data folder {tmp_path}/data"):
        rows(spec, tmp_path / "data")


def test_a_damaged_copy_is_named(tmp_path: Path) -> None:
    put(tmp_path / "data", "x/rows.csv.gz", gzip.compress(CSV.encode())[:-9])
    with pytest.raises(CorruptFileError, match=r"rows\.csv\.gz: cannot be unpacked"):
        rows(task(tmp_path, "data: x/rows.csv"), tmp_path / "data")


def test_rows_that_lie_elsewhere_are_looked_for_by_their_keys(tmp_path: Path) -> None:
    put(tmp_path / "data", "x/rows.json", b'{"examples": []}')
    with pytest.raises(CorruptFileError, match=r"has no 'instances'.*the keys are 'examples'"):
        rows(task(tmp_path, "data: x/rows.json, within: instances"), tmp_path / "data")


# Where it is published


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A real server on loopback in GitHub's place; the folder that it gives."""
    folder = tmp_path / "github"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: Any) -> None:
            return None

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setattr(published, "_ADDRESS", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(published, "_unreachable", {"since": -math.inf, "reason": ""})
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
        yield folder
        server.shutdown()
        thread.join()


def published_file(digest: str) -> str:
    commit = "1" * 40
    return f"data: x/rows.csv, published: {{github: o/n, commit: '{commit}', path: a b/rows.csv, {digest}}}"


def git_blob(content: bytes, folder: Path) -> str:
    done = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, cwd=folder, check=True)
    return done.stdout.decode().strip()


@pytest.mark.parametrize("way", ["sha256", "blob"])
def test_the_published_file_comes_last(way: str, github: Path, tmp_path: Path) -> None:
    content = CSV.encode()
    digest = hashlib.sha256(content).hexdigest() if way == "sha256" else git_blob(content, tmp_path)
    place = f"o/n/{'1' * 40}/a b/rows.csv"
    put(github, place, content)
    spec = task(tmp_path, published_file(f"{way}: '{digest}'"))
    _, source = load_items(spec, hub=None, data=None, seed=1, limit=None)
    assert (source.kind, source.revision, source.n_rows) == ("github", "1" * 40, 2)
    (github / place).unlink()
    assert rows(spec, None) == EXPECTED, "the cache serves"
    put(tmp_path / "data", "x/rows.csv", b"prompt,kind\nMine?,c\n")
    assert rows(spec, tmp_path / "data") == [{"prompt": "Mine?", "kind": "c"}]


@pytest.mark.parametrize("way", ["sha256", "blob"])
def test_other_bytes_are_refused(way: str, github: Path, tmp_path: Path) -> None:
    put(github, f"o/n/{'1' * 40}/a b/rows.csv", b"something else")
    spec = task(tmp_path, published_file(f"{way}: '{'0' * (64 if way == 'sha256' else 40)}'"))
    with pytest.raises(DatasetError, match=r"digest differs.*Licence: made up\. Ask the authors"):
        rows(spec, None)


@pytest.mark.usefixtures("github")
def test_a_file_that_is_gone_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"needs x/rows\.csv .*GitHub does not give a b/rows\.csv .*\(404\)"):
        rows(task(tmp_path, published_file(f"blob: '{'0' * 40}'")), None)


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        ("data: x/y.csv, file: y.csv", "exactly one of hub, file, generated, data"),
        ("data: [x/y.csv, x/z.csv], published: {github: o/n, commit: c, path: p, blob: b}", "each of the 2 places"),
    ],
)
def test_mistakes_in_the_task_file(dataset: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=words):
        task(tmp_path, dataset)


def test_two_digests_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="expected one digest"):
        rows(task(tmp_path, published_file("blob: a, sha256: b")), None)


def test_places_of_the_catalogue_are_sound() -> None:
    for spec in catalogue().tasks.values():
        if spec.dataset.data is not None:
            assert places_of(spec.dataset, spec.dataset.split)
            assert spec.source and spec.licence, spec.name


# Through the workflow, with sub-groups


def test_run_with_the_data_folder_and_sub_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "data", "x/rows.csv", CSV.encode())
    task(tmp_path, "data: x/rows.csv")
    run = kijun.evaluate(str(tmp_path / "places.yaml"), "fake/hash", data=tmp_path / "data", out=tmp_path / "run")
    found = run.results.tasks["places"].metrics
    assert {key: estimate.n for key, estimate in found.items()} == {"acc": 2, "acc[a]": 1, "acc[b]": 1}
    assert found["acc"].value == (found["acc[a]"].value + found["acc[b]"].value) / 2  # type: ignore[operator]
    monkeypatch.setenv("KIJUN_DATA", str(tmp_path / "data"))
    again = kijun.evaluate(str(tmp_path / "places.yaml"), "fake/hash", out=tmp_path / "run")
    assert again.manifest.tasks["places"].data["items"]["kind"] == "data"
    with pytest.raises(SpecError, match=r"no such folder.*--data"):
        kijun.evaluate(str(tmp_path / "places.yaml"), "fake/hash", data=tmp_path / "nowhere", out=tmp_path / "other")


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("{{ [kind, 'all'] }}", {"acc": 2, "acc[a]": 1, "acc[all]": 2, "acc[b]": 1}),
        ("{{ none if kind == 'a' else kind }}", {"acc": 2, "acc[b]": 1}),
    ],
)
def test_sub_groups_may_overlap_or_leave_out(by: str, expected: dict[str, int], tmp_path: Path) -> None:
    put(tmp_path / "data", "x/rows.csv", CSV.encode())
    path = tmp_path / "places.yaml"
    path.write_text(TASK.format(dataset="data: x/rows.csv").replace("{{ kind }}", by), encoding="utf-8")
    run = kijun.evaluate(str(path), "fake/hash", data=tmp_path / "data", out=tmp_path / "run")
    assert {key: estimate.n for key, estimate in run.results.tasks["places"].metrics.items()} == expected


def test_a_sub_group_that_fails_names_the_item(tmp_path: Path) -> None:
    put(tmp_path / "data", "x/rows.csv", CSV.encode())
    path = tmp_path / "places.yaml"
    path.write_text(TASK.format(dataset="data: x/rows.csv").replace("{{ kind }}", "{{ sort }}"), encoding="utf-8")
    with pytest.raises(SpecError, match=r"item 1 of places: 'sort' is undefined; the columns are: prompt, kind"):
        kijun.evaluate(str(path), "fake/hash", data=tmp_path / "data", out=tmp_path / "run")
