"""The opening handshake and chaos over TCP, with this implementation and with a bare socket."""

import asyncio
import json
import socket
import struct

import pytest
from test_fuzzing_server import HOST, ask, run, serving

from websocket_conformance.cases.catalogue import every, playable, select
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.opening_verdicts import with_seen
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.testees.driver import protocols
from websocket_conformance.testees.ours import echo

EVERY = every(Profile.QUICK)
AT_A_TIME = 16
PATIENT = 20.0


async def play_all(cases) -> None:
    """Play cases with this implementation, and expect nothing but the best."""
    fuzzing = Fuzzing(cases, least_patience=PATIENT)
    waiting = iter(cases)

    async def lane(url: str) -> None:
        for case in waiting:
            asked = case.opening.protocols if case.opening is not None else ()
            query = f"&protocols={','.join(asked)}" if asked else ""
            seen = await echo(f"{url}/runCase?casetuple={case.number}&agent=ours{query}")
            told = asyncio.get_running_loop().create_future()
            fuzzing.book.tell("ours", case.number, told.set_result)
            fuzzing.book.results["ours", case.number] = with_seen(await told, seen)

    async with serving(fuzzing) as url, asyncio.TaskGroup() as lanes:
        for _ in range(AT_A_TIME):
            lanes.create_task(lane(url))
    assert len(fuzzing.book.results) == len(cases)
    short = [
        (result.number, result.because, result.because_close)
        for result in fuzzing.book.results.values()
        if not result.is_best
    ]
    assert short == []


@pytest.mark.slow
def test_this_implementation_in_every_case_of_the_opening_handshake():
    run(play_all(playable(select(EVERY, ["handshake"]), judge_is_server=True)))


@pytest.mark.slow
def test_this_implementation_in_some_cases_of_chaos():
    some = select(EVERY, ["30.*", "33.*"])[::9] + select(EVERY, ["31.6.*", "34.*"])
    run(play_all(playable(some, judge_is_server=True)))


def test_the_judge_tells_a_driver_what_to_ask_for():
    async def test():
        fuzzing = Fuzzing(select(EVERY, ["23.*"]))
        async with serving(fuzzing) as url:
            info = json.loads(await ask(f"{url}/getCaseInfo?casetuple=23.2.1"))
            assert info["protocols"] == ["chat", "superchat"]
            assert "protocols" not in json.loads(await ask(f"{url}/getCaseInfo?casetuple=23.1.1"))

    run(test())


def test_the_subprotocols_of_a_url():
    assert protocols("ws://h/runCase?case=1&protocols=chat,superchat") == ["chat", "superchat"]
    assert protocols("ws://h/runCase?case=1") == []


REQUEST = (
    "GET /runCase?case=1&agent=bare HTTP/1.1\r\nHost: judge\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
)


async def received(url: str) -> tuple[bytes, bool]:
    """What a client receives that says nothing after its request, and whether TCP was reset."""
    reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
    writer.write(REQUEST.encode())
    octets = b""
    try:
        while piece := await reader.read(2**16):
            octets += piece
    except ConnectionResetError:
        return octets, True
    finally:
        writer.close()
    return octets, False


@pytest.mark.parametrize(
    ("number", "is_reset"),
    [("33.1.0", True), ("33.1.20", True), ("24.4.2", True), ("24.4.1", False)],
)
def test_a_reset_is_a_reset(number, is_reset):
    async def test():
        async with serving(Fuzzing([EVERY[number]])) as url:
            assert (await received(url))[1] is is_reset

    run(test())


def test_the_accept_is_the_one_for_the_key():
    async def test():
        fuzzing = Fuzzing([EVERY["24.1.2"]])
        async with serving(fuzzing) as url:
            octets, _ = await received(url)
            assert b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in octets
            assert b"\r\n\r\n\x81\x05Hello" in octets

    run(test())


def test_a_client_that_resets_is_no_client_that_opens():
    async def test():
        fuzzing = Fuzzing([EVERY["21.3.3"]])
        async with serving(fuzzing) as url:
            with socket.create_connection((HOST, int(url.rpartition(":")[2]))) as bare:
                bare.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                bare.sendall(REQUEST.encode())
                await asyncio.to_thread(bare.recv, 2**16)
            told = asyncio.get_running_loop().create_future()
            fuzzing.book.tell("bare", "21.3.3", told.set_result)
            result = await told
        assert result.behaviour is result.behaviour_close is Verdict.OK

    run(test())
