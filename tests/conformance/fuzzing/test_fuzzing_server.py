"""The fuzzing server over TCP, asked by the clients of this machine."""

import asyncio
import json
import socket
import ssl
import struct
from contextlib import asynccontextmanager

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, InvalidStatus

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.catalogue import by_number, every, select
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.played import Played
from websocket_conformance.fuzzing.playing import Playing
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.report.autobahn_files import Reports
from websocket_conformance.report.site import check_writable
from websocket_conformance.testees.ours import echo
from websocket_conformance.wire import deflate
from websocket_conformance.wire.options import Options

HOST = "127.0.0.1"
CASES = by_number(Profile.QUICK)


def chosen(*patterns: str) -> tuple[Case, ...]:
    return select(CASES, patterns)


@asynccontextmanager
async def serving(fuzzing: Fuzzing, tls: ssl.SSLContext | None = None):
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: ConnectionFromClient(fuzzing), HOST, 0, ssl=tls)
    try:
        yield f"{'wss' if tls else 'ws'}://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def run(test):
    async def bounded():
        async with asyncio.timeout(60):
            await test

    asyncio.run(bounded())


async def ask(url: str) -> str | None:
    async with connect(url) as socket:
        async for message in socket:
            return message  # type: ignore[return-value]
    return None


def request(agent: str) -> bytes:
    """What a client by hand sends to play the first case."""
    return (
        f"GET /runCase?case=1&agent={agent} HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()


async def repeat(url: str, **options) -> None:
    """Echo, with another client than the one that is developed here."""
    async with connect(url, max_size=None, **options) as socket:
        async for message in socket:
            await socket.send(message)


def test_it_says_how_many_cases_there_are_and_what_they_are():
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            assert json.loads(await ask(f"{url}/getCaseCount")) == 16
            info = json.loads(await ask(f"{url}/getCaseInfo?case=16"))
            assert info == {"id": "1.2.8", "description": CASES["1.2.8"].sends}
            info = json.loads(await ask(f"{url}/getCaseInfo?casetuple=1.1.2"))
            assert info["id"] == "1.1.2"
            infos = json.loads(await ask(f"{url}/getCaseInfo"))
            assert [info["id"] for info in infos][:2] == ["1.1.1", "1.1.2"]
            assert len(infos) == 16

    run(test())


def test_it_plays_cases_and_says_what_it_thinks(tmp_path):
    async def test():
        fuzzing = Fuzzing(
            chosen("1.1.*", "2.1", "7.7.1", "12.1.1"),
            write=Reports(tmp_path / "out").write,
        )
        async with serving(fuzzing) as url:
            for case in range(1, 12):
                await repeat(f"{url}/runCase?case={case}&agent=some%20Client%2F1.0")
                status = await ask(f"{url}/getCaseStatus?case={case}&agent=some%20Client%2F1.0")
                assert json.loads(status) == {"behavior": "OK"}
            assert await ask(f"{url}/updateReports?agent=some%20Client%2F1.0") is None
            assert not fuzzing.stopped.is_set()
            async with connect(f"{url}/updateReports?agent=a&shutdownOnComplete=true") as socket:
                await socket.wait_closed()
            assert fuzzing.stopped.is_set()

    run(test())
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    assert list(index) == ["some Client/1.0"]
    cases = index["some Client/1.0"]
    assert len(cases) == 11
    assert cases["7.7.1"] == {
        "behavior": "OK",
        "behaviorClose": "OK",
        "duration": cases["7.7.1"]["duration"],
        "remoteCloseCode": 1000,
        "reportfile": "some_client_1_0_case_7_7_1.json",
    }
    report = json.loads((tmp_path / "out" / "some_client_1_0_case_12_1_1.json").read_text())
    assert report["trafficStats"]["outgoingWebSocketMessages"] == 10
    assert report["trafficStats"]["incomingOctetsAppLevel"] == 160


def test_who_asks_for_a_verdict_too_early_waits_for_it():
    async def test():
        async with serving(Fuzzing(chosen("1.1.1"))) as url:
            status = asyncio.create_task(ask(f"{url}/getCaseStatus?case=1&agent=a"))
            other = asyncio.create_task(ask(f"{url}/getCaseStatus?case=1&agent=a"))
            await repeat(f"{url}/runCase?case=1&agent=a")
            assert json.loads(await status) == json.loads(await other) == {"behavior": "OK"}

    run(test())


@pytest.mark.parametrize(
    ("said", "behaviour"),
    [
        ("code=1006&wasClean=false", "OK"),
        ("code=1006&wasClean=true", "FAILED"),
        ("code=1000&wasClean=true", "FAILED"),
    ],
)
def test_a_close_event_counts_where_the_wire_shows_nothing(said, behaviour):
    async def test():
        fuzzing = Fuzzing([every(Profile.QUICK)["33.1.20"]])
        told: list[Played] = []
        fuzzing.told = told.append
        async with serving(fuzzing) as url:
            assert json.loads(await ask(f"{url}/getCaseInfo?case=1"))["closeEvent"] is True
            early = asyncio.create_task(ask(f"{url}/closeEvent?case=1&agent=a&{said}"))
            await echo(f"{url}/runCase?case=1&agent=a")
            await early
            status = await ask(f"{url}/getCaseStatus?case=1&agent=a")
            assert json.loads(status) == {"behavior": behaviour}
            assert told[-1].behaviour == told[-1].behaviour_close == behaviour

    run(test())


def test_it_stops_when_it_is_asked_to():
    async def test():
        fuzzing = Fuzzing(chosen("1.1.1"))
        async with serving(fuzzing) as url, connect(f"{url}/stopServer"):
            await fuzzing.stopped.wait()

    run(test())


def test_an_excluded_case_is_not_played():
    async def test():
        fuzzing = Fuzzing(chosen("1.*"), excluded={"a*": ["1.1.*"]})
        async with serving(fuzzing) as url:
            await repeat(f"{url}/runCase?case=1&agent=abc")
            await repeat(f"{url}/runCase?case=9&agent=abc")
            await repeat(f"{url}/runCase?case=1&agent=xyz")
        assert sorted(fuzzing.book.results) == [("abc", "1.2.1"), ("xyz", "1.1.1")]

    run(test())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/runCase?agent=a", 400),
        ("/runCase?case=0&agent=a", 400),
        ("/runCase?case=17&agent=a", 400),
        ("/runCase?case=1.1.1&agent=a", 400),
        ("/runCase?casetuple=2.1&agent=a", 404),
        ("/runCase?case=1", 400),
        ("/runCase?case=1&agent=a&agent=b", 400),
        ("/getCaseStatus?case=1", 400),
        ("/getCaseInfo?case=17", 400),
        ("/updateReports", 400),
        ("/?case=17", 400),
        ("/?agent=a&agent=b", 400),
        ("/closeEvent?case=1&agent=a", 400),
        ("/closeEvent?case=1&agent=a&code=1006", 400),
        ("/closeEvent?case=1&agent=a&code=-1&wasClean=true", 400),
        ("/closeEvent?case=1&agent=a&code=1006&wasClean=yes", 400),
    ],
)
def test_what_cannot_be_done_is_refused_and_logged(path, status, caplog):
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            with pytest.raises(InvalidStatus) as refused:
                await ask(f"{url}{path}")
            assert refused.value.response.status_code == status
            assert f"Refused 'GET {path} HTTP/1.1': {status} " in caplog.text

    run(test())


@pytest.mark.parametrize("path", ["", "/", "/ws?agent=a", "/?case=1", "/getCaseCount/"])
def test_any_other_path_opens_and_stays_open(path, caplog):
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            async with connect(f"{url}{path}") as socket:
                await (await socket.ping())
                await socket.close(1000)
            assert socket.close_code == 1000

    run(test())
    assert not caplog.text


def test_a_get_without_upgrade_gets_a_page(caplog):
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            writer.close()
            assert head.split()[1] == b"200"
            assert b"this is a WebSocket server" in body

    run(test())
    assert not caplog.text


@pytest.mark.parametrize(
    "path",
    [
        f"/closeEvent?case=1&agent=a&code={'9' * 5000}&wasClean=true",
        f"/runCase?case={'9' * 5000}&agent=a",
        f"/getCaseInfo?case={'9' * 5000}",
    ],
)
def test_a_number_that_no_case_has_is_refused_however_long_it_is(path):
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            with pytest.raises(InvalidStatus) as refused:
                await ask(f"{url}{path}")
            assert refused.value.response.status_code == 400

    run(test())


UPGRADE = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
WHOLE = (
    UPGRADE + b"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nHost: x\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nno field\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"\x16\x03\x01" + bytes(70_000), b"400"),
        (UPGRADE + b"\r\n", b"400"),
        (WHOLE.replace(b" / ", b" //[ "), b"400"),
        (WHOLE.replace(b" / ", b" http://[::1/ "), b"400"),
        (WHOLE.replace(b" / ", b" /runCase?case=1&agent=a&agent=\xff "), b"400"),
        (UPGRADE + b"Connection: upgrade\r\nSec-WebSocket-Version: 7\r\n\r\n", b"400"),
        (
            UPGRADE + b"Connection: upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: abc\r\n\r\n",
            b"400",
        ),
    ],
)
def test_what_is_no_opening_handshake_is_refused(request_, status):
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            writer.write(request_)
            response = await reader.read()
            assert response.split()[1] == status
            writer.close()

    run(test())


def test_a_url_that_a_shell_has_cut_off_is_refused_with_the_reason():
    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            with pytest.raises(InvalidStatus) as refused:
                await ask(f"{url}/runCase?case=1")
            why = b"agent is missing; a shell needs quotes around a URL with &."
            assert why in refused.value.response.body

    run(test())


def test_what_nobody_foresaw_costs_its_connection_and_no_other(monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("not foreseen")

    async def test():
        async with serving(Fuzzing(chosen("1.*"))) as url:
            monkeypatch.setattr(catalogue, "is_excluded", broken)
            with pytest.raises(InvalidStatus) as refused:
                await ask(f"{url}/runCase?case=1&agent=a")
            assert refused.value.response.status_code == 500
            assert await ask(f"{url}/getCaseCount") == "16"

    run(test())
    assert "not foreseen" in caplog.text


def test_what_nobody_foresaw_in_a_case_fails_that_case(monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("not foreseen")

    async def test():
        fuzzing = Fuzzing(chosen("1.1.*"))
        monkeypatch.setattr(Playing, "message", broken)
        async with serving(fuzzing) as url:
            with pytest.raises(ConnectionClosedError):
                await repeat(f"{url}/runCase?case=1&agent=a")
            result = fuzzing.book.results["a", "1.1.1"]
            assert result.behaviour == "FAILED"
            assert "not foreseen" in result.because

    run(test())


def test_a_bomb_fails_its_case_and_is_not_held(monkeypatch):
    monkeypatch.setattr(deflate, "LARGEST_MESSAGE", 1_000_000)

    async def test():
        fuzzing = Fuzzing(chosen("12.1.1"))
        async with serving(fuzzing) as url:
            async with connect(f"{url}/runCase?case=1&agent=a") as socket:
                await socket.send("0" * 1_000_001)
                await socket.wait_closed()
            assert socket.close_code == 1009
            result = fuzzing.book.results["a", "12.1.1"]
            assert result.behaviour == "FAILED"
            assert "longer than 1,000,000 octets" in result.because_close

    run(test())


def test_who_never_finishes_the_opening_handshake_is_dropped():
    async def test():
        fuzzing = Fuzzing(chosen("1.*"), options=Options(opening_handshake_seconds=0.01))
        async with serving(fuzzing) as url:
            reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            assert await reader.read() == b""
            writer.close()

    run(test())


def test_octets_that_come_with_the_request_are_not_lost():
    async def test():
        fuzzing = Fuzzing(chosen("7.7.1"))
        async with serving(fuzzing) as url:
            reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            writer.write(
                b"GET /runCase?case=1&agent=a HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n"
                b"Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                b"\x88\x82\x00\x00\x00\x00\x03\xe8"
            )
            response = await reader.read()
            assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in response
            assert response.endswith(b"\x88\x02\x03\xe8")
            writer.close()
        (result,) = fuzzing.book.results.values()
        assert result.is_best

    run(test())


def test_a_client_that_hangs_fails_its_case_and_no_other():
    async def test():
        fuzzing = Fuzzing(chosen("1.1.1"))
        results: asyncio.Queue[Played] = asyncio.Queue()
        fuzzing.told = results.put_nowait
        async with serving(fuzzing) as url:
            _, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            writer.write(request("deaf"))
            await repeat(f"{url}/runCase?case=1&agent=good")
            assert {(await results.get()).agent for _ in range(2)} == {"good", "deaf"}
            writer.close()
        assert not fuzzing.book.results["deaf", "1.1.1"].is_best
        assert fuzzing.book.results["good", "1.1.1"].is_best
        assert not fuzzing.playing

    run(test())


def test_a_client_that_resets_while_much_is_written_fails_its_case_in_silence(caplog):
    async def test():
        fuzzing = Fuzzing(chosen("9.5.1"))
        over: asyncio.Queue[Played] = asyncio.Queue()
        fuzzing.told = over.put_nowait
        async with serving(fuzzing) as url:
            reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
            writer.write(request("rude"))
            await reader.readexactly(1000)
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            assert not (await over.get()).is_best
        assert [record.getMessage() for record in caplog.records] == []

    run(test())


def test_a_deadline_of_minutes_does_not_wait_for_a_client_that_has_hung():
    async def test():
        fuzzing = Fuzzing(chosen("12.1.1"), most_quiet=0.1)
        over: asyncio.Queue[Played] = asyncio.Queue()
        fuzzing.told = over.put_nowait
        async with serving(fuzzing) as url, connect(f"{url}/runCase?case=1&agent=mute"):
            result = await over.get()
        assert (result.behaviour, result.because) == ("FAILED", "The echo did not come in time.")

    run(test())


def test_cases_that_are_given_up_have_failed_for_that_reason():
    async def test():
        fuzzing = Fuzzing(chosen("1.1.1"))
        async with serving(fuzzing) as url, connect(f"{url}/runCase?case=1&agent=a"):
            fuzzing.give_up("The lights went out.")
        (result,) = fuzzing.book.results.values()
        assert (result.behaviour, result.because) == ("FAILED", "The lights went out.")

    run(test())


def test_subprotocols_are_taken_if_the_server_speaks_them():
    async def test():
        async with (
            serving(Fuzzing(chosen("1.1.1"), protocols=["b", "c"])) as url,
            connect(f"{url}/runCase?case=1&agent=a", subprotocols=["a", "b"]) as socket,
        ):
            assert socket.subprotocol == "b"

    run(test())


def test_over_tls():
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(tls)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    async def test():
        fuzzing = Fuzzing(chosen("1.1.*", "3.*", "5.*"))
        async with serving(fuzzing, tls) as url:
            playing = (
                repeat(f"{url}/runCase?case={case}&agent=a", ssl=trusting) for case in range(1, 36)
            )
            await asyncio.gather(*playing, return_exceptions=True)
        behaviours = {result.behaviour.value for result in fuzzing.book.results.values()}
        assert len(fuzzing.book.results) == 35
        assert behaviours <= {"OK", "NON-STRICT"}

    run(test())


def test_many_cases_at_once_have_the_verdicts_that_they_have_alone():
    async def test():
        fuzzing = Fuzzing(chosen("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"))
        async with serving(fuzzing) as url:
            count = len(fuzzing.cases)
            agents = range(4)
            await asyncio.gather(
                *(
                    echo(f"{url}/runCase?case={case}&agent={agent}")
                    for agent in agents
                    for case in range(1, count + 1)
                )
            )
        assert len(fuzzing.book.results) == 4 * count
        worse = [r for r in fuzzing.book.results.values() if not r.is_best]
        assert [(result.number, result.because, result.because_close) for result in worse] == []

    run(test())


def test_a_directory_that_cannot_be_written_to_is_known(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        check_writable(tmp_path / "file" / "reports")
    check_writable(tmp_path / "new" / "reports")
    assert list((tmp_path / "new" / "reports").iterdir()) == []


def test_a_directory_that_went_away_costs_its_reports_and_nothing_else(tmp_path, caplog):
    async def test():
        (tmp_path / "out").touch()
        fuzzing = Fuzzing(chosen("1.1.1"), write=Reports(tmp_path / "out").write)
        async with serving(fuzzing) as url:
            await repeat(f"{url}/runCase?case=1&agent=a")
            assert await ask(f"{url}/updateReports?agent=a") is None
            await repeat(f"{url}/runCase?case=1&agent=b")
        assert len(fuzzing.book.results) == 2

    run(test())
    assert "The reports cannot be written" in caplog.text
