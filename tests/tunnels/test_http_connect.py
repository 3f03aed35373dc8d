"""Tunnels through HTTP proxies, which open or refuse them.

https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
"""

import base64
from contextlib import suppress

import pytest

from support.loops import errors_heard
from support.page import FAILED, Recorder, nobody_is_in_line, turns
from support.proxies import OPENED, accept, open_the_tunnel, through
from support.server import Server
from support.tls import client_context
from whatwg_websockets import EnvironmentSettings, Limits, Proxies, WebSocket


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("ws://name.example/", "name.example:80"),
        ("ws://name.example:8080/chat?a", "name.example:8080"),
        ("ws://[2001:db8::1]/", "[2001:db8::1]:80"),
        ("ws://192.0.2.1/", "192.0.2.1:80"),
        ("ws://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/", "xn--bcher-kva.example:80"),
    ],
)
async def test_what_is_asked(url, target):
    async with Server() as server:
        settings = through(server, user_agent="a-program/1.0")
        events = Recorder(WebSocket(url, settings=settings))
        peer = await server.accept()
        request = await peer.read_request()
        assert (request.method, request.target, request.version) == ("CONNECT", target, "HTTP/1.1")
        assert request.fields == [("Host", target), ("User-Agent", "a-program/1.0")]
        await peer.send(OPENED)
        await peer.handshake()
        await events.until("open")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.0 200\r\n\r\n",
        b"HTTP/1.1 204 No Content\nVia: x\n\n",
        b"HTTP/1.1 299 So be it\r\nContent-Length: 1000\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ],
)
async def test_answers_that_open_the_tunnel(answer):
    """Any status of success does, and lengths mean nothing."""
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server)))
        peer = await server.accept()
        await peer.read_request()
        for byte in answer:
            await peer.send(bytes([byte]))
        await peer.handshake()
        await events.until("open")


@pytest.mark.parametrize(
    ("answer", "why", "kind"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "it answered with status 403 Forbidden", "proxy"),
        (b"HTTP/1.1 502 Bad\x1b[31m\r\n\r\n", "it answered with status 502 Bad?[31m", "proxy"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "it answered with status 302", "proxy"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", "it answered with status 101 Switching", "proxy"),
        (b"HTTP/1.1 401 No\r\n\r\n", "it answered with status 401 No", "proxy authentication"),
        (b"SSH-2.0-OpenSSH\r\n", "the answer is not an HTTP/1.1 response: ", "proxy"),
        (b"\x05\x00", "the answer is not an HTTP/1.1 response: ", "proxy"),
        (
            b"HTTP/1.1 200 OK\r\nno field\r\n\r\n",
            "a line is not a header field: 'no field'",
            "proxy",
        ),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 1_048_576, "longer than handshake_size", "proxy"),
        (b"HTTP/1.1 200 " + b"b" * 1_048_576, "longer than handshake_size", "proxy"),
    ],
    ids=range(10),
)
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_answers_that_open_no_tunnel(scheme, answer, why, kind, caplog):
    async with Server() as server:
        events = Recorder(WebSocket("wss://name.example/", settings=through(server, scheme)))
        peer = await accept(server, scheme)
        await peer.read_request()
        with suppress(ConnectionError):  # The client may have read enough of it.
            await peer.send(answer)
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        proxy = f"the proxy {scheme}://127.0.0.1:{server.port}: "
        assert f"name.example:443 could not be connected to: {proxy}" in caplog.text
        assert why in caplog.text
        assert caplog.records[-1].kind == kind
        assert len(caplog.records[-1].why) < 300


@pytest.mark.parametrize("how", ["half_close", "reset"])
async def test_half_a_head(how, caplog):
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server)))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 200 OK\r\nVia: a pro")
        getattr(peer, how)()
        await events.until("close")
        assert events.events == FAILED
        assert caplog.records[-1].kind == "lost"
        assert nobody_is_in_line()


async def test_a_head_that_does_not_come_to_its_end(caplog):
    """Bytes that trickle in do not make the limit longer."""
    async with Server() as server:
        settings = through(server, limits=Limits(handshake_timeout=0.2))
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 200 OK\r\n")
        while not events.events:
            try:
                await peer.send(b"A: b\r\n")
            except OSError:
                await events.until("close")
            await turns()
        assert events.events[:1] == FAILED[:1]
        assert "timed out while waiting for its answer (handshake_timeout is 0.2 s)" in caplog.text


# A proxy that wants a password.

REFUSED = b"HTTP/1.1 407 Proxy Authentication Required\r\n%b\r\n"
BASIC = REFUSED % b'Proxy-Authenticate: Basic realm="the proxy"\r\n'


async def refuse(server, answer, scheme="http"):
    """Let a proxy answer a request, and return the request."""
    peer = await accept(server, scheme)
    request = await peer.read_request()
    await peer.send(answer)
    await peer.expect_gone()
    return request


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_password_is_given_to_a_proxy_that_wants_one(scheme):
    async with Server() as server:
        settings = through(server, scheme, "joe%40x:p%C3%A4ss@")
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        assert (await refuse(server, BASIC, scheme)).all("Proxy-Authorization") == []
        peer = await accept(server, scheme)
        await open_the_tunnel(peer, scheme)
        expected = b"Basic " + base64.b64encode("joe@x:p\xe4ss".encode())
        assert peer.request["Proxy-Authorization"].encode() == expected
        request = await peer.handshake()
        assert request.all("Proxy-Authorization") == []
        await events.until("open")


async def test_a_password_that_is_wrong(caplog):
    async with Server() as server:
        settings = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        await refuse(server, BASIC)
        await refuse(server, BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert caplog.records[-1].kind == "proxy authentication"
        assert f"the proxy http://joe:***@127.0.0.1:{server.port}: it answered with" in caplog.text
        assert "secret" not in caplog.text
        assert base64.b64encode(b"joe:secret").decode() not in caplog.text


@pytest.mark.parametrize(
    "fields",
    [
        b"",
        b"Proxy-Authenticate:\r\n",
        b"Proxy-Authenticate: Negotiate\r\n",
        b'WWW-Authenticate: Basic realm="not a proxy\'s"\r\n',
        b"Proxy-Authenticate: \xff\xfe\r\n",
    ],
)
async def test_a_challenge_that_cannot_be_answered(fields, caplog):
    async with Server() as server:
        settings = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        await refuse(server, REFUSED % fields)
        await events.until("close")
        assert events.events == FAILED
        assert caplog.records[-1].kind == "proxy authentication"
        assert nobody_is_in_line()


async def test_nobody_knows_a_password(caplog):
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server)))
        await refuse(server, BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert caplog.records[-1].kind == "proxy authentication"


async def test_what_a_proxy_has_taken_goes_along_with_the_next():
    """Of the same settings, and of no others."""
    async with Server() as server:
        given = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        await refuse(server, BASIC)
        for url in ("ws://other.example/", None):
            peer = await server.accept()
            await open_the_tunnel(peer)
            assert peer.request["Proxy-Authorization"] == "Basic am9lOnNlY3JldA=="
            await peer.handshake()
            await events.until("open")
            if url is not None:
                events = Recorder(WebSocket(url, settings=given))
        events = Recorder(WebSocket("ws://name.example/", settings=through(server)))
        peer = await server.accept()
        await open_the_tunnel(peer)
        assert peer.request.all("Proxy-Authorization") == []
        await peer.handshake()
        await events.until("open")


async def test_two_who_use_one_proxy_are_told_apart():
    """What one was taken with is not sent for the other, who stands in the URL of the proxy."""
    async with Server() as server:
        there = f"127.0.0.1:{server.port}"
        proxies = Proxies(
            ws=f"http://joe:secret@{there}",
            wss=f"http://eve:other@{there}",
            no_proxy="<-loopback>",
        )
        settings = EnvironmentSettings(proxies=proxies, tls=client_context())
        events = Recorder(WebSocket("ws://name.example/", settings=settings))
        await refuse(server, BASIC)
        peer = await server.accept()
        await open_the_tunnel(peer)
        assert peer.request["Proxy-Authorization"] == "Basic am9lOnNlY3JldA=="
        await peer.handshake()
        await events.until("open")
        Recorder(WebSocket("wss://other.example/", settings=settings))
        assert (await refuse(server, BASIC)).all("Proxy-Authorization") == []
        peer = await server.accept()
        await open_the_tunnel(peer)
        assert peer.request["Proxy-Authorization"] == "Basic ZXZlOm90aGVy"


async def test_a_password_that_is_not_taken_any_more_is_forgotten(caplog):
    async with Server() as server:
        given = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        await refuse(server, BASIC)
        peer = await server.accept()
        await open_the_tunnel(peer)
        await peer.handshake()
        await events.until("open")
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        request = await refuse(server, BASIC)
        assert request["Proxy-Authorization"] == "Basic am9lOnNlY3JldA=="
        await events.until("close")
        assert caplog.records[-1].kind == "proxy authentication"
        assert len(given.proxy_authentication_entries) == 0


async def test_digest():
    async with Server() as server:
        given = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        await refuse(
            server,
            REFUSED
            % (
                b'Proxy-Authenticate: Digest realm="the proxy", nonce="a", qop="auth", '
                b'algorithm=SHA-256, Basic realm="the proxy"\r\n'
            ),
        )
        peer = await server.accept()
        await peer.read_request()
        said = peer.request["Proxy-Authorization"]
        assert said.startswith('Digest username="joe", realm="the proxy", uri="name.example:80", ')
        await peer.send(b"HTTP/1.1 200 OK\r\nProxy-Authentication-Info: nextnonce=b\r\n\r\n")
        await peer.handshake()
        await events.until("open")
        events = Recorder(WebSocket("ws://other.example/", settings=given))
        peer = await server.accept()
        await open_the_tunnel(peer)
        assert 'uri="other.example:80", nonce="b"' in peer.request["Proxy-Authorization"]
        await peer.handshake()
        await events.until("open")


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_the_program_is_asked(scheme):
    """No place in line is held while the program is prompted."""
    asked = []

    async def credentials(challenge):
        asked.append(challenge)
        assert nobody_is_in_line()
        return "joe", "secret"

    async with Server() as server:
        given = through(server, scheme, credentials=credentials)
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        await refuse(server, BASIC, scheme)
        peer = await accept(server, scheme)
        await open_the_tunnel(peer, scheme)
        assert peer.request["Proxy-Authorization"] == "Basic am9lOnNlY3JldA=="
        await peer.handshake()
        await events.until("open")
        [challenge] = asked
        assert (challenge.scheme, challenge.realm, challenge.is_proxy) == (
            "basic",
            "the proxy",
            True,
        )
        assert challenge.url == f"{scheme}://127.0.0.1:{server.port}"


async def test_a_program_that_raises(caplog):
    def credentials(challenge):
        raise LookupError("no keyring")

    async with Server() as server:
        given = through(server, credentials=credentials)
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        await refuse(server, BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
        assert caplog.records[-1].kind == "exception"
        assert [str(each) for each in errors_heard().take()] == ["no keyring"]


async def test_the_407_of_a_server_is_not_answered(caplog):
    """It arrives through the tunnel, so the server sent it, and gets no password for the proxy."""
    async with Server() as server:
        given = through(server, who="joe:secret@")
        events = Recorder(WebSocket("ws://name.example/", settings=given))
        peer = await server.accept()
        await open_the_tunnel(peer)
        await peer.read_request()
        await peer.send(BASIC)
        await events.until("close")
        assert events.events == FAILED
        assert server.nobody_is_waiting()
        assert caplog.records[-1].kind == "status"
