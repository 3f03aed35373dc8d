"""The scripted server, spoken to byte by byte."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from websocket_conformance.api import frames, page, script
from websocket_conformance.api.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT
from websocket_conformance.api.scenario import Scenario, normal
from websocket_conformance.api.server import Server

REQUEST = (
    "GET /{path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
ACCEPTED = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def scenario(*server):
    return Scenario("some", "Some", "dom-websocket-close", normal(list(server)), {}, ())


class Client:
    """A client that sends what it is told."""

    def __init__(self, server, run):
        self.server, self.run = server, run

    async def __aenter__(self):
        host, port = self.server.host.split(":")
        self.reader, self.writer = await asyncio.open_connection(host, int(port))
        self.writer.write(REQUEST.format(path=self.run.path if self.run else "some").encode())
        return self

    async def __aexit__(self, *_):
        self.writer.close()

    def frame(self, opcode, payload=b"", **options):
        self.writer.write(frames.write(opcode, payload, masked=True, **options))


async def talk(*server, say=lambda client: None):
    """Play a server, say something to it and end; return what it said, and its log."""
    one = scenario(*server)
    async with Server([one]) as place:
        run = place.begin(one)
        async with Client(place, run) as client:
            say(client)
            client.writer.write_eof()
            said = await client.reader.read()
        return said, await run.wire()


async def test_it_accepts_with_the_example_of_the_rfc():
    assert await talk("accept") == (ACCEPTED, [])


async def test_fields_are_added_replaced_and_left_out():
    fields = {"Upgrade": "x", "Connection": "", "Sec-WebSocket-Accept": "", "A": ["1", "2"]}
    said, _ = await talk(["accept", fields])
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nA: 1\r\nA: 2\r\n\r\n"
    assert said == head


async def test_another_response():
    said, _ = await talk(["respond", "HTTP/1.1 404 Not Found", {"Content-Length": "0"}])
    assert said == b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("operation", "bytes_"),
    [
        (["text", "é"], "81 02 c3 a9"),
        (["text", {"string": "ab", "times": 2}], "81 04 61 62 61 62"),
        (["binary", {"bytes": "00 ff"}], "82 02 00 ff"),
        (["ping"], "89 00"),
        (["pong", "x"], "8a 01 78"),
        (["close"], "88 00"),
        (["close", 1000], "88 02 03 e8"),
        (["close", 1000, "x"], "88 03 03 e8 78"),
        (["frame", {"opcode": 1, "fin": False, "rsv": 4, "payload": "x"}], "41 01 78"),
        (["frame", {"opcode": 2, "masked": True}], "82 80 00 00 00 00"),
        (["compressed", "x"], "c1 03 aa 00 00"),
        (["raw", {"bytes": "01 02"}], "01 02"),
    ],
)
async def test_what_it_sends(operation, bytes_):
    said, _ = await talk(operation)
    assert said == bytes.fromhex(bytes_)


@pytest.mark.parametrize(
    ("length", "head"), [(125, "82 7d"), (126, "82 7e 00 7e"), (65536, "82 7f 00000000 00010000")]
)
async def test_the_forms_of_a_length(length, head):
    said, _ = await talk(["binary", {"bytes": "00", "times": length}])
    assert said == bytes.fromhex(head) + bytes(length)


def every_frame(client):
    client.frame(TEXT, "a😀".encode())
    client.frame(TEXT, b"x" * 70_000)
    client.frame(BINARY, b"\x00\xff")
    client.frame(BINARY)
    client.frame(TEXT, b"one ", fin=False)
    client.frame(PING, b"!")
    client.frame(CONTINUATION, b"message")
    client.frame(TEXT, frames.deflated(b"y" * 65), rsv=4)
    client.frame(PONG)
    client.frame(CLOSE, b"\x03\xe8bye")
    client.frame(CLOSE)


async def test_what_it_writes_down():
    _, wire = await talk("accept", say=every_frame)
    assert wire == [
        'text "a😀"',
        'text "x" x 70000',
        "binary 00 ff",
        "binary (empty)",
        "ping 21",
        'text "one message"',
        'text "y" x 65',
        "pong (empty)",
        'close 1000 "bye"',
        "close",
    ]


def test_a_payload_is_unmasked():
    masked = bytes.fromhex("81 85 37 fa 21 3d 7f 9f 4d 51 58")
    found = frames.read(masked + b"more")
    assert found is not None
    assert (found[0].payload, found[1]) == (b"Hello", b"more")
    assert frames.read(masked[:-1]) is None


@pytest.mark.parametrize(
    ("payload", "seen"),
    [
        (b"\xff\xff", "a compressed message that is broken"),
        (frames.deflated(bytes(1001)), "a compressed message that is too long"),
    ],
)
async def test_a_compressed_message_that_cannot_be_read_is_the_end(monkeypatch, payload, seen):
    monkeypatch.setattr(frames, "LARGEST", 1000)

    def say(client):
        client.frame(1, payload, rsv=4)
        client.frame(1, b"not read any more")

    _, log = await talk("accept", say=say)
    assert log == [seen]


async def test_a_message_that_is_too_long_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(frames, "LARGEST", 1000)
    _, log = await talk("accept", say=lambda client: client.frame(1, bytes(1001)))
    assert log == ["a message that is too long"]


async def test_it_waits_for_what_it_awaits():
    def say(client):
        client.frame(TEXT, b"first")
        client.frame(BINARY, b"second")
        client.frame(CLOSE, b"\x0f\xa0why")

    said, _ = await talk(["await", "binary"], ["text", "now"], "goodbye", say=say)
    assert said == bytes.fromhex("81 03") + b"now" + bytes.fromhex("88 05 0f a0") + b"why"


async def test_a_client_that_leaves_before_what_is_awaited_ends_the_script():
    said, wire = await talk("accept", ["await", "close"], ["text", "never"])
    assert (said, wire) == (ACCEPTED, [])


async def test_what_goes_together_goes_in_one_write():
    said, _ = await talk(["together", ["accept", ["text", "x"], "ping"]])
    assert said == ACCEPTED + bytes.fromhex("81 01 78 89 00")


async def test_after_its_close_frame_it_waits_for_the_clients():
    one = scenario("accept", ["close", 1000])
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as client:
            said = await client.reader.readexactly(len(ACCEPTED) + 4)
            assert said == ACCEPTED + bytes.fromhex("88 02 03 e8")
            client.frame(TEXT, b"one more")
            client.frame(CLOSE)
            assert await client.reader.read() == b""
            client.writer.write_eof()
        assert await run.wire() == ['text "one more"', "close"]


async def test_half_close_and_go_on_listening():
    one = scenario("accept", "half-close", ["await", "text"])
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as client:
            assert await client.reader.read() == ACCEPTED
            client.frame(TEXT, b"still here")
            client.writer.write_eof()
            assert await run.wire() == ['text "still here"']


async def test_reset():
    one = scenario("accept", ["await", "text"], "reset")
    async with Server([one]) as server, Client(server, None) as client:
        client.frame(TEXT, b"go")
        with pytest.raises(ConnectionResetError):
            await client.reader.read()


async def test_a_page_tells_it_a_word():
    one = scenario(["await-told", "now"], "accept")
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as client:
            await page.tell(f"http://{server.host}/-/tell/{run.path}/now")
            assert await client.reader.read() == ACCEPTED


async def test_the_path_names_the_scenario_and_nothing_else_is_there():
    one = scenario("accept")
    async with Server([one]) as server:
        async with Client(server, None) as client:
            assert await client.reader.readuntil(b"\r\n\r\n") == ACCEPTED
        host, port = server.host.split(":")
        for target in ("/other", "/-/tell/other/1/x", "/-/page"):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"GET {target} HTTP/1.1\r\n\r\n".encode())
            assert (await reader.read()).startswith(b"HTTP/1.1 404 ")
            writer.close()


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x00\x05hello",
        b"",
        b"GET /some HT",
        b"GET\r\n\r\n",
        b"POST /-/x HTTP/1.1\r\nContent-Length: much\r\n\r\n",
        b"POST /-/x HTTP/1.1\r\nContent-Length: 9999999999\r\n\r\n",
        b"POST /-/x HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
    ],
)
async def test_what_is_no_request_is_sent_away(said):
    async with Server([]) as server:
        host, port = server.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(said)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()


async def test_nobody_listens_where_connections_are_refused():
    async with Server([]) as server:
        host, port = server.names(server.begin(scenario()))["refused"].split(":")
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, int(port))


# What it writes down of more than messages, and several connections.


async def test_what_it_writes_down_of_a_request():
    _, wire = await talk(
        ["note-field", "Upgrade"], ["note-field", "Cookie"], "note-target", "note-connecting"
    )
    assert wire == ["Upgrade: websocket", "Cookie: (absent)", "target /some/1", "connecting 1"]


async def test_the_answer_to_the_key_can_stand_anywhere():
    field = {"Sec-WebSocket-Accept": ["{accept}", "{accept}"]}
    said, _ = await talk(["accept", field])
    assert said.count(b"\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n") == 1
    assert said.count(b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") == 2
    said, _ = await talk(["raw", "HTTP/1.1 101\r\nX: {accept}\r\n\r\n"])
    assert said == b"HTTP/1.1 101\r\nX: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"


async def test_it_writes_down_the_header_of_a_frame():
    def say(client):
        client.frame(TEXT, frames.deflated(b"x"), rsv=4)
        client.frame(BINARY, b"123")

    _, wire = await talk("accept", "note-frame", "note-frame", "note-frame", say=say)
    assert wire == ["frame 1 rsv 4 length 3", "frame 2 rsv 0 length 3"]


async def test_it_writes_down_how_the_client_ended():
    _, wire = await talk("accept", "note-end", say=lambda client: client.frame(TEXT, b"x"))
    assert wire == ['text "x"', "end"]


async def test_it_waits_for_a_part_of_a_message():
    script = ["accept", ["receive-buffer", 4096], ["await-bytes", 5], ["text", "enough"]]

    def say(client):
        client.writer.write(bytes.fromhex("81 fe 0f ff 00 00 00 00") + b"beginning")

    said, wire = await talk(*script, say=say)
    assert said == ACCEPTED + b"\x81\x06enough"
    assert wire == []
    said, _ = await talk("accept", ["await-bytes", 5], ["text", "never"])
    assert said == ACCEPTED


async def test_it_reads_a_second_request_of_a_connection():
    again = REQUEST.format(path="other").replace("Host: x", "Host: y").encode()
    _, wire = await talk(
        ["note-field", "Host"],
        ["respond", "HTTP/1.1 401 No", {"Content-Length": "0"}],
        "next-request",
        ["note-field", "Host"],
        say=lambda client: client.writer.write(again),
    )
    assert wire == ["Host: x", "Host: y"]


async def test_each_connection_has_its_script_and_its_number():
    one = scenario("accept", ["await", "text"])
    servers = (normal([["await-connections", 2], "note-connecting", "accept", "note-end"]),)
    one = replace(one, servers=servers)
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as first, Client(server, run) as second:
            assert await first.reader.readexactly(len(ACCEPTED)) == ACCEPTED
            assert await second.reader.readexactly(len(ACCEPTED)) == ACCEPTED
            second.frame(TEXT, b"x")
            second.writer.write_eof()
            assert await second.reader.read() == b""
            first.writer.write_eof()
            assert await first.reader.read() == b""
        wire = await run.wire()
    assert wire[0].startswith("connecting ")
    assert wire[1:] == ['2: text "x"', "end"]


async def test_it_says_a_word_when_it_has_come_so_far():
    one = scenario("accept", ["await", "text"], "reset", ["say", "gone"])
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as client:
            client.frame(TEXT, b"go")
            await page.tell(f"http://{server.host}/-/hear/{run.path}/gone")
            with pytest.raises(ConnectionResetError):
                await client.reader.read()


CHUNK = 65_536
FLOOD = ("flood", {"bytes": "61", "times": CHUNK}, 512)


async def flooded(*, reads_at_once):
    """Take a flood, at once or once the server says that it has come to a stop; how much came."""
    one = scenario("accept", FLOOD)
    async with Server([one]) as server:
        run = server.begin(one)
        async with Client(server, run) as client:
            reading = asyncio.ensure_future(client.reader.read()) if reads_at_once else None
            if reading is None:
                # Or the reader of this client would take much in.
                client.writer.transport.pause_reading()
            await page.tell(f"http://{server.host}/-/hear/{run.path}/flooded")
            client.writer.transport.resume_reading()
            client.writer.write_eof()
            received = 0
            while data := await (reading or client.reader.read(1_048_576)):
                received += len(data)
                if reading is not None:
                    break
            return received - len(ACCEPTED), await run.wire()


async def test_a_flood_that_is_taken(monkeypatch):
    monkeypatch.setattr(script, "STALL", 60)
    header = 10
    assert await flooded(reads_at_once=True) == (512 * (CHUNK + header), [])


async def test_a_flood_that_comes_to_a_stop(monkeypatch):
    monkeypatch.setattr(script, "STALL", 0.1)
    header = 10
    length = 512 * (CHUNK + header)
    assert await flooded(reads_at_once=False) == (length, ["nothing more is taken"])


async def test_it_listens_on_another_port_too():
    one = scenario("accept")
    async with Server([one]) as server:
        run = server.begin(one)
        host, port = server.names(run)["elsewhere"].split(":")
        assert server.names(run)["elsewhere"] != server.host
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(REQUEST.format(path=run.path).encode())
        assert await reader.readexactly(len(ACCEPTED)) == ACCEPTED
        writer.close()


@pytest.mark.parametrize("turns", range(4))
async def test_a_connection_that_comes_as_the_server_ends_is_closed(turns):
    async with Server([]) as place:
        host, port = place.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(turns):
            await asyncio.sleep(0)
    with suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()
