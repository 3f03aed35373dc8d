"""The fuzzing client over TCP, against servers of other people and against broken ones."""

import asyncio
import contextlib
import re
import ssl
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trustme
from websockets.asyncio.server import serve

from websocket_conformance.cases.catalogue import by_number, every, select
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.client import play
from websocket_conformance.fuzzing.config import ServerUnderTest
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.wire.handshake import accept_value
from websocket_conformance.wire.options import Options

HOST = "127.0.0.1"
CASES = by_number(Profile.QUICK)
ALL = every(Profile.QUICK)


async def repeat(socket) -> None:
    async for message in socket:
        await socket.send(message)


@asynccontextmanager
async def good_server(tls: ssl.SSLContext | None = None, **options):
    async with serve(repeat, HOST, 0, max_size=None, ssl=tls, **options) as server:
        yield Address(HOST, server.sockets[0].getsockname()[1], secure=tls is not None)


@asynccontextmanager
async def raw_server(answer):
    """A server whose answer to a request is made by hand."""

    async def serve_one(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            await answer(head, reader, writer)
        writer.close()

    server = await asyncio.start_server(serve_one, HOST, 0)
    try:
        yield Address(HOST, server.sockets[0].getsockname()[1])
    finally:
        server.close()


def key_of(head: str) -> str:
    return head.partition("Sec-WebSocket-Key: ")[2].partition("\r\n")[0]


def opening(head: str, *fields: str) -> bytes:
    lines = [
        "HTTP/1.1 101 OK",
        "Server: by hand",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept_value(key_of(head))}",
        *fields,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def results_of(server, *patterns: str, **fields) -> dict[str, Played]:
    results: dict[str, Played] = {}

    async def test():
        async with asyncio.timeout(60), server as address:
            testee = ServerUnderTest(address, **fields)
            cases = select(ALL, patterns)
            await play(testee, cases, 8, lambda r: results.setdefault(r.number, r))

    asyncio.run(test())
    return results


def words(result: Played) -> tuple[str, str]:
    return result.behaviour.value, result.behaviour_close.value


def test_a_good_server():
    results = results_of(good_server(), "1.*", "2.*", "3.1", "5.*", "6.5.*", "7.7.*", "10.*")
    worse = {n: words(r) for n, r in results.items() if not r.is_best}
    assert set(worse) <= {"5.15"}, worse
    assert len(results) == 16 + 11 + 1 + 20 + 5 + 13 + 1
    agents = {result.agent for result in results.values()}
    assert len(agents) == 1
    assert agents.pop().startswith("Python/")
    assert not any(result.judge_is_server for result in results.values())


def test_compression_with_a_good_server():
    results = results_of(good_server(), "12.1.1", "12.2.5", "12.4.11", "13.*.2")
    assert {words(result) for result in results.values()} == {("OK", "OK")}
    assert "server_max_window_bits=9" in results["13.3.2"].request


def test_a_server_that_does_not_compress():
    results = results_of(good_server(compression=None), "12.1.1")
    assert words(results["12.1.1"]) == ("UNIMPLEMENTED", "OK")


def test_over_tls_with_and_without_a_proof():
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    results = results_of(good_server(tls), "1.1.1", "7.7.1")
    assert all(result.is_best for result in results.values())
    results = results_of(good_server(tls), "1.1.1", hostname=HOST)
    assert words(results["1.1.1"]) == ("FAILED", "FAILED")
    assert "certificate" in results["1.1.1"].because


@pytest.mark.parametrize(
    ("case", "closing"), [("7.7.1", "FAILED BY CLIENT"), ("2.7", "UNCLEAN"), ("1.1.6", "UNCLEAN")]
)
def test_a_server_that_leaves_tcp_to_the_client(case, closing):
    """It depends on whether the case or the wait for the server has the earlier deadline."""

    async def answer(head, reader, writer):
        writer.write(opening(head))
        first, length = await reader.readexactly(2)
        if first & 0x0F == 1:
            length = int.from_bytes(await reader.readexactly(2))
            payload = await reader.readexactly(4 + length)
            writer.write(b"\x81\x7e" + length.to_bytes(2) + b"*" * len(payload[4:]))
        elif first & 0x0F == 10:
            await reader.readexactly(4 + (length & 0x7F))
        writer.write(b"\x88\x02\x03\xe8")
        await reader.read()

    result = results_of(raw_server(answer), case)[case]
    assert words(result)[1] == closing


def test_a_server_that_closes_first_and_drops_first():
    async def answer(head, reader, writer):
        writer.write(opening(head) + b"\x88\x02\x03\xea")
        await reader.readexactly(8)

    results = results_of(raw_server(answer), "2.5", "3.1")
    assert {words(result) for result in results.values()} == {("OK", "OK")}
    assert not any(result.closing.dropped_by_me for result in results.values())


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        (["Sec-WebSocket-Protocol: chat"], "not one that was asked for"),
        (["Sec-WebSocket-Extensions: foo"], "was not offered"),
        (["Sec-WebSocket-Extensions: permessage-deflate; foo"], "not a parameter"),
        (["Sec-WebSocket-Accept: again"], "does not answer the key"),
        (["Connection"], "not a header field"),
    ],
)
def test_a_wrong_opening_handshake_fails_the_case_with_the_reason(fields, because):
    async def answer(head, reader, writer):
        writer.write(opening(head, *fields))
        await reader.read()

    result = results_of(raw_server(answer), "12.1.1")["12.1.1"]
    assert words(result) == ("FAILED", "FAILED")
    assert because in result.because


@pytest.mark.parametrize(
    ("response", "because"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"),
        (b"HTTP/1.1 101 OK\r\n\r\n", "Upgrade is not websocket"),
        (b"HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n\r\n", "Connection does not say Upgrade"),
        (b"x" * 70_000, "does not end"),
        (b"", "closed the TCP connection"),
    ],
)
def test_a_server_that_does_not_open_the_connection(response, because):
    async def answer(head, reader, writer):
        writer.write(response)

    result = results_of(raw_server(answer), "1.1.1")["1.1.1"]
    assert words(result) == ("FAILED", "FAILED")
    assert because in result.because


def test_one_connection_at_a_time_is_in_its_opening_handshake():
    pending, most, open_ones = 0, 0, set()
    eight = asyncio.Event()

    async def answer(head, reader, writer):
        nonlocal pending, most
        pending += 1
        most = max(most, pending)
        await asyncio.sleep(0)
        writer.write(opening(head))
        pending -= 1
        open_ones.add(writer)
        if len(open_ones) == 8:
            eight.set()
        await eight.wait()

    results = results_of(raw_server(answer), "1.1.*")
    assert len(results) == 8
    assert most == 1


def test_a_server_that_never_answers_does_not_keep_the_others_waiting_for_long():
    pending = 0
    all_of_them = asyncio.Event()

    async def answer(head, reader, writer):
        nonlocal pending
        pending += 1
        if pending == 2:
            all_of_them.set()
        await all_of_them.wait()
        writer.write(opening(head))
        await reader.read()

    options = Options(opening_handshake_seconds=0)
    assert set(results_of(raw_server(answer), "1.1.1", "1.1.2", options=options)) == {
        "1.1.1",
        "1.1.2",
    }


def test_a_server_that_never_answers_the_request():
    async def answer(head, reader, writer):
        await reader.read()

    options = Options(opening_handshake_seconds=0.01)
    results = results_of(raw_server(answer), "1.1.*", options=options)
    assert {words(result) for result in results.values()} == {("FAILED", "FAILED")}
    assert "in time" in results["1.1.1"].because


@asynccontextmanager
async def gone():
    async with raw_server(None) as address:
        pass
    yield address


@asynccontextmanager
async def secured(server):
    """An address that says that a server speaks TLS."""
    async with server as address:
        yield replace(address, secure=True)


def test_a_server_that_is_not_there():
    results = results_of(gone(), "1.1.*")
    assert len(results) == 8
    assert all("no connection" in result.because for result in results.values())


def test_a_server_that_is_not_there_has_refused_no_request():
    results = results_of(gone(), "26.2.*", "29.5.*")
    assert {words(result) for result in results.values()} == {("FAILED", "FAILED")}
    assert all("no connection" in result.because for result in results.values())


def test_a_server_that_does_not_speak_tls_is_no_connection_with_a_reason():
    result = results_of(secured(good_server()), "1.1.1")["1.1.1"]
    assert words(result) == ("FAILED", "FAILED")
    assert re.search(r"There is no connection: [^.].+\.", result.because)


@asynccontextmanager
async def nowhere():
    """An address that no name can be looked up for."""
    yield Address(f"{'a' * 70}.invalid", 1)


@pytest.mark.parametrize(
    ("server", "origin"), [(nowhere, None), (good_server, "http://\N{SNOWMAN}")]
)
def test_what_nobody_expects_costs_the_case_at_hand(server, origin, caplog):
    results = results_of(server(), "1.1.1", "1.1.2", origin=origin)
    assert {words(result) for result in results.values()} == {("FAILED", "FAILED")}
    assert len(results) == 2
    assert not caplog.records


def test_cases_that_are_not_for_a_server_are_left_out():
    results: list[Played] = []

    async def test():
        async with good_server(server_header="mine") as address:
            cases = select(CASES, ("1.*",))
            excluded = {"mine": ["1.1.*"]}
            await play(ServerUnderTest(address), cases, 3, results.append, excluded)
            await play(ServerUnderTest(address, "yours"), cases[:1], 3, results.append, excluded)
            await play(ServerUnderTest(address, "mine"), cases[:1], 3, results.append, excluded)

    asyncio.run(test())
    mine = sorted(result.number for result in results if result.agent == "mine")
    assert mine == [f"1.2.{last}" for last in range(1, 9)]
    assert [result.number for result in results if result.agent == "yours"] == ["1.1.1"]


def test_a_case_has_its_place_among_all_as_with_autobahn():
    results = results_of(good_server(), "2.1", "26.1.1")
    assert (results["2.1"].index, list(ALL).index("2.1")) == (17, 16)
    assert results["26.1.1"].index == list(ALL).index("26.1.1") + 1


def test_what_is_asked_for_is_in_the_request():
    async def test():
        async with good_server(subprotocols=["b"]) as address:
            testee = ServerUnderTest(address, origin="http://example.com", protocols=("a", "b"))
            results: list[Played] = []
            await play(testee, [CASES["1.1.1"]], 1, results.append)
            assert results[0].is_best
            assert "Origin: http://example.com\r\n" in results[0].request
            assert "Sec-WebSocket-Protocol: a, b\r\n" in results[0].request
            assert f"Host: {HOST}:{address.port}\r\n" in results[0].request

    asyncio.run(test())


IMPATIENT = Options(opening_handshake_seconds=0.1)
RESETS = ("33.3.0", "33.3.100", "33.3.256", "33.4.1", "33.4.18")


async def reset(address: Address) -> dict[str, Played]:
    """Some cases in which TCP is reset, with a server."""
    results: list[Played] = []
    cases = [every(Profile.QUICK)[number] for number in RESETS]
    await play(ServerUnderTest(address, options=IMPATIENT), cases, len(cases), results.append)
    return {result.number: result for result in results}


def test_a_server_that_is_there_for_the_next_connection_does_well_after_a_reset():
    async def test():
        async with good_server() as address:
            return await reset(address)

    results = asyncio.run(test())
    assert {result.behaviour.value for result in results.values()} == {"OK"}
    assert {result.because for result in results.values()} == {
        "The server was there for the next connection."
    }


def test_a_server_that_never_says_anything_does_not():
    async def test():
        async def nothing(reader, writer):
            await reader.read()
            writer.close()

        server = await asyncio.start_server(nothing, HOST, 0)
        async with server:
            return await reset(Address(HOST, server.sockets[0].getsockname()[1]))

    results = asyncio.run(test())
    assert set(results) == set(RESETS)
    assert {result.behaviour.value for result in results.values()} == {"FAILED"}
    assert "On the next connection" in results["33.3.0"].because
    assert "never open" in results["33.4.1"].because


def test_a_server_may_still_answer_half_a_request():
    async def test():
        async def refuse(reader, writer):
            await reader.read()
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        results: list[Played] = []
        server = await asyncio.start_server(refuse, HOST, 0)
        async with server:
            address = Address(HOST, server.sockets[0].getsockname()[1])
            await play(
                ServerUnderTest(address), [every(Profile.QUICK)["29.6.5"]], 1, results.append
            )
        return results

    (result,) = asyncio.run(test())
    assert result.is_best
    assert result.because == "The server refused with 'HTTP/1.1 400 Bad Request'."
