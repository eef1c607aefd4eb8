"""``kijun rate``: the options of its commands."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kijun.reports.texts import Texts

__all__ = ["add_rate_commands"]


def add_rate_commands(app: typer.Typer, say: Texts, context: dict[str, Any]) -> None:
    """Adds the group ``rate`` to the command line."""
    group = typer.Typer(help=say("help.rate_group"), context_settings=context, no_args_is_help=True)
    app.add_typer(group, name="rate")
    _add_create(group, say)
    _add_running(group, say)
    _add_watching(group, say)
    _add_analyse(group, say)


def _add_create(group: typer.Typer, say: Texts) -> None:
    @group.command("create", help=say("help.rate_create"))
    def create(
        runs: Annotated[list[Path], typer.Argument(help=say("help.rated_runs"), metavar="RUN")],
        rubric: Annotated[str, typer.Option("--rubric", help=say("help.rubric"), metavar="NAME|FILE")],
        out: Annotated[str, typer.Option("--out", "-o", help=say("help.campaign_name"), metavar="NAME")],
        design: Annotated[
            str, typer.Option("--design", help=say("help.design"), metavar="pointwise|pairwise|revision")
        ] = "pointwise",
        sample: Annotated[int | None, typer.Option("--sample", help=say("help.sample"), metavar="N")] = None,
        by: Annotated[list[str] | None, typer.Option("--by", help=say("help.by"), metavar="STRATA")] = None,
        allocation: Annotated[
            str, typer.Option("--allocation", help=say("help.allocation"), metavar="proportional|equal")
        ] = "proportional",
        unsure: Annotated[bool, typer.Option("--unsure", help=say("help.unsure"))] = False,
        overlap: Annotated[int, typer.Option("--overlap", help=say("help.overlap"), metavar="K")] = 2,
        gold: Annotated[Path | None, typer.Option("--gold", help=say("help.gold"), metavar="FILE")] = None,
        gold_share: Annotated[float, typer.Option("--gold-share", help=say("help.gold_share"), metavar="SHARE")] = 0.1,
        practice: Annotated[bool, typer.Option("--practice/--no-practice", help=say("help.practice"))] = True,
        task: Annotated[list[str] | None, typer.Option("--task", help=say("help.task"), metavar="TASK")] = None,
        language: Annotated[
            list[str] | None, typer.Option("--language", help=say("help.rating_language"), metavar="en|ja")
        ] = None,
        quota: Annotated[int | None, typer.Option("--quota", help=say("help.quota"), metavar="N")] = None,
        lease: Annotated[float, typer.Option("--lease", help=say("help.lease"), metavar="MINUTES")] = 30.0,
        show: Annotated[
            list[str] | None, typer.Option("--show", help=say("help.unblind"), metavar="models|peers|judge")
        ] = None,
        password: Annotated[bool, typer.Option("--password", help=say("help.password"))] = False,
        retention: Annotated[
            int | None, typer.Option("--retention", help=say("help.retention"), metavar="DAYS")
        ] = None,
        title: Annotated[str, typer.Option("--title", help=say("help.campaign_title"), metavar="TEXT")] = "",
        seed: Annotated[int, typer.Option("--seed", help=say("help.rating_seed"), metavar="N")] = 1234,
        database: Annotated[
            str | None, typer.Option("--database", help=say("help.database"), metavar="URL|FILE")
        ] = None,
        lang: Annotated[str, typer.Option("--lang", help=say("help.lang"), metavar="ja|en")] = say.language,
    ) -> None:
        from kijun.cli.rating import create_and_tell

        settings = {"overlap": overlap, "gold_share": gold_share, "quota": quota, "lease_minutes": lease}
        settings |= {"password": password, "retention_days": retention, "title": title}
        settings |= {"languages": language} if language else {}
        chosen = {"design": design, "sample": sample, "by": by or (), "allocation": allocation, "unsure": unsure}
        chosen |= {"gold": gold, "practice": practice, "tasks": task or (), "seed": seed}
        create_and_tell(say, database, runs, rubric, out, show or [], settings, **chosen)


def _add_running(group: typer.Typer, say: Texts) -> None:
    name_argument = typer.Argument(help=say("help.campaign"), metavar="NAME")
    database_option = typer.Option("--database", help=say("help.database"), metavar="URL|FILE")
    lang_option = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")

    @group.command("serve", help=say("help.rate_serve"))
    def serve(
        host: Annotated[str, typer.Option("--host", help=say("help.host"), metavar="ADDRESS")] = "127.0.0.1",
        port: Annotated[int, typer.Option("--port", help=say("help.port"), metavar="N")] = 8000,
        workers: Annotated[int, typer.Option("--workers", help=say("help.workers"), metavar="N")] = 1,
        public_url: Annotated[
            str | None, typer.Option("--public-url", help=say("help.public_url"), metavar="URL")
        ] = None,
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.serving import serve_and_tell

        serve_and_tell(say, database, host=host, port=port, workers=workers, public_url=public_url)

    @group.command("invite", help=say("help.rate_invite"))
    def invite(
        name: Annotated[str, name_argument],
        role: Annotated[
            str, typer.Option("--role", help=say("help.role"), metavar="owner|organiser|rater|reader")
        ] = "rater",
        uses: Annotated[int, typer.Option("--uses", help=say("help.uses"), metavar="N")] = 1,
        days: Annotated[float, typer.Option("--days", help=say("help.days"), metavar="N")] = 14.0,
        link_for: Annotated[str | None, typer.Option("--for", help=say("help.link_for"), metavar="PERSON")] = None,
        address: Annotated[
            str, typer.Option("--address", help=say("help.address"), metavar="URL")
        ] = "http://127.0.0.1:8000",
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import invite_and_tell

        invite_and_tell(say, database, name, role=role, uses=uses, days=days, whom=link_for, address=address)

    @group.command("open", help=say("help.rate_open"))
    def open_(
        name: Annotated[str, name_argument],
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import move_and_tell

        move_and_tell(say, database, name, "open")

    @group.command("pause", help=say("help.rate_pause"))
    def pause(
        name: Annotated[str, name_argument],
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import move_and_tell

        move_and_tell(say, database, name, "paused")

    @group.command("close", help=say("help.rate_close"))
    def close(
        name: Annotated[str, name_argument],
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.export_out"), metavar="DIR")] = None,
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import export_and_tell, move_and_tell

        move_and_tell(say, database, name, "closed")
        export_and_tell(say, database, name, out)

    @group.command("export", help=say("help.rate_export"))
    def export(
        name: Annotated[str, name_argument],
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.export_out"), metavar="DIR")] = None,
        table: Annotated[
            list[Path] | None, typer.Option("--table", help=say("help.export_table"), metavar="FILE")
        ] = None,
        names: Annotated[bool, typer.Option("--names", help=say("help.export_names"))] = False,
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import export_and_tell

        export_and_tell(say, database, name, out, tables=table or (), names=names)

    @group.command("import", help=say("help.rate_import"))
    def import_(
        file: Annotated[str, typer.Argument(help=say("help.imported"), metavar="FILE|DIR")],
        rubric: Annotated[str | None, typer.Option("--rubric", help=say("help.rubric"), metavar="NAME|FILE")] = None,
        out: Annotated[str | None, typer.Option("--out", "-o", help=say("help.campaign_name"), metavar="NAME")] = None,
        design: Annotated[
            str, typer.Option("--design", help=say("help.design"), metavar="pointwise|pairwise|revision")
        ] = "pointwise",
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating import import_and_tell

        import_and_tell(say, database, file, rubric, out, design)


def _add_watching(group: typer.Typer, say: Texts) -> None:
    name_argument = typer.Argument(help=say("help.campaign"), metavar="NAME")
    database_option = typer.Option("--database", help=say("help.database"), metavar="URL|FILE")
    lang_option = typer.Option("--lang", help=say("help.lang"), metavar="ja|en")

    @group.command("status", help=say("help.rate_status"))
    def status(
        name: Annotated[str | None, typer.Argument(help=say("help.campaign_or_all"), metavar="NAME")] = None,
        format: Annotated[str, typer.Option("--format", help=say("help.status_format"), metavar="FORMAT")] = "table",
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating_status import show_campaigns, show_status

        if name is None:
            show_campaigns(say, database)
        else:
            show_status(say, database, name, format)

    @group.command("person", help=say("help.rate_person"))
    def person(
        name: Annotated[str, name_argument],
        who: Annotated[str, typer.Argument(help=say("help.person"), metavar="PERSON")],
        role: Annotated[
            str | None, typer.Option("--role", help=say("help.new_role"), metavar="owner|organiser|rater|reader")
        ] = None,
        quota: Annotated[int | None, typer.Option("--quota", help=say("help.quota"), metavar="N")] = None,
        stop: Annotated[bool | None, typer.Option("--stop/--resume", help=say("help.stop"))] = None,
        data: Annotated[bool, typer.Option("--data", help=say("help.person_data"))] = False,
        anonymise: Annotated[bool, typer.Option("--anonymise", help=say("help.anonymise"))] = False,
        erase: Annotated[bool, typer.Option("--erase", help=say("help.erase"))] = False,
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating_people import care_for_person

        care_for_person(
            say, database, name, who, role=role, quota=quota, stop=stop, data=data, anonymise=anonymise, erase=erase
        )

    @group.command("retention", help=say("help.rate_retention"))
    def retention(
        database: Annotated[str | None, database_option] = None, lang: Annotated[str, lang_option] = say.language
    ) -> None:
        from kijun.cli.rating_people import apply_retention

        apply_retention(say, database)

    @group.command("backup", help=say("help.rate_backup"))
    def backup(
        file: Annotated[Path, typer.Argument(help=say("help.backup_file"), metavar="FILE")],
        database: Annotated[str | None, database_option] = None,
        lang: Annotated[str, lang_option] = say.language,
    ) -> None:
        from kijun.cli.rating_people import back_up

        back_up(say, database, file)


def _add_analyse(group: typer.Typer, say: Texts) -> None:
    @group.command("analyse", help=say("help.rate_analyse"))
    def analyse(
        name: Annotated[str, typer.Argument(help=say("help.campaign_named"), metavar="CAMPAIGN")],
        format: Annotated[str, typer.Option("--format", help=say("help.format"), metavar="FORMAT")] = "table",
        out: Annotated[Path | None, typer.Option("--out", "-o", help=say("help.analysis_out"), metavar="FILE")] = None,
        half_width: Annotated[
            float | None, typer.Option("--half-width", help=say("help.half_width"), metavar="X")
        ] = None,
        database: Annotated[
            str | None, typer.Option("--database", help=say("help.database"), metavar="URL|FILE")
        ] = None,
        lang: Annotated[str, typer.Option("--lang", help=say("help.lang"), metavar="ja|en")] = say.language,
    ) -> None:
        from kijun.cli.analysing import analyse_and_show

        analyse_and_show(say, name, format, out=out, half_width=half_width, database=database)
