"""The rater's pages: start, work, rest, feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from kijun.errors import ConflictError, Problem, SubmissionError
from kijun.ratings.campaigns import CampaignView
from kijun.ratings.handing_out import shown_of
from kijun.ratings.work import Feedback, Submission, Work
from kijun.records import Flag
from kijun.specs import RubricSpec, text_in
from kijun.web.forms import posted
from kijun.web.judgement_form import CONFIDENCES, read_form, read_quote
from kijun.web.questions import (
    choices_of,
    comparisons_of,
    questions_of,
    span_labels,
)
from kijun.web.visit import Visit
from kijun.web.words import answer_text, problem_text

__all__ = ["FLAGS", "SKIPS", "router"]

FLAGS = ("broken", "wrong_language", "duplicate", "private_data", "harmful", "other")
SKIPS = ("unclear", "no_knowledge", "upsetting", "conflict_of_interest", "other")

router = APIRouter(prefix="/rate/{campaign}", include_in_schema=False)
Posted = Annotated[Any, Depends(posted)]


@router.get("")
def _start(request: Request, campaign: str) -> Response:
    """What it is about, how it works, and the guidelines."""
    visit = Visit(request)
    view = _find(visit, campaign)
    progress = visit.place.judgements.progress(visit.person, campaign)
    shown = [visit.say(f"start.shown_{name}") for name in shown_of(view.settings.blinding)]
    return visit.page("rate_start.html", view=view, progress=progress, shown=shown, **_guidelines(visit, view))


@router.post("/resume")
def _resume(request: Request, campaign: str, form: Posted) -> Response:
    """Begins, or goes on after a rest."""
    visit = Visit(request)
    visit.check(form)
    try:
        work = visit.place.assignments.next(visit.person, campaign)
    except ConflictError:
        return visit.go(f"/rate/{campaign}")
    if work is not None and work.paused is not None:
        visit.place.assignments.resume(visit.person, work.assignment)
    return visit.go(f"/rate/{campaign}/assignment")


@router.get("/assignment")
def _work(request: Request, campaign: str) -> Response:
    """The work in hand, or the next."""
    visit = Visit(request)
    view = _find(visit, campaign)
    try:
        given = visit.place.assignments.next(visit.person, campaign)
    except ConflictError:
        # Not open: the first page says so.
        return visit.go(f"/rate/{campaign}")
    if given is None:
        return _rest(visit, view, "done", can_continue=False)
    if given.paused is not None:
        return _rest(visit, view, "paused", can_continue=True)
    return _work_page(visit, view, given)


@router.get("/assignment/{assignment}")
def _back_to_work(request: Request, campaign: str, assignment: str) -> Response:
    """Who loads the address of a form again comes to the work in hand."""
    return Visit(request).go(f"/rate/{campaign}/assignment")


@router.post("/assignment/{assignment}")
def _judge(request: Request, campaign: str, assignment: str, form: Posted) -> Response:
    """A judgement, a draft, a marked place, a pause, or passing over: as the button says."""
    visit = Visit(request)
    visit.check(form)
    view = _find(visit, campaign)
    filled = read_form(form, view.rubric)
    match form.get("action"):
        case "draft":
            return _save(visit, campaign, assignment, filled)
        case "pause":
            visit.place.assignments.save_draft(visit.person, assignment, filled)
            visit.place.assignments.pause(visit.person, assignment)
            return visit.go(f"/rate/{campaign}/assignment")
        case "mark":
            return _mark(visit, view, assignment, filled, form)
        case "skip":
            flag = msgspec.convert(filled["flag"], Flag) if "flag" in filled else None
            reason = str(form.get("skip") or "other")
            visit.place.judgements.skip(visit.person, assignment, reason, key=str(form.get("key") or ""), flag=flag)
            return visit.go(f"/rate/{campaign}/assignment")
    return _submit(visit, view, assignment, filled, str(form.get("key") or ""))


@router.post("/undo")
def _undo(request: Request, campaign: str, form: Posted) -> Response:
    """Takes the last judgement back into the hands."""
    visit = Visit(request)
    visit.check(form)
    visit.place.judgements.undo(visit.person, campaign, rating=str(form.get("rating") or "") or None)
    return visit.go(f"/rate/{campaign}/assignment")


def _find(visit: Visit, campaign: str) -> CampaignView:
    """The campaign, in one of its languages."""
    view = visit.place.campaigns.find(visit.person, campaign)
    visit.speak(view.settings.languages)
    return view


def _save(visit: Visit, campaign: str, assignment: str, filled: dict[str, Any]) -> Response:
    until = visit.place.assignments.save_draft(visit.person, assignment, filled)
    if "application/json" in visit.request.headers.get("accept", ""):
        return JSONResponse({"lease_until": until})
    return visit.go(f"/rate/{campaign}/assignment")


def _mark(visit: Visit, view: CampaignView, assignment: str, filled: dict[str, Any], form: Any) -> Response:
    given = visit.place.assignments.find(visit.person, assignment)
    quoted = read_quote(form, [side.response for side in given.sides])
    if isinstance(quoted, Problem):
        given = msgspec.structs.replace(given, draft=filled)
        return _work_page(visit, view, given, problems=[quoted], quote=str(form.get("quote") or ""))
    if quoted is not None:
        filled["spans"] = [*filled.get("spans", ()), quoted]
    visit.place.assignments.save_draft(visit.person, assignment, filled)
    return visit.go(f"/rate/{view.campaign.name}/assignment")


def _submit(visit: Visit, view: CampaignView, assignment: str, filled: dict[str, Any], key: str) -> Response:
    try:
        submission = msgspec.convert({**filled, "locale": visit.language}, Submission, strict=False)
        done = visit.place.judgements.submit(visit.person, assignment, submission, key=key)
    except msgspec.ValidationError:
        # Only a form that is not ours says "preference: maybe".
        return _again(visit, view, assignment, filled, [Problem("judgement", "not_an_answer", {"found": "?"})])
    except SubmissionError as error:
        return _again(visit, view, assignment, filled, error.problems)
    if done.feedback is not None:
        return _feedback(visit, view, done.feedback)
    return visit.go(f"/rate/{view.campaign.name}/assignment")


def _again(
    visit: Visit, view: CampaignView, assignment: str, filled: dict[str, Any], problems: Sequence[Problem]
) -> Response:
    """The same page with what is missing; what was filled in is kept."""
    visit.place.assignments.save_draft(visit.person, assignment, filled)
    given = visit.place.assignments.find(visit.person, assignment)
    return _work_page(visit, view, given, problems=problems)


def _rest(visit: Visit, view: CampaignView, why: str, *, can_continue: bool) -> Response:
    progress = visit.place.judgements.progress(visit.person, view.campaign.name)
    title, text = visit.say(f"rest.{why}_title"), visit.say(f"rest.{why}")
    return visit.page("rest.html", view=view, progress=progress, title=title, text=text, can_continue=can_continue)


def _guidelines(visit: Visit, view: CampaignView) -> dict[str, Any]:
    rubric, language = view.rubric, visit.language
    return {
        "guidelines": text_in(rubric.guidelines, language),
        "principles": [text_in(principle.text, language) for principle in rubric.principles],
        "text_language": language if language in rubric.languages else rubric.languages[0],
    }


def _work_page(
    visit: Visit, view: CampaignView, given: Work, *, problems: Sequence[Problem] = (), quote: str = ""
) -> Response:
    say, rubric = visit.say, view.rubric
    draft = {key: value for key, value in (given.draft or {}).items() if value not in (None, {}, [], ())}
    told = {problem.field: problem_text(say, problem) for problem in problems}
    progress = visit.place.judgements.progress(visit.person, view.campaign.name)
    labels = span_labels(rubric, visit.language)
    pairwise = rubric.pairwise
    return visit.page(
        "work.html",
        status=422 if problems else 200,
        path=f"/rate/{view.campaign.name}/assignment",
        view=view,
        work=given,
        draft=_Draft(draft),
        progress=progress,
        problems=_problem_lines(rubric, say, told),
        questions=()
        if given.design == "pairwise"
        else questions_of(rubric, say, draft, told, required=given.design == "pointwise"),
        comparisons=comparisons_of(rubric, say, draft) if given.design == "pairwise" else (),
        choices=choices_of(rubric, say, draft),
        overall=pairwise is not None and pairwise.overall,
        ask=(text_in(pairwise.question, visit.language) if pairwise else "") or say("work.ask_pairwise"),
        labels=labels,
        marks=_marks(draft, given, labels),
        quote=quote,
        quote_error=told.get("quote", ""),
        peers=[_peer_line(say, rubric, peer) for peer in given.peers],
        veiled=given.axis == "safety",
        confidences=CONFIDENCES,
        flags=FLAGS,
        skips=SKIPS,
        **_guidelines(visit, view),
    )


class _Draft(dict[str, Any]):
    """A draft whose missing parts are empty in a template."""

    def __getattr__(self, name: str) -> Any:
        value = self.get(name)
        return _Draft(value) if isinstance(value, dict) else value


def _problem_lines(rubric: RubricSpec, say: Any, told: Mapping[str, str]) -> list[str]:
    titles = {dimension.id: text_in(dimension.title, say.language) or dimension.id for dimension in rubric.dimensions}
    lines = []
    for field, text in told.items():
        title = titles.get(field.partition(".")[2])
        lines.append(f"{title}: {text}" if title else text)
    return lines


def _marks(draft: Mapping[str, Any], given: Work, labels: Sequence[Any]) -> list[dict[str, str]]:
    """Marked places as lines of a list."""
    known = {(label.dimension, label.label): label for label in labels}
    marks = []
    for span in draft.get("spans", ()):
        label = known.get((span["dimension"], span["label"]))
        if label is None or not 0 <= span["side"] < len(given.sides):
            continue
        severity = span.get("severity")
        words = [label.text, *(text for name, text in label.severities if name == severity)]
        parts = [span[key] for key in ("side", "start", "end", "dimension", "label")]
        marks.append(
            {
                "value": msgspec.json.encode([*parts, severity]).decode(),
                "quote": given.sides[span["side"]].response[span["start"] : span["end"]],
                "text": ", ".join(words),
            }
        )
    return marks


def _peer_line(say: Any, rubric: RubricSpec, peer: Any) -> str:
    said = [answer_text(say, rubric, name, value) for name, value in peer.answers.items()]
    if peer.preference is not None:
        said.append(say(f"work.side_{peer.preference}"))
    said += peer.rationale.values()
    return f"{peer.rater}: {'; '.join(said)}"


def _feedback(visit: Visit, view: CampaignView, feedback: Feedback) -> Response:
    say, rubric = visit.say, view.rubric
    lines = [
        {
            "title": _title(rubric, line.dimension, say),
            "given": answer_text(say, rubric, line.dimension, line.given, titled=False),
            "expected": answer_text(say, rubric, line.dimension, line.expected, titled=False),
            "right": line.right,
        }
        for line in feedback.lines
    ]
    path = f"/rate/{view.campaign.name}/assignment"
    return visit.page("feedback.html", path=path, view=view, lines=lines, why=feedback.why)


def _title(rubric: RubricSpec, dimension: str, say: Any) -> str:
    known = {one.id: text_in(one.title, say.language) or one.id for one in rubric.dimensions}
    return known.get(dimension) or say("feedback.overall")
