"""``kijun list``."""

from __future__ import annotations

from importlib.metadata import entry_points
from importlib.util import find_spec

from rich.markup import escape
from rich.table import Table

from kijun.cli.rubric_showing import list_rubrics
from kijun.cli.table_look import print_aligned, table
from kijun.cli.terminal import emit, open_console
from kijun.errors import SpecError
from kijun.models.catalogue import FAMILIES
from kijun.perturbations import BUNDLES, PROMPT_CHANGES, make_perturbation, perturbation_names
from kijun.reports.texts import Texts
from kijun.specs import catalogue

__all__ = ["list_names"]


def list_names(say: Texts, what: str) -> None:
    """Prints the names of all tasks and groups, suites, rubrics, perturbations, or models.

    Raises:
        SpecError: nothing of this kind is listed.
    """
    listings = {"tasks": _tasks, "suites": _suites, "rubrics": list_rubrics}
    listings |= {"perturbations": _perturbations, "models": _models}
    if what not in listings:
        raise SpecError(f"there are lists of tasks, suites, rubrics, perturbations and models; got {what!r}")
    listings[what](say)


def _tasks(say: Texts) -> None:
    known = catalogue()
    rows = [(say("column.name"), say("column.axis"), say("column.languages"), say("column.title"))]
    for name, task in sorted(known.tasks.items()):
        rows.append((name, say(f"axis.{task.axis}"), " ".join(task.languages), say.of(task.title, name)))
    for name, group in sorted(known.groups.items()):
        rows.append((name, say("list.group", n=len(known.expand(name))), "", say.of(group.title, name)))
    print_aligned(rows)
    emit("\n" + say("list.tasks", n=len(known.tasks), groups=len(known.groups)) + "\n" + say("list.generative"))


def _suites(say: Texts) -> None:
    made = table({say("column.suite"): "whole", say("column.title"): "left", say("column.members"): "left"})
    for name, suite in sorted(catalogue().suites.items()):
        members = ", ".join(f"{e.task} ({e.shots})" if e.shots is not None else e.task for e in suite.tasks)
        made.add_row(f"[bold]{name}[/bold]", escape(say.of(suite.title, name)), escape(members))
    console = open_console()
    console.print(made)
    console.print(f"[dim]{say('list.suites')}[/dim]")


def _perturbations(say: Texts) -> None:
    made = table({say("column.perturbation"): "whole", say("column.languages"): "left", say("column.about"): "left"})
    for name in perturbation_names():
        found = make_perturbation(name)
        made.add_row(name, " ".join(found.languages), escape(say.of(found.title, name)))
    for name, structure in sorted(PROMPT_CHANGES.items()):
        made.add_row(name, "", escape(say.of(structure.title, name)))
    for name, bundle in BUNDLES.items():
        members = escape(f"{say.of(bundle.title, name)}: {', '.join(bundle.members)}")
        made.add_row(f"[bold]{name}[/bold]", " ".join(bundle.languages), members)
    console = open_console()
    console.print(made)
    console.print(f"[dim]{escape(say('list.perturbations'))}[/dim]")


def _models(say: Texts) -> None:
    made = table({say("column.model"): "whole", say("column.about"): "left", "": "left"})
    for name, text, module, extra in _BACKENDS:
        state = say("list.ready") if find_spec(module) else f"[yellow]{escape(say('list.extra', extra=extra))}[/yellow]"
        made.add_row(escape(name), say(f"list.{text}"), state)
    for point in entry_points(group="kijun.models"):
        made.add_row(f"{point.name}/…", say("list.models_plugin"), say("list.ready"))
    console = open_console()
    console.print(made)
    console.print()
    console.print(_families(say))
    console.print(f"[dim]{say('list.families')}[/dim]")


_BACKENDS = (
    ("local/smollm2-135m", "models_local", "xllamacpp", "local"),
    ("local/FILE.gguf", "models_gguf", "xllamacpp", "local"),
    ("local/REPO:FILE.gguf", "models_hub_gguf", "xllamacpp", "local"),
    ("hf/REPO_OR_FOLDER", "models_hf", "transformers", "hf"),
    ("hf/FILE.gguf", "models_hf_gguf", "transformers", "hf"),
    ("server/URL#NAME", "models_server", "aiohttp", "server"),
    ("openai/NAME", "models_openai", "openai", "openai"),
    ("openai/azure/DEPLOYMENT", "models_azure", "openai", "openai"),
    ("anthropic/NAME", "models_anthropic", "anthropic", "anthropic"),
    ("google/NAME", "models_google", "google", "google"),
    ("replay/FILE?key=COLUMN", "models_replay", "kijun", ""),
    ("fake/hash", "models_fake", "kijun", ""),
    ("fake/refuse|comply|echo|a|empty|garbage", "models_baselines", "kijun", ""),
)


_ABILITIES = {
    "chat": "can_chat",
    "completion": "can_completion",
    "logprobs": "can_logprobs",
    "prompt_logprobs": "can_prompt_logprobs",
    "reasons": "can_reasons",
}


def _families(say: Texts) -> Table:
    """Families of models that people ask about, with what each can do."""
    made = table({say("column.family"): "whole", say("column.named"): "whole", say("column.can"): "left"})
    for family in FAMILIES:
        can = (say(f"list.{text}") for ability, text in _ABILITIES.items() if getattr(family, ability))
        made.add_row(family.title, escape(family.example), say("list.comma").join(can))
    return made
