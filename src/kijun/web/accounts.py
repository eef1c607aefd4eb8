"""Coming and going: links, signing in and out, language and theme, one's own data."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from kijun.errors import NotAllowedError, SpecError
from kijun.ratings.secrets import SHORTEST_PASSWORD
from kijun.reports.texts import LANGUAGES
from kijun.web.forms import posted
from kijun.web.visit import THEMES, SignInNeeded, Visit, check_origin, local_path

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Posted = Annotated[Any, Depends(posted)]


@router.get("/")
def _home(request: Request) -> Response:
    """The campaigns that somebody has a part in."""
    visit = Visit(request)
    views = visit.place.campaigns.all(visit.person)
    cards = [
        {
            "name": view.campaign.name,
            "title": view.title,
            "state": view.state,
            "role": view.role,
            "may_work": view.role != "reader" and view.state != "draft",
            "may_watch": view.role != "rater",
        }
        for view in views
    ]
    return visit.page("home.html", cards=cards)


@router.get("/favicon.ico")
def _icon() -> Response:
    """Browsers ask for it whatever the page says."""
    return RedirectResponse("/static/icon.svg", status_code=301)


@router.post("/preferences")
def _preferences(request: Request, form: Posted) -> Response:
    """Language and theme."""
    visit = Visit(request)
    check_origin(request)
    answer = visit.go(local_path(form.get("back")))
    language, theme = form.get("language"), form.get("theme")
    if language in LANGUAGES:
        visit.remember(answer, "kijun-language", language, hidden=False)
        if visit.session is not None:
            visit.place.people.set_locale(visit.person, language)
    if theme in THEMES:
        visit.remember(answer, "kijun-theme", theme, hidden=False)
    return answer


@router.get("/sign-in")
def _sign_in_page(request: Request) -> Response:
    """Name and password."""
    visit = Visit(request)
    return visit.go("/") if visit.session else visit.page("sign_in.html", error="", name="")


@router.post("/sign-in")
def _sign_in(request: Request, form: Posted) -> Response:
    """Signs in, unless there were too many failures from this address or for this name."""
    visit = Visit(request)
    visit.check(form)
    name, password = str(form.get("name") or ""), str(form.get("password") or "")
    site, key = visit.site, name.strip().casefold()[:100]
    if site.by_address.wait(visit.address) or site.by_name.wait(key):
        return visit.page("sign_in.html", status=429, error=visit.say("sign_in.wait"), name=name)
    try:
        signed_in = visit.place.people.sign_in(name, password)
    except NotAllowedError:
        site.by_address.failed(visit.address)
        site.by_name.failed(key)
        return visit.page("sign_in.html", status=403, error=visit.say("sign_in.wrong"), name=name)
    return visit.sign_in(visit.go("/"), signed_in)


@router.post("/sign-out")
def _sign_out(request: Request, form: Posted) -> Response:
    """Ends the session."""
    visit = Visit(request)
    visit.check(form)
    return visit.sign_out(visit.go("/sign-in"))


@router.get("/invite/{token}")
def _invite_page(request: Request, token: str) -> Response:
    """What an invitation leads to; nothing happens until its button is pressed, since programs follow links too."""
    visit = Visit(request)
    return _invite(visit, token, status=200)


@router.post("/invite/{token}")
def _accept(request: Request, token: str, form: Posted) -> Response:
    """Comes in by a link."""
    visit = Visit(request)
    visit.check(form)
    if visit.site.by_address.wait(visit.address):
        return _message(visit, "invite.cannot", "sign_in.wait", 429)
    name = str(form.get("name") or "")
    try:
        signed_in = visit.place.people.accept(
            token,
            name=name,
            password=str(form.get("password") or "") or None,
            locale=visit.language,
            signed_in=visit.session.person if visit.session else None,
        )
    except NotAllowedError:
        visit.site.by_address.failed(visit.address)
        return _message(visit, "invite.cannot", "invite.useless", 403)
    except SpecError as error:
        return _invite(visit, token, status=422, name=name, error=_fault(visit, error))
    answer = visit.go(f"/rate/{signed_in.campaign}" if signed_in.campaign else "/")
    return visit.sign_in(answer, signed_in)


@router.get("/account")
def _account(request: Request) -> Response:
    """What somebody may do about oneself."""
    return _account_page(Visit(request))


def _account_page(visit: Visit, *, status: int = 200, notice: str = "", error: str = "") -> Response:
    if visit.session is None:
        raise SignInNeeded
    return visit.page(
        "account.html",
        status=status,
        path="/account",
        has_password=visit.session.has_password,
        shortest=SHORTEST_PASSWORD,
        notice=notice,
        error=error,
    )


@router.post("/account/password")
def _password(request: Request, form: Posted) -> Response:
    """Chooses a password; all sessions end, and this browser is signed in again."""
    visit = Visit(request)
    visit.check(form)
    key = visit.person.name.casefold()
    if visit.site.by_name.wait(key):
        return _account_page(visit, status=429, error=visit.say("sign_in.wait"))
    new = str(form.get("new") or "")
    try:
        visit.place.people.set_password(visit.person, new, old=str(form.get("old") or "") or None)
    except NotAllowedError:
        visit.site.by_name.failed(key)
        return _account_page(visit, status=403, error=visit.say("account.wrong_old"))
    except SpecError:
        return _account_page(visit, status=422, error=visit.say("invite.bad_password", shortest=SHORTEST_PASSWORD))
    return visit.sign_in(visit.go("/account"), visit.place.people.sign_in(visit.person.name, new))


@router.post("/account/data")
def _data(request: Request, form: Posted) -> Response:
    """Everything that is kept about the person, as JSON."""
    visit = Visit(request)
    visit.check(form)
    body = msgspec.json.format(msgspec.json.encode(visit.place.personal_data.of(visit.person)), indent=2)
    headers = {"content-disposition": 'attachment; filename="kijun-my-data.json"'}
    return Response(body, media_type="application/json", headers=headers)


@router.post("/account/forget")
def _forget_me(request: Request, form: Posted) -> Response:
    """Takes the name off the work, or deletes the work as well."""
    visit = Visit(request)
    visit.check(form)
    if form.get("sure") != "yes":
        return visit.go("/account")
    data, say = visit.place.personal_data, visit.say
    forget = data.erase if form.get("do") == "erase" else data.anonymise
    forget(visit.person)
    answer = visit.page("message.html", path="/", title=say("account.gone_title"), text=say("account.gone"), **_PLAIN)
    return visit.sign_out(answer)


_PLAIN = {"details": "", "back": "/sign-in"}


def _fault(visit: Visit, error: SpecError) -> str:
    if error.key == "name":
        return visit.say("invite.bad_name")
    return visit.say("invite.bad_password", shortest=SHORTEST_PASSWORD)


def _invite(visit: Visit, token: str, *, status: int, name: str = "", error: str = "") -> Response:
    if visit.site.by_address.wait(visit.address):
        return _message(visit, "invite.cannot", "sign_in.wait", 429)
    try:
        invite = visit.place.people.look_at_invite(token)
    except NotAllowedError:
        visit.site.by_address.failed(visit.address)
        return _message(visit, "invite.cannot", "invite.useless", 403)
    return visit.page("invite.html", status=status, invite=invite, name=name, error=error, shortest=SHORTEST_PASSWORD)


def _message(visit: Visit, title: str, text: str, status: int) -> Response:
    say = visit.say
    return visit.page("message.html", status=status, title=say(title), text=say(text), details="", back="/")
