"""The JSON API: what the pages do, for programs. Its description is at ``/api/openapi.json``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from kijun.errors import NotAllowedError
from kijun.ratings import CampaignView, Progress, Submitted, Work
from kijun.ratings.adjudication import Verdict
from kijun.ratings.agreement import AgreementLine
from kijun.ratings.audit import AuditEntry
from kijun.ratings.people import Invite, Member
from kijun.ratings.status import CampaignStatus
from kijun.store import CampaignFolder
from kijun.web.api_records import (
    Accept,
    Change,
    Disagreements,
    Draft,
    Lease,
    Me,
    Move,
    NewInvite,
    NewRating,
    NewVerdict,
    Session,
    SignIn,
    Undo,
)
from kijun.web.api_schema import BODIES, answers, body, described
from kijun.web.visit import SignInNeeded, Visit, check_origin

__all__ = ["router"]

router = APIRouter(prefix="/api")


def _visit(request: Request) -> Visit:
    """A visit that changes nothing, or has shown that a program or one of our pages is behind it.

    Raises:
        NotAllowedError: a browser's cookie without the token of the session.
        SignInNeeded: nobody is signed in.
    """
    visit = Visit(request)
    if visit.session is None:
        raise SignInNeeded
    if request.method not in ("GET", "HEAD") and not visit.by_token:
        check_origin(request)
        visit.check({"csrf": request.headers.get("x-csrf-token", "")})
    return visit


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _view(view: CampaignView) -> dict[str, Any]:
    return {**msgspec.to_builtins(view), "title": view.title}


@router.post("/session", **described(Session, SignIn, status=201, public=True))
def _sign_in(request: Request, given: bytes = Depends(body)) -> Response:
    """Sign in with name and password."""
    visit, asked = Visit(request), BODIES.read(given, SignIn)
    site, key = visit.site, asked.name.strip().casefold()[:100]
    if site.by_address.wait(visit.address) or site.by_name.wait(key):
        return JSONResponse({"code": "too_many", "message": "too many failures; wait ten minutes"}, 429)
    try:
        made = visit.place.people.sign_in(asked.name, asked.password)
    except NotAllowedError:
        site.by_address.failed(visit.address)
        site.by_name.failed(key)
        raise
    return _json(Session(made.token, made.person.name, made.expires, None), 201)


@router.post("/invitations", **described(Session, Accept, status=201, public=True))
def _accept(request: Request, given: bytes = Depends(body)) -> Response:
    """Come in by an invitation."""
    visit, asked = Visit(request), BODIES.read(given, Accept)
    if visit.site.by_address.wait(visit.address):
        return JSONResponse({"code": "too_many", "message": "too many failures; wait ten minutes"}, 429)
    try:
        made = visit.place.people.accept(
            asked.token, name=asked.name, password=asked.password or None, locale=asked.locale
        )
    except NotAllowedError:
        visit.site.by_address.failed(visit.address)
        raise
    return _json(Session(made.token, made.person.name, made.expires, made.campaign), 201)


@router.delete("/session", status_code=204, **answers(401, 403))
def _sign_out(request: Request) -> Response:
    """Sign out."""
    visit = _visit(request)
    visit.place.people.sign_out(visit.token)
    return Response(status_code=204)


@router.get("/me", **described(Me))
def _me(request: Request) -> Response:
    """Who is signed in."""
    visit = Visit(request)
    return _json(Me(visit.person.name, visit.person.locale, visit.csrf))


@router.get("/campaigns", **described(list[CampaignView]))
def _campaigns(request: Request) -> Response:
    """Campaigns that you have a part in."""
    visit = Visit(request)
    return _json([_view(view) for view in visit.place.campaigns.all(visit.person)])


@router.get("/campaigns/{campaign}", **described(CampaignView))
def _campaign(request: Request, campaign: str) -> Response:
    """A campaign with its rubric, settings, state and version."""
    visit = Visit(request)
    return _json(_view(visit.place.campaigns.find(visit.person, campaign)))


@router.patch("/campaigns/{campaign}/settings", **described(CampaignView, Change))
def _change(request: Request, campaign: str, given: bytes = Depends(body)) -> Response:
    """Change settings; refused when somebody else changed them meanwhile."""
    visit, asked = _visit(request), BODIES.read(given, Change)
    return _json(_view(visit.place.campaigns.change(visit.person, campaign, asked.changes, version=asked.version)))


@router.post("/campaigns/{campaign}/state", **described(CampaignView, Move))
def _move(request: Request, campaign: str, given: bytes = Depends(body)) -> Response:
    """Open, pause or close a campaign."""
    visit, asked = _visit(request), BODIES.read(given, Move)
    return _json(_view(visit.place.campaigns.move(visit.person, campaign, asked.state, version=asked.version)))


@router.get("/campaigns/{campaign}/progress", **described(Progress))
def _progress(request: Request, campaign: str) -> Response:
    """How far you are."""
    visit = Visit(request)
    return _json(visit.place.judgements.progress(visit.person, campaign))


@router.post("/campaigns/{campaign}/assignments", **described(Work, empty="nothing waits for you"))
def _next(request: Request, campaign: str) -> Response:
    """The work in hand, or the next piece."""
    visit = _visit(request)
    work = visit.place.assignments.next(visit.person, campaign)
    return Response(status_code=204) if work is None else _json(work)


@router.post("/campaigns/{campaign}/undo", **described(Work, Undo))
def _undo(request: Request, campaign: str, given: bytes = Depends(body)) -> Response:
    """Take the newest judgement back."""
    visit, asked = _visit(request), BODIES.read(given, Undo)
    return _json(visit.place.judgements.undo(visit.person, campaign, rating=asked.rating))


@router.get("/assignments/{assignment}", **described(Work))
def _work(request: Request, assignment: str) -> Response:
    """A piece of work in your hands."""
    visit = Visit(request)
    return _json(visit.place.assignments.find(visit.person, assignment))


@router.put("/assignments/{assignment}/draft", **described(Lease, Draft))
def _draft(request: Request, assignment: str, given: bytes = Depends(body)) -> Response:
    """Save a draft."""
    visit, asked = _visit(request), BODIES.read(given, Draft)
    return _json(Lease(visit.place.assignments.save_draft(visit.person, assignment, asked.draft)))


@router.post("/assignments/{assignment}/pause", **described(Work))
def _pause(request: Request, assignment: str) -> Response:
    """Rest: the work stays yours and the time does not count."""
    visit = _visit(request)
    return _json(visit.place.assignments.pause(visit.person, assignment))


@router.post("/assignments/{assignment}/resume", **described(Work))
def _resume(request: Request, assignment: str) -> Response:
    """Go on after a rest."""
    visit = _visit(request)
    return _json(visit.place.assignments.resume(visit.person, assignment))


@router.delete("/assignments/{assignment}", status_code=204, **answers(401, 403, 409))
def _give_back(request: Request, assignment: str) -> Response:
    """Let others have the work."""
    visit = _visit(request)
    visit.place.assignments.give_back(visit.person, assignment)
    return Response(status_code=204)


@router.post("/assignments/{assignment}/ratings", **described(Submitted, NewRating))
def _submit(request: Request, assignment: str, given: bytes = Depends(body)) -> Response:
    """Submit a judgement; it is on disk when the answer comes."""
    visit, asked = _visit(request), BODIES.read(given, NewRating)
    return _json(visit.place.judgements.submit(visit.person, assignment, asked.submission, key=asked.key))


@router.get("/campaigns/{campaign}/status", **described(CampaignStatus))
def _status(request: Request, campaign: str) -> Response:
    """How the campaign stands."""
    visit = Visit(request)
    return _json(visit.place.status.of(visit.person, campaign))


@router.get("/campaigns/{campaign}/agreement", **described(list[AgreementLine]))
def _agreement(request: Request, campaign: str) -> Response:
    """Agreement on every question."""
    visit = Visit(request)
    return _json(visit.place.agreement.of(visit.person, campaign))


@router.get("/campaigns/{campaign}/disagreements", **described(Disagreements))
def _disagreements(
    request: Request,
    campaign: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Items on which raters differ, those furthest apart first."""
    visit = Visit(request)
    found, total = visit.place.adjudication.disagreements(visit.person, campaign, limit=limit, offset=offset)
    return _json(Disagreements(total, found))


@router.put("/campaigns/{campaign}/items/{item}/verdict", **described(Verdict, NewVerdict))
def _verdict(request: Request, campaign: str, item: str, given: bytes = Depends(body)) -> Response:
    """Give a verdict over an item, or change it."""
    visit, asked = _visit(request), BODIES.read(given, NewVerdict)
    adjudicate = visit.place.adjudication.adjudicate
    return _json(adjudicate(visit.person, campaign, item, asked.submission, version=asked.version))


@router.get("/campaigns/{campaign}/members", **described(list[Member]))
def _members(request: Request, campaign: str) -> Response:
    """Everybody with a part in the campaign."""
    visit = Visit(request)
    return _json(visit.place.people.members(visit.person, campaign))


@router.post("/campaigns/{campaign}/invites", **described(Invite, NewInvite, status=201))
def _invite(request: Request, campaign: str, given: bytes = Depends(body)) -> Response:
    """Make an invitation; its token is told only now."""
    visit, asked = _visit(request), BODIES.read(given, NewInvite)
    invite = visit.place.people.invite
    return _json(invite(visit.person, campaign, role=asked.role, uses=asked.uses, days=asked.days), 201)


@router.get("/campaigns/{campaign}/audit", **described(list[AuditEntry]))
def _audit(
    request: Request,
    campaign: str,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    before: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Who changed what, newest first."""
    visit = Visit(request)
    return _json(visit.place.audit.entries(visit.person, campaign, limit=limit, before=before))


@router.get("/campaigns/{campaign}/export", **described(CampaignFolder))
def _export(request: Request, campaign: str, names: Literal["true", "false"] = "false") -> Response:
    """Campaign, items and every judgement that counts; raters by pseudonym unless an owner asks for names."""
    visit = Visit(request)
    return _json(visit.place.exporting.content(visit.person, campaign, names=names == "true"))
