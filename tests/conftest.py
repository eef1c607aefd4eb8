"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a browser come last: Playwright leaves an event loop running, beside which no other can be started."""
    items.sort(key=lambda item: "browser" in item.path.relative_to(CHECKOUT).parts)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with golden values and real data, beside the checkout or at KIJUN_SHARED; skips where it is absent."""
    folder = Path(os.environ.get("KIJUN_SHARED", CHECKOUT.parent / "shared"))
    if not (folder / "golden").is_dir():
        pytest.skip(f"golden values and real data are not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """File of the embedded model; skips where it has not been fetched, as `make test` and `make demo` do."""
    from kijun.models.local import embedded_is_here, embedded_path

    if not embedded_is_here():
        pytest.skip("the embedded model is not in Kijun's cache: `make test` fetches it where there is a network")
    return embedded_path()


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the developer's shell reaches a test."""
    for name in (
        "KIJUN_HUB",
        "KIJUN_DATA",
        "KIJUN_LANG",
        "KIJUN_OUT",
        "KIJUN_DATABASE",
        "HF_HUB_OFFLINE",
        "HF_ENDPOINT",
        "HF_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where golden values and real data are at hand, a skipped test is a failed one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and os.environ.get("KIJUN_NO_SKIP") and exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped where everything is at hand", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
