"""The application: every page and the API, behind the walls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kijun.web import accounts, api, organiser_pages, rating_pages
from kijun.web.api_schema import describe
from kijun.web.failures import add_failure_pages
from kijun.web.security import Walls
from kijun.web.site import Site

__all__ = ["THREADS", "make_app"]

THREADS = 24
"""Requests at work at once in one process; each holds at most one connection to the database."""


def make_app(site: Site) -> Walls:
    """The application of a site, ready for a server. It does not close the rating place: whoever opened it does."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    app = FastAPI(title="Kijun", lifespan=life, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    app.state.site = site
    app.mount("/static", _Files(directory=Path(__file__).parent / "static"))
    for part in (accounts, rating_pages, organiser_pages, api):
        app.include_router(part.router)
    add_failure_pages(app)
    app.add_api_route("/healthz", lambda: _health(site), include_in_schema=False)
    # Outside of everything, so that the headers are on the answer to a bug of ours, too.
    return Walls(app, hosts=site.hosts, secure=site.secure)


def _health(site: Site) -> Response:
    """Whether the database answers."""
    with site.place.database.reading() as session:
        session.connection().exec_driver_sql("SELECT 1")
    return PlainTextResponse("ok\n")


class _Files(StaticFiles):
    """Our own files; their addresses carry a digest, so that they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer
