"""``kijun judge run`` and ``kijun judge validate``: their options."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kijun.reports.texts import Texts

__all__ = ["add_judge_commands"]


def add_judge_commands(app: typer.Typer, say: Texts, context: dict[str, Any]) -> None:
    """Adds the group ``judge`` to the command line."""
    group = typer.Typer(help=say("help.judge_group"), context_settings=context, no_args_is_help=True)
    app.add_typer(group, name="judge")
    rubric_option = typer.Option("--rubric", help=say("help.rubric"), metavar="NAME|FILE")
    format_option = typer.Option("--format", help=say("help.format"), metavar="FORMAT")
    lang = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")
    limit_option = typer.Option("--limit", help=say("help.limit"), metavar="N")
    price_option = typer.Option("--price", help=say("help.price"), metavar="IN:OUT")
    max_cost_option = typer.Option("--max-cost", help=say("help.max_cost"), metavar="SUM")
    threads_option = typer.Option("--threads", help=say("help.threads"), metavar="N")

    @group.command("run", help=say("help.judge_run"))
    def judge_run(
        run: Annotated[Path, typer.Argument(help=say("help.run_folder"), metavar="RUN")],
        rubric: Annotated[str, rubric_option],
        judge: Annotated[list[str], typer.Option("--judge", help=say("help.judge"), metavar="NAME")],
        against: Annotated[Path | None, typer.Option("--against", help=say("help.against"), metavar="RUN")] = None,
        task: Annotated[list[str] | None, typer.Option("--task", help=say("help.task"), metavar="TASK")] = None,
        dimension: Annotated[
            list[str] | None, typer.Option("--dimension", help=say("help.dimension"), metavar="ID")
        ] = None,
        name: Annotated[str | None, typer.Option("--as", help=say("help.judged_as"), metavar="NAME")] = None,
        weights: Annotated[
            list[Path] | None, typer.Option("--weights", help=say("help.weights"), metavar="FILE")
        ] = None,
        tuned_on: Annotated[
            list[str] | None, typer.Option("--tuned-on", help=say("help.tuned_on"), metavar="CAMPAIGN")
        ] = None,
        limit: Annotated[int | None, limit_option] = None,
        price: Annotated[str | None, price_option] = None,
        max_cost: Annotated[float | None, max_cost_option] = None,
        threads: Annotated[int | None, threads_option] = None,
        format: Annotated[str, format_option] = "table",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.judging import judge_and_show, judge_options

        chosen = {"against": against, "tasks": task or (), "dimensions": dimension or (), "name": name, "limit": limit}
        chosen |= {"tuned_on": tuned_on or ()}
        options = judge_options(price, threads)
        judge_and_show(say, run, rubric, judge, weights or [], format, options=options, max_cost=max_cost, **chosen)

    @group.command("validate", help=say("help.judge_validate"))
    def judge_validate(
        rubric: Annotated[str, rubric_option],
        labels: Annotated[str, typer.Option("--labels", help=say("help.labels"), metavar="FILE")],
        judge: Annotated[list[str] | None, typer.Option("--judge", help=say("help.judge"), metavar="NAME")] = None,
        confidence: Annotated[bool, typer.Option("--confidence", help=say("help.confidence"))] = False,
        limit: Annotated[int | None, limit_option] = None,
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.judge_out"), metavar="DIR")] = None,
        price: Annotated[str | None, price_option] = None,
        max_cost: Annotated[float | None, max_cost_option] = None,
        threads: Annotated[int | None, threads_option] = None,
        format: Annotated[str, format_option] = "table",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.judging import judge_options, validate_and_show

        chosen = {"confidence": confidence, "limit": limit, "out": out, "max_cost": max_cost}
        validate_and_show(say, labels, rubric, judge or [], format, options=judge_options(price, threads), **chosen)
