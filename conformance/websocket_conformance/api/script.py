"""Carries out the server's operations of a scenario."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websocket_conformance.api import frames
from websocket_conformance.api.peer import ACCEPT, Gone, Peer
from websocket_conformance.api.scenario import Operation, normal
from websocket_conformance.api.values import bytes_of

DEADLINE = 60.0
STALL = 1.0
"""The seconds without progress after which a client is regarded as not reading any more."""
FLOODED = "flooded"

_SWITCHING = "HTTP/1.1 101 Switching Protocols"
_ACCEPTING = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": ACCEPT}
"""The fields of a 101; a scenario can add or replace fields, and omit a field by an empty value."""

_NO_LINGERING = struct.pack("ii", 1, 0)
"""The value of SO_LINGER with which closing a socket resets TCP."""


class Words:
    """The words that the page and the server send each other outside of the WebSocket."""

    def __init__(self) -> None:
        self._told: dict[str, asyncio.Event] = {}

    def tell(self, word: str) -> None:
        """Record a word as sent."""
        self._event(word).set()

    async def told(self, word: str) -> None:
        """Wait until a word has been sent."""
        await self._event(word).wait()

    def _event(self, word: str) -> asyncio.Event:
        return self._told.setdefault(word, asyncio.Event())


@dataclass
class RunState:
    """The state that the connections of one run of a scenario share.

    Attributes:
        words: the words that the page and the server have sent outside of the WebSocket.
        made: how many connections have been made.
        waiting: the connections whose request has not been answered.
    """

    words: Words = field(default_factory=Words)
    made: int = 0
    waiting: set[Peer] = field(default_factory=set)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def enter(self, peer: Peer) -> int:
        """Add a connection, and return its number."""
        self.made += 1
        self.waiting.add(peer)
        self._more.set()
        return self.made

    async def until_made(self, count: int) -> None:
        """Wait until `count` connections have been made."""
        while self.made < count:
            self._more.clear()
            await self._more.wait()


async def play(operations: Sequence[Operation], peer: Peer, place: RunState) -> None:
    """Carry out the server's operations, then end TCP and read until the client ends it as well.

    After sending a Close frame, the server waits for the client's Close before it ends TCP, unless
    an operation ends TCP earlier. If the client leaves too early, no error is raised; the log shows
    what was received until then.
    """
    try:
        async with asyncio.timeout(DEADLINE):
            for operation in operations:
                await _do(operation, peer, place)
            if peer.has_sent_close and not (peer.has_ended or peer.has_received_close):
                await peer.read_until(["close"])
            peer.half_close()
            await peer.read_to_end()
    except (Gone, OSError):
        pass
    finally:
        place.waiting.discard(peer)


async def _do(operation: Operation, peer: Peer, place: RunState) -> None:
    name, *arguments = operation
    match name:
        case "request":
            pass
        case "await":
            await _await(arguments[0], peer)
        case "await-told":
            await place.words.told(arguments[0])
        case "say":
            with suppress(ConnectionError):
                await peer.writer.drain()
            place.words.tell(arguments[0])
        case "await-connections":
            await place.until_made(arguments[0])
        case "await-bytes":
            await peer.read_bytes(arguments[0])
        case "receive-buffer":
            _set_option(peer, socket.SO_RCVBUF, arguments[0])
        case "next-request":
            await peer.read_request()
        case "note-target" | "note-field" | "note-connecting":
            peer.note(_noted(name, arguments, peer, place))
        case "note-end":
            await peer.read_to_end()
            peer.note("reset" if peer.was_reset else "end")
        case "note-frame":
            await peer.note_frame()
        case "together":
            with peer.together():
                for each in normal(arguments[0]):
                    await _do(each, peer, place)
        case "goodbye":
            await peer.read_until(["close"])
            peer.write(frames.write(frames.CLOSE, peer.payload))
        case "flood":
            await _flood(peer, place, *arguments)
        case "half-close":
            peer.half_close()
        case "reset":
            await peer.writer.drain()
            _set_option(peer, socket.SO_LINGER, _NO_LINGERING)
            peer.writer.transport.abort()
        case "accept":
            place.waiting.discard(peer)
            peer.respond(_SWITCHING, {**_ACCEPTING, **(arguments[0] if arguments else {})})
        case "respond":
            place.waiting.discard(peer)
            peer.respond(arguments[0], *arguments[1:] or [{}])
        case _:
            peer.write(peer.filled_in(_written(name, arguments)))
            peer.has_sent_close = peer.has_sent_close or name == "close"
    await asyncio.sleep(0)


async def _flood(peer: Peer, place: RunState, value: Any, count: int) -> None:
    """Send a message `count` times; send the word ``flooded`` at the first stall or the end."""
    frame = frames.write(frames.BINARY, bytes_of(value))
    peer.writer.transport.set_write_buffer_limits(0)
    has_stalled = False
    for _ in range(count):
        peer.write(frame)
        if not has_stalled:
            try:
                await asyncio.wait_for(peer.writer.drain(), STALL)
            except TimeoutError:
                has_stalled = True
                peer.note("nothing more is taken")
                place.words.tell(FLOODED)
        await peer.writer.drain()
    place.words.tell(FLOODED)


def _noted(name: str, arguments: list[Any], peer: Peer, place: RunState) -> str:
    match name, arguments:
        case "note-field", [field_name]:
            return f"{field_name}: {peer.field(field_name) or '(absent)'}"
        case "note-target", _:
            return f"target {peer.target}"
        case _:
            return f"connecting {len(place.waiting)}"


def _set_option(peer: Peer, option: int, value: int | bytes) -> None:
    peer.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, option, value)


async def _await(what: str, peer: Peer) -> None:
    if what == "end":
        await peer.read_to_end()
    else:
        await peer.read_until([what])


def _written(name: str, arguments: list[Any]) -> bytes:
    match name, arguments:
        case "raw", [value]:
            return bytes_of(value)
        case "close", _:
            code, reason = [*arguments, None, None][:2]
            return frames.write(frames.CLOSE, frames.close_payload(code, bytes_of(reason or "")))
        case "compressed", [value]:
            return frames.write(frames.TEXT, frames.deflated(bytes_of(value)), rsv=4)
        case "frame", [described]:
            rest = dict(described)
            return frames.write(rest.pop("opcode"), bytes_of(rest.pop("payload", "")), **rest)
        case _:
            return frames.write(frames.OPCODES[name], bytes_of(*arguments or [""]))
