"""The opening handshake from either side: what the judge sends, takes, and refuses."""

from importlib.metadata import PackageNotFoundError

import pytest

from websocket_conformance.wire import handshake
from websocket_conformance.wire.deflate import Parameters
from websocket_conformance.wire.handshake import (
    END,
    PRODUCT,
    HandshakeError,
    accept_value,
    new_key,
    page,
    parse_request,
    parse_response,
    refusal,
    request,
    response,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
REQUEST = (
    "GET /chat?x=1&x=2&y= HTTP/1.1\r\n"
    "Host: server.example.com\r\n"
    "Upgrade: WebSocket\r\n"
    "Connection: keep-alive, Upgrade\r\n"
    f"Sec-WebSocket-Key: {KEY}\r\n"
    "Sec-WebSocket-Version: 13\r\n"
    "\r\n"
)
RESPONSE = (
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Server: one\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    f"Sec-WebSocket-Accept: {ACCEPT}\r\n"
    "\r\n"
)


def test_the_example_of_the_rfc():
    assert accept_value(KEY) == ACCEPT


def test_a_key_is_new_each_time():
    assert new_key() != new_key()
    assert parse_request(REQUEST.replace(KEY, new_key()).encode())


def test_a_request_is_read():
    read = parse_request(
        REQUEST.replace(
            "\r\n\r\n",
            "\r\nSec-WebSocket-Extensions: a\r\nsec-websocket-extensions: b;c=1\r\n"
            "Sec-WebSocket-Protocol: chat, , superchat\r\n\r\n",
        ).encode()
    )
    assert read.path == "/chat"
    assert read.query == {"x": ["1", "2"], "y": [""]}
    assert read.key == KEY
    assert read.extensions == "a, b;c=1"
    assert read.protocols == ("chat", "superchat")


@pytest.mark.parametrize(
    ("old", "new", "status", "says"),
    [
        ("GET /chat?x=1&x=2&y= HTTP/1.1", "GET /chat", "400", "is not an HTTP/1.1 request"),
        ("HTTP/1.1\r\n", "HTTP/1.0\r\n", "400", "is not an HTTP/1.1 request"),
        ("/chat?x=1&x=2&y=", "http://[::1/", "400", "is not a URL"),
        ("GET", "POST", "405", "not GET"),
        ("Host: server.example.com\r\n", "", "400", "no Host"),
        ("Host: server.example.com", "Host", "400", "is not a header field"),
        ("Upgrade: WebSocket", "Upgrade: h2c", "426", "WebSocket server"),
        ("Upgrade: WebSocket\r\n", "", "426", "WebSocket server"),
        ("keep-alive, Upgrade", "keep-alive", "400", "Connection"),
        ("Version: 13", "Version: 14", "400", "Version"),
        (KEY, KEY[4:], "400", "16 octets"),
        (KEY, "?" + KEY, "400", "16 octets"),
    ],
)
def test_a_request_that_is_wrong_is_refused(old, new, status, says):
    assert old in REQUEST
    with pytest.raises(HandshakeError, match=says) as caught:
        parse_request(REQUEST.replace(old, new, 1).encode())
    assert caught.value.status.startswith(status)


def test_a_refusal_says_why():
    head, body = refusal(HandshakeError("söme thing", "404 Not Found")).split(END)
    assert head.startswith(b"HTTP/1.1 404 Not Found\r\n")
    assert b"Sec-WebSocket-Version: 13, 8" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert body == b"s?me thing\r\n"


def test_a_page_says_what_the_server_is():
    head, body = page().split(END)
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert PRODUCT.encode() in body


def test_a_response_opens_the_connection():
    lines = response(parse_request(REQUEST.encode()), None).decode().split("\r\n")
    assert lines == [
        "HTTP/1.1 101 Switching Protocols",
        f"Server: {PRODUCT}",
        "Upgrade: WebSocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {ACCEPT}",
        "",
        "",
    ]


def test_a_response_says_what_is_agreed():
    agreed = Parameters(server_no_context_takeover=True)
    octets = response(parse_request(REQUEST.encode()), agreed, "chat")
    assert b"\r\nSec-WebSocket-Protocol: chat\r\n" in octets
    assert (
        b"\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n"
        in octets
    )


def test_a_request_is_one_that_the_judge_takes():
    octets = request("server.example.com", "/chat?x=1", KEY)
    assert parse_request(octets).path == "/chat"
    for name in (b"Origin", b"Sec-WebSocket-Protocol", b"Sec-WebSocket-Extensions"):
        assert name not in octets


def test_a_request_says_what_is_asked_for():
    octets = request(
        "server.example.com",
        "/",
        KEY,
        offers=[Parameters(may_limit_client=True), Parameters()],
        origin="https://example.com",
        protocols=["chat", "superchat"],
    )
    assert b"\r\nOrigin: https://example.com\r\n" in octets
    read = parse_request(octets)
    assert read.protocols == ("chat", "superchat")
    assert read.extensions == ("permessage-deflate; client_max_window_bits, permessage-deflate")


def test_a_response_is_read():
    read = parse_response(RESPONSE.encode(), KEY, [])
    assert (read.server, read.extensions) == ("one", "")
    anonymous = RESPONSE.replace("Server: one\r\n", "Sec-WebSocket-Extensions: a\r\n")
    read = parse_response(anonymous.encode(), KEY, [])
    assert (read.server, read.extensions) == ("UnknownServer", "a")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("101 Switching Protocols", "200 OK", "answers 'HTTP/1.1 200 OK'"),
        ("HTTP/1.1 101", "HTTP/1.0 101", "answers"),
        ("Upgrade: websocket", "Upgrade: h2c", "Upgrade is not websocket"),
        ("Connection: Upgrade", "Connection: close", "Connection"),
        (ACCEPT, ACCEPT.lower(), "does not answer the key"),
        ("Server: one", "Sec-WebSocket-Protocol: other", "not one that was asked for"),
    ],
)
def test_a_response_that_is_wrong_opens_nothing(old, new, says):
    assert old in RESPONSE
    with pytest.raises(HandshakeError, match=says):
        parse_response(RESPONSE.replace(old, new, 1).encode(), KEY, ["chat"])


def test_a_judge_that_is_not_installed_has_a_name_and_no_version(monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    assert handshake.product() == handshake.PRODUCT
    monkeypatch.setattr(handshake, "version", version)
    assert handshake.product() == "websocket-conformance"
