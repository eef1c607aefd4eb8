"""The commands and their options. Nothing heavy is imported before a command runs.

No postponed annotations here: typer reads them, and they name local values.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from kijun.cli.alignment_commands import add_alignment_commands
from kijun.cli.decision_commands import add_decision_commands
from kijun.cli.judge_commands import add_judge_commands
from kijun.cli.rate_commands import add_rate_commands
from kijun.reports.texts import Texts

__all__ = ["make_app"]

_HELP_OPTIONS = ["-h", "--help"]


def make_app(say: Texts) -> Any:
    """The command line with its help in the language of `say`."""
    app = typer.Typer(
        help=say("help.app"),
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": _HELP_OPTIONS},
    )
    lang = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")
    hub_option = typer.Option("--hub", help=say("help.hub"), metavar="DIR")
    data_option = typer.Option("--data", help=say("help.data"), metavar="DIR")
    seed_option = typer.Option("--seed", help=say("help.seed"), metavar="N")

    def print_version(wanted: bool) -> None:
        if wanted:
            from kijun import __version__

            typer.echo(__version__)
            raise typer.Exit

    @app.callback()
    def kijun(
        version: Annotated[
            bool, typer.Option("--version", help=say("help.version"), is_eager=True, callback=print_version)
        ] = False,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        """What holds for every command."""

    @app.command(help=say("help.run"))
    def run(
        names: Annotated[list[str], typer.Argument(help=say("help.names"), metavar="TASK|SUITE|FILE")],
        model: Annotated[
            list[str] | None, typer.Option("--model", "-m", help=say("help.model"), metavar="NAME")
        ] = None,
        shots: Annotated[int | None, typer.Option("--shots", help=say("help.shots"), metavar="N")] = None,
        limit: Annotated[int | None, typer.Option("--limit", help=say("help.limit"), metavar="N")] = None,
        seed: Annotated[int, seed_option] = 1234,
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.out"), metavar="DIR")] = None,
        hub: Annotated[Path | None, hub_option] = None,
        data: Annotated[Path | None, data_option] = None,
        lang: Annotated[str, lang] = say.language,
        chat: Annotated[bool, typer.Option("--chat/--no-chat", help=say("help.chat"))] = False,
        system: Annotated[str, typer.Option("--system", help=say("help.system"), metavar="TEXT")] = "",
        perturb: Annotated[
            list[str] | None, typer.Option("--perturb", help=say("help.perturb"), metavar="NAME")
        ] = None,
        draws: Annotated[int, typer.Option("--draws", help=say("help.draws"), metavar="N")] = 1,
        yes: Annotated[bool, typer.Option("--yes", "-y", help=say("help.yes"))] = False,
        truncate: Annotated[str | None, typer.Option("--truncate", help=say("help.truncate"), metavar="left")] = None,
        dtype: Annotated[str, typer.Option("--dtype", help=say("help.dtype"), metavar="TYPE")] = "float32",
        device: Annotated[str | None, typer.Option("--device", help=say("help.device"), metavar="NAME")] = None,
        revision: Annotated[str | None, typer.Option("--revision", help=say("help.revision"), metavar="NAME")] = None,
        threads: Annotated[int | None, typer.Option("--threads", help=say("help.threads"), metavar="N")] = None,
        judge: Annotated[list[str] | None, typer.Option("--judge", help=say("help.judge"), metavar="NAME")] = None,
        piece: Annotated[str | None, typer.Option("--piece", help=say("help.piece"), metavar="K/N")] = None,
        join: Annotated[list[Path] | None, typer.Option("--join", help=say("help.join"), metavar="DIR")] = None,
        price: Annotated[str | None, typer.Option("--price", help=say("help.price"), metavar="IN:OUT")] = None,
        max_cost: Annotated[
            float | None, typer.Option("--max-cost", help=say("help.max_cost_run"), metavar="SUM")
        ] = None,
        max_tokens_total: Annotated[
            int | None, typer.Option("--max-tokens-total", help=say("help.max_tokens_total"), metavar="N")
        ] = None,
        reasoning_tokens: Annotated[
            int | None, typer.Option("--reasoning-tokens", help=say("help.reasoning_tokens"), metavar="N")
        ] = None,
        concurrency: Annotated[int, typer.Option("--concurrency", help=say("help.concurrency"), metavar="N")] = 256,
        timeout: Annotated[float, typer.Option("--timeout", help=say("help.timeout"), metavar="SECONDS")] = 600.0,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("help.dry_run"))] = False,
        fail_on: Annotated[str | None, typer.Option("--fail-on", help=say("help.fail_on"), metavar="failed")] = None,
    ) -> None:
        from kijun.cli.judging import read_price
        from kijun.cli.running import foresee_models, run_models
        from kijun.models import DEFAULT_MODEL, ModelOptions

        options = ModelOptions(
            dtype=dtype,
            device=device,
            revision=revision,
            truncate=truncate,
            threads=threads,
            concurrency=concurrency,
            timeout=timeout,
            reasoning_tokens=reasoning_tokens,
            price=read_price(price),
        )
        settings = {"shots": shots, "limit": limit, "seed": seed, "hub": hub, "data": data}
        settings |= {"chat": chat, "system": system, "perturb": perturb or [], "draws": draws}
        judging = ModelOptions(device=device, threads=threads)
        settings |= {"judge": judge or [], "judge_options": judging}
        models = model or [DEFAULT_MODEL]
        if dry_run:
            foresee_models(say, names, models, out, options, settings)
            return
        settings |= {"piece": piece, "join": join or [], "max_cost": max_cost, "max_tokens_total": max_tokens_total}
        raise typer.Exit(run_models(say, names, models, out, options, settings, yes=yes, fail_on=fail_on))

    @app.command("list", help=say("help.list"))
    def list_(
        what: Annotated[
            str, typer.Argument(help=say("help.what"), metavar="tasks|suites|rubrics|perturbations|models")
        ],
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.listing import list_names

        list_names(say, what)

    @app.command(help=say("help.show"))
    def show(
        task: Annotated[str, typer.Argument(help=say("help.shown"), metavar="TASK|RUBRIC|FILE")],
        shots: Annotated[int | None, typer.Option("--shots", help=say("help.shots"), metavar="N")] = None,
        item: Annotated[int, typer.Option("--item", help=say("help.item"), metavar="K")] = 1,
        seed: Annotated[int, seed_option] = 1234,
        hub: Annotated[Path | None, hub_option] = None,
        data: Annotated[Path | None, data_option] = None,
        reveal: Annotated[bool, typer.Option("--reveal", help=say("help.reveal"))] = False,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.rubric_showing import names_a_rubric, show_rubric
        from kijun.cli.showing import show_task
        from kijun.specs import find_rubric

        if names_a_rubric(task):
            show_rubric(say, find_rubric(task))
        else:
            show_task(say, task, shots=shots, number=item, seed=seed, hub=hub, data=data, reveal=reveal)

    @app.command(help=say("help.check"))
    def check(
        file: Annotated[Path, typer.Argument(help=say("help.file"), metavar="FILE")],
        hub: Annotated[Path | None, hub_option] = None,
        data: Annotated[Path | None, data_option] = None,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.checking import check_file
        from kijun.cli.rubric_showing import check_rubric, names_a_rubric

        if names_a_rubric(str(file)):
            check_rubric(say, file)
        else:
            check_file(say, file, hub=hub, data=data)

    @app.command(help=say("help.init"))
    def init(
        folder: Annotated[Path, typer.Argument(help=say("help.folder"), metavar="DIR")] = Path("."),
        sheet: Annotated[str, typer.Option("--sheet", help=say("help.sheet"), metavar="csv|xlsx")] = "csv",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.starting import write_own_questions

        write_own_questions(say, folder, sheet)

    @app.command(help=say("help.results"))
    def results(
        run: Annotated[Path, typer.Argument(help=say("help.run_folder"), metavar="RUN")],
        format: Annotated[str, typer.Option("--format", help=say("help.format"), metavar="FORMAT")] = "table",
        proxy: Annotated[
            list[str] | None, typer.Option("--proxy", help=say("help.proxy"), metavar="DIMENSION=METRIC")
        ] = None,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.tables import print_results

        print_results(say, run, format, proxy or [])

    @app.command(help=say("help.compare"))
    def compare(
        a: Annotated[Path, typer.Argument(help=say("help.run_folder"), metavar="RUN_A")],
        b: Annotated[Path, typer.Argument(help=say("help.run_folder"), metavar="RUN_B")],
        trained_on: Annotated[
            Path | None, typer.Option("--trained-on", help=say("help.trained_on"), metavar="DIR")
        ] = None,
        format: Annotated[str, typer.Option("--format", help=say("help.format"), metavar="FORMAT")] = "table",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.comparing import print_comparison

        print_comparison(say, a, b, format, trained_on=trained_on)

    @app.command(help=say("help.doctor"))
    def doctor(data: Annotated[Path | None, data_option] = None, lang: Annotated[str, lang] = say.language) -> None:
        from kijun.cli.examining import examine

        examine(say, data)

    add_decision_commands(app, say, {"help_option_names": _HELP_OPTIONS})
    add_judge_commands(app, say, {"help_option_names": _HELP_OPTIONS})
    add_rate_commands(app, say, {"help_option_names": _HELP_OPTIONS})
    add_alignment_commands(app, say, {"help_option_names": _HELP_OPTIONS})
    command = typer.main.get_command(app)
    _name_help(command, say)
    return command


def _name_help(command: Any, say: Texts) -> None:
    """Puts what typer itself says on help pages into the language of `say`."""
    outer = [command, *command.commands.values()]
    inner = [within for group in outer[1:] for within in getattr(group, "commands", {}).values()]
    for part in [*outer, *inner]:
        part.get_help_option(typer.Context(part, help_option_names=_HELP_OPTIONS)).help = say("help.help")
    if say.language == "en":
        return
    from typer import rich_utils

    rich_utils.OPTIONS_PANEL_TITLE = say("help.options")
    rich_utils.ARGUMENTS_PANEL_TITLE = say("help.arguments")
    rich_utils.COMMANDS_PANEL_TITLE = say("help.commands")
    rich_utils.DEFAULT_STRING = say("help.default")
    rich_utils.REQUIRED_LONG_STRING = say("help.required")
