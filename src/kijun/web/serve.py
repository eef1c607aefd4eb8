"""Running the rating place as a server."""

from __future__ import annotations

import os
import socket

import uvicorn

from kijun.errors import StoreError
from kijun.ratings import OPERATOR, RatingPlace
from kijun.web.app import make_app
from kijun.web.security import Walls
from kijun.web.site import make_site

__all__ = ["application", "check_port", "owner_links", "run_server"]

_DATABASE, _ADDRESS = "KIJUN_SERVED_DATABASE", "KIJUN_SERVED_ADDRESS"


def owner_links(place: RatingPlace, address: str) -> dict[str, str]:
    """Campaign -> a link for its first owner, for campaigns that have no owner yet; each link works once, for a day."""
    links = {}
    for view in place.campaigns.all(OPERATOR):
        name = view.campaign.name
        if not any(member.role == "owner" for member in place.people.members(OPERATOR, name)):
            invite = place.people.invite(OPERATOR, name, role="owner", uses=1, days=1)
            links[name] = f"{address}/invite/{invite.token}"
    return links


def check_port(host: str, port: int) -> None:
    """Raises:
    StoreError: somebody else listens there, or we may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise StoreError(f"{host}:{port}: cannot be listened on ({error.strerror}); try another --port") from None


def run_server(database: str, address: str, *, host: str, port: int, workers: int) -> None:
    """Serves until it is told to stop.

    Args:
        database: URL; every worker opens it for itself.
        address: what people type, as `make_site` takes it.
    """
    os.environ[_DATABASE], os.environ[_ADDRESS] = database, address
    uvicorn.run(
        "kijun.web.serve:application",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        # Only a proxy on this machine is believed when it tells where a request came from.
        proxy_headers=True,
        forwarded_allow_ips="127.0.0.1,::1",
    )


def application() -> Walls:
    """The application of one worker, from what `run_server` left for it."""
    return make_app(make_site(RatingPlace(os.environ[_DATABASE]), os.environ[_ADDRESS]))
