"""Walls around the pages: headers, names, sizes, forged forms, cookies, too many failures, other people's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("sqlalchemy")

from rating_site import add_campaign, items, serving_site

from kijun.errors import SpecError
from kijun.ratings import OPERATOR, RatingPlace
from kijun.web.rate_limits import FailureLimit
from kijun.web.security import LARGEST_BODY
from kijun.web.site import make_site
from kijun.web.visit import local_path


@pytest.fixture
def place(tmp_path: Path) -> Iterator[RatingPlace]:
    with RatingPlace(f"sqlite:///{tmp_path / 'ratings.sqlite'}") as opened:
        add_campaign(opened, items(4))
        yield opened


@pytest.fixture
def site(place: RatingPlace) -> Iterator[str]:
    with serving_site(place) as address:
        yield address


def visitor(place: RatingPlace, site: str, name: str) -> httpx.Client:
    made = place.people.accept(place.people.invite(OPERATOR, "pilot").token, name=name)
    return httpx.Client(base_url=site, cookies={"kijun": made.token}, follow_redirects=True)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/kijun.css", "/healthz", "/api/me", "/invite/x"])
def test_every_answer_carries_the_headers(site: str, path: str) -> None:
    headers = httpx.get(site + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy and "form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == ("no-store" if "static" not in path else "public, max-age=31536000, immutable")


def test_pages_have_no_inline_script_or_style(place: RatingPlace, site: str) -> None:
    with visitor(place, site, "Hanako") as client:
        for path in ("/", "/rate/pilot", "/rate/pilot/assignment", "/account"):
            page = client.get(path).text
            assert not re.search(r"\son\w+=", page) and "style=" not in page
            assert all("src=" in tag for tag in re.findall("<script[^>]*>", page))


def test_only_our_own_name_is_answered(site: str) -> None:
    assert httpx.get(f"{site}/healthz", headers={"host": "evil.example"}).status_code == 421
    assert httpx.get(f"{site}/healthz", headers={"host": "localhost:80"}).status_code == 200


def test_large_bodies_are_refused(site: str) -> None:
    assert httpx.post(f"{site}/sign-in", content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    def stream() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 50_000

    # Here the size is not told beforehand.
    assert httpx.post(f"{site}/api/session", content=stream()).status_code == 413


def test_forged_forms_are_refused(place: RatingPlace, site: str) -> None:
    with visitor(place, site, "Hanako") as client:
        page = client.get("/rate/pilot/assignment").text
        address = re.search(r'action="(/rate/pilot/assignment/[^"]+)"', page)
        assert address
        good = {"csrf": field(page, "csrf"), "key": field(page, "key"), "action": "draft"}
        assert client.post(address[1], data={**good, "csrf": ""}).status_code == 403
        assert client.post(address[1], data={**good, "csrf": "x" * 32}).status_code == 403
        foreign = {"sec-fetch-site": "cross-site"}
        assert client.post(address[1], data=good, headers=foreign).status_code == 403
        assert client.post(address[1], data=good, headers={"origin": "https://evil.example"}).status_code == 403
        assert client.post(address[1], data=good, headers={"origin": site}).status_code == 200
        assert client.post("/preferences", data={"theme": "dark"}, headers=foreign).status_code == 403


def test_nobody_reaches_the_work_of_others(place: RatingPlace, site: str) -> None:
    with visitor(place, site, "Hanako") as hanako, visitor(place, site, "Taro") as taro:
        page = hanako.get("/rate/pilot/assignment").text
        address = re.search(r'action="(/rate/pilot/assignment/[^"]+)"', page)
        assert address
        own = field(taro.get("/rate/pilot/assignment").text, "csrf")
        for action in ("submit", "draft", "pause", "skip", "mark"):
            sent = {"csrf": own, "key": field(page, "key"), "action": action, "answer.quality": "1"}
            assert taro.post(address[1], data=sent).status_code == 403
        for path in ("", "/people", "/disagreements", "/settings", "/audit"):
            assert taro.get(f"/organise/pilot{path}").status_code == 403
        for path in ("export", "state", "settings", "invites", "delete"):
            assert taro.post(f"/organise/pilot/{path}", data={"csrf": own}).status_code == 403
        assert taro.get("/rate/other").status_code == 403
    assert not place.exporting.content(OPERATOR, "pilot").ratings


def test_strangers_are_led_to_the_door(site: str) -> None:
    for path in ("/", "/rate/pilot", "/rate/pilot/assignment", "/organise/pilot", "/account"):
        answer = httpx.get(site + path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_link_works_once_and_only_on_purpose(place: RatingPlace, site: str) -> None:
    token = place.people.invite(OPERATOR, "pilot").token
    with httpx.Client(base_url=site, follow_redirects=True) as client:
        for _ in range(3):
            page = client.get(f"/invite/{token}")
            assert page.status_code == 200
        sent = {"csrf": field(page.text, "csrf"), "name": "Hanako"}
        assert client.post(f"/invite/{token}", data=sent).status_code == 200
    assert httpx.get(f"{site}/invite/{token}").status_code == 403


def test_the_session_cookie(place: RatingPlace, site: str) -> None:
    token = place.people.invite(OPERATOR, "pilot").token
    with httpx.Client(base_url=site) as client:
        page = client.get(f"/invite/{token}")
        answer = client.post(f"/invite/{token}", data={"csrf": field(page.text, "csrf"), "name": "Hanako"})
        cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("kijun="))
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
        client.get("/")
        gone = client.post("/sign-out", data={"csrf": field(client.get("/account").text, "csrf")})
        assert gone.status_code == 303 and client.get("/account").status_code == 303


def test_behind_tls_cookies_never_travel_without_it(place: RatingPlace) -> None:
    site = make_site(place, "https://rate.example.org/")
    assert (site.secure, site.cookie, site.public_url) == (True, "__Host-kijun", "https://rate.example.org")
    assert "rate.example.org" in site.hosts


@pytest.mark.parametrize(
    "address", ["http://rate.example.org", "http://0.0.0.0:8000", "ftp://x", "x", "https://x/path"]
)
def test_addresses_that_would_be_unsafe(place: RatingPlace, address: str) -> None:
    with pytest.raises(SpecError, match=r"TLS|takes an address"):
        make_site(place, address)


def test_too_many_failures_have_to_wait(place: RatingPlace, site: str) -> None:
    token = place.people.invite(OPERATOR, "pilot").token
    place.people.accept(token, name="Hanako", password="the right password")
    with httpx.Client(base_url=site) as client:
        csrf = field(client.get("/sign-in").text, "csrf")
        sent = {"csrf": csrf, "name": "Hanako", "password": "the right password"}
        for _ in range(8):
            assert client.post("/sign-in", data={**sent, "password": "wrong"}).status_code == 403
        assert client.post("/sign-in", data=sent).status_code == 429


def test_failures_are_forgotten_in_time() -> None:
    now = [0.0]
    limit = FailureLimit(2, 60, clock=lambda: now[0])
    for key in ("a", "a", "b"):
        limit.failed(key)
    assert limit.wait("a") == 60 and limit.wait("b") == 0
    now[0] = 61
    assert limit.wait("a") == 0


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/x\r\ny", "", None]
)
def test_no_way_back_leads_elsewhere(path: str | None) -> None:
    assert local_path(path) == "/"


def test_health(site: str) -> None:
    answer = httpx.get(f"{site}/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
