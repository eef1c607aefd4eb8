"""How the API describes itself: schemas come from the records that are sent, so that they cannot differ from them."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi

from kijun.errors import SpecError

__all__ = ["BODIES", "Failure", "answers", "body", "describe", "described"]

T = TypeVar("T")
_REFERENCE = "#/components/schemas/{name}"
_known: dict[str, Any] = {}


class Failure(msgspec.Struct, frozen=True):
    """Why a request was refused.

    Attributes:
        code: short name: ``sign_in``, ``not_allowed``, ``not_found``, ``conflict``, ``not_whole``, ``wrong``,
            ``store``, ``too_many``.
        message: what is wrong, what was found, how to mend it.
        problems: of a judgement: each names its field.
    """

    code: str
    message: str
    problems: list[dict[str, Any]] = []


class _Bodies:
    """Reads the bodies of requests into records."""

    def read(self, given: bytes, kind: type[T]) -> T:
        """The record in a body.

        Raises:
            SpecError: no JSON, or another record.
        """
        try:
            return msgspec.json.decode(given, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise SpecError(f"the body of the request: {error}".replace("`", "")) from None


BODIES = _Bodies()


async def body(request: Request) -> bytes:
    """The body as it was sent."""
    return await request.body()


def described(
    answer: Any, sent: Any = None, *, status: int = 200, public: bool = False, empty: str = ""
) -> dict[str, Any]:
    """Arguments of a route: what it answers and what must be sent.

    Args:
        public: nobody needs to be signed in.
        empty: when there is nothing to answer (204).
    """
    found: dict[int | str, Any] = {status: {"description": "done", "content": _content(answer)}}
    if empty:
        found[204] = {"description": empty}
    refusals = (400, 403, 422, 429) if public else (400, 401, 403, 404, 409, 422)
    route: dict[str, Any] = {"status_code": status, "response_model": None, "responses": found | _refusals(*refusals)}
    if sent is not None:
        route["openapi_extra"] = {"requestBody": {"required": True, "content": _content(sent)}}
    if public:
        route.setdefault("openapi_extra", {})["security"] = []
    return route


def answers(*refusals: int) -> dict[str, Any]:
    """Arguments of a route that answers nothing (204)."""
    return {"response_model": None, "responses": _refusals(*refusals)}


def _refusals(*statuses: int) -> dict[int | str, Any]:
    return {status: {"description": "refused", "content": _content(Failure)} for status in (*statuses, 413, 503)}


def _content(kind: Any) -> dict[str, Any]:
    (schema,), parts = msgspec.json.schema_components((kind,), ref_template=_REFERENCE)
    _known.update(parts)
    return {"application/json": {"schema": schema}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the API."""
    from kijun import __version__

    made = get_openapi(title="Kijun", version=__version__, routes=app.routes, description=_ABOUT)
    for path in made["paths"].values():
        for operation in path.values():
            # The framework's own refusal of parameters has our shape, too.
            operation["responses"]["422"] = {"description": "refused", "content": _content(Failure)}
    made["components"] = {
        "schemas": dict(sorted(_known.items())),
        "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
    }
    made["security"] = [{"session": []}]
    return made


_ABOUT = "Human ratings. Sign in at /api/session or /api/invitations and send the token as a bearer token."
