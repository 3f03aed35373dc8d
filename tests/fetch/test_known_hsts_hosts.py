"""HSTS on the wire: a policy that a server sends applies from the next connection on.

https://www.rfc-editor.org/rfc/rfc6797#section-8,
https://fetch.spec.whatwg.org/#concept-main-fetch, step 10
"""

import asyncio
import logging
import socket
import ssl

import pytest

from support.page import FAILED, Recorder
from support.server import Server
from support.tls import TlsPeer, authority, client_context, server_context
from whatwg_websockets import EnvironmentSettings, HstsList, WebSocket
from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
from whatwg_websockets.fetch.main_fetch import main_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.url.url_record import parse

SAYS = "max-age=100"


async def getaddrinfo(host, port, **_):
    """Resolve the names of the test to this machine."""
    assert host.endswith("known.example")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


@pytest.fixture
def hsts():
    return HstsList()


@pytest.fixture
def settings(hsts):
    return EnvironmentSettings(hsts=hsts, tls=client_context())


async def accept_tls(server, *hosts):
    peer = TlsPeer(await server.accept(), server_context(*(hosts or ("known.example",))))
    await peer.start_tls()
    return peer


def connect(server, settings, scheme="wss", host="known.example"):
    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    return Recorder(WebSocket(f"{scheme}://{host}:{server.port}/room", settings=settings))


# § rfc6797-8.1-1.
async def test_a_101_over_tls_makes_a_host_known_and_the_next_ws_is_wss(settings, hsts):
    async with Server() as server:
        page = connect(server, settings)
        peer = await accept_tls(server)
        await peer.handshake(strict_transport_security=SAYS)
        await page.until("open")
        assert list(hsts) == ["known.example"]

        page = connect(server, settings, "ws")
        peer = await accept_tls(server)
        request = await peer.handshake(strict_transport_security="max-age=0")
        await page.until("open")
        # § rfc6797-8.3-3.
        assert request["Host"] == f"known.example:{server.port}"
        # § rfc6797-8.1-2.
        assert not hsts.is_known("known.example")

        page = connect(server, settings, "ws")
        await server.accept_handshake()
        await page.until("open")


async def test_the_page_sees_the_url_that_it_asked_for(settings, hsts):
    hsts.note("known.example", max_age=100)
    origins = []
    async with Server() as server:
        page = connect(server, settings, "ws")
        page.socket.addEventListener("message", lambda event: origins.append(event.origin))
        peer = await accept_tls(server)
        await peer.handshake()
        await peer.send_text("hello")
        await page.until("message")
        assert page.socket.url == f"ws://known.example:{server.port}/room"
        assert origins == [f"ws://known.example:{server.port}"]


@pytest.mark.parametrize("status", ["HTTP/1.1 403 Forbidden", "HTTP/1.1 307 Temporary Redirect"])
async def test_a_refusal_over_tls_makes_a_host_known_too(status, settings, hsts):
    async with Server() as server:
        page = connect(server, settings)
        peer = await accept_tls(server)
        await peer.handshake(status=status, strict_transport_security=f"{SAYS}; includeSubDomains")
        await page.until("close")
        assert page.events == FAILED
        assert hsts.is_known("a.known.example")


# § rfc6797-8.1-3.
async def test_of_several_fields_the_first_counts(settings, hsts):
    async with Server() as server:
        page = connect(server, settings)
        peer = await accept_tls(server)
        await peer.handshake(strict_transport_security=[SAYS, "max-age=0"])
        await page.until("open")
        assert hsts.is_known("known.example")


# § rfc6797-8.1-4.
async def test_what_comes_without_tls_says_nothing(settings, hsts):
    async with Server() as server:
        page = connect(server, settings, "ws")
        await server.accept_handshake(strict_transport_security=SAYS)
        await page.until("open")
        assert len(hsts) == 0


# § rfc6797-8.1.1-1.
async def test_an_ip_address_is_never_noted(settings, hsts):
    async with Server() as server:
        page = connect(server, settings, host="127.0.0.1")
        peer = await accept_tls(server, "127.0.0.1")
        await peer.handshake(strict_transport_security=SAYS)
        await page.until("open")
        assert len(hsts) == 0


def a_careless_context(mode):
    context = ssl.create_default_context()
    authority("ours").configure_trust(context)
    context.check_hostname = False
    context.verify_mode = mode
    return context


# § rfc6797-8.1-1, § rfc6797-8.4-1.
@pytest.mark.parametrize("mode", [ssl.CERT_NONE, ssl.CERT_REQUIRED])
async def test_where_errors_of_tls_are_overlooked_nothing_is_learned_and_nobody_known_is_met(
    mode, hsts, caplog
):
    settings = EnvironmentSettings(hsts=hsts, tls=a_careless_context(mode))
    async with Server() as server:
        page = connect(server, settings)
        peer = await accept_tls(server, "another.example")
        await peer.handshake(strict_transport_security=SAYS)
        await page.until("open")
        assert len(hsts) == 0

        hsts.note("known.example", max_age=100)
        for scheme in ("ws", "wss"):
            page = connect(server, settings, scheme)
            await page.until("close")
            assert page.events == FAILED
            assert server.nobody_is_waiting()
            assert caplog.records[-1].kind == "tls"
            assert caplog.records[-1].why == (
                "known.example is a known HSTS host, and the TLS context of the settings does not "
                "check its certificate and its name"
            )


async def read_a_request(peer):
    await peer.start_tls()
    await peer.read_request()


# § rfc6797-8.4-1, § rfc6797-12.1-1.
async def test_an_error_of_tls_has_no_recourse_and_the_log_says_why_tls_was_spoken(
    settings, hsts, caplog
):
    hsts.note("known.example", max_age=100)
    async with Server() as server:
        page = connect(server, settings, "ws")
        peer = TlsPeer(await server.accept(), server_context("known.example", by="somebody else"))
        # Whether it says so or only leaves, the client does not finish the handshake.
        with pytest.raises((ssl.SSLError, AssertionError)):
            await read_a_request(peer)
        await page.until("close")
        assert page.events == FAILED
        assert server.nobody_is_waiting()
    assert caplog.records[-1].kind == "tls"
    assert caplog.records[-1].why.endswith(
        " (TLS was used, since known.example is a known HSTS host)"
    )
    assert caplog.records[-1].levelno == logging.WARNING


async def where_to(url, hsts):
    """Return the URL that main fetch asks the network for."""
    asked = []

    async def obtain(request):
        asked.append(request.url.serialize())
        return "there is no network here"

    settings = EnvironmentSettings(hsts=hsts)
    await main_fetch(Request(url=parse(url), client=settings), obtain)
    return asked[0]


@pytest.mark.parametrize(
    ("url", "to"),
    [
        ("http://known.example/a?b", "https://known.example/a?b"),
        # § rfc6797-8.3-2.
        ("http://known.example:80/", "https://known.example/"),
        # § rfc6797-8.3-3.
        ("http://known.example:8080/", "https://known.example:8080/"),
        ("http://known.example:443/", "https://known.example/"),
        ("http://me:secret@known.example/", "https://me:secret@known.example/"),
        ("http://known.example./", "https://known.example./"),
        ("http://a.known.example/", "https://a.known.example/"),
        ("https://known.example/", "https://known.example/"),
        # § rfc6797-8.2-1.
        ("http://notknown.example/", "http://notknown.example/"),
        ("http://example/", "http://example/"),
        # Fetch leaves the names of this machine alone.
        ("http://localhost/", "http://localhost/"),
        ("http://a.localhost./", "http://a.localhost./"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("http://[::1]/", "http://[::1]/"),
    ],
)
async def test_a_url_of_a_known_host_is_asked_for_over_tls(url, to, hsts):
    hsts.note("known.example", max_age=100, include_subdomains=True)
    hsts.note("localhost", max_age=100, include_subdomains=True)
    assert await where_to(url, hsts) == to


async def test_lists_are_not_shared_unless_the_program_shares_them(hsts):
    hsts.note("known.example", max_age=100)
    assert await where_to("http://known.example/", None) == "http://known.example/"
    assert await where_to("http://known.example/", HstsList()) == "http://known.example/"
    assert await where_to("http://known.example/", hsts) == "https://known.example/"


async def test_a_response_that_is_no_http_says_nothing(settings, hsts):
    async with Server() as server:
        page = connect(server, settings)
        peer = await accept_tls(server)
        await peer.read_request()
        await peer.send(b"HTTP/1.1 101\x00\r\nStrict-Transport-Security: max-age=100\r\n\r\n")
        await page.until("close")
        assert len(hsts) == 0


async def test_without_a_connection_nothing_is_noted(hsts):
    async def obtain(_):
        return "there is no network here"

    client = EnvironmentSettings(hsts=hsts)
    request = Request(url=parse("https://known.example/"), client=client)
    response = await http_network_or_cache_fetch(request, obtain)
    assert response.is_network_error
    assert len(hsts) == 0
