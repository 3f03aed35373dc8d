"""Cookies in a handshake: Fetch 3.1, and HTTP-network fetch step 17.

https://fetch.spec.whatwg.org/#cookies
"""

import pytest

from support.cookies import jar_and_clock
from support.loops import errors_heard
from support.page import FAILED, Recorder, nobody_is_in_line, until
from support.server import Server
from support.wire import Wire
from whatwg_websockets import CookieJar, EnvironmentSettings, Limits, WebSocket
from whatwg_websockets.fetch.cookie_headers import (
    append_a_request_cookie_header,
    determine_the_same_site_mode,
    parse_and_store_response_set_cookie_headers,
)
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.http_network_fetch import http_network_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.url.url_record import parse

CHAT = "https://chat.example.com/room"


def request(jar, origin=None, url=CHAT):
    return Request(url=parse(url), client=EnvironmentSettings(origin=origin, cookie_store=jar))


def cookies_of(asked):
    append_a_request_cookie_header(asked)
    return b"".join(asked.header_list.values(b"Cookie")).decode("latin-1")


def response(*fields):
    headers = [(b"Set-Cookie", each.encode("latin-1")) for each in fields]
    return Response(status=101, header_list=HeaderList([(b"Server", b"x"), *headers]))


# Which request is of which site.


@pytest.mark.parametrize(
    ("origin", "url", "mode"),
    [
        (None, CHAT, "strict-or-less"),
        ("null", CHAT, "none"),
        ("https://chat.example.com", CHAT, "strict-or-less"),
        ("https://www.example.com:8443", CHAT, "strict-or-less"),
        ("https://example.org", CHAT, "none"),
        ("http://chat.example.com", CHAT, "none"),
        ("https://chat.example.com", "http://chat.example.com/", "none"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:9000/", "strict-or-less"),
        ("http://a.github.io", "http://b.github.io/", "none"),
    ],
)
def test_settings_without_an_origin_are_nobodys_page_and_others_are_compared(origin, url, mode):
    assert determine_the_same_site_mode(request(None, origin, url)) == mode


KINDS = ["strict=1; SameSite=Strict", "lax=1; SameSite=Lax", "unset=1", "none=1; SameSite=None"]


def test_a_page_of_another_site_has_only_cookies_for_such_pages():
    jar, _ = jar_and_clock()
    for kind in KINDS:
        jar.set_cookie(CHAT, f"{kind}; Secure")
    assert cookies_of(request(jar)) == "strict=1; lax=1; unset=1; none=1"
    assert cookies_of(request(jar, "https://example.com")) == "strict=1; lax=1; unset=1; none=1"
    assert cookies_of(request(jar, "https://example.org")) == "none=1"


def test_a_page_of_another_site_sets_only_cookies_for_such_pages():
    for origin, names in [(None, 4), ("https://example.com", 4), ("https://example.org", 1)]:
        jar, _ = jar_and_clock()
        asked = request(jar, origin)
        parse_and_store_response_set_cookie_headers(
            asked, response(*(f"{kind}; Secure" for kind in KINDS))
        )
        assert len(jar) == names


# What a server may do.


def test_tls_counts():
    jar, _ = jar_and_clock()
    plain = request(jar, url="http://chat.example.com/room")
    parse_and_store_response_set_cookie_headers(plain, response("a=1; Secure", "b=1"))
    assert [each.name for each in jar] == [b"b"]
    jar.set_cookie(CHAT, "c=1; Secure; HttpOnly")
    assert cookies_of(plain) == "b=1"
    assert cookies_of(request(jar)) == "b=1; c=1"


def test_a_response_keeps_a_jar_within_its_limits():
    jar, _ = jar_and_clock(cookies_per_host=5)
    asked = request(jar)
    parse_and_store_response_set_cookie_headers(asked, response(*(f"{i}=1" for i in range(1_000))))
    assert [each.name for each in jar] == [b"995", b"996", b"997", b"998", b"999"]
    parse_and_store_response_set_cookie_headers(asked, response("a=" + "b" * 102_400))
    assert len(jar) == 5


def test_without_cookies_there_is_no_header():
    for store in (None, CookieJar()):
        asked = request(store)
        append_a_request_cookie_header(asked)
        assert not asked.header_list.contains(b"Cookie")
        parse_and_store_response_set_cookie_headers(asked, response())


# With a server.


async def test_the_cookies_of_a_101_are_there_before_the_page_hears_of_it():
    jar, found = CookieJar(), []
    async with Server() as server:
        socket = WebSocket(server.url + "a/b", settings=EnvironmentSettings(cookie_store=jar))
        socket.addEventListener("open", lambda _: found.append(jar.cookies_for(server.url + "a/")))
        events = Recorder(socket)
        peer = await server.accept_handshake(set_cookie=["a=1", "b=2; Path=/x", "c=\xe4"])
        await events.until("open")
        assert found == ["a=1; c=\xe4"]
        again = WebSocket(server.url + "a/c", settings=EnvironmentSettings(cookie_store=jar))
        asked = await (await server.accept()).read_request()
        assert asked["Cookie"] == "a=1; c=\xe4"
        again.close()
        socket.close()
        peer.close()


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "302 Found", "200 OK"])
async def test_the_cookies_of_a_refusal_are_there_before_the_page_hears_of_it(status):
    jar, found = CookieJar(), []
    async with Server() as server:
        socket = WebSocket(server.url, settings=EnvironmentSettings(cookie_store=jar))
        socket.addEventListener("error", lambda _: found.append(jar.cookies_for(server.url)))
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        await peer.send(f"HTTP/1.1 {status}\r\nset-COOKIE: a=1\r\n\r\n".encode())
        await events.until("close")
        assert events.events == FAILED
        assert found == ["a=1"]


async def test_the_cookies_of_a_101_that_is_none_are_kept_and_those_of_a_103_are_not():
    jar = CookieJar()
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=EnvironmentSettings(cookie_store=jar)))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 103 Early Hints\r\nSet-Cookie: early=1\r\n\r\n")
        await peer.send(b"HTTP/1.1 101 Switching Protocols\r\nSet-Cookie: a=1\r\n\r\n")
        await events.until("close")
        assert events.events == FAILED
        assert jar.cookies_for(server.url) == "a=1"


async def test_a_head_that_is_too_large_sets_nothing():
    jar = CookieJar()
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=EnvironmentSettings(cookie_store=jar)))
        peer = await server.accept()
        await peer.read_request()
        peer.send_at_once(
            b"HTTP/1.1 101 X\r\nSet-Cookie: a=1\r\nSet-Cookie: b=" + b"x" * 102_400, end=False
        )
        await events.until("close")
        assert events.events == FAILED
        assert len(jar) == 0


async def test_a_flood_of_cookies_opens_the_connection_and_leaves_as_many_as_the_limits_allow():
    jar = CookieJar()
    async with Server() as server:
        settings = EnvironmentSettings(cookie_store=jar, limits=Limits(handshake_size=1_000_000))
        socket = WebSocket(server.url, settings=settings)
        events = Recorder(socket)
        fields = [*(f"{i}=1" for i in range(1_000)), "large=" + "x" * 102_400, "last=1"]
        peer = await server.accept_handshake(set_cookie=fields)
        await events.until("open")
        assert len(jar) == 180
        assert jar.cookies_for(server.url).endswith("; 999=1; last=1")
        socket.close()
        peer.close()


class OwnStore:
    """A store of a program's own."""

    def __init__(self):
        self.told = []

    def cookies_for(self, url):
        return "own=1"

    def set_cookie(self, url, field_value):
        self.told.append((url, field_value))


def test_a_store_of_the_programs_own_may_have_no_way_in():
    class OnlyGives:
        def cookies_for(self, url):
            return "a=1"

    asked = request(OnlyGives())
    parse_and_store_response_set_cookie_headers(asked, response("b=1"))
    assert cookies_of(asked) == "a=1"


class Mistaken(OwnStore):
    def set_cookie(self, url, field_value):
        raise LookupError(field_value)


async def test_a_store_of_the_programs_own_hears_of_each_header():
    store = OwnStore()
    async with Server() as server:
        socket = WebSocket(server.url + "x", settings=EnvironmentSettings(cookie_store=store))
        events = Recorder(socket)
        peer = await server.accept()
        asked = await peer.handshake(set_cookie=["a=1", "b=\xe4; Path=/"])
        assert asked["Cookie"] == "own=1"
        await events.until("open")
        url = server.url.replace("ws:", "http:") + "x"
        assert store.told == [(url, "a=1"), (url, "b=\xe4; Path=/")]
        socket.close()
        peer.close()


async def test_a_store_of_the_programs_own_with_a_mistake_fails_the_connection():
    async with Server() as server:
        settings = EnvironmentSettings(cookie_store=Mistaken())
        events = Recorder(WebSocket(server.url, settings=settings))
        peer = await server.accept_handshake(set_cookie="a=1")
        await events.until("close")
        assert events.events == FAILED
        (error,) = errors_heard().take()
        assert isinstance(error, LookupError)
        await peer.expect_gone()
        await until(nobody_is_in_line)


class Place:
    def leave(self):
        pass


@pytest.mark.parametrize(("mode", "told"), [("omit", []), ("include", [(CHAT, "a=1")])])
async def test_credentials_that_are_left_out_set_no_cookies(mode, told):
    store, stream, wire = OwnStore(), HandshakeStream(), Wire()
    wire.set_protocol(stream)
    stream.connection_made(wire)
    asked = request(store)
    asked.credentials_mode = mode

    async def obtain(_):
        stream.data_received(b"HTTP/1.1 404 Not Found\r\nSet-Cookie: a=1\r\n\r\n")
        return Dialled(stream, Place())

    answer = await http_network_fetch(asked, obtain)
    assert (answer.status, store.told) == (404, told)
