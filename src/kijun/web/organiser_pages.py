"""The organisers' pages: how it stands, people, disagreements, settings, the log."""

from __future__ import annotations

from typing import Annotated, Any, get_args

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from kijun.analysis.plans import live_plans
from kijun.errors import NotAllowedError, SpecError, SubmissionError
from kijun.ratings import ROLES, CampaignState, CampaignView, Submission
from kijun.reports.texts import LANGUAGES
from kijun.specs import text_in
from kijun.web.downloads import download
from kijun.web.forms import number_in, posted
from kijun.web.judgement_form import read_form
from kijun.web.organiser_views import agreement_views, case_view, plan_lines, question_title, rater_views
from kijun.web.visit import Visit, local_path
from kijun.web.words import problem_text

__all__ = ["MOVES", "router"]

router = APIRouter(prefix="/organise/{campaign}", include_in_schema=False)
Posted = Annotated[Any, Depends(posted)]

MOVES: dict[str, tuple[str, ...]] = {
    "draft": ("open",),
    "open": ("paused", "closed"),
    "paused": ("open", "closed"),
    "closed": ("open",),
}
_PARTS = ("overview", "people", "disagreements", "settings", "audit")
_CASES, _ENTRIES = 10, 50
_NUMBERS = (
    ("overlap", 1, 1000, 1),
    ("quota", 1, 1_000_000, 1),
    ("lease_minutes", 1, 10_000, "any"),
    ("pause_hours", 0.1, 1000, "any"),
    ("gold_share", 0, 1, "any"),
    ("gold_needed", 0, 1, "any"),
    ("gold_tolerance", 0, 100, "any"),
    ("fast_seconds", 0, 3600, "any"),
    ("retention_days", 0, 10_000, 1),
)
_OPTIONAL = ("quota", "retention_days")


def _page(visit: Visit, view: CampaignView, here: str, template: str, **values: Any) -> Response:
    parts = _PARTS if view.role != "reader" else ("overview", "disagreements")
    return visit.page(template, view=view, here=here, parts=parts, owner=view.role == "owner", **values)


def _open(request: Request, campaign: str) -> tuple[Visit, CampaignView]:
    visit = Visit(request)
    view = visit.place.campaigns.find(visit.person, campaign)
    if view.role == "rater":
        raise NotAllowedError("raters see their own work only")
    return visit, view


def _changing(request: Request, campaign: str, form: Any) -> tuple[Visit, CampaignView]:
    visit, view = _open(request, campaign)
    visit.check(form)
    return visit, view


@router.get("")
def _overview(request: Request, campaign: str) -> Response:
    visit, view = _open(request, campaign)
    say, rubric, place, person = visit.say, view.rubric, visit.place, visit.person
    status = place.status.of(person, campaign)
    qualities = place.agreement.quality(person, campaign) if view.role != "reader" else ()
    flags = [
        {"item": one.item, "rater": one.rater, "kind": _flag(say, one.type), "comment": one.comment, "at": one.at}
        for one in place.status.flags(person, campaign)
    ]
    return _page(
        visit,
        view,
        "overview",
        "organise.html",
        standing=status,
        rubric_title=text_in(rubric.title, visit.language) or rubric.name,
        agreement=agreement_views(say, rubric, place.agreement.of(person, campaign)),
        plans=plan_lines(say, rubric, place.agreement.derived(person, campaign, "plans", live_plans)),
        raters=rater_views(say, status.raters, qualities, view.settings.fast_seconds),
        flags=flags,
    )


def _flag(say: Any, kind: str) -> str:
    return say(f"flag.{kind}") if f"flag.{kind}" in say else kind


@router.get("/people")
def _people(request: Request, campaign: str, link: str = "") -> Response:
    visit, view = _open(request, campaign)
    return _people_page(visit, view)


def _people_page(visit: Visit, view: CampaignView, link: str = "") -> Response:
    name = view.campaign.name
    return _page(
        visit,
        view,
        "people",
        "organise_people.html",
        path=f"/organise/{name}/people",
        members=visit.place.people.members(visit.person, name),
        invites=visit.place.people.invites(visit.person, name),
        roles=ROLES,
        invitable=ROLES if view.role == "owner" else ("rater", "reader"),
        link=link,
    )


@router.post("/invites")
def _invite(request: Request, campaign: str, form: Posted) -> Response:
    visit, view = _changing(request, campaign, form)
    uses = int(number_in(form, "uses") or 0)
    made = visit.place.people.invite(
        visit.person,
        campaign,
        role=str(form.get("role") or "rater"),  # type: ignore[arg-type]
        uses=uses or None,
        days=number_in(form, "days") or 14.0,
    )
    return _people_page(visit, view, f"{visit.site.public_url}/invite/{made.token}")


@router.post("/invites/{invite}/revoke")
def _revoke(request: Request, campaign: str, invite: int, form: Posted) -> Response:
    visit, _ = _changing(request, campaign, form)
    visit.place.people.revoke(visit.person, campaign, invite)
    return visit.go(f"/organise/{campaign}/people")


@router.post("/members/{person}")
def _member(request: Request, campaign: str, person: int, form: Posted) -> Response:
    visit, view = _changing(request, campaign, form)
    people, do = visit.place.people, form.get("do")
    if do == "link":
        made = people.link_back(visit.person, campaign, person)
        return _people_page(visit, view, f"{visit.site.public_url}/invite/{made.token}")
    changes: dict[str, Any] = {}
    if do in ("stop", "resume"):
        changes["stopped"] = do == "stop"
    else:
        quota, role = number_in(form, "quota"), form.get("role")
        changes["quota"] = None if quota is None else int(quota)
        present = next((one.role for one in people.members(visit.person, campaign) if one.person == person), None)
        if role in ROLES and role != present:
            changes["role"] = role
    people.change_member(visit.person, campaign, person, version=int(number_in(form, "version") or 0), **changes)
    return visit.go(f"/organise/{campaign}/people")


@router.post("/members/{person}/forget")
def _forget(request: Request, campaign: str, person: int, form: Posted) -> Response:
    visit, _ = _changing(request, campaign, form)
    if form.get("sure") == "yes":
        data = visit.place.personal_data
        forget = data.erase if form.get("do") == "erase" else data.anonymise
        forget(visit.person, person, campaign=campaign)
    return visit.go(f"/organise/{campaign}/people")


@router.get("/disagreements")
def _disagreements(request: Request, campaign: str, question: str = "", page: int = 1) -> Response:
    visit, view = _open(request, campaign)
    return _disagreements_page(visit, view, question, page)


def _disagreements_page(
    visit: Visit,
    view: CampaignView,
    question: str,
    page: int,
    *,
    sent: tuple[str, dict[str, Any], str] | None = None,
) -> Response:
    say, rubric, name = visit.say, view.rubric, view.campaign.name
    page = min(max(page, 1), 1_000_000)
    lines = visit.place.agreement.of(visit.person, name)
    known = [line.question for line in lines]
    found, total = visit.place.adjudication.disagreements(
        visit.person, name, question=question if question in known else None, limit=_CASES, offset=(page - 1) * _CASES
    )
    item, filled, error = sent or ("", None, "")
    cases = []
    for one in found:
        again = one.item.id == item
        cases.append(case_view(say, rubric, view.campaign, one, filled if again else None, error if again else ""))
    return _page(
        visit,
        view,
        "disagreements",
        "organise_disagreements.html",
        status=422 if sent else 200,
        path=f"/organise/{name}/disagreements",
        cases=cases,
        total=total,
        question=question,
        questions=[(one, question_title(say, rubric, one)) for one in known],
        page=page,
        more=page * _CASES < total,
        may_decide=view.role in ("owner", "organiser"),
    )


@router.post("/disagreements/{item}")
def _verdict(request: Request, campaign: str, item: str, form: Posted) -> Response:
    visit, view = _changing(request, campaign, form)
    filled = read_form(form, view.rubric)
    try:
        submission = msgspec.convert({**filled, "locale": visit.language}, Submission, strict=False)
        version = int(number_in(form, "version") or 0)
        visit.place.adjudication.adjudicate(visit.person, campaign, item, submission, version=version)
    except SubmissionError as error:
        told = "; ".join(problem_text(visit.say, one) for one in error.problems)
        return _disagreements_page(visit, view, "", 1, sent=(item, filled, told))
    except msgspec.ValidationError:
        raise SpecError("the verdict says what this rubric does not know") from None
    return visit.go(local_path(form.get("back")))


@router.get("/settings")
def _settings(request: Request, campaign: str) -> Response:
    visit, view = _open(request, campaign)
    return _page(
        visit,
        view,
        "settings",
        "organise_settings.html",
        numbers=_NUMBERS,
        optional=_OPTIONAL,
        languages=LANGUAGES,
        moves=MOVES[view.state],
    )


@router.post("/settings")
def _change(request: Request, campaign: str, form: Posted) -> Response:
    visit, _ = _changing(request, campaign, form)
    changes: dict[str, Any] = {"title": str(form.get("title") or ""), "languages": form.getlist("languages")}
    for name, _, _, step in _NUMBERS:
        value = number_in(form, name)
        if value is not None or name in _OPTIONAL:
            changes[name] = int(value) if value is not None and step == 1 else value
    changes["blinding"] = {f"show_{what}": form.get(f"show_{what}") == "yes" for what in ("models", "peers", "judge")}
    changes["password"] = form.get("password") == "yes"
    version = int(number_in(form, "version") or 0)
    visit.place.campaigns.change(visit.person, campaign, changes, version=version)
    return visit.go(f"/organise/{campaign}/settings")


@router.post("/state")
def _state(request: Request, campaign: str, form: Posted) -> Response:
    visit, _ = _changing(request, campaign, form)
    state = str(form.get("state"))
    if state not in get_args(CampaignState):
        raise SpecError(f"a campaign is one of {', '.join(get_args(CampaignState))}; got {state!r}")
    version = int(number_in(form, "version") or 0)
    visit.place.campaigns.move(visit.person, campaign, state, version=version)  # type: ignore[arg-type]
    return visit.go(f"/organise/{campaign}/settings")


@router.post("/export")
def _export(request: Request, campaign: str, form: Posted) -> Response:
    visit, view = _changing(request, campaign, form)
    names = form.get("names") == "yes"
    content = visit.place.exporting.content(visit.person, view.campaign.name, names=names)
    return download(content, str(form.get("format") or "zip"))


@router.post("/delete")
def _delete(request: Request, campaign: str, form: Posted) -> Response:
    visit, view = _changing(request, campaign, form)
    if form.get("name") != view.campaign.name:
        raise SpecError("the name that was typed is not the campaign's; nothing was deleted")
    visit.place.campaigns.delete(visit.person, campaign)
    return visit.go("/")


@router.get("/audit")
def _audit(request: Request, campaign: str, page: int = 1) -> Response:
    visit, view = _open(request, campaign)
    page = min(max(page, 1), 1_000_000)
    entries = visit.place.audit.entries(visit.person, campaign, limit=_ENTRIES + 1, before=(page - 1) * _ENTRIES)
    shown = [
        {
            "at": one.at,
            "person": one.person,
            "action": one.action,
            "subject": one.subject,
            "before": _json(one.before),
            "after": _json(one.after),
        }
        for one in entries[:_ENTRIES]
    ]
    return _page(visit, view, "audit", "organise_audit.html", entries=shown, page=page, more=len(entries) > _ENTRIES)


def _json(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()
