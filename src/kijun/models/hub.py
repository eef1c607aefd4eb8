"""Models on the Hugging Face Hub: nothing is printed, and it is soon known that nobody answers."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["quiet_hub", "why_silent"]

_TIMEOUT = 10.0
_LOUD = ("huggingface_hub.utils._http", "huggingface_hub.file_download")


def why_silent(repo: str) -> str | None:
    """Why nobody answers when asked for a repository; None where somebody does, whatever the answer is.

    huggingface_hub asks for a file six times in half a minute before it gives up and looks into its cache. Who knows
    that nobody answers looks there at once (``local_files_only``).
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    no_answer = HfHubHTTPError.__bases__[0]  # the HTTP library's own root: which library differs between versions
    try:
        with quiet_hub():
            HfApi(endpoint=os.environ.get("HF_ENDPOINT") or None).model_info(repo, timeout=_TIMEOUT)
    except HfHubHTTPError:
        return None
    except (no_answer, ConnectionError, TimeoutError) as error:
        return f"{type(error).__name__}: {error}".split("\n", 1)[0]
    except Exception:  # an answer that is none of a Hub's, a bad name: the download says it in its own words
        return None
    return None


@contextmanager
def quiet_hub() -> Iterator[None]:
    """Without huggingface_hub's notes on its retries (HF_DEBUG brings them back)."""
    loggers = [logging.getLogger(name) for name in _LOUD if not os.environ.get("HF_DEBUG")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
