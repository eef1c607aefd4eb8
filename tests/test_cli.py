"""The command line: every command with good and bad input, in both languages, on terminals of every kind."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from string import Formatter

import pytest
import yaml
from rich.cells import cell_len

import kijun
from kijun.cli import main
from kijun.cli.app import make_app
from kijun.models.fake import HashModel
from kijun.reports.texts import LANGUAGES, texts

SOURCE = Path(kijun.__file__).parent
COMMAND = [sys.executable, "-c", "from kijun.cli import main; main()"]

TASK = """\
name: sums
version: 1.0
axis: knowledge
languages: [en]
dataset: {file: sums.csv, perturb: [question]}
prompt:
  question: "Question: {{ question }}\\nAnswer:"
  choices: ["{{ a }}", "{{ b }}"]
  gold: "{{ answer }}"
shots: {split: sums.csv}
method: multiple_choice
scorers: [acc]
chance: 0.5
licence: ours
"""

# Models of a plugin: one takes its time, one fails on some requests.
SLOW = """\
import os
import anyio
from kijun.models import UnitLimit
from kijun.models.fake import HashModel
from kijun.records import Failed

class Slow(HashModel):
    def __init__(self, fails):
        super().__init__()
        self.fails = fails
        self.unit_limit = UnitLimit(requests=4, characters=10_000)

    async def respond(self, unit):
        await anyio.sleep(float(os.environ.get("PAUSE", "0")))
        async for index, answer in super().respond(unit):
            broken = self.fails and "3 + 1" in unit[index].context
            yield index, Failed("[no] answer today") if broken else answer

def load(name, options):
    return Slow(name == "slow/failing")
"""


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An English terminal without a network, in an empty folder."""
    for name in ("LC_ALL", "LC_MESSAGES", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def task(tmp_path: Path) -> str:
    """A task file of one's own with twenty items."""
    lines = ["question,a,b,answer", *(f"{i} + 1,{i + 1},{i + 2},{i + 1}" for i in range(20))]
    (tmp_path / "sums.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "sums.yaml").write_text(TASK, encoding="utf-8")
    return "sums.yaml"


@pytest.fixture
def plugged(tmp_path: Path) -> dict[str, str]:
    """An environment in which the models ``slow/...`` are installed."""
    folder = tmp_path / "plugged"
    (folder / "slow-1.dist-info").mkdir(parents=True)
    (folder / "slow.py").write_text(SLOW)
    (folder / "slow-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: slow\nVersion: 1\n")
    (folder / "slow-1.dist-info" / "entry_points.txt").write_text("[kijun.models]\nslow = slow:load\n")
    return {**os.environ, "PYTHONPATH": str(folder)}


class Outcome:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]):
    """Calls the command line in this process."""

    def run(*arguments: str) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        captured = capsys.readouterr()
        return Outcome(int(left.value.code or 0), captured.out, captured.err)

    return run


def spawn(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env=env or dict(os.environ), timeout=120
    )


# Good input


def test_from_nothing_to_a_comparison(call) -> None:
    written = call("init", "mine")
    assert written.code == 0 and "mine/my_questions.csv" in written.out
    assert "fine. 1 task(s), 3 items" in call("check", "mine/my_questions.yaml").out
    shown = call("show", "mine/my_questions.yaml", "--item", "2").out
    assert "Which form must be attached" in shown and "gold" in shown
    run = call("run", "mine/my_questions.yaml", "--model", "fake/hash", "--out", "first")
    assert run.code == 0 and "Run folder: first" in run.out and "kijun compare first RUN" in run.out
    again = call("run", "mine/my_questions.yaml", "--model", "fake/hash", "--out", "first")
    assert "12 of 12 requests were answered before" in again.err
    assert call("run", "mine/my_questions.yaml", "--model", "fake/hash", "--out", "other", "--seed", "7").code == 0
    assert "undecided" in call("compare", "first", "other").out
    assert json.loads(call("compare", "first", "other", "--format", "json").out)["tasks"][0]["n"] == 3


def test_results_in_every_form(call, task: str) -> None:
    assert call("run", task, "--model", "fake/hash", "--out", "run").code == 0
    assert "sums  acc" in call("results", "run").out
    estimate = json.loads(call("results", "run", "--format", "json").out)["tasks"]["sums"]["metrics"]["acc"]
    header, line = call("results", "run", "--format", "csv").out.splitlines()
    row = dict(zip(header.split(","), line.split(","), strict=True))
    assert float(row["value"]) == estimate["value"] and row["n"] == "20"
    assert call("results", "run", "--format", "markdown").out.startswith("| Task | Metric |")


def test_several_models_get_a_folder_each(call, task: str, plugged: dict[str, str]) -> None:
    done = spawn("run", task, "--model", "fake/hash", "--model", "slow/failing", "--out", "both", env=plugged)
    assert done.returncode == 0
    assert sorted(path.parent.name for path in Path("both").glob("*/manifest.json")) == ["fake--hash", "slow--failing"]
    assert "it holds the runs fake--hash, slow--failing" in call("results", "both").err


def test_without_out_the_same_command_finds_the_same_folder(call, task: str) -> None:
    first = call("run", task, "--model", "fake/hash", "--limit", "5")
    assert call("run", task, "--model", "fake/hash", "--limit", "5").out == first.out
    assert call("run", task, "--model", "fake/hash", "--limit", "6").out != first.out
    assert len(list(Path("runs").iterdir())) == 2


def test_options_reach_the_run(call, task: str) -> None:
    options = ["--shots", "2", "--limit", "4", "--seed", "9", "--chat", "--system", "Be brief."]
    assert call("run", f"{task}@typo", "--model", "fake/hash", "--out", "run", *options).code == 0
    settings = kijun.Run("run").manifest.settings
    assert settings == {
        "tasks": {"sums": 2},
        "perturb": {"sums": ["typo"]},
        "limit": 4,
        "seed": 9,
        "chat": True,
        "system": "Be brief.",
    }
    assert "Be brief." in next(kijun.Run("run").samples("sums@typo")).requests[0].context


@pytest.mark.parametrize("sheet", ["csv", "xlsx"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_init_writes_a_task_that_proves_itself(call, language: str, sheet: str) -> None:
    assert call("init", "mine", "--sheet", sheet, "--lang", language).code == 0
    assert call("check", "mine/my_questions.yaml").code == 0
    assert call("run", "mine/my_questions.yaml", "--model", "fake/hash", "--limit", "1").code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["list", "tasks"], ["arc_easy", "mmlu_anatomy", "group of 57 tasks"]),
        (["list", "suites"], ["open_llm_v1", "super_glue"]),
        (["list", "models"], ["local/smollm2-135m", "fake/hash", "anthropic/NAME", "Gemma", "prompt logprobs"]),
        (["doctor"], ["Python", "offline by HF_HUB_OFFLINE"]),
        (["--version"], [kijun.__version__]),
    ],
)
def test_what_there_is(call, arguments: list[str], words: list[str]) -> None:
    done = call(*arguments)
    assert done.code == 0 and done.err == ""
    assert [word for word in words if word not in done.out] == []


def test_show_is_what_the_model_sees(call, task: str) -> None:
    assert call("run", task, "--model", "fake/hash", "--out", "run", "--shots", "2", "--limit", "3").code == 0
    *_, third = kijun.Run("run").samples("sums")
    shown = call("show", task, "--item", "3", "--shots", "2").out
    for line in third.requests[0].context.splitlines():
        assert line in shown


# Bad input


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "arc_esay"], 2, ["no task, group or suite named 'arc_esay'", "arc_easy", "kijun list tasks"]),
        (["run"], 2, ["Missing argument", "kijun run -h"]),
        (["run", "sums.yaml", "--limit", "0"], 2, ["--limit takes 1 or more; got 0"]),
        (["run", "sums.yaml", "--limit", "many"], 2, ["--limit"]),
        (["run", "sums.yaml", "--shots", "-1"], 2, ["--shots takes 0 or more; got -1"]),
        (["run", "sums.yaml", "--shots", "99"], 2, ["sums: 99 shots need 99 rows", "there are 20"]),
        (["run", "sums.yaml", "--hub", "nowhere"], 2, ["no such folder: 'nowhere'"]),
        (["run", "sums.yaml", "--truncate", "right"], 2, ["--truncate takes 'left'; got 'right'"]),
        (["run", "sums.yaml", "--fail-on", "x"], 2, ["--fail-on takes 'failed'; got 'x'"]),
        (["run", "sums.yaml", "--price", "cheap"], 2, ["--price takes IN:OUT", "'cheap'"]),
        (["run", "sums.yaml", "--price", "1:nan"], 2, ["--price takes IN:OUT", "'1:nan'"]),
        (["run", "sums.yaml", "--max-cost", "1"], 2, ["--price IN:OUT"]),
        (["run", "sums.yaml", "--concurrency", "0"], 2, ["--concurrency takes 1 or more; got 0"]),
        (["run", "sums.yaml", "--timeout", "0"], 2, ["--timeout takes seconds above 0; got 0"]),
        (["run", "sums.yaml", "--reasoning-tokens", "-1"], 2, ["--reasoning-tokens takes 0 or more; got -1"]),
        (["run", "sums.yaml", "--model", "fake/hash"], 2, ["named twice"]),
        (["run", "sums.yaml", "--modle", "x"], 2, ["No such option", "--model"]),
        (["run", "sums.yaml@tyops"], 2, ["no perturbation named 'tyops'", "typo"]),
        (["run", "sums.yml"], 2, ["sums.yml: no such file", "sums.yaml"]),
        (["run", "./sums.csv"], 2, ["./sums.csv: not a task file", "kijun init"]),
        (["run", "sums.yaml", "--out", "sums.csv"], 3, ["sums.csv", "is not a folder"]),
        (["run", "arc_easy"], 3, ["allenai/ai2_arc", "HF_HUB_OFFLINE", "--hub DIR"]),
    ],
)
def test_wrong_runs_are_one_message(call, task: str, arguments: list[str], code: int, words: list[str]) -> None:
    done = call(*arguments, "--model", "fake/hash")
    assert done.code == code
    assert [word for word in words if word not in done.err] == []
    assert "Traceback" not in done.err and done.out == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["run", "sums.yaml", "--model", "nothing"], 2, ["BACKEND/NAME", "'nothing'"]),
        (["run", "arc_easy", "--model", "nix/da"], 2, ["no model backend named 'nix'", "fake, google, hf, local"]),
        (["run", "sums.yaml", "--model", "fake/hush"], 2, ["no fake model named 'fake/hush'", "fake/hash"]),
        (["run", "sums.yaml", "--model", "local/nope.gguf"], 2, ["local/nope.gguf"]),
        (["list", "things"], 2, ["tasks, suites, rubrics, perturbations and models; got 'things'"]),
        (["list"], 2, ["Missing argument", "kijun list -h"]),
        (["show", "nope"], 2, ["no task, group or suite named 'nope'"]),
        (["show", "sums.yaml", "--item", "0"], 2, ["counts from 1; got 0"]),
        (["show", "sums.yaml", "--item", "21"], 2, ["has 20 items; got --item 21"]),
        (["check", "sums.csv"], 2, ["sums.csv: not a task file"]),
        (["check", "nope.yaml"], 2, ["nope.yaml: no such file"]),
        (["init", ".", "--sheet", "pdf"], 2, ["--sheet takes csv or xlsx; got 'pdf'"]),
        (["init", "sums.csv"], 3, ["sums.csv", "choose a folder that can be written"]),
        (["results", "."], 2, ["not a run folder", "it holds the runs run"]),
        (["results", "run", "--format", "xml"], 2, ["table, json, csv or markdown; got 'xml'"]),
        (["compare", "run", "."], 2, ["not a run folder"]),
        (["compare", "run"], 2, ["Missing argument"]),
        (["compare", "run", "run", "--format", "csv"], 2, ["table or json here; got 'csv'"]),
        (["frobnicate"], 2, ["No such command 'frobnicate'", "kijun -h"]),
        (["list", "tasks", "--lang", "fr"], 2, ["en or ja", "'fr'"]),
    ],
)
def test_wrong_commands_are_one_message(call, task: str, arguments: list[str], code: int, words: list[str]) -> None:
    kijun.evaluate(task, HashModel(), out="run")
    done = call(*arguments)
    assert done.code == code
    assert [word for word in words if word not in done.err] == []
    assert "Traceback" not in done.err and done.out == ""


def test_check_names_the_item_at_fault(call, task: str) -> None:
    rows = Path("sums.csv").read_text().replace("7 + 1,8,9,8", "7 + 1,8,9,10")
    Path("sums.csv").write_text(rows)
    done = call("check", task)
    assert (
        done.code == 2
        and "item 8 of sums" in done.err
        and "the gold answer 10 is none of the 2 choices ('8', '9')" in done.err
    )


def test_init_overwrites_nothing(call) -> None:
    assert call("init").code == 0
    Path("my_questions.yaml").write_text("mine")
    done = call("init")
    assert done.code == 2 and "not overwritten" in done.err and Path("my_questions.yaml").read_text() == "mine"


def test_failed_items_are_counted_out_loud(task: str, plugged: dict[str, str]) -> None:
    done = spawn("run", task, "--model", "slow/failing", "--out", "run", env=plugged)
    assert done.returncode == 0 and "sums: 2 items failed: [no] answer today" in done.stdout
    assert (
        spawn("run", task, "--model", "slow/failing", "--out", "run", "--fail-on", "failed", env=plugged).returncode
        == 1
    )


def test_what_a_suite_lacks_is_told_and_the_rest_is_measured(call, shared: Path) -> None:
    Path("hub").mkdir()
    Path("hub/allenai").symlink_to(shared / "hub" / "allenai")
    done = call("run", "knowledge", "--model", "fake/hash", "--limit", "3", "--hub", "hub", "--out", "run")
    assert done.code == 3
    assert "arc_challenge" in done.out and "Not measured: hellaswag:" in done.out
    assert "No figure for mmlu" in done.out


# Interruption


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(task: str, plugged: dict[str, str]) -> None:
    arguments = ["run", task, "--model", "slow/down", "--out", "run"]
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        env={**plugged, "PAUSE": "0.5"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    journal = Path("run/answers.jsonl")
    deadline = time.monotonic() + 60
    while not (journal.exists() and journal.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Nothing answered is lost" in error and "Traceback" not in error
    done = spawn(*arguments, env=plugged)
    assert done.returncode == 0
    assert re.search(r"\d+ of 40 requests were answered before", done.stderr)


def test_ctrl_c_at_the_question_before_a_download(task: str, tmp_path: Path) -> None:
    """A terminal is asked; Ctrl-C there fetches nothing."""
    terminal, inner = pty.openpty()
    env = {**os.environ, "KIJUN_CACHE": str(tmp_path / "cache"), "PIP_NO_INDEX": "1"}
    process = subprocess.Popen(
        [*COMMAND, "run", task], stdin=inner, stdout=inner, stderr=subprocess.PIPE, env=env, start_new_session=True
    )
    os.close(inner)
    shown = b""
    while b"94 MB" not in shown:
        shown += os.read(terminal, 1000)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    os.close(terminal)
    assert process.returncode == 130 and b"Traceback" not in error
    assert not (tmp_path / "runs").exists()


# Terminals


@pytest.mark.parametrize(
    "arguments",
    [["list", "tasks"], ["list", "suites"], *(["results", "run", "--format", f] for f in ("table", "json", "csv"))],
)
def test_a_pipe_that_nobody_reads_is_no_error(task: str, arguments: list[str]) -> None:
    kijun.evaluate(task, HashModel(), out="run")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("language", LANGUAGES)
def test_narrow_terminals(call, task: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kijun.evaluate(task, HashModel(), out="run")
    monkeypatch.setenv("COLUMNS", "60")
    for arguments in (["results", "run"], ["compare", "run", "run"], ["list", "models"], ["show", task]):
        done = call(*arguments, "--lang", language)
        assert done.code == 0
        assert max(cell_len(line) for line in done.out.splitlines()) <= 60
    assert "sums" in done.out


def shown_in_a_terminal(*arguments: str, **settings: str) -> str:
    """What a command writes to a real terminal."""
    terminal, inner = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **settings}
    process = subprocess.Popen([*COMMAND, *arguments], stdout=inner, stderr=inner, env=env)
    os.close(inner)
    shown = b""
    try:
        while chunk := os.read(terminal, 10_000):
            shown += chunk
    except OSError:  # the way Linux says that the other end is closed
        pass
    os.close(terminal)
    assert process.wait(timeout=60) == 0
    return shown.decode()


def test_colour_only_where_it_is_wanted(task: str) -> None:
    run = ["run", task, "--model", "fake/hash", "--out", "run"]
    colour = re.compile(r"\x1b\[[0-9;]*3[1-9]")
    assert colour.search(shown_in_a_terminal(*run))
    assert not colour.search(shown_in_a_terminal(*run, NO_COLOR="1"))
    assert "\x1b" not in shown_in_a_terminal("results", "run", TERM="dumb")
    assert "\x1b" not in spawn("results", "run").stdout


def test_a_terminal_without_the_characters(task: str) -> None:
    done = spawn("list", "suites", "--lang", "ja", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and "glue" in done.stdout


# Languages


@pytest.mark.parametrize(
    ("settings", "arguments", "expected"),
    [
        ({}, [], "en"),
        ({}, ["--lang", "ja"], "ja"),
        ({}, ["--lang=ja"], "ja"),
        ({"KIJUN_LANG": "ja"}, [], "ja"),
        ({"LANG": "ja_JP.UTF-8"}, [], "ja"),
        ({"LANG": "ja_JP.UTF-8", "KIJUN_LANG": "en"}, [], "en"),
        ({"KIJUN_LANG": "ja"}, ["--lang", "en"], "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, [], "en"),
        ({"LANG": "fr_FR.UTF-8"}, [], "en"),
    ],
)
def test_the_language_of_the_display(
    call, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], arguments: list[str], expected: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    done = call("list", "suites", *arguments)
    assert ("タスク" in done.out) == (expected == "ja")


def test_japanese_help_is_whole() -> None:
    done = spawn("run", "--help", "--lang", "ja", env={**os.environ, "COLUMNS": "80", "TERM": "dumb"})
    assert done.returncode == 0 and "…" not in done.stdout
    assert "オプション" in done.stdout and "既定値" in done.stdout and "Show this" not in done.stdout
    shown = "".join(re.findall(r"[^\s│]", done.stdout))
    assert "".join(texts("ja")("help.truncate").split()) in shown


def test_japanese_mistakes_have_a_japanese_heading(call) -> None:
    assert call("run", "arc_esay", "--lang", "ja").err.startswith("次の点を直してください: ")
    assert call("run", "arc_easy", "--model", "fake/hash", "--lang", "ja").err.rpartition("\n実行できませんでした: ")[1]
    assert "「kijun list -h」" in call("list", "--lang", "ja").err


def entries(language: str) -> dict[str, str]:
    data = yaml.load((SOURCE / "locales" / f"{language}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
    return {f"{group}.{key}": text for group, texts in data.items() for key, text in texts.items()}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_languages_say_the_same() -> None:
    english, japanese = entries("en"), entries("ja")
    assert list(english) == list(japanese)
    assert [key for key in english if fields(english[key]) != fields(japanese[key])] == []
    assert [key for key, text in japanese.items() if not text or "TODO" in text] == []


def test_every_text_is_used() -> None:
    """Under its whole key, or under the part of it that the code does not make up (``axis.``, ``run.stage_``)."""
    paths = [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.jinja"), *SOURCE.rglob("*.js")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    quoted = set(re.findall(r"""["']([a-z0-9_.-]+)["'],?""", code))
    unused = []
    for key in entries("en"):
        end = key.partition(".")[2]
        shorter = {end.removeprefix(made_up) for made_up in ("stage_", "verdict_", "reason_")}
        if not quoted & {key, end, *shorter, end.removesuffix("_single")}:
            unused.append(key)
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_option_is_explained(language: str) -> None:
    app = make_app(texts(language))
    parameters = [(name, option) for name, command in app.commands.items() for option in command.params]
    assert len(parameters) > 30
    assert [(name, option.name) for name, option in parameters if not option.help] == []
