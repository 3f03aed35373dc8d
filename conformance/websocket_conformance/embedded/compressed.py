"""Compresses each stream of messages once, however many cases send it.

The octets of a compressed message depend on the messages before it, and on how the sender
compresses. For one stream and one way that is always the same, so the cases of sections 12 and 13
that differ only in their fragments, or in what is asked of the peer, share the work.
"""

from collections.abc import Iterator
from functools import cache

from websocket_conformance.embedded.deflate import Deflater, Way
from websocket_conformance.embedded.payloads import Stream

_KEPT_OCTETS = 4 * 2**20
"""How much of each stream is kept. Who goes on after that compresses the rest for himself."""


def compressed(stream: Stream, way: Way) -> Iterator[bytes]:
    """The payloads of a stream's messages, one after the other, as a connection sends them."""
    beginning = _beginning(stream.source, stream.size, way)
    for index in range(stream.count):
        if not beginning.has(index):
            yield from _rest(stream, index, beginning.deflater.copy())
            return
        yield beginning.payloads[index]


def _rest(stream: Stream, first: int, deflater: Deflater) -> Iterator[bytes]:
    for index in range(first, stream.count):
        yield deflater.compress(stream[index])


class _Beginning:
    """The first messages of a stream, for all who send it the same way."""

    def __init__(self, source: str, size: int, way: Way) -> None:
        self.payloads: list[bytes] = []
        self.deflater = Deflater(way)
        self._stream = Stream(source, size, 0)
        self._room = _KEPT_OCTETS

    def has(self, index: int) -> bool:
        """Whether a message is here, or is now, because it was the next and there was room."""
        if index == len(self.payloads) and self._room > 0:
            self.payloads.append(self.deflater.compress(self._stream[index]))
            self._room -= len(self.payloads[-1])
        return index < len(self.payloads)


@cache
def _beginning(source: str, size: int, way: Way) -> _Beginning:
    return _Beginning(source, size, way)
