"""The command ``whatwg-websockets echo``, as a person starts it, and its server."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
from contextlib import asynccontextmanager, contextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from websocket_conformance.echo import main, parser
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.echo import EchoServer

HOST = "127.0.0.1"
WITHOUT_EXTRAS = """
import sys
sys.modules.update(dict.fromkeys(["typer", "rich", "jinja2", "psutil", "cattrs", "websockets"]))
sys.argv = ["whatwg-websockets", *sys.argv[1:]]
from whatwg_websockets.cli import main
main()
"""
"""Runs the command where the libraries of the extras cannot be imported."""


@contextmanager
def started(*arguments: str):
    """The command in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", WITHOUT_EXTRAS, "echo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def serving(**options: bool):
    """An echo server in this process, and its URL."""
    async with asyncio.timeout(60):
        server = EchoServer(**options)
        address = await server.listen(Address(HOST, 0))
        try:
            yield server, address.url
        finally:
            await server.close()


async def reader_and_writer(url: str, request: bytes):
    """A TCP connection on which a request was sent."""
    reader, writer = await asyncio.open_connection(HOST, int(url.rpartition(":")[2]))
    writer.write(request)
    return reader, writer


def request(*fields: str) -> bytes:
    lines = [
        "GET / HTTP/1.1",
        f"Host: {HOST}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *fields,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_url_echoes_without_any_extra_and_ends_tidily(number):
    with started("--port", "0") as process:
        line = process.stdout.readline()
        (url,) = re.fullmatch(
            r"Echoing every message on (ws://127\.0\.0\.1:\d+/) .*\n", line
        ).groups()

        async def talk():
            async with connect(url) as connection:
                await connection.send("hello")
                heard = await connection.recv()
                process.send_signal(number)
                with pytest.raises(ConnectionClosed) as closed:
                    await connection.recv()
                return heard, closed.value.rcvd.code

        assert asyncio.run(talk()) == ("hello", 1001)
        assert process.communicate(timeout=60) == ("", "")
    assert process.returncode == 0


def test_a_port_in_use_is_one_line_and_status_2(capsys):
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr() == (
        "",
        f"port {port} of {HOST} is in use; --port 0 takes a free one.\n",
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--port", "65536"], "'65536' is not a port from 0 to 65535"),
        (["--port", "-1"], "'-1' is not a port from 0 to 65535"),
        (["--host", "a b"], "'a b' is not a host"),
        (["more"], "unrecognized arguments: more"),
    ],
)
def test_a_wrong_command_line_is_refused(arguments, why, capsys):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert why in capsys.readouterr().err


def test_it_listens_on_port_8080_of_this_machine():
    options = parser().parse_args([])
    assert vars(options) == {"host": HOST, "port": 8080, "once": False, "compresses": True}


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_messages_come_back_as_they_were_sent(compression):
    async def talk():
        async with serving() as (_, url), connect(url, compression=compression) as connection:
            heard = []
            for message in ["ü", "", b"\x00\xff", b"", "x" * 100_000]:
                await connection.send(message)
                heard.append(await connection.recv())
            return heard, [extension.name for extension in connection.protocol.extensions]

    heard, extensions = asyncio.run(talk())
    assert heard == ["ü", "", b"\x00\xff", b"", "x" * 100_000]
    assert extensions == (["permessage-deflate"] if compression else [])


def test_a_server_may_answer_one_message_and_close():
    async def talk():
        async with serving(once=True) as (_, url), connect(url) as connection:
            await connection.send("one")
            await connection.send("two")
            heard = [message async for message in connection]
            return heard, connection.close_code

    assert asyncio.run(talk()) == (["one"], 1000)


def test_a_server_may_compress_nothing():
    async def talk():
        async with serving(compresses=False) as (_, url), connect(url) as connection:
            return connection.protocol.extensions

    assert asyncio.run(talk()) == []


def test_the_first_subprotocol_that_was_asked_for_is_selected():
    async def talk(subprotocols):
        async with serving() as (_, url), connect(url, subprotocols=subprotocols) as connection:
            return connection.subprotocol

    assert asyncio.run(talk(["chat", "superchat"])) == "chat"
    assert asyncio.run(talk(None)) is None


def test_a_ping_is_answered_with_its_payload():
    async def talk():
        async with serving() as (_, url):
            reader, writer = await reader_and_writer(url, request())
            await reader.readuntil(b"\r\n\r\n")
            writer.write(bytes.fromhex("89 82 00 00 00 00 68 69"))
            heard = await reader.readexactly(4)
            writer.close()
            return heard

    assert asyncio.run(talk()) == bytes.fromhex("8a 02 68 69")


def test_a_close_frame_is_answered_with_its_code_and_its_reason():
    async def talk():
        async with serving() as (_, url):
            connection = await connect(url)
            await connection.close(4000, "enough")
            return connection.protocol.close_rcvd

    frame = asyncio.run(talk())
    assert (frame.code, frame.reason) == (4000, "enough")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"426"),
        (b"POST / HTTP/1.1\r\nHost: h\r\n\r\n", b"405"),
        (b"x" * 70_000, b"400"),
    ],
)
def test_what_is_no_opening_handshake_is_refused(sent, status):
    async def talk():
        async with serving() as (_, url):
            reader, writer = await reader_and_writer(url, sent)
            head = await reader.readuntil(b"\r\n")
            writer.close()
            return head.split()[1]

    assert asyncio.run(talk()) == status


def test_a_client_that_does_not_read_is_not_read_either():
    """What the server holds for the client does not grow with what the client sends."""

    async def talk():
        async with serving() as (_, url):
            reader, writer = await reader_and_writer(url, request())
            await reader.readuntil(b"\r\n\r\n")
            piece = bytes.fromhex("82 ff") + (2**20).to_bytes(8) + bytes(4) + bytes(2**20)
            writer.transport.set_write_buffer_limits(0)
            writer.transport.pause_reading()
            sent = 0
            while sent < 200:
                writer.write(piece)
                try:
                    async with asyncio.timeout(1):
                        await writer.drain()
                except TimeoutError:
                    break
                sent += 1
            writer.transport.resume_reading()
            answers = sent * (10 + 2**20)
            while answers > 0:
                answers -= len(await reader.read(2**20))
            writer.close()
            return sent

    assert asyncio.run(talk()) < 200


def test_connections_that_do_not_answer_the_end_are_aborted():
    async def talk():
        async with serving() as (server, url):
            opened, writer = await reader_and_writer(url, request())
            half, other_writer = await reader_and_writer(url, request()[:20])
            await opened.readuntil(b"\r\n\r\n")
            await server.close()
            frame = await opened.readexactly(4)
            with pytest.raises(ConnectionResetError):
                await half.readexactly(1)
            writer.close()
            other_writer.close()
            return frame, server.connections

    assert asyncio.run(talk()) == (bytes.fromhex("88 02 03 e9"), set())
