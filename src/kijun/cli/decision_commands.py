"""``kijun profile``, ``kijun decide``, ``kijun report`` and ``kijun use-case``: their options."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kijun.reports.texts import Texts

__all__ = ["add_decision_commands"]


def add_decision_commands(app: typer.Typer, say: Texts, context: dict[str, Any]) -> None:
    """Adds ``profile``, ``decide``, ``report`` and the group ``use-case`` to the command line."""
    lang = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")
    format_option = typer.Option("--format", help=say("help.format_decision"), metavar="FORMAT")
    fail_option = typer.Option("--fail-on", help=say("help.fail_on_decision"), metavar="gate|unsettled|worse")
    runs_argument = typer.Argument(help=say("help.runs"), metavar="RUN")
    use_case_option = typer.Option("--use-case", "-u", help=say("help.use_case"), metavar="NAME|FILE")
    spoken_option = typer.Option("--in", help=say("help.spoken"), metavar="ja|en")
    no_ratings_option = typer.Option("--no-ratings", help=say("help.no_ratings"))

    @app.command(help=say("help.profile"))
    def profile(
        runs: Annotated[list[Path], runs_argument],
        format: Annotated[str, format_option] = "table",
        everything: Annotated[bool, typer.Option("--all", help=say("help.all_figures"))] = False,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.profiling import profile_and_show

        profile_and_show(say, runs, format, everything=everything)

    @app.command(help=say("help.decide"))
    def decide(
        runs: Annotated[list[Path], runs_argument],
        use_case: Annotated[str | None, use_case_option] = None,
        language: Annotated[list[str] | None, spoken_option] = None,
        no_ratings: Annotated[bool, no_ratings_option] = False,
        baseline: Annotated[Path | None, typer.Option("--baseline", help=say("help.baseline"), metavar="RUN")] = None,
        fail_on: Annotated[list[str] | None, fail_option] = None,
        seed: Annotated[int, typer.Option("--seed", help=say("help.seed_decision"), metavar="N")] = 0,
        format: Annotated[str, format_option] = "table",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.deciding import decide_and_show, regress_and_show
        from kijun.errors import SpecError

        settings = {"languages": tuple(language or ()), "ratings": not no_ratings, "seed": seed}
        if baseline is not None:
            code = regress_and_show(say, baseline, runs, use_case, format, fail_on=fail_on or (), **settings)
        elif use_case is None:
            raise SpecError("name a use case with --use-case ('kijun use-case list'), or an older run with --baseline")
        else:
            code = decide_and_show(say, use_case, runs, format, fail_on=fail_on or (), **settings)
        raise typer.Exit(code)

    @app.command(help=say("help.report"))
    def report(
        runs: Annotated[list[Path], runs_argument],
        use_case: Annotated[str | None, use_case_option] = None,
        language: Annotated[list[str] | None, spoken_option] = None,
        no_ratings: Annotated[bool, no_ratings_option] = False,
        format: Annotated[str, typer.Option("--format", help=say("help.report_format"), metavar="FORMAT")] = "html",
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.report_out"), metavar="FILE")] = None,
        items: Annotated[int, typer.Option("--items", help=say("help.report_items"), metavar="N")] = 10_000,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.reporting import write_report

        settings = {"use_case": use_case, "languages": tuple(language or ()), "ratings": not no_ratings}
        write_report(say, runs, format=format, out=out, items=items, **settings)

    group = typer.Typer(help=say("help.use_case_group"), context_settings=context, no_args_is_help=True)
    app.add_typer(group, name="use-case")
    name_argument = typer.Argument(help=say("help.use_case"), metavar="NAME|FILE")

    @group.command("list", help=say("help.use_case_list"))
    def use_case_list(lang: Annotated[str, lang] = say.language) -> None:
        from kijun.cli.use_cases import list_use_cases

        list_use_cases(say)

    @group.command("show", help=say("help.use_case_show"))
    def use_case_show(
        name: Annotated[str, name_argument],
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.use_cases import show_use_case

        show_use_case(say, name)

    @group.command("check", help=say("help.use_case_check"))
    def use_case_check(
        file: Annotated[Path, typer.Argument(help=say("help.use_case_file"), metavar="FILE")],
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.use_cases import check_use_case

        check_use_case(say, file)

    @group.command("new", help=say("help.use_case_new"))
    def use_case_new(
        start: Annotated[str | None, typer.Option("--from", help=say("help.use_case_from"), metavar="NAME")] = None,
        name: Annotated[str | None, typer.Option("--name", help=say("help.use_case_name"), metavar="NAME")] = None,
        title: Annotated[str | None, typer.Option("--title", help=say("help.use_case_title"), metavar="TEXT")] = None,
        language: Annotated[list[str] | None, typer.Option("--in", help=say("help.spoken"), metavar="ja|en")] = None,
        harm: Annotated[
            str | None, typer.Option("--harm", help=say("help.use_case_harm"), metavar="low|medium|high")
        ] = None,
        people: Annotated[bool | None, typer.Option("--people/--no-people", help=say("help.use_case_people"))] = None,
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.use_case_out"), metavar="FILE")] = None,
        yes: Annotated[bool, typer.Option("--yes", "-y", help=say("help.use_case_yes"))] = False,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.use_cases import Wishes, new_use_case

        wishes = Wishes(start, name, title, tuple(language or ()), harm, people)
        new_use_case(say, wishes, out, ask=not yes)
