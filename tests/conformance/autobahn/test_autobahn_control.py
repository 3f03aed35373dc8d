import asyncio

import pytest

from websocket_conformance.autobahn.control import ControlError, ask

SWITCH = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


def answer(sent: bytes) -> tuple[str | None, bytes]:
    """What `ask` makes of a server's bytes, and what it had asked."""
    asked = b""

    async def play():
        over = asyncio.Event()

        async def serve(reader, writer):
            nonlocal asked
            asked = await reader.readuntil(b"\r\n\r\n")
            writer.write(sent)
            writer.write_eof()
            await reader.read()
            writer.close()
            await writer.wait_closed()
            over.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            try:
                return await ask("127.0.0.1", port, "/getCaseCount?agent=a%20b")
            finally:
                await over.wait()

    return asyncio.run(play()), asked


def test_a_text_is_the_answer():
    text, asked = answer(SWITCH + b"\x81\x03517\x88\x00")
    assert text == "517"
    assert asked.startswith(b"GET /getCaseCount?agent=a%20b HTTP/1.1\r\nHost: 127.0.0.1:")


@pytest.mark.parametrize(
    ("header", "size"), [(b"\x81\x7e\x01\x00", 256), (b"\x81\x7f" + (70000).to_bytes(8), 70000)]
)
def test_a_long_text(header, size):
    assert answer(SWITCH + header + b"x" * size)[0] == "x" * size


def test_a_ping_is_passed_over():
    assert answer(SWITCH + b"\x89\x00\x81\x01a")[0] == "a"


def test_a_close_without_a_text_is_no_answer():
    assert answer(SWITCH + b"\x88\x02\x03\xe8")[0] is None


@pytest.mark.parametrize(
    "sent", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"garbage\r\n\r\n", SWITCH + b"\x81\x05ab", b""]
)
def test_anything_else_is_an_error(sent):
    with pytest.raises(ControlError):
        answer(sent)


def test_nobody_there():
    async def play():
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        await ask("127.0.0.1", port, "/")

    with pytest.raises(ControlError, match=r"127\.0\.0\.1"):
        asyncio.run(play())
