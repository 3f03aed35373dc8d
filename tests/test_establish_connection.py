"""2.2 Opening handshake: establish a WebSocket connection.

https://websockets.spec.whatwg.org/#concept-websocket-establish
"""

import asyncio
import base64
import logging

import pytest

from support import frames
from support.loops import errors_heard
from support.page import FAILED, Recorder, limits, nobody_is_in_line, opened, turns
from support.server import Server, accept_value
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.establish_connection import process_the_response
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.rfc6455.client_handshake import make_nonce
from whatwg_websockets.rfc6455.failure import Failure


class Cookies:
    """A cookie store that returns the same cookies for every URL, and keeps the URLs."""

    def __init__(self, cookies):
        self.cookies = cookies
        self.asked = []

    def cookies_for(self, url):
        self.asked.append(url)
        return self.cookies


async def request_of(make_url=lambda url: url, protocols=(), **settings):
    """Return the request that a socket sends."""
    async with Server() as server:
        socket = WebSocket(
            make_url(server.url), protocols, settings=EnvironmentSettings(**settings)
        )
        peer = await server.accept()
        request = await peer.read_request()
        request.port = server.port  # type: ignore[attr-defined]
        socket.close()
        await turns()
        return request


# The request: steps 1 to 10, and what Fetch adds.


async def test_the_request_has_these_headers_and_no_others():
    request = await request_of()
    assert (request.method, request.target, request.version) == ("GET", "/", "HTTP/1.1")
    assert dict(request.fields) == {
        "Host": f"127.0.0.1:{request.port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": request["Sec-WebSocket-Key"],
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
        "Accept": "*/*",
        "Origin": "null",
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "websocket",
        "Sec-Fetch-Site": "none",
        "User-Agent": "whatwg-websockets",
        "Pragma": "no-cache",
        "Cache-Control": "no-cache",
    }
    assert len(request.fields) == 14, "no field stands there twice"
    assert request.fields[0][0] == "Host"


async def test_step_5_the_key_is_16_bytes_in_base64_and_another_each_time():
    keys = [(await request_of())["Sec-WebSocket-Key"] for _ in range(3)]
    assert len(set(keys)) == 3
    for key in keys:
        assert len(base64.b64decode(key, validate=True)) == 16
        assert len(key) == 24


def test_step_5_the_bytes_of_the_key_are_random():
    nonces = {make_nonce() for _ in range(100)}
    assert len(nonces) == 100
    for position in range(16):
        assert len({base64.b64decode(nonce)[position] for nonce in nonces}) > 10


async def test_step_8_subprotocols_are_combined_into_one_header():
    request = await request_of(protocols=["chat", "superchat", "x"])
    assert request["Sec-WebSocket-Protocol"] == "chat, superchat, x"


async def test_step_8_without_subprotocols_there_is_no_such_header():
    assert (await request_of()).all("Sec-WebSocket-Protocol") == []


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("", "/"),
        ("chat", "/chat"),
        ("a//b/", "/a//b/"),
        ("a?b=c&d", "/a?b=c&d"),
        ("?q", "/?q"),
        ("a/../b", "/b"),
        ("a%23b?c%23d", "/a%23b?c%23d"),
        ("ü?ß", "/%C3%BC?%C3%9F"),
    ],
)
async def test_the_target_is_path_and_query_of_the_url(path, target):
    request = await request_of(lambda url: url + path)
    assert request.target == target


async def test_nothing_follows_the_request_before_its_answer():
    """RFC 6455 4.1, behind the list of what is in the request."""
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await peer.read_frame()
        await peer.send(peer.response())
        await events.until("open")
        socket.send("now")
        assert (await peer.read_frame()).payload == b"now"


async def test_user_and_password_of_the_url_are_not_sent():
    request = await request_of(lambda url: url.replace("//", "//user:secret@"))
    assert request.all("Authorization") == []
    assert request["Host"] == f"127.0.0.1:{request.port}"


async def test_http_in_the_url_makes_no_difference():
    request = await request_of(lambda url: url.replace("ws:", "http:"))
    assert request["Upgrade"] == "websocket"


@pytest.mark.parametrize(
    ("origin", "header"),
    [
        (None, "null"),
        ("null", "null"),
        ("https://example.com", "https://example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://EXAMPLE.com:8080", "http://example.com:8080"),
    ],
)
async def test_the_origin_is_that_of_the_client(origin, header):
    assert (await request_of(origin=origin))["Origin"] == header


async def test_user_agent_and_language_are_those_of_the_client():
    request = await request_of(user_agent="Mozilla/5.0", accept_language="de, en;q=0.5")
    assert request["User-Agent"] == "Mozilla/5.0"
    assert request["Accept-Language"] == "de, en;q=0.5"


async def test_no_cookies_go_along_by_default():
    assert (await request_of()).all("Cookie") == []


async def test_the_cookies_of_the_clients_store_go_along():
    store = Cookies("session=1; theme=dark")
    request = await request_of(lambda url: url + "chat", cookie_store=store)
    assert request["Cookie"] == "session=1; theme=dark"
    assert store.asked == [f"http://127.0.0.1:{request.port}/chat"]


async def test_a_store_without_cookies_for_the_url_sends_none():
    assert (await request_of(cookie_store=Cookies(""))).all("Cookie") == []


async def test_the_host_has_a_port_only_where_the_url_has_one():
    """https://www.rfc-editor.org/rfc/rfc6455#section-4.1: item 4 of the request."""
    from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.url.url_record import parse

    hosts = {}

    async def obtain(request):
        [hosts[request.url.serialize()]] = request.header_list.values(b"host")
        return "nowhere"

    for url in ("http://h/", "https://h/", "http://h:8080/", "http://h:443/", "http://[::1]:8/"):
        request = Request(url=parse(url), client=EnvironmentSettings())
        await http_network_or_cache_fetch(request, obtain)
    assert hosts == {
        "http://h/": b"h",
        "https://h/": b"h",
        "http://h:8080/": b"h:8080",
        "http://h:443/": b"h:443",
        "http://[::1]:8/": b"[::1]:8",
    }


# The response: step 11. What is accepted,


async def result_of(then=b"", protocols=(), settings=None, **changes):
    """Return the socket and its events after a response with these changes."""
    async with Server() as server:
        socket = WebSocket(server.url, protocols, settings=settings)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.handshake(then, **changes)
        while not events.events:
            await turns(1)
        seen = events.events[0]
        if seen[0] == "error":
            await events.until("close")
            await peer.expect_gone()
        socket.close()
        await turns()
        return socket, events


async def assert_opens(**response):
    socket, events = await result_of(**response)
    assert events.events[0] == ("open", WebSocket.OPEN)
    assert nobody_is_in_line()
    return socket


async def assert_fails(**response):
    socket, events = await result_of(**response)
    assert events.events == FAILED
    assert socket.extensions == ""
    assert socket.protocol == ""
    assert nobody_is_in_line()


@pytest.mark.parametrize(
    "changes",
    [
        {"upgrade": "WebSocket"},
        {"upgrade": "WEBSOCKET"},
        {"connection": "upgrade"},
        {"connection": "keep-alive, Upgrade"},
        {"connection": ["keep-alive", "UPGRADE"]},
        {"connection": "Upgrade ,\tx"},
        {"status": "HTTP/1.1 101 Whatever"},
        {"status": "HTTP/1.1 101 "},
        {"server": "x", "set_cookie": ["a=1", "b=2"], "date": "now"},
    ],
)
async def test_a_response_that_is_written_otherwise_but_fits(changes):
    await assert_opens(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"content_length": "5"},
        {"content_length": "abc"},
        {"content_length": ["1", "2"]},
        {"transfer_encoding": "chunked"},
        {"transfer_encoding": "gzip"},
        {"transfer_encoding": "gzip, chunked"},
        {"transfer_encoding": "chunked", "content_length": "3"},
        {"trailer": "x"},
    ],
)
async def test_fields_about_content_mean_nothing_in_a_101(changes):
    """https://www.rfc-editor.org/rfc/rfc9112#section-6.3, rule 1."""
    await assert_opens(then=frames.text("first"), **changes)


async def test_the_subprotocol_that_the_server_chose_is_in_use():
    socket = await assert_opens(protocols=["a", "b"], sec_websocket_protocol="b")
    assert socket.protocol == "b"


async def test_without_a_subprotocol_protocol_stays_empty():
    assert (await assert_opens()).protocol == ""


@pytest.mark.parametrize(
    "header",
    [
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits=10",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        'permessage-deflate; server_max_window_bits="9"',
    ],
)
async def test_the_extensions_in_use_are_told_as_the_server_named_them(header):
    assert (await assert_opens(sec_websocket_extensions=header)).extensions == header


async def test_without_extensions_the_attribute_stays_empty():
    assert (await assert_opens()).extensions == ""


async def test_an_extension_that_was_only_offered_is_not_used():
    """RFC 6455 9.1."""
    async with opened() as (socket, peer, events):
        socket.send("x" * 1_000)
        frame = await peer.read_frame()
        assert (frame.rsv, frame.payload) == (0, b"x" * 1_000)
        await peer.send(b"\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00")
        await peer.expect_close(1002)
        await peer.expect_end()
        peer.close()
        await events.until("close")
        assert events.events == FAILED


@pytest.mark.parametrize(
    "before",
    [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" * 5,
    ],
)
async def test_responses_of_1xx_before_the_101_are_passed_over(before):
    await assert_opens(status=before + "HTTP/1.1 101 Switching Protocols")


async def test_the_response_may_come_byte_by_byte():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        for byte in peer.response() + frames.text("hello"):
            await peer.send(bytes((byte,)))
            await turns(3)
        await events.until("message")
        assert events.events == [("open", 1), ("message", 1, "hello")]


async def test_the_first_frames_may_come_with_the_response():
    many = b"".join(frames.text(str(i)) for i in range(300))
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept_handshake(then=many + frames.ping(b"?") + frames.text("last"))
        await events.until("message", 301)
        assert events.events[0] == ("open", 1)
        assert events.messages == [*map(str, range(300)), "last"]
        assert await peer.read_frame() == frames.Frame(frames.PONG, b"?")


async def test_half_a_frame_may_come_with_the_response():
    message = frames.binary(bytes(1000))
    async with Server() as server:
        socket = WebSocket(server.url)
        socket.binaryType = "arraybuffer"
        events = Recorder(socket)
        peer = await server.accept_handshake(then=message[:500])
        await events.until("open")
        await peer.send(message[500:])
        assert (await events.until("message"))[2] == bytes(1000)


async def test_the_whole_life_of_a_connection_may_come_with_the_response():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept_handshake(then=frames.text("only") + frames.close(1000, "bye"))
        await peer.expect_close(1000)
        peer.close()
        await events.until("close")
        assert events.events == [
            ("open", 1),
            ("message", 1, "only"),
            ("close", 3, 1000, "bye", True),
        ]


async def test_the_server_may_be_gone_with_the_response():
    """The page sees all data that the server sent before, in order."""
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        await peer.send(peer.response() + frames.text("only"))
        peer.half_close()
        await events.until("close")
        assert events.events == [("open", 1), ("message", 1, "only"), *FAILED]


async def test_a_close_and_the_end_of_tcp_may_come_with_the_response():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        await peer.send(peer.response() + frames.close(4000, "so long"))
        peer.half_close()
        assert [frame.payload for frame in await peer.read_frames_to_end()] == [
            frames.close_payload(4000)
        ]
        await events.until("close")
        assert events.events == [("open", 1), ("close", 3, 4000, "so long", True)]


# and what is refused.


@pytest.mark.parametrize(
    "status",
    [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 204 No Content",
        "HTTP/1.1 301 Moved\r\nLocation: /",
        "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1/",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic",
        "HTTP/1.1 403 Forbidden",
        "HTTP/1.1 407 Proxy\r\nProxy-Authenticate: Basic",
        "HTTP/1.1 426 Upgrade Required",
        "HTTP/1.1 500 Oh no",
        "HTTP/1.0 200 OK",
    ],
)
async def test_step_11_1_nothing_but_a_101_will_do(status):
    await assert_fails(status=status)


@pytest.mark.parametrize("chosen", [None, "", "c", "a, b", ["a", "b"], ["a", "a"], "A", "a,", ", "])
async def test_step_11_2_one_of_the_subprotocols_has_to_be_chosen(chosen):
    await assert_fails(protocols=["a", "b"], sec_websocket_protocol=chosen)


async def test_step_11_3_a_subprotocol_that_was_not_asked_for():
    await assert_fails(sec_websocket_protocol="chat")


@pytest.mark.parametrize(
    "changes",
    [
        {"upgrade": None},
        {"upgrade": ""},
        {"upgrade": "websocket2"},
        {"upgrade": "websocket, h2c"},
        {"upgrade": ["websocket", "h2c"]},
        {"connection": None},
        {"connection": ""},
        {"connection": "close"},
        {"connection": "upgraded"},
        {"sec_websocket_accept": None},
        {"sec_websocket_accept": ""},
        {"sec_websocket_accept": accept_value("x" * 24)},
        {"sec_websocket_accept": ["a", "b"]},
    ],
)
async def test_step_11_3_a_response_that_does_not_fit(changes):
    await assert_fails(**changes)


async def test_step_11_3_the_accept_value_is_compared_with_regard_to_case():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept()
        key = (await peer.read_request())["Sec-WebSocket-Key"]
        await peer.send(peer.response(sec_websocket_accept=accept_value(key).swapcase()))
        await events.until("close")
        assert events.events == FAILED


async def test_step_11_3_the_accept_value_twice():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept()
        key = (await peer.read_request())["Sec-WebSocket-Key"]
        await peer.send(peer.response(sec_websocket_accept=[accept_value(key)] * 2))
        await events.until("close")
        assert events.events == FAILED


@pytest.mark.parametrize(
    "header",
    [
        "x-webkit-deflate-frame",
        "permessage-deflate, x-unknown",
        "permessage-deflate, permessage-deflate",
        ["permessage-deflate", "permessage-deflate"],
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; unknown",
        "permessage-deflate; =",
        "",
        ",",
    ],
)
async def test_step_11_3_extensions_that_were_not_offered_or_cannot_be_read(header):
    await assert_fails(sec_websocket_extensions=header)


@pytest.mark.parametrize(
    "answer",
    [
        b"garbage\r\n\r\n",
        b"\x00\xff\x00\xff",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 101\r\nno colon\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/2 101 x\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n",
        b"",
    ],
)
async def test_an_answer_that_is_no_http(answer):
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(answer)
        peer.half_close()
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()
        assert nobody_is_in_line()


async def test_a_server_that_leaves_before_it_answers():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        (await server.accept()).close()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()


async def test_a_server_that_resets_the_connection_before_it_answers():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept()
        await peer.read_request()
        peer.reset()
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()


async def test_a_server_that_is_silent():
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=limits(handshake_timeout=0.05)))
        peer = await server.accept()
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()
        assert nobody_is_in_line()


async def test_a_server_that_never_ends_its_answer():
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=limits(handshake_size=1000)))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(b"HTTP/1.1 101 x\r\nx: " + b"x" * 2000)
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()


async def test_a_server_that_answers_with_1xx_for_ever():
    async with Server() as server:
        events = Recorder(WebSocket(server.url, settings=limits(handshake_size=1000)))
        peer = await server.accept()
        await peer.read_request()
        for _ in range(50):
            await peer.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()


@pytest.mark.parametrize("too_much", [0, 1])
@pytest.mark.parametrize("pieces", [1, 2, 7])
async def test_the_size_of_the_answer_counts_to_the_byte_however_tcp_cuts_it(pieces, too_much):
    async with Server() as server:
        settings = limits(handshake_size=600)
        events = Recorder(WebSocket(server.url, settings=settings))
        peer = await server.accept()
        await peer.read_request()
        early = b"HTTP/1.1 103 Early Hints\r\n\r\n"
        padding = 600 + too_much - len(early + peer.response(x_padding=""))
        answer = early + peer.response(x_padding="x" * padding)
        size = -(-len(answer) // pieces)
        for start in range(0, len(answer), size):
            end = frames.close(1000) if start + size >= len(answer) else b""
            await peer.send(answer[start : start + size] + end)
            await turns(3)
        peer.half_close()
        await peer.expect_gone()
        await events.until("close")
        closed = [("open", 1), ("close", 3, 1000, "", True)]
        assert events.events == (FAILED if too_much else closed)


async def test_a_large_first_message_does_not_count_as_a_long_answer():
    async with Server() as server:
        socket = WebSocket(server.url, settings=limits(handshake_size=1000))
        events = Recorder(socket)
        await server.accept_handshake(then=frames.text("x" * 50_000))
        assert (await events.until("message"))[2] == "x" * 50_000


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("HTTP/1.1 404 Not Found", "the server answered with status 404 Not Found"),
        ("HTTP/1.1 418", "the server answered with status 418"),
        ("HTTP/1.1 400 \x1b[31m" + "x" * 200, f"status 400 ?[31m{'x' * 75}"),
        (
            "HTTP/2 101 x",
            "the answer is not an HTTP/1.1 response: it does not begin with HTTP/1: 'HTTP/2 1",
        ),
        ("HTTP/1.1 101 x\r\n" + "x" * 99, f"a line is not a header field: '{'x' * 60}' ..."),
        (
            "\x15\x03\x01\x00\x02\x02F",
            "it does not begin with HTTP/1: 15 03 01 00 02 02 46 0d 0a",
        ),
        ("HTTP/1.1 101 x\r\na\0b: c", r"a line contains CR or NUL: 'a\x00b: c'"),
    ],
)
async def test_what_was_wrong_with_the_answer_goes_to_the_log(caplog, status, said):
    with caplog.at_level(logging.INFO, "whatwg_websockets"):
        await assert_fails(status=status)
    assert said in caplog.text


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(status=404), "status"),
        (network_error("nobody listens", "refused"), "refused"),
        (Response(status=101), "protocol"),
    ],
)
def test_a_failure_has_a_kind(response, kind):
    with pytest.raises(Failure) as raised:
        process_the_response(response, b"key", [], None)
    assert raised.value.kind == kind


async def test_the_log_shows_no_more_than_the_beginning_of_a_long_line(caplog):
    with caplog.at_level(logging.INFO, "whatwg_websockets"):
        await assert_fails(status="HTTP/1.1 400 " + "x" * 9000)
    assert "x" * 81 not in caplog.text


@pytest.mark.parametrize(
    ("answer", "then", "said"),
    [
        (b"", "close", "the server closed the connection before it answered"),
        (b"HTTP/1.1 101", "close", "the server closed the connection before the end of its answer"),
        (b"", "reset", "the connection was lost before the server had answered: "),
        (b"", "silence", "the answer took longer than handshake_timeout (0.05 s)"),
        (b"HTTP/1.1 1", "silence", "the answer took longer than handshake_timeout (0.05 s)"),
        (
            b"HTTP/1.1 101 " + b"x" * 1000,
            "more",
            "the answer is longer than handshake_size (1,000 bytes)",
        ),
    ],
)
async def test_why_there_was_no_answer_goes_to_the_log(caplog, answer, then, said):
    caplog.set_level(logging.INFO, "whatwg_websockets")
    seconds = 0.05 if then == "silence" else 30
    async with Server() as server:
        settings = limits(handshake_timeout=seconds, handshake_size=1000)
        events = Recorder(WebSocket(server.url, settings=settings))
        peer = await server.accept()
        await peer.read_request()
        await peer.send(answer)
        if then in ("close", "reset"):
            getattr(peer, then)()
        await events.until("close")
        assert events.events == FAILED
        assert said in caplog.text
        assert nobody_is_in_line()


class Broken:
    """A cookie store with a bug."""

    def cookies_for(self, url):
        raise LookupError(url)


@pytest.mark.parametrize(
    "settings",
    [
        {"cookie_store": Broken()},
        {"cookie_store": Cookies("a=\u20ac")},
    ],
)
async def test_a_mistake_of_the_programs_own_fails_the_connection_and_is_reported(settings):
    """The socket does not stay in CONNECTING for ever."""
    events = Recorder(WebSocket("ws://127.0.0.1:1024/", settings=EnvironmentSettings(**settings)))
    await events.until("close")
    assert events.events == FAILED
    (error,) = errors_heard().take()
    assert isinstance(error, LookupError | UnicodeEncodeError)


async def test_a_cookie_that_is_none_fails_the_connection():
    async with Server() as server:
        settings = EnvironmentSettings(cookie_store=Cookies("a=\r\nSet-Cookie: b"))
        events = Recorder(WebSocket(server.url, settings=settings))
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()


async def test_a_program_that_cancels_all_its_tasks_hears_of_the_failure():
    async with Server() as server:
        events = Recorder(WebSocket(server.url))
        peer = await server.accept()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()
        assert nobody_is_in_line()


async def test_close_during_the_handshake_ends_it():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        socket.close()
        assert socket.readyState == WebSocket.CLOSING
        await events.until("close")
        assert events.events == FAILED
        await peer.expect_gone()
        assert nobody_is_in_line()


async def test_a_late_101_changes_nothing():
    async with Server() as server:
        socket = WebSocket(server.url)
        events = Recorder(socket)
        peer = await server.accept()
        await peer.read_request()
        await peer.send(peer.response() + frames.text("late"))
        socket.close()
        await events.until("close")
        await turns()
        assert events.events == FAILED
        assert socket.readyState == WebSocket.CLOSED


async def test_after_the_handshake_nothing_of_it_remains():
    async with opened() as (_, peer, _events):
        await peer.send_text("x")
        assert nobody_is_in_line()
