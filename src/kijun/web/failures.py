"""What went wrong, told in the visitor's language on a page, or in JSON where a program asked."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from kijun.errors import ConflictError, KijunError, NotAllowedError, StoreError, SubmissionError, UnknownNameError
from kijun.reports.error_texts import told
from kijun.web.visit import SignInNeeded, Visit

__all__ = ["add_failure_pages", "code_of", "status_of"]

_KINDS: tuple[tuple[type[KijunError], int, str], ...] = (
    (NotAllowedError, 403, "not_allowed"),
    (UnknownNameError, 404, "not_found"),
    (ConflictError, 409, "conflict"),
    (SubmissionError, 422, "not_whole"),
    (StoreError, 503, "store"),
)


def status_of(error: KijunError) -> int:
    """HTTP status."""
    return next((status for kind, status, _ in _KINDS if isinstance(error, kind)), 400)


def code_of(error: KijunError) -> str:
    """Short name of the failure, for programs and as key of its texts."""
    return next((code for kind, _, code in _KINDS if isinstance(error, kind)), "wrong")


def add_failure_pages(app: FastAPI) -> None:
    """Handlers for everything that our own code raises on purpose, and for addresses that lead nowhere."""
    app.add_exception_handler(SignInNeeded, _sign_in_needed)
    app.add_exception_handler(KijunError, _kijun_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_parameter)


def _for_program(request: Request) -> bool:
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def _sign_in_needed(request: Request, error: Exception) -> Response:
    if _for_program(request):
        return JSONResponse({"code": "sign_in", "message": "sign in first: POST /api/session"}, 401)
    return Visit(request).go("/sign-in")


def _kijun_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KijunError)
    status, code = status_of(error), code_of(error)
    if _for_program(request):
        body: dict[str, object] = {"code": code, "message": str(error)}
        if isinstance(error, SubmissionError):
            body["problems"] = [{"field": one.field, "code": one.code, **one.values} for one in error.problems]
        return JSONResponse(body, status)
    return _page(request, code, status, details=told(error, Visit(request).language) if code == "wrong" else "")


def _bad_parameter(request: Request, error: Exception) -> Response:
    """A number in an address that is none, or out of range."""
    assert isinstance(error, RequestValidationError)
    if _for_program(request):
        told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        return JSONResponse({"code": "wrong", "message": told}, 422)
    return _page(request, "wrong", 422)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _for_program(request):
        return JSONResponse({"code": "http", "message": str(error.detail)}, error.status_code, error.headers)
    return _page(request, "not_found" if error.status_code in (404, 405) else "wrong", error.status_code)


def _page(request: Request, code: str, status: int, details: str = "") -> Response:
    visit = Visit(request)
    title, text = visit.say(f"failure.{code}_title"), visit.say(f"failure.{code}")
    return visit.page("message.html", status=status, path="/", title=title, text=text, details=details, back="/")
