"""Connections through SOCKS proxies, which open or refuse them.

https://www.rfc-editor.org/rfc/rfc1928, https://www.rfc-editor.org/rfc/rfc1929
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.loops import run
from support.page import FAILED, Recorder, nobody_is_in_line
from support.proxies import (
    read_methods,
    read_socks4,
    read_socks5,
    through,
)
from support.server import Server
from whatwg_websockets import Limits, WebSocket


async def test_socks4a_with_a_user_name():
    async with Server() as server:
        given_ = through(server, "socks4a", "joe@")
        events = Recorder(WebSocket("ws://name.example:8080/", settings=given_))
        peer = await server.accept()
        assert await read_socks4(peer) == ("joe", "name.example:8080")
        await peer.send(b"\0\x5a" + bytes(6))
        await peer.handshake()
        await events.until("open")


async def test_socks4a_with_an_address():
    async with Server() as server:
        events = Recorder(WebSocket("ws://192.0.2.1/", settings=through(server, "socks4a")))
        peer = await server.accept()
        assert await read_socks4(peer) == ("", "192.0.2.1:80")
        await peer.send(b"\0\x5a" + bytes(6))
        await peer.handshake()
        await events.until("open")


async def test_socks5_with_a_password():
    async with Server() as server:
        given_ = through(server, "socks5h", "joe:s%20ecret@")
        events = Recorder(WebSocket("ws://name.example/", settings=given_))
        peer = await server.accept()
        assert await read_methods(peer) == b"\0\2"
        await peer.send(b"\5\2")
        assert await peer.read_exactly(13) == b"\1\3joe\7s ecret"
        await peer.send(b"\1\0")
        assert await read_socks5(peer) == "name.example:80"
        await peer.send(b"\5\0\0\1" + bytes(6))
        await peer.handshake()
        await events.until("open")


@pytest.mark.parametrize(
    "bound", [b"\1" + bytes(4), b"\4" + bytes(16), b"\3\x05local", b"\3\0"], ids=range(4)
)
async def test_the_answer_has_an_address_of_any_kind(bound):
    """It comes byte by byte, and the server's first bytes right behind it."""
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, "socks5h")))
        peer = await server.accept()
        await read_methods(peer)
        await peer.send(b"\5")
        await peer.send(b"\0")
        await read_socks5(peer)
        for byte in b"\5\0\0" + bound + b"\0\0":
            await peer.send(bytes([byte]))
        await peer.handshake()
        await events.until("open")


async def test_what_comes_behind_the_answer_is_the_servers(caplog):
    async with Server() as server:
        events = Recorder(WebSocket("ws://name.example/", settings=through(server, "socks5h")))
        peer = await server.accept()
        await read_methods(peer)
        await peer.send(b"\5\0")
        await read_socks5(peer)
        await peer.send(b"\5\0\0\1" + bytes(6) + b"HTTP/1.1 403 Forbidden\r\n\r\n")
        await events.until("close")
        assert events.events == FAILED
        assert "the server answered with status 403 Forbidden" in caplog.text


async def fails(server, scheme="socks5h", who="", answers=(), then="half_close"):
    """Open a socket that fails because of these answers of a proxy."""
    events = Recorder(WebSocket("ws://name.example/", settings=through(server, scheme, who)))
    peer = await server.accept()
    for answer in answers:
        await peer.read_some()
        await peer.send(answer)
    if then is not None:
        getattr(peer, then)()
    await events.until("close")
    assert events.events == FAILED
    assert nobody_is_in_line()


@pytest.mark.parametrize(
    ("code", "why", "kind"),
    [
        (1, "General SOCKS server failure", "proxy"),
        (2, "Connection not allowed by ruleset", "proxy"),
        (3, "Network unreachable", "unreachable"),
        (4, "Host unreachable", "unreachable"),
        (5, "Connection refused by destination host", "refused"),
        (6, "TTL expired", "proxy"),
        (7, "Command not supported or protocol error", "proxy"),
        (8, "Address type not supported", "proxy"),
        (99, "Invalid reply code: 0", "proxy"),
    ],
)
async def test_a_socks5_proxy_that_refuses(code, why, kind, caplog):
    async with Server() as server:
        answers = [b"\5\0", bytes([5, code, 0, 1]) + bytes(6)]
        await fails(server, answers=answers, then=None)
    assert f"the proxy socks5h://127.0.0.1:{server.port}: it answered: {why}" in caplog.text
    assert caplog.records[-1].kind == kind


@pytest.mark.parametrize(
    ("who", "answers", "why"),
    [
        ("", [b"\5\xff"], "No acceptable authentication methods were offered"),
        ("", [b"\5\2"], "Unexpected SOCKS authentication method"),
        ("joe:secret@", [b"\5\1"], "Unexpected SOCKS authentication method"),
        ("joe:secret@", [b"\5\2", b"\1\1"], "Username and password authentication failure"),
    ],
)
async def test_a_socks5_proxy_that_wants_another_password(who, answers, why, caplog):
    async with Server() as server:
        await fails(server, who=who, answers=answers, then=None)
    assert f"it answered: {why}" in caplog.text
    assert caplog.records[-1].kind == "proxy authentication"
    assert "secret" not in caplog.text


@pytest.mark.parametrize("code", [0x5B, 0x5C, 0x5D, 0x00])
async def test_a_socks4_proxy_that_refuses(code, caplog):
    async with Server() as server:
        await fails(server, "socks4a", answers=[bytes([0, code]) + bytes(6)], then=None)
    assert f"the proxy socks4a://127.0.0.1:{server.port}: it answered: " in caplog.text
    assert caplog.records[-1].kind == "proxy"


@pytest.mark.parametrize(
    "answers",
    [
        [b"HTTP/1.1 400 Bad Request\r\n\r\n"],
        [b"\4\0"],
        [b"\5\0", b"\4\0\0\1" + bytes(6)],
        [b"\5\0", b"\5\0\1\1" + bytes(6)],
        [b"\5\0", b"\5\0\0\2" + bytes(6)],
        [b"\5\0", b"\5\0\0\3\2\xff\xff\0\0"],
    ],
    ids=range(6),
)
async def test_an_answer_that_is_not_socks5(answers, caplog):
    async with Server() as server:
        await fails(server, answers=answers)
    assert caplog.records[-1].kind == "proxy"


@pytest.mark.parametrize("how", ["half_close", "reset"])
@pytest.mark.parametrize("answers", [[b"\5"], [b"\5\0"], [b"\5\0", b"\5\0\0\1\0"]], ids=range(3))
async def test_half_an_answer(answers, how, caplog):
    async with Server() as server:
        await fails(server, answers=answers, then=how)
    assert caplog.records[-1].kind == "lost"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a..example", "DNS cannot have such a name"),
        (f"{'a' * 64}.example", "DNS cannot have such a name"),
        (f"{'a.' * 130}example", "the name is longer than the 255 bytes"),
    ],
    ids=range(3),
)
async def test_a_name_that_socks_has_no_room_for(name, why, caplog):
    async with Server() as server:
        settings_ = through(server, "socks5h")
        events = Recorder(WebSocket(f"ws://{name}/", settings=settings_))
        await events.until("close")
        assert events.events == FAILED
        assert nobody_is_in_line()
    assert why in caplog.text


beginnings = st.sampled_from([b"", b"\5", b"\5\0", b"\5\0\5\0\0", b"\5\0\5\0\0\1", b"\5\0\5\0\0\3"])


@given(beginnings, st.binary(max_size=30))
@settings(max_examples=60)
def test_whatever_a_proxy_answers_the_page_hears_that_it_failed(beginning, rest):
    """Or the tunnel is there, and no server behind it."""

    async def play():
        async with Server() as server:
            given_ = through(server, "socks5h", limits=Limits(handshake_size=25))
            events = Recorder(WebSocket("ws://name.example/", settings=given_))
            peer = await server.accept()
            await peer.read_some()
            await peer.send(beginning + rest)
            peer.half_close()
            await events.until("close")
            assert events.events == FAILED
            assert nobody_is_in_line()

    run(play)
