"""One request from one person: who it is, in which language, and the page that goes back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kijun.errors import NotAllowedError
from kijun.ratings.people import SignedIn
from kijun.ratings.person import Person
from kijun.ratings.place import RatingPlace
from kijun.reports.texts import LANGUAGES, Texts, texts
from kijun.web.markdown import as_html
from kijun.web.site import Site

__all__ = ["THEMES", "ForgedError", "Look", "SignInNeeded", "Visit", "check_origin", "local_path"]

THEMES = ("auto", "light", "dark")
_FOLDER = Path(__file__).parent
_YEAR = 365 * 24 * 3600
_VISITOR = "kijun-visitor"


class SignInNeeded(Exception):
    """Nobody is signed in; the answer is the page to do so."""


class ForgedError(NotAllowedError):
    """A form that did not come from one of our pages."""


class Look(NamedTuple):
    """What every page needs to know of the visitor.

    Attributes:
        other_language: to switch to; empty where there is only one.
        csrf: goes into every form.
        path: where to return to after a change of language or theme.
    """

    language: str
    other_language: str
    theme: str
    person: Person | None
    csrf: str
    path: str


class Visit:
    """A request and everything known about who made it; cheap until it is asked for."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.site: Site = request.app.state.site
        self.place: RatingPlace = self.site.place
        self._fresh_visitor = ""
        self.languages: tuple[str, ...] = LANGUAGES

    @cached_property
    def token(self) -> str:
        """Of the session: from a program's header, else from the browser's cookie; empty when there is none."""
        kind, _, given = self.request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return given.strip()
        return self.request.cookies.get(self.site.cookie, "")

    @property
    def by_token(self) -> bool:
        """Whether a program holds the session; no browser sends its header by itself."""
        return self.request.headers.get("authorization", "").lower().startswith("bearer ")

    @cached_property
    def session(self) -> SignedIn | None:
        """Who is signed in."""
        return self.place.people.session(self.token) if self.token else None

    @property
    def person(self) -> Person:
        """The person who is signed in.

        Raises:
            SignInNeeded: nobody is.
        """
        if self.session is None:
            raise SignInNeeded
        return self.session.person

    @cached_property
    def language(self) -> str:
        """The person's own, else what was chosen here before, else the first that the browser asks for and we speak."""
        if self.session is not None:
            return self.session.person.locale
        chosen = self.request.cookies.get("kijun-language")
        if chosen in LANGUAGES:
            return chosen
        asked = [one.split(";")[0].strip()[:2] for one in self.request.headers.get("accept-language", "").split(",")]
        return next((one for one in asked if one in LANGUAGES), LANGUAGES[0])

    def speak(self, languages: Sequence[str]) -> None:
        """Keeps to the languages of a campaign; the person's own stays what it is."""
        self.languages = tuple(one for one in LANGUAGES if one in languages) or LANGUAGES
        if self.language not in self.languages:
            self.language = self.languages[0]

    @property
    def say(self) -> Texts:
        """Texts of the pages."""
        return texts(self.language, "pages")

    @property
    def address(self) -> str:
        """Where the request came from; behind a proxy what the proxy tells."""
        return self.request.client.host if self.request.client else ""

    @cached_property
    def csrf(self) -> str:
        """Proof that a form is ours: of the session, or of the visitor before signing in."""
        if self.session is not None:
            return self.session.secret
        known = self.request.cookies.get(_VISITOR, "")
        if len(known) < 20:
            known = self._fresh_visitor = secrets.token_urlsafe(24)
        return known

    def check(self, form: Mapping[str, Any]) -> None:
        """Refuses forms that did not come from our pages.

        Raises:
            ForgedError: another site sent it, or the page is older than the session.
        """
        check_origin(self.request)
        given = form.get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), self.csrf.encode()):
            raise ForgedError("this form is too old, or did not come from our page; go back and load the page again")

    def page(self, template: str, *, status: int = 200, path: str | None = None, **values: Any) -> Response:
        """A page from a template.

        Args:
            path: where the page itself can be loaded again, when that is not the address asked for.
        """
        theme = self.request.cookies.get("kijun-theme", "auto")
        here = self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else "")
        look = Look(
            language=self.language,
            other_language=next((one for one in self.languages if one != self.language), ""),
            theme=theme if theme in THEMES else "auto",
            person=None if self.session is None else self.session.person,
            csrf=self.csrf,
            path=path or here,
        )
        body = _environment().get_template(template).render(look=look, say=self.say, **values)
        answer = HTMLResponse(body, status_code=status)
        if self._fresh_visitor:
            self.remember(answer, _VISITOR, self._fresh_visitor, hidden=True)
        return answer

    def go(self, path: str) -> Response:
        """On to another page of ours, by GET."""
        return RedirectResponse(path, status_code=303)

    def remember(self, answer: Response, name: str, value: str, *, hidden: bool, seconds: int = _YEAR) -> None:
        """Sets a cookie."""
        answer.set_cookie(
            name, value, max_age=seconds, path="/", secure=self.site.secure, httponly=hidden, samesite="lax"
        )

    def sign_in(self, answer: Response, signed_in: SignedIn) -> Response:
        """Gives the browser its session."""
        self.remember(answer, self.site.cookie, signed_in.token, hidden=True, seconds=30 * 24 * 3600)
        return answer

    def sign_out(self, answer: Response) -> Response:
        """Ends the session, here and in the database."""
        if self.token:
            self.place.people.sign_out(self.token)
        answer.delete_cookie(self.site.cookie, path="/", secure=self.site.secure, httponly=True, samesite="lax")
        return answer


def check_origin(request: Request) -> None:
    """Refuses what browsers themselves say came from another site.

    Raises:
        ForgedError: it did.
    """
    fetched = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = fetched not in (None, "same-origin", "none")
    if origin is not None and fetched is None:
        foreign = urlsplit(origin).netloc != request.headers.get("host")
    if foreign:
        raise ForgedError("this request came from another site")


def local_path(path: Any) -> str:
    """A path of ours to go to; the home page for anything that could lead elsewhere."""
    plain = isinstance(path, str) and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = lambda text: Markup(as_html(text))
    environment.filters["guidelines"] = lambda text: Markup(as_html(text, flowing=True))
    environment.filters["plain"] = lambda number: f"{number:g}"
    environment.filters["hours"] = lambda seconds: f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f} min"
    environment.filters["moment"] = lambda text: text[:16].replace("T", " ")
    environment.globals["static"] = _static
    return environment


@cache
def _static(name: str) -> str:
    """Address of a file of ours; changes with its content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((_FOLDER / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?{digest}"
