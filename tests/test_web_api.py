"""The API does what its description says, whatever is sent to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

pytest.importorskip("schemathesis")
pytest.importorskip("fastapi")

import schemathesis
from hypothesis import HealthCheck, given, settings
from rating_site import add_campaign, items, serving_site

from kijun.ratings import OPERATOR, RatingPlace


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RatingPlace]:
    with RatingPlace(f"sqlite:///{tmp_path_factory.mktemp('api') / 'ratings.sqlite'}") as opened:
        add_campaign(opened, items(20), overlap=5)
        yield opened


@pytest.fixture(scope="module")
def site(place: RatingPlace) -> Iterator[str]:
    with serving_site(place) as address:
        yield address


@pytest.fixture(scope="module")
def token(place: RatingPlace) -> str:
    return place.people.accept(place.people.invite(OPERATOR, "pilot", role="owner").token, name="Olga").token


def test_the_description_holds(site: str, token: str) -> None:
    """Made-up requests of every kind get answers that the description allows; nothing is a bug of ours (500)."""
    document = schemathesis.openapi.from_url(f"{site}/api/openapi.json")
    tried = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if (operation.method, operation.path) == ("delete", "/api/session"):
            continue

        @given(case=operation.as_strategy())
        @settings(
            max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
        )
        def check(case: Any) -> None:
            if len(str(case.path_parameters.get("campaign", ""))) % 2:
                case.path_parameters["campaign"] = "pilot"
            # What a rubric allows is in no schema, so that what fits the schema may still be refused.
            case.call_and_validate(
                headers={"Authorization": f"Bearer {token}"},
                excluded_checks=[schemathesis.checks.positive_data_acceptance],
            )

        check()
        tried += 1
    assert tried > 20


@pytest.fixture
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{site}/api") as opened:
        yield opened


def come_in(place: RatingPlace, client: httpx.Client, name: str, role: Any = "rater") -> None:
    invite = place.people.invite(OPERATOR, "pilot", role=role)
    answer = client.post("/invitations", json={"token": invite.token, "name": name, "password": "a long password"})
    assert answer.status_code == 201
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"


def test_a_rater_works_by_program(place: RatingPlace, client: httpx.Client) -> None:
    come_in(place, client, "Hanako")
    assert client.get("/me").json()["name"] == "Hanako"
    assert [one["campaign"]["name"] for one in client.get("/campaigns").json()] == ["pilot"]
    work = client.post("/campaigns/pilot/assignments").json()
    address = f"/assignments/{work['assignment']}"
    assert client.put(f"{address}/draft", json={"draft": {"answers": {"quality": 4}}}).status_code == 200
    assert client.get(address).json()["draft"] == {"answers": {"quality": 4}}
    refused = client.post(f"{address}/ratings", json={"key": work["key"], "submission": {"answers": {"quality": 9}}})
    assert refused.status_code == 422
    assert {problem["field"] for problem in refused.json()["problems"]} >= {"answers.quality", "answers.safety"}
    given = {"quality": 4, "safety": 5, "usefulness": 4, "ethics": 4}
    judged = {"key": work["key"], "submission": {"answers": given}}
    first, again = (client.post(f"{address}/ratings", json=judged).json() for _ in range(2))
    assert (first["replay"], again["replay"]) == (False, True) and first["rating"] == again["rating"]
    progress = client.get("/campaigns/pilot/progress").json()
    assert progress["done"] == 1
    back = client.post("/campaigns/pilot/undo", json={"rating": progress["last"]}).json()
    assert back["assignment"] == work["assignment"] and back["draft"]["answers"] == given
    for path in ("status", "members", "export", "audit", "agreement", "disagreements"):
        assert client.get(f"/campaigns/pilot/{path}").status_code == 403
    assert client.delete("/session").status_code == 204
    assert client.get("/me").status_code == 401
    signed_in = client.post("/session", json={"name": "Hanako", "password": "a long password"})
    assert signed_in.status_code == 201


def test_an_organiser_works_by_program(place: RatingPlace, client: httpx.Client) -> None:
    come_in(place, client, "Otto", role="organiser")
    view = client.get("/campaigns/pilot").json()
    changed = client.patch("/campaigns/pilot/settings", json={"version": view["version"], "changes": {"overlap": 6}})
    assert changed.json()["settings"]["overlap"] == 6
    stale = client.patch("/campaigns/pilot/settings", json={"version": view["version"], "changes": {"overlap": 7}})
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    assert client.post("/campaigns/pilot/invites", json={"role": "rater", "uses": 3}).status_code == 201
    assert client.post("/campaigns/pilot/invites", json={"role": "owner"}).status_code == 403
    content = client.get("/campaigns/pilot/export").json()
    assert len(content["items"]) == 20
    assert client.get("/campaigns/pilot/export", params={"names": "true"}).status_code == 403
    assert client.get("/campaigns/pilot/status").json()["items"] == 20


def test_a_cookie_needs_the_token_of_its_session(place: RatingPlace, site: str) -> None:
    made = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name="Browser")
    with httpx.Client(base_url=f"{site}/api", cookies={"kijun": made.token}) as client:
        assert client.post("/campaigns/pilot/assignments").status_code == 403
        csrf = client.get("/me").json()["csrf"]
        headers = {"X-CSRF-Token": csrf}
        assert client.post("/campaigns/pilot/assignments", headers=headers).status_code == 200
        foreign = {**headers, "Sec-Fetch-Site": "cross-site"}
        assert client.post("/campaigns/pilot/assignments", headers=foreign).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"name": 1}', b"null"])
def test_bad_bodies_are_told(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/session", content=body)
    assert answer.status_code == 400 and answer.json()["code"] == "wrong"


def test_nothing_is_answered_to_strangers(site: str) -> None:
    document = httpx.get(f"{site}/api/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if operation.get("security") == []:
                continue
            address = path.replace("{campaign}", "pilot").replace("{assignment}", "x").replace("{item}", "i0")
            answer = httpx.request(method, site + address, json={})
            assert answer.status_code in (400, 401, 403), (method, path)
            assert "pilot" not in answer.text.replace(address, "")
