"""``kijun list rubrics``, and ``kijun show`` and ``kijun check`` for rubrics."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from kijun.cli.table_look import print_aligned, table
from kijun.cli.terminal import emit, open_console
from kijun.reports.texts import Texts
from kijun.specs import DimensionSpec, RubricSpec, is_rubric, read_rubric_file, read_yaml, rubrics, text_in

__all__ = ["check_rubric", "list_rubrics", "names_a_rubric", "show_rubric"]


def names_a_rubric(name: str) -> bool:
    """Whether this is the name of a packaged rubric, or a file that says it is one."""
    if name.endswith((".yaml", ".yml")):
        return is_rubric(read_yaml(Path(name)))
    return name in rubrics()


def list_rubrics(say: Texts) -> None:
    """Prints the names of all rubrics with their dimensions."""
    rows = [(say("column.name"), say("column.dimensions"), say("column.languages"), say("column.title"))]
    for name, rubric in sorted(rubrics().items()):
        dimensions = " ".join(dimension.id for dimension in rubric.dimensions)
        rows.append((name, dimensions, " ".join(rubric.languages), text_in(rubric.title, say.language)))
    print_aligned(rows)
    emit("\n" + say("list.rubrics", n=len(rubrics())))


def check_rubric(say: Texts, file: Path) -> None:
    """Reads a rubric file and says what it holds.

    Raises:
        SpecError: what is wrong, with file, line and key.
    """
    rubric = read_rubric_file(file)
    console = open_console()
    counts = {"dimensions": len(rubric.dimensions), "languages": ", ".join(rubric.languages)}
    console.print(f"[green]✓[/green] {escape(say('check.rubric_fine', file=file, **counts))}")
    console.print(say("check.rubric_hash", name=escape(rubric.name), sha256=rubric.sha256[:16]))
    console.print(
        say("check.run_it", command=f"[cyan]kijun judge run RUN --rubric {escape(str(file))} --judge MODEL[/cyan]")
    )


def show_rubric(say: Texts, rubric: RubricSpec) -> None:
    """Prints a rubric as raters and judges read it."""
    console = open_console()
    language = say.language
    console.print(f"[bold]{escape(rubric.name)}[/bold]  {escape(text_in(rubric.title, language))}")
    if about := text_in(rubric.about, language):
        console.print(escape(about))
    version = f"{rubric.version:g}" if rubric.version % 1 else f"{rubric.version:.1f}"
    facts = {"version": version, "hash": rubric.sha256[:16], "source": rubric.source, "licence": rubric.licence}
    made = table({"": "left", " ": "left"})
    made.show_header = False
    for key, value in facts.items():
        if value:
            made.add_row(f"[dim]{say(f'show.{key}')}[/dim]", escape(value))
    console.print(made)
    console.print(f"\n{escape(text_in(rubric.guidelines, language).rstrip())}")
    for dimension in rubric.dimensions:
        _show_dimension(console, say, dimension)
    if rubric.principles:
        console.print(f"\n[bold]{say('show.principles')}[/bold]")
        for principle in rubric.principles:
            console.print(f"  [cyan]{escape(principle.id)}[/cyan]  {escape(text_in(principle.text, language))}")
    if rubric.pairwise is not None:
        options = " / ".join(rubric.pairwise.options)
        question = text_in(rubric.pairwise.question, language)
        console.print(f"\n[bold]{say('show.pairwise')}[/bold]  {escape(question)}  [dim]{options}[/dim]")


def _show_dimension(console: Console, say: Texts, dimension: DimensionSpec) -> None:
    language = say.language
    title = text_in(dimension.title, language)
    scale = say(f"scale.{dimension.scale.type}")
    if dimension.scale.type == "interval":
        scale += f" {dimension.scale.low:g}–{dimension.scale.high:g}"
    console.print(
        f"\n[bold]{escape(dimension.id)}[/bold]  {escape(title)}  [dim]{escape(scale)}[/dim]\n"
        f"  {escape(text_in(dimension.question, language))}"
    )
    answers = list(dimension.anchors.items()) + [(f"{item.points:+g}", item.criterion) for item in dimension.items]
    for point, text in answers:
        console.print(f"    [cyan]{escape(point)}[/cyan]  {escape(text_in(text, language))}")
    if dimension.veto is not False:
        console.print(f"  [dim]{say('show.veto')}[/dim]")
