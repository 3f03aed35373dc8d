"""Commands by hand: what a client may have the fuzzing server send."""

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from websocket_conformance.cases.catalogue import by_number, select
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.commands import CommandError, commanded
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.wire.sendable import Close, Frame

HOST = "127.0.0.1"


def of(*command) -> list[Frame | Close]:
    return commanded(json.dumps(command).encode(), False)


def test_frames():
    assert of("sendframe", {"opcode": 1}) == [Frame(1)]
    assert of("sendframe", {"opcode": 3, "payload": "ä", "fin": False, "rsv": 7}) == [
        Frame(3, "ä".encode(), fin=False, rsv=7)
    ]
    assert of("sendframe", {"opcode": 2, "payload": "ab", "chopsize": 1, "sync": True}) == [
        Frame(2, b"ab", chop=1, apart=True)
    ]
    assert of("sendframe", {"opcode": 1, "payload": "ab", "chopsize": 0}) == [Frame(1, b"ab")]
    assert of("sendframes", [{"opcode": 9}, {"opcode": 8}]) == [Frame(9), Frame(8)]


def test_a_payload_is_repeated_up_to_its_length():
    assert of("sendframe", {"opcode": 1, "payload": "ab", "payload_len": 5}) == [Frame(1, b"ababa")]
    assert of("echo", {"payload": "ab", "opcode": 2}) == [Frame(1, b"ab")]
    assert of("echo", {"payload": "ab", "payload_len": 3}) == [Frame(1, b"aba")]
    assert of("echo", {"payload_len": 3}) == [Frame(1)]


def test_a_close():
    assert of("close", {}) == [Close()]
    assert of("close", {"code": 999, "reason": "so"}) == [Close(999, b"so")]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[" * 100_000,
        b"{}",
        b'["sendframe"]',
        b'["sendframe", {}]',
        b'["sendframe", {"opcode": 16}]',
        b'["sendframe", {"opcode": true}]',
        b'["sendframe", {"opcode": 1, "rsv": 8}]',
        b'["sendframe", {"opcode": 1, "payload": 5}]',
        b'["sendframe", {"opcode": 1, "payload": "a", "payload_len": 1e9}]',
        b'["sendframes", [1]]',
        b'["close", {"code": 70000}]',
        b'["leave", {}]',
    ],
)
def test_what_is_no_command(payload):
    with pytest.raises(CommandError):
        commanded(payload, False)


def test_what_is_binary_is_no_command():
    with pytest.raises(CommandError, match="text"):
        commanded(b'["echo", {}]', True)


async def _commands(url: str) -> None:
    async with connect(url) as socket:
        await socket.send('["echo", {"payload": "hello"}]')
        assert await socket.recv() == "hello"
        await socket.send(
            '["sendframes", [{"opcode": 2, "payload": "a", "fin": false}, {"opcode": 0}]]'
        )
        assert await socket.recv() == b"a"
        await socket.send('["close", {"code": 4000, "reason": "as you say"}]')
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (4000, "as you say")


async def _no_command(url: str) -> None:
    async with connect(url) as socket:
        await socket.send("hello")
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1008
        assert socket.close_reason.startswith("A command is ")


def test_on_a_connection(caplog):
    async def test():
        fuzzing = Fuzzing(select(by_number(Profile.QUICK), ["1.1.1"]))
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            server = await loop.create_server(lambda: ConnectionFromClient(fuzzing), HOST, 0)
            url = f"ws://{HOST}:{server.sockets[0].getsockname()[1]}/by/hand"
            await _commands(url)
            assert not caplog.text
            await _no_command(url)
            why = (
                'A command is ["sendframe", {}], ["sendframes", []], ["echo", {}] or ["close", {}].'
            )
            assert f"Refused the message 'hello' on '/by/hand': {why}" in caplog.text
            server.close()

    asyncio.run(test())
