"""``kijun critique`` and ``kijun export preferences``: their options."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kijun.reports.texts import Texts

__all__ = ["add_alignment_commands"]


def add_alignment_commands(app: typer.Typer, say: Texts, context: dict[str, Any]) -> None:
    """Adds ``critique`` and the group ``export`` to the command line."""
    lang = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")

    @app.command("critique", help=say("help.critique"))
    def critique(
        run: Annotated[Path, typer.Argument(help=say("help.run_folder"), metavar="RUN")],
        model: Annotated[str, typer.Option("--model", "-m", help=say("help.critic"), metavar="NAME")],
        rubric: Annotated[str, typer.Option("--rubric", help=say("help.rubric"), metavar="NAME|FILE")] = "constitution",
        task: Annotated[list[str] | None, typer.Option("--task", help=say("help.task"), metavar="TASK")] = None,
        principle: Annotated[
            list[str] | None, typer.Option("--principle", help=say("help.principle"), metavar="ID")
        ] = None,
        rounds: Annotated[int | None, typer.Option("--rounds", help=say("help.rounds"), metavar="N")] = None,
        seed: Annotated[int, typer.Option("--seed", help=say("help.seed_rounds"), metavar="N")] = 1234,
        name: Annotated[str | None, typer.Option("--as", help=say("help.critiques_as"), metavar="NAME")] = None,
        limit: Annotated[int | None, typer.Option("--limit", help=say("help.limit"), metavar="N")] = None,
        price: Annotated[str | None, typer.Option("--price", help=say("help.price"), metavar="IN:OUT")] = None,
        max_cost: Annotated[
            float | None, typer.Option("--max-cost", help=say("help.max_cost_critique"), metavar="SUM")
        ] = None,
        threads: Annotated[int | None, typer.Option("--threads", help=say("help.threads"), metavar="N")] = None,
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.aligning import critique_and_tell
        from kijun.cli.judging import judge_options

        chosen = {"tasks": task or (), "principles": principle or (), "rounds": rounds, "seed": seed, "name": name}
        options = judge_options(price, threads)
        critique_and_tell(say, run, rubric, model, options=options, limit=limit, max_cost=max_cost, **chosen)

    group = typer.Typer(help=say("help.export_group"), context_settings=context, no_args_is_help=True)
    app.add_typer(group, name="export")

    @group.command("preferences", help=say("help.export_preferences"))
    def preferences(
        campaign: Annotated[str, typer.Argument(help=say("help.campaign_named"), metavar="CAMPAIGN")],
        format: Annotated[str, typer.Option("--format", help=say("help.export_format"), metavar="FORMAT")],
        out: Annotated[Path, typer.Option("--out", "-o", help=say("help.training_out"), metavar="DIR")],
        confidence: Annotated[
            float, typer.Option("--confidence", help=say("help.export_confidence"), metavar="P")
        ] = 0.9,
        dimension: Annotated[
            str | None, typer.Option("--dimension", help=say("help.export_dimension"), metavar="ID")
        ] = None,
        method: Annotated[
            str, typer.Option("--method", help=say("help.export_method"), metavar="votes|raters")
        ] = "votes",
        veto: Annotated[str, typer.Option("--veto", help=say("help.export_veto"), metavar="any|majority")] = "any",
        holdout: Annotated[
            float | None, typer.Option("--holdout", help=say("help.export_holdout"), metavar="SHARE")
        ] = None,
        include: Annotated[bool, typer.Option("--include-evaluation-prompts", help=say("help.export_include"))] = False,
        keep_out: Annotated[
            list[Path] | None, typer.Option("--keep-out", help=say("help.export_keep_out"), metavar="RUN")
        ] = None,
        names: Annotated[bool, typer.Option("--names", help=say("help.training_names"))] = False,
        base_model: Annotated[
            str | None, typer.Option("--base-model", help=say("help.export_base_model"), metavar="NAME")
        ] = None,
        database: Annotated[
            str | None, typer.Option("--database", help=say("help.database"), metavar="URL|FILE")
        ] = None,
        licence: Annotated[str, typer.Option("--licence", help=say("help.export_licence"), metavar="TEXT")] = "",
        lang: Annotated[str, lang] = say.language,
    ) -> None:
        from kijun.cli.aligning import export_and_tell

        chosen = {"confidence": confidence, "dimension": dimension, "method": method, "veto": veto, "names": names}
        chosen |= {"holdout": holdout, "include_evaluation_prompts": include, "keep_out": keep_out or ()}
        chosen |= {"base_model": base_model, "licence": licence}
        export_and_tell(say, campaign, format, out, database=database, **chosen)
