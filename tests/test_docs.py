"""Documentation cannot lie: its examples run, its links lead somewhere, its tables are complete.

A block is run where an HTML comment stands before it: ``<!-- run -->`` runs the kijun commands of a console block or a
whole Python block, ``<!-- file: NAME [ENCODING] -->`` writes the block to a file first. The blocks of a page share a
folder and run in order. `kijun run` without a model takes ``fake/hash``.
"""

from __future__ import annotations

import gzip
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import msgspec
import pytest

import kijun
import kijun.models
import kijun.records
import kijun.specs
import kijun.store
from kijun.cli import main
from kijun.datasets.rows import Source
from kijun.perturbations import make_perturbation, perturbation_names
from kijun.scorers import base as scorer_base
from kijun.scorers import scorer_names
from kijun.scorers.text import Extraction

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
OWN_TASKS = [ROOT / "docs" / "own-tasks.md", ROOT / "docs" / "ja" / "own-tasks.md"]
_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]+?) -->\n+)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


class Block(NamedTuple):
    """A fenced block; `mark` is the comment before it, empty without one."""

    mark: str
    kind: str
    text: str


def blocks(page: Path) -> list[Block]:
    found = _BLOCK.finditer(page.read_text(encoding="utf-8"))
    return [Block(match["mark"] or "", match["kind"], match["text"]) for match in found]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def with_examples() -> list[str]:
    return [name for name, page in zip(NAMES, PAGES, strict=True) if any(block.mark == "run" for block in blocks(page))]


@pytest.mark.parametrize("name", with_examples())
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for block in blocks(ROOT / name):
        if block.mark.startswith("file: "):
            file, encoding, *_ = [*block.mark.removeprefix("file: ").split(), "utf-8"]
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(block.text, encoding=encoding)
        elif block.mark == "run" and block.kind == "python":
            subprocess.run([sys.executable, "-W", "error", "-c", block.text], check=True, timeout=120)
        elif block.mark == "run":
            commands = [line.removeprefix("$ ") for line in block.text.splitlines()]
            for command in [command for command in commands if command.startswith("kijun ")]:
                run_command(command)


def run_command(command: str) -> None:
    arguments = shlex.split(command, comments=True)[1:]
    if arguments[0] == "run" and "--model" not in arguments:
        arguments += ["--model", "fake/hash"]
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert not left.value.code, command


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.strip().replace(" ", "-")


def headings(page: Path) -> list[tuple[int, str]]:
    return [(len(marks), text) for marks, text in re.findall(r"^(#+) (.+)$", prose(page), re.MULTILINE)]


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, place = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.exists(), f"{name} links to {target}"
        if place:
            assert place in [anchor(text) for _, text in headings(aim)], f"{name} links to {target}"


def translated() -> list[Path]:
    return [page for page in PAGES if page.parent.name == "ja" or page.name.endswith(".ja.md")]


def partner(page: Path) -> Path:
    if page.parent.name == "ja":
        return page.parent.parent / page.name
    return page.with_name(page.name.replace(".ja.md", ".md"))


@pytest.mark.parametrize("page", translated(), ids=lambda page: str(page.relative_to(ROOT)))
def test_translations_have_the_same_shape(page: Path) -> None:
    assert [level for level, _ in headings(page)] == [level for level, _ in headings(partner(page))]
    ours, theirs = blocks(page), blocks(partner(page))
    assert [(block.mark, block.kind) for block in ours] == [(block.mark, block.kind) for block in theirs]


@pytest.mark.parametrize("name", NAMES)
def test_pages_tell_nothing_of_a_machine(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [word for word in ("/tmp/", "/root/", "localhost", "/home/") if word in text] == []


def load_page_writer(name: str) -> ModuleType:
    """A script in docs/ that writes a page."""
    spec = spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_is_fresh() -> None:
    writer = load_page_writer("cli_page")
    assert writer.PAGE.read_text(encoding="utf-8") == writer.page(), "run: python docs/cli_page.py"


def test_every_variable_of_the_environment_is_listed() -> None:
    sources = (ROOT / "src" / "kijun").rglob("*.py")
    read = {name for file in sources for name in re.findall(r"environ\S*?[\"'](KIJUN_\w+)", file.read_text("utf-8"))}
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert read >= {"KIJUN_HUB", "KIJUN_LANG"}
    assert sorted(name for name in read if f"`{name}`" not in page) == []


# What the page about the run folder names


def keys_of(value: Any, inside: str = "") -> Iterator[str]:
    """Keys of a JSON document that are ours; names that are data (tasks, metrics, columns, packages) are left out."""
    named_by_data = {
        "perturb",
        "robustness",
        "variants",
        "tasks",
        "groups",
        "suites",
        "metrics",
        "scores",
        "missing",
        "packages",
        "item",
        "spec",
    }
    if isinstance(value, dict):
        for key, inner in value.items():
            if inside not in named_by_data:
                yield key
            if key != "spec" and key != "item":
                below = {"robustness": "metrics"}.get(inside, "")
                yield from keys_of(inner, below if inside in named_by_data else key)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner, inside)


def test_every_key_that_a_run_writes_is_named(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "run-folder.md").read_text(encoding="utf-8")
    tasks = ["core_numbers_en", "core_numbers_en@typo", "core_numbers_en_free"]
    run = kijun.evaluate(tasks, "fake/hash", shots=1, limit=5, chat=True, out=tmp_path / "run")
    documents = [json.loads((run.folder / f"{name}.json").read_bytes()) for name in ("manifest", "results")]
    for file in (run.folder / "samples").iterdir():
        documents += map(json.loads, gzip.decompress(file.read_bytes()).splitlines())
    found = {key for document in documents for key in keys_of(document)}
    assert {"weights_sha256", "loglikelihood", "stderr", "messages", "n_rows", "aggregate"} <= found
    assert sorted(key for key in found if f"`{key}`" not in page) == []
    for file in run.folder.iterdir():
        assert file.name in page


def test_every_field_of_a_kept_record_is_named() -> None:
    """Also those that the run above did not happen to write: failures, groups, what only some models tell."""
    page = (ROOT / "docs" / "run-folder.md").read_text(encoding="utf-8")
    kinds = [getattr(kijun.records, name) for name in kijun.records.__all__]
    kept = [kind for kind in kinds if isinstance(kind, type) and kind is not kijun.records.Item]
    # Profiles, decisions and reports are not kept in a run folder; docs/decisions.md and docs/reports.md tell of them.
    told = {f"kijun.records.{name}" for name in ("profiles", "decisions", "reports")}
    kept = [kind for kind in kept if kind.__module__ not in told]
    kept += [kijun.store.Manifest, kijun.store.TaskRecord, kijun.models.ModelIdentity, Source]
    fields = {name for kind in kept for name in kind.__struct_fields__}
    tags = {kind.__struct_config__.tag for kind in kept if kind.__struct_config__.tag}
    assert sorted(name for name in fields | tags if f"`{name}`" not in page) == []


@pytest.mark.parametrize("page", ["decisions.md", "ja/decisions.md"])
def test_every_field_of_a_profile_and_of_a_decision_is_named(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    kinds = [getattr(kijun.records, name) for name in kijun.records.__all__]
    told = ("kijun.records.profiles", "kijun.records.decisions")
    kinds = [kind for kind in kinds if isinstance(kind, type) and kind.__module__ in told]
    assert len(kinds) >= 16
    assert sorted(name for kind in kinds for name in kind.__struct_fields__ if f"`{name}`" not in text) == []


@pytest.mark.parametrize("page", ["use-cases.md", "ja/use-cases.md"])
def test_every_key_of_a_use_case_is_listed_with_its_default(page: str) -> None:
    listed = tables(ROOT / "docs" / page, "use case fields")
    found = {name: getattr(kijun.specs, name) for name in kijun.specs.__all__}
    kinds = [kind for kind in found.values() if getattr(kind, "__module__", "") == "kijun.specs.use_cases"]
    kinds = [kind for kind in kinds if isinstance(kind, type)]
    assert sorted(listed) == sorted(kind.__name__ for kind in kinds)
    for kind in kinds:
        expected = [(f"`{field.encode_name}`", default_of(field)) for field in msgspec.structs.fields(kind)]
        assert [(row[0], row[1].replace("必須", "required")) for row in listed[kind.__name__]] == expected


# What the pages about task files list


def tables(page: Path, mark: str) -> dict[str, list[list[str]]]:
    """Tables under ``<!-- MARK: NAME -->`` (or ``<!-- MARK -->``), as rows of cells, by name."""
    found: dict[str, list[list[str]]] = {}
    pattern = rf"^<!-- {mark}(?:: (\w+))? -->\n+((?:\|.*\n)+)"
    for name, text in re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE):
        rows = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines()[2:]]
        found.setdefault(name, []).extend([cell.strip() for cell in row] for row in rows)
    return found


def records() -> dict[str, type[msgspec.Struct]]:
    found = {name: getattr(kijun.specs, name) for name in kijun.specs.__all__}
    structs = {name: kind for name, kind in found.items() if isinstance(kind, type) and name.endswith("Spec")}
    others = ("kijun.specs.rubrics", "kijun.specs.use_cases")
    structs = {name: kind for name, kind in structs.items() if kind.__module__ not in others}
    return {**structs, "SuiteEntry": kijun.specs.SuiteEntry, "Extraction": Extraction}


def default_of(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return "–" if isinstance(value, msgspec.Struct) else f"`{json.dumps(value)}`"


@pytest.mark.parametrize("page", OWN_TASKS, ids=["en", "ja"])
def test_every_key_of_a_task_file_is_listed_with_its_default(page: Path) -> None:
    listed = tables(page, "fields")
    assert sorted(listed) == sorted(records())
    for name, kind in records().items():
        expected = [(f"`{field.encode_name}`", default_of(field)) for field in msgspec.structs.fields(kind)]
        shown = [(row[0], row[1].replace("必須", "required")) for row in listed[name]]
        assert shown == expected, name


@pytest.mark.parametrize("page", OWN_TASKS, ids=["en", "ja"])
def test_every_scorer_is_listed_with_its_parameters(page: Path) -> None:
    rows = {row[0].strip("`"): row[2] for row in tables(page, "scorers")[""]}
    assert sorted(rows) == scorer_names()
    common = {name: set(re.findall(r"`(\w+)`", rows[name])) for name in ("exact_match", "normalised_match")}
    for name, cell in rows.items():
        shown = set(re.findall(r"`(\w+)`", cell))
        for other, parameters in common.items():
            if f"`{other}`" in cell:
                shown |= parameters
        kind = scorer_base._registry[name]
        missing = set(kind.__struct_encode_fields__) - shown  # type: ignore[attr-defined]
        assert missing == set(), name


def test_the_pages_of_perturbations_are_fresh() -> None:
    writer = load_page_writer("perturbations_page")
    for language, page in writer.PAGES.items():
        assert page.read_text(encoding="utf-8") == writer.page(language), "run: python docs/perturbations_page.py"


def test_each_perturbation_shows_thirty_outputs() -> None:
    writer = load_page_writer("perturbations_page")
    for name in perturbation_names():
        found = make_perturbation(name)
        shown = {language: len(writer.outputs(found, language)) for language in found.languages}
        assert shown == dict.fromkeys(found.languages, writer.OUTPUTS), name
