"""A real browser for tests: Debian's Chromium, driven by Playwright, and axe, which finds what shuts people out.

Playwright keeps an event loop running in the thread of the tests for as long as its browser is open, that is for all
tests of this folder: nothing in them may call ``asyncio.run`` there. What needs a loop goes into a thread or a process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path(os.environ.get("KIJUN_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}

OpenPage = Callable[..., Any]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The browser, started once for all tests of this folder; skips where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install 'kijun[browser]'")
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium fonts-noto-cjk, or set KIJUN_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[OpenPage]:
    """Opens a page in a browser profile of its own: ``open_page(size="phone", dark=True, language="ja")``.

    At the end the test fails if any page wrote an error to its console (a broken content policy does), threw in a
    script or asked for anything outside this machine. ``page.expected_errors`` takes texts of errors that are meant.
    """
    contexts, pages = [], []

    def open_one(
        url: str | None = None,
        *,
        size: str = "desktop",
        dark: bool = False,
        language: str = "en",
        scripts: bool = True,
        **settings: Any,
    ) -> Any:
        context = chromium.new_context(
            viewport=SIZES[size],
            color_scheme="dark" if dark else "light",
            locale={"en": "en-GB", "ja": "ja-JP"}[language],
            java_script_enabled=scripts,
            has_touch=size == "phone",
            reduced_motion="reduce",
            **settings,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.faults, page.expected_errors = [], []
        page.on("console", lambda message: message.type == "error" and page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("response", lambda r: r.status == 404 and page.faults.append(f"not there: {r.url}"))
        page.on("request", lambda request: _outside(request.url) and page.faults.append(f"asked for {request.url}"))
        contexts.append(context)
        pages.append(page)
        if url is not None:
            page.goto(url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    faults = [fault for page in pages for fault in page.faults if not any(e in fault for e in page.expected_errors)]
    assert not faults, faults


@pytest.fixture(scope="session")
def check_access() -> Callable[[Any], None]:
    """``check_access(page)`` fails, and says where, when axe finds a fault (WCAG 2.2 A and AA, good practice)."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    checker = axe.Axe()

    def check(page: Any) -> None:
        found = checker.run(page).response["violations"]
        told = [
            f"{fault['id']}: {fault['help']}: {node['target']} {node['html'][:150]}"
            for fault in found
            for node in fault["nodes"]
        ]
        assert not told, f"{page.url}\n" + "\n".join(told)

    return check


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Folder for screenshots, KIJUN_SCREENSHOTS, to look at them; None when nobody wants to."""
    named = os.environ.get("KIJUN_SCREENSHOTS")
    if named is None:
        return None
    folder = Path(named)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "http://localhost", "file:", "data:", "blob:", "about:"))
