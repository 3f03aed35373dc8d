"""A page that wants all it asks for to come over TLS.

https://w3c.github.io/webappsec-upgrade-insecure-requests/#algorithms
"""

import asyncio
import socket

import pytest

from support.page import Recorder
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.fetch.main_fetch import main_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.upgrade_insecure_requests.algorithms import (
    should_insecure_requests_be_upgraded,
)
from whatwg_websockets.url.url_record import parse

UPGRADE = "upgrade-insecure-requests"


@pytest.mark.parametrize(
    ("arguments", "upgraded"),
    [
        ({}, False),
        ({"content_security_policy": "connect-src *"}, False),
        ({"content_security_policy": UPGRADE}, True),
        ({"content_security_policy": ["connect-src *", f"img-src *; {UPGRADE.upper()}"]}, True),
        # It is ignored where policies only report.
        ({"content_security_policy_report_only": f"connect-src *; {UPGRADE}"}, False),
    ],
)
def test_who_wants_it(arguments, upgraded):
    assert should_insecure_requests_be_upgraded(EnvironmentSettings(**arguments)) is upgraded


async def response_and_where_to(url, **arguments):
    """Return the response of main fetch, and the URL that it asks the network for."""
    asked = []

    async def obtain(request):
        asked.append(request.url.serialize())
        return "there is no network here"

    settings = EnvironmentSettings(**arguments)
    response = await main_fetch(Request(url=parse(url), client=settings), obtain)
    return response, asked


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("http://example.com/a?b", "https://example.com/a?b"),
        ("http://example.com:8080/", "https://example.com:8080/"),
        ("http://example.com:443/", "https://example.com/"),
        ("https://example.com/", "https://example.com/"),
        # The text has no exception for what does not leave this machine; Chromium has.
        ("http://localhost:8080/", "https://localhost:8080/"),
        ("http://127.0.0.1/", "https://127.0.0.1/"),
    ],
)
async def test_where_a_request_goes(url, to):
    _, asked = await response_and_where_to(url, content_security_policy=UPGRADE)
    assert asked == [to]


async def test_the_log_says_why_tls_was_spoken():
    response, _ = await response_and_where_to("http://a.example/", content_security_policy=UPGRADE)
    assert response.why == (
        "there is no network here (TLS was used, since the page has upgrade-insecure-requests)"
    )


# What is upgraded is not mixed content, and is what the policies see.
async def test_the_upgrade_comes_before_mixed_content_and_before_the_policies():
    policy = f"{UPGRADE}; connect-src https://a.example wss://a.example"
    response, asked = await response_and_where_to(
        "http://a.example/", origin="https://secure.example", content_security_policy=policy
    )
    assert asked == ["https://a.example/"]
    assert response.kind == "no connection"


async def test_a_socket_of_such_a_page_speaks_tls_and_the_page_sees_its_own_url():
    async def getaddrinfo(host, port, **_):
        assert host == "known.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    settings = EnvironmentSettings(
        origin="https://secure.example", content_security_policy=UPGRADE, tls=client_context()
    )
    origins = []
    async with Server() as server:
        page = Recorder(WebSocket(f"ws://known.example:{server.port}/", settings=settings))
        page.socket.addEventListener("message", lambda event: origins.append(event.origin))
        peer = TlsPeer(await server.accept(), server_context("known.example"))
        await peer.start_tls()
        await peer.handshake()
        await peer.send_text("hello")
        await page.until("message")
        assert page.socket.url == f"ws://known.example:{server.port}/"
        assert origins == [f"ws://known.example:{server.port}"]
