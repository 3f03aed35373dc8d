"""A connection is cut after each byte that the server sends: what follows is settled, and whole.

Nothing that arrived is lost, unless the cut was a reset, and nothing is left open.
"""

import asyncio

import pytest

from support import frames
from support.page import nobody_is_in_line
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import (
    EnvironmentSettings,
    Limits,
    WebSocketCloseInfo,
    WebSocketError,
    WebSocketStream,
)

MESSAGES = ["", "a", b"bc", "ü" * 70, b"\x00" * 200]


def frame_of(message):
    return frames.text(message) if isinstance(message, str) else frames.binary(message)


SENT = b"".join(map(frame_of, MESSAGES)) + frames.close(4000, "bye")
# Where each message has arrived as a whole.
ENDS = [len(b"".join(map(frame_of, MESSAGES[: i + 1]))) for i in range(len(MESSAGES))]


async def read_all(stream):
    """Return what a reader gets, and how its stream ends."""
    read = []
    try:
        async with stream as opened:
            async for message in opened.readable:
                read.append(message)
    except WebSocketError as error:
        return read, error
    return read, None


async def read_as_a_reader(stream):
    """Do the same with a reader, and with a writer beside it."""
    read = []
    try:
        opened = await stream.opened
        writer = opened.writable.getWriter()
        writing = asyncio.gather(writer.write("x"), writer.write(b"y"), return_exceptions=True)
        reader = opened.readable.getReader()
        while not (result := await reader.read()).done:
            read.append(result.value)
        await writing
    except WebSocketError as error:
        return read, error
    return read, None


async def settled(promise):
    try:
        return await promise
    except WebSocketError as error:
        return error


async def cut(server, tls, length, how, use):
    """Play one conversation, which the server cuts after so many bytes behind the handshake."""
    settings = EnvironmentSettings(
        tls=client_context(), limits=Limits(lingering_timeout=30, closing_timeout=30)
    )
    url = server.url.replace("ws:", "wss:") if tls else server.url
    stream = WebSocketStream(url, settings=settings)
    using = asyncio.create_task(use(stream))
    tcp = peer = await server.accept()
    if tls:
        peer = TlsPeer(tcp, server_context("127.0.0.1"))
        await peer.start_tls()
    await peer.handshake(SENT[:length])
    if how == "reset":
        tcp.reset()
    elif how == "closed":
        tcp.close()
    else:
        peer.end()
        await peer.expect_gone()
        tcp.close()
    read, error = await using
    closed = await settled(stream.closed)
    assert isinstance(error, WebSocketError | None)
    whole = sum(end <= length for end in ENDS)
    assert read == MESSAGES[: len(read)]
    if how == "ended":
        assert len(read) == whole
        if length == len(SENT):
            assert (error, closed) == (None, WebSocketCloseInfo(4000, "bye"))
    if length < len(SENT):
        assert isinstance(closed, WebSocketError)
        assert closed.closeCode == 1006
    assert "CLOSED" in repr(stream)


@pytest.mark.parametrize("use", [read_all, read_as_a_reader])
@pytest.mark.parametrize("how", ["ended", "closed", "reset"])
@pytest.mark.parametrize("tls", [False, True])
async def test_a_connection_is_cut_after_each_byte(tls, how, use):
    async with Server() as server:
        step = 7 if tls else 1
        for length in [*range(0, len(SENT), step), len(SENT)]:
            await cut(server, tls, length, how, use)
    assert nobody_is_in_line()


@pytest.mark.parametrize("how", ["end", "reset"])
async def test_a_handshake_is_cut_after_each_byte(how):
    async with Server() as server:
        length = 0
        is_whole = False
        while not is_whole:
            stream = WebSocketStream(server.url)
            peer = await server.accept()
            await peer.read_request()
            response = peer.response()
            is_whole = length >= len(response)
            await peer.send(response[:length])
            if how == "reset":
                peer.reset()
            else:
                peer.end()
            opened = await settled(stream.opened)
            if not is_whole:
                assert (opened.closeCode, opened.reason) == (None, "")
            assert (await settled(stream.closed)).closeCode == 1006
            peer.close()
            length += 1
    assert nobody_is_in_line()
