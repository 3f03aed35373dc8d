"""3.1 new WebSocket(url, protocols).

https://websockets.spec.whatwg.org/#dom-websocket-websocket
"""

import asyncio
from types import MappingProxyType

import pytest

from support.page import Recorder, nowhere, opened
from support.server import Server
from whatwg_websockets import DOMException, WebSocket


def error_name(*arguments, **keywords):
    """Return the name of the DOMException that the constructor throws."""
    with pytest.raises(DOMException) as caught:
        WebSocket(*arguments, **keywords)
    return caught.value.name


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("ws://example.com", "ws://example.com/"),
        ("wss://example.com/chat?room=1", "wss://example.com/chat?room=1"),
        ("WS://EXAMPLE.com:80/", "ws://example.com/"),
        ("wss://example.com:443/", "wss://example.com/"),
        ("ws://example.com:443/", "ws://example.com:443/"),
        ("ws://user:secret@example.com/", "ws://user:secret@example.com/"),
        ("ws://[0:0:0:0:0:0:0:1]:8080/", "ws://[::1]:8080/"),
        ("ws://bücher.example/ü", "ws://xn--bcher-kva.example/%C3%BC"),
        ("ws://example.com/?", "ws://example.com/?"),
        (" ws://example.com/\n", "ws://example.com/"),
    ],
)
async def test_steps_2_and_10_the_url_is_parsed_and_kept(given, url):
    assert WebSocket(given, settings=nowhere()).url == url


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("http://example.com/", "ws://example.com/"),
        ("https://example.com/", "wss://example.com/"),
        ("http://example.com:80/", "ws://example.com/"),
        ("https://example.com:443/", "wss://example.com/"),
        ("http://example.com:443/", "ws://example.com:443/"),
        ("HTTPS://example.com:80/", "wss://example.com:80/"),
    ],
)
async def test_steps_4_and_5_http_and_https_are_ways_to_write_ws_and_wss(given, url):
    assert WebSocket(given, settings=nowhere()).url == url


@pytest.mark.parametrize(
    "url", ["", "foo", "//host/", "/path", "ws://", "ws://a b/", "ws://h:99999/", "ws://[::1/"]
)
async def test_step_3_what_is_no_url_is_a_syntax_error(url):
    assert error_name(url) == "SyntaxError"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "mailto:someone@example.com",
        "about:blank",
        "data:,x",
        "file:///x",
        "wsss://h/",
        "blob:https://example.com/1",
    ],
)
async def test_step_6_another_scheme_is_a_syntax_error(url):
    assert error_name(url) == "SyntaxError"


@pytest.mark.parametrize("url", ["ws://h/#", "ws://h/#x", "wss://h/p?q#", "http://h/#", "ws://h#"])
async def test_step_7_a_fragment_even_an_empty_one_is_a_syntax_error(url):
    assert error_name(url) == "SyntaxError"


async def test_step_7_a_percent_encoded_number_sign_is_no_fragment():
    assert WebSocket("ws://h/%23x", settings=nowhere()).url == "ws://h/%23x"


@pytest.mark.parametrize(
    ("base", "given", "url"),
    [
        ("https://example.com/a/b", "c", "wss://example.com/a/c"),
        ("https://example.com/a/b", "/c?d", "wss://example.com/c?d"),
        ("http://example.com:8080/a/b", "//other.example/", "ws://other.example/"),
        ("http://example.com/a?b", "", "ws://example.com/a?b"),
        ("http://example.com/a#b", "?c", "ws://example.com/a?c"),
    ],
)
async def test_step_1_a_relative_url_is_relative_to_the_api_base_url(base, given, url):
    settings = nowhere(api_base_url=base)
    assert WebSocket(given, settings=settings).url == url
    with settings:
        assert WebSocket(given).url == url


async def test_step_1_by_default_the_base_is_about_blank_so_that_relative_urls_are_none():
    assert error_name("/chat") == "SyntaxError"
    assert error_name("chat") == "SyntaxError"


# Subprotocols: the elements of Sec-WebSocket-Protocol, RFC 6455 section 4.1, item 10: tokens of
# HTTP, each once.


@pytest.mark.parametrize(
    "protocols",
    [
        "",
        [""],
        "a b",
        "a,b",
        "a\t",
        "é",
        "a\x7f",
        "a\x00",
        "a\n",
        "\n",
        "(",
        ")",
        "<",
        ">",
        "@",
        ",",
        ";",
        ":",
        "\\",
        '"',
        "/",
        "[",
        "]",
        "?",
        "=",
        "{",
        "}",
        ["ok", "not ok"],
        ["a", "a"],
        ["a", "b", "a"],
        [""] * 2,
    ],
)
async def test_step_9_a_bad_or_repeated_subprotocol_is_a_syntax_error(protocols):
    assert error_name("ws://127.0.0.1:1/", protocols) == "SyntaxError"


@pytest.mark.parametrize(
    ("protocols", "header"),
    [
        (["chat"], "chat"),
        (["chat", "superchat"], "chat, superchat"),
        (("chat", "CHAT"), "chat, CHAT"),
        (dict.fromkeys("ab").keys(), "a, b"),
        ("chat", "chat"),
        ("!#$%&'*+-.^_`|~09azAZ", "!#$%&'*+-.^_`|~09azAZ"),
        ([1, None, True], "1, null, true"),
        (None, "null"),
        (7, "7"),
        ([], None),
        ((), None),
    ],
)
async def test_step_8_subprotocols_are_a_string_or_a_sequence_of_strings(protocols, header):
    async with Server() as server:
        socket = WebSocket(server.url, protocols)
        peer = await server.accept()
        request = await peer.read_request()
        assert request.all("Sec-WebSocket-Protocol") == ([] if header is None else [header])
        socket.close()


@pytest.mark.filterwarnings("ignore:a value of type dict was converted")
@pytest.mark.parametrize("mapping", [{"protocols": "chat"}, {"only": 1}, {}, MappingProxyType({})])
async def test_a_dictionary_is_no_list_of_subprotocols(mapping):
    assert error_name("ws://127.0.0.1:1/", mapping) == "SyntaxError"


async def test_a_left_out_list_of_subprotocols_is_an_empty_one():
    async with Server() as server:
        socket = WebSocket(server.url)
        peer = await server.accept()
        assert (await peer.read_request()).all("Sec-WebSocket-Protocol") == []
        socket.close()


async def test_the_url_is_converted_to_a_usv_string():
    assert WebSocket("ws://h/\ud800", settings=nowhere()).url == "ws://h/%EF%BF%BD"
    assert error_name(None) == "SyntaxError"  # "null", which is relative


async def test_an_object_is_converted_to_a_string_as_a_browser_does():
    class Location:
        def __str__(self):
            return "ws://example.com/there"

    assert WebSocket(Location(), settings=nowhere()).url == "ws://example.com/there"


async def test_what_it_begins_with():
    socket = WebSocket("ws://127.0.0.1:1/")
    assert socket.readyState == WebSocket.CONNECTING
    assert socket.bufferedAmount == 0
    assert socket.extensions == ""
    assert socket.protocol == ""
    assert socket.binaryType == "blob"
    assert (socket.onopen, socket.onmessage, socket.onerror, socket.onclose) == (None,) * 4


async def test_the_constructor_connects_by_itself_in_parallel():
    async with Server() as server:
        socket = WebSocket(server.url)
        assert socket.readyState == WebSocket.CONNECTING
        events = Recorder(socket)
        await server.accept_handshake()
        assert await events.until("open") == ("open", WebSocket.OPEN)


async def test_nothing_is_connected_to_where_the_arguments_are_refused():
    async with Server() as server:
        error_name(server.url + "#")
        error_name(server.url, "a b")
        for _ in range(10):
            await asyncio.sleep(0)
        assert server.nobody_is_waiting()


def test_without_a_running_loop_it_says_what_to_do():
    with pytest.raises(RuntimeError, match=r"asyncio\.run"):
        WebSocket("ws://example.com/")


async def test_the_arguments_settings_go_before_the_default():
    inner = nowhere(api_base_url="http://inner.example/")
    with nowhere(api_base_url="http://outer.example/"):
        assert WebSocket("x", settings=inner).url == "ws://inner.example/x"
        assert WebSocket("x").url == "ws://outer.example/x"


async def test_it_shows_url_and_state():
    async with opened() as (socket, _, _):
        assert repr(socket) == f"<WebSocket {socket.url} OPEN>"


async def test_one_that_was_not_constructed_can_be_shown():
    assert repr(WebSocket.__new__(WebSocket)) == "<WebSocket that was not constructed>"
