"""Asks a fuzzing server a question, with just as much of the WebSocket protocol as that takes.

The client under test is not used for this: a client that fails every case must still get verdicts.
"""

import asyncio
from asyncio import IncompleteReadError, StreamReader
from contextlib import suppress

_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"
_TEXT, _CLOSING = 1, 8


class ControlError(Exception):
    """The server did not answer, or its answer is not that of a fuzzing server."""


async def ask(host: str, port: int, path: str) -> str | None:
    """Request a path, and return what the server answers.

    Returns:
        The server's text message, or None if the server closes the connection without one.

    Raises:
        ControlError: the server cannot be reached, refuses the connection, or breaks it off.
    """
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        raise ControlError(f"{host}:{port}: {error}") from error
    try:
        writer.write(_REQUEST.format(path=path, host=host, port=port).encode())
        answer = await _answer(reader)
        writer.write(_CLOSE)
        await writer.drain()
    except (OSError, IncompleteReadError) as error:
        raise ControlError(f"{path}: {error}") from error
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return answer


async def _answer(reader: StreamReader) -> str | None:
    status = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")[0]
    if status.split(b" ")[1:2] != [b"101"]:
        raise ControlError(status.decode("latin-1"))
    while True:
        opcode, payload = await _frame(reader)
        if opcode == _TEXT:
            return payload.decode()
        if opcode == _CLOSING:
            return None


async def _frame(reader: StreamReader) -> tuple[int, bytes]:
    first, length = await reader.readexactly(2)
    extended = {126: 2, 127: 8}.get(length, 0)
    if extended:
        length = int.from_bytes(await reader.readexactly(extended))
    return first & 0x0F, await reader.readexactly(length)
