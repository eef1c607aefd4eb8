"""Tests that need torch; one thread, because tiny models on many threads mostly wait."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    torch = pytest.importorskip("torch", reason="needs the extra hf")
    torch.set_num_threads(1)
