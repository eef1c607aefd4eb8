"""``kijun rate serve``: the pages and the API."""

from __future__ import annotations

from rich.markup import escape

from kijun.cli.terminal import open_console
from kijun.errors import SpecError
from kijun.ratings import RatingPlace, database_url
from kijun.reports.texts import Texts

__all__ = ["serve_and_tell"]


def serve_and_tell(
    say: Texts, database: str | None, *, host: str, port: int, workers: int, public_url: str | None
) -> None:
    """Serves until Ctrl+C; first says where, and gives links to owners that are still missing.

    Raises:
        SpecError: an address that would send everything in the clear, a number out of range, a missing extra.
        StoreError: the port is taken, or the database cannot be opened.
    """
    try:
        from kijun.web.serve import check_port, owner_links, run_server
    except ModuleNotFoundError as error:
        message = f"serving needs the extra 'rate' ({error.name} is not installed); run: pip install 'kijun[rate]'"
        raise SpecError(message) from None
    from kijun.web.site import make_site

    if not 1 <= port <= 65535 or not 1 <= workers <= 64:
        raise SpecError(f"--port takes 1 to 65535 and --workers 1 to 64; got {port} and {workers}")
    shown = f"[{host}]" if ":" in host else host
    address = (public_url or f"http://{shown}:{port}").rstrip("/")
    check_port(host, port)
    console = open_console()
    with RatingPlace(database) as place:
        make_site(place, address)
        links = owner_links(place, address)
    console.print(escape(say("rate_serve.address", address=address, database=database_url(database))), soft_wrap=True)
    for name, link in links.items():
        console.print(escape(say("rate_serve.owner", name=name)), soft_wrap=True)
        console.print(f"  {escape(link)}", soft_wrap=True)
    console.print(escape(say("rate_serve.stop")))
    run_server(database_url(database), address, host=host, port=port, workers=workers)
