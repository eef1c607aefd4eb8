"""Talks to the Hugging Face Hub through huggingface_hub, and says in one sentence what went wrong.

huggingface_hub brings ``HF_ENDPOINT``, ``HF_TOKEN``, the proxy variables and ``SSL_CERT_FILE``. Added here: they are
read at each call and not at import, ``REQUESTS_CA_BUNDLE`` and ``CURL_CA_BUNDLE`` count too, a rate limit is waited for
only as long as someone at a terminal would, and nothing is printed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import ssl
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from kijun.datasets.hub_cache import cache_folder, read_card
from kijun.datasets.hub_layout import CardConfig, Listing
from kijun.errors import DatasetError

__all__ = ["HubUnreachableError", "RevisionMissingError", "endpoint", "fetch_file", "fetch_listing", "is_offline"]

RETRY_WAITS = (1.0, 3.0, 8.0)
LONGEST_WAIT = 60.0
TIMEOUT = 10.0
_TRUE = frozenset(("1", "ON", "YES", "TRUE"))
_RETRIED = frozenset((408, 429, 500, 502, 503, 504))
_Result = TypeVar("_Result")
_ours: ContextVar[bool] = ContextVar("_ours", default=False)


class HubUnreachableError(DatasetError):
    """Nobody answered, or the answer says to come back later: what is cached may stand in."""


class RevisionMissingError(DatasetError):
    """The repository is there, the branch, tag or commit is not."""


class _NotAHubError(Exception):
    """What answered is no Hugging Face Hub."""


def endpoint() -> str:
    """Address of the Hub: HF_ENDPOINT, or the public one."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def is_offline() -> bool:
    """Whether HF_HUB_OFFLINE (or TRANSFORMERS_OFFLINE) forbids every call."""
    return (os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or "").upper() in _TRUE


def fetch_listing(repo: str, revision: str, token: str | None = None, *, patient: bool = True) -> Listing:
    """Commit and files of the revision, and the configs of its card.

    Args:
        patient: whether to wait and ask again when nobody answers or the Hub is busy.

    Raises:
        HubUnreachableError: no network, or the Hub is busy or down after a few tries.
        RevisionMissingError: no such branch, tag or commit.
        DatasetError: no such repository, gated, not allowed.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError

    def call() -> Any:
        hub = HfApi(endpoint=endpoint(), token=token, library_name="kijun")
        try:
            info = hub.dataset_info(repo, revision=revision, timeout=TIMEOUT)
            return info.sha.lower(), [entry.rfilename for entry in info.siblings or ()]
        except HFValidationError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # A login page, or JSON of something else: huggingface_hub trips over it in many ways.
            raise _NotAHubError from error

    commit, found = _with_retries(call, repo, revision, patient=patient)
    names = sorted(name for name in found if _is_inside(name))
    configs: tuple[CardConfig, ...] = ()
    if "README.md" in names and any(name.endswith(".parquet") for name in names):
        configs = read_card(fetch_file(repo, commit, "README.md", token))
    return Listing(commit, tuple(names), configs)


def fetch_file(repo: str, commit: str, path: str, token: str | None = None) -> Path:
    """Place of the file in the cache, downloaded if it is not there. Raises as `fetch_listing` does."""
    from huggingface_hub import hf_hub_download

    def call() -> str:
        return hf_hub_download(
            repo,
            path,
            repo_type="dataset",
            revision=commit,
            cache_dir=cache_folder(),
            endpoint=endpoint(),
            token=token,
            library_name="kijun",
            etag_timeout=TIMEOUT,
            tqdm_class=_silent_bar(),
        )

    return Path(_with_retries(call, repo, commit))


_CERTIFICATE = "set SSL_CERT_FILE to the certificates of your organisation (a PEM file)"
_CHECK = "check HF_ENDPOINT, the proxy settings (HTTPS_PROXY) and whether the network wants a login first"


def _is_inside(path: str) -> bool:
    """Names come from a server: none may point out of the cache."""
    pure = PurePosixPath(path)
    return bool(path) and not pure.is_absolute() and ".." not in pure.parts and "\\" not in path


def _with_retries(call: Callable[[], _Result], repo: str, revision: str, *, patient: bool = True) -> _Result:
    waits = iter(RETRY_WAITS if patient else ())
    lost_waits = iter(RETRY_WAITS[:1] if patient else ())
    while True:
        try:
            with _as_ours():
                return call()
        except Exception as error:
            refused = _refused(error)
            if refused is None:
                failure = _failure(error, repo)
                wait = next(lost_waits, None) if isinstance(failure, HubUnreachableError) else None
            else:
                asked = _asked_wait(refused.response.headers)
                failure = _refusal(refused, repo, revision, asked)
                wait = next(waits, None) if refused.response.status_code in _RETRIED else None
                if wait is not None and asked is not None:
                    wait = asked if asked <= LONGEST_WAIT else None
            if wait is None:
                raise failure from error
        time.sleep(wait)


def _refused(error: Exception) -> Any:
    """The Hub's answer when it was a refusal; huggingface_hub hides some behind an error about its cache."""
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if isinstance(error, LocalEntryNotFoundError) and isinstance(error.__cause__, HfHubHTTPError):
        return error.__cause__
    return error if isinstance(error, HfHubHTTPError) else None


def _asked_wait(headers: Any) -> float | None:
    """Seconds that a busy server asks for: ``Retry-After``, or the reset time ``t`` of a ``RateLimit`` header."""
    after = headers.get("Retry-After", "").strip()
    if after.isdigit():
        return float(after)
    parts = dict(part.strip().split("=", 1) for part in headers.get("RateLimit", "").split(";") if "=" in part)
    reset = parts.get("t", "").strip()
    return float(reset) if reset.isdigit() and parts.get("r", "").strip() == "0" else None


def _refusal(error: Any, repo: str, revision: str, asked: float | None) -> DatasetError:
    """The Hub answered, and it was no."""
    from huggingface_hub.errors import GatedRepoError, RemoteEntryNotFoundError, RevisionNotFoundError

    status, page = error.response.status_code, f"{endpoint()}/datasets/{repo}"
    if isinstance(error, GatedRepoError):
        return DatasetError(
            f"the data set {repo} is gated: accept its terms on {page}, then set HF_TOKEN to a token of the same "
            "account (or run `hf auth login`)"
        )
    if isinstance(error, RevisionNotFoundError):
        return RevisionMissingError(f"the data set {repo} has no revision {revision!r}; see {page}/tree/main")
    if isinstance(error, RemoteEntryNotFoundError):
        return DatasetError(f"the Hub listed a file of {repo} that is gone ({error.response.url}); try again")
    if status == 401 and "Invalid credentials" in error.response.headers.get("X-Error-Message", ""):
        return DatasetError(
            f"the Hub does not know the token in HF_TOKEN; make a new one at {endpoint()}/settings/tokens"
        )
    if status in (401, 404):
        return DatasetError(
            f"no data set named {repo!r} on {endpoint()}, or it is private: check the name; if it is private, set "
            "HF_TOKEN to a token that may read it"
        )
    if status == 403:
        return DatasetError(f"the Hub forbids reading {repo} (403); check on {page} whether your token may read it")
    if status == 429:
        after = f"it asks for {asked:.0f} seconds of patience" if asked else "wait some minutes"
        hint = "" if os.environ.get("HF_TOKEN") else "; with HF_TOKEN set the limit is higher"
        return HubUnreachableError(f"the Hub limits how often it may be asked (429): {after}, then run again{hint}")
    if status in _RETRIED:
        return HubUnreachableError(f"the Hub is out of order ({status}) while asked for {repo}; try again later")
    return DatasetError(f"the Hub refused to give {repo} ({status}); see {page}")


def _failure(error: Exception, repo: str) -> DatasetError:
    """No usable answer at all. A bug of ours passes through."""
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled

    no_answer = HfHubHTTPError.__bases__[0]  # the HTTP library's own root: which library differs between versions
    if isinstance(error, HFValidationError):
        return DatasetError(f"{repo!r} is no name of a data set on the Hub; write ORGANISATION/NAME")
    if isinstance(error, OfflineModeIsEnabled):
        return HubUnreachableError(f"{repo} is not in the cache and HF_HUB_OFFLINE forbids fetching it")
    if isinstance(error, no_answer | LocalEntryNotFoundError | ConnectionError | TimeoutError):
        cause = error.__cause__ if isinstance(error, LocalEntryNotFoundError) and error.__cause__ else error
        reason = f"{type(cause).__name__}: {cause}".split("\n", 1)[0]
        is_certificate = "CERTIFICATE" in reason.upper()
        hint = _CERTIFICATE if is_certificate else f"{_CHECK}, or work from a folder (--hub DIR)"
        return HubUnreachableError(f"cannot reach {endpoint()} for {repo} ({reason}); {hint}")
    if isinstance(error, OSError):
        if bundle := _missing_certificates():
            return DatasetError(f"there are no certificates at {bundle}; {_CERTIFICATE}")
        hint = _CERTIFICATE if isinstance(error, ssl.SSLError) else "check space and permissions there"
        return DatasetError(f"cannot fetch {repo} into {cache_folder()} ({error}); {hint}")
    if isinstance(error, _NotAHubError):
        return HubUnreachableError(f"{endpoint()} did not answer as a Hugging Face Hub does; {_CHECK}")
    if type(error).__module__.partition(".")[0] in ("httpx2", "httpx", "hf_xet"):
        return DatasetError(f"cannot fetch {repo} ({type(error).__name__}: {error}); {_CHECK}, or HF_HUB_DISABLE_XET=1")
    raise error


def _missing_certificates() -> str | None:
    named = (os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
    return next((f"{path!r}" for path in named if path and not os.path.exists(path)), None)


@contextlib.contextmanager
def _as_ours() -> Iterator[None]:
    """Calls in here print nothing (HF_DEBUG brings the log lines back) and never sleep inside huggingface_hub."""
    from huggingface_hub.utils import get_session

    for name in ("huggingface_hub.utils._http", "huggingface_hub.file_download"):
        logger = logging.getLogger(name)
        if _spoken not in logger.filters:
            logger.addFilter(_spoken)
    _name_certificates()
    hooks = get_session().event_hooks["response"]
    if _refuse_at_once not in hooks:
        hooks.append(_refuse_at_once)
    token = _ours.set(True)
    try:
        yield
    finally:
        _ours.reset(token)


def _spoken(record: logging.LogRecord) -> bool:
    return not _ours.get() or record.levelno >= logging.ERROR or bool(os.environ.get("HF_DEBUG"))


def _refuse_at_once(response: Any) -> None:
    """huggingface_hub would wait as long as a busy server asks, up to five times and without a word."""
    from huggingface_hub.utils import hf_raise_for_status

    if _ours.get() and response.status_code in _RETRIED:
        hf_raise_for_status(response)


def _name_certificates() -> None:
    """huggingface_hub 1 and later knows SSL_CERT_FILE only; the names that requests and curl use mean the same."""
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle and not os.environ.get("SSL_CERT_FILE") and not os.environ.get("SSL_CERT_DIR"):
        # For the whole process, because the Xet downloader reads it from there on its own.
        os.environ["SSL_CERT_DIR" if os.path.isdir(bundle) else "SSL_CERT_FILE"] = bundle


def _silent_bar() -> type:
    """A progress bar that shows nothing: a file here is small, and the run has a bar of its own."""
    from huggingface_hub.utils import tqdm

    class SilentBar(tqdm):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **{**options, "disable": True})

    return SilentBar
