"""Compress each stream of messages once, even if several cases send it.

The octets of a compressed message depend on the messages before it and on the sender's parameters
of compression. Cases of sections 12 and 13 that differ only in their fragments, or in the
parameters for the peer, send the same octets and share the work.
"""

from collections import OrderedDict
from collections.abc import Iterator

from websocket_conformance.cases.payloads import Stream
from websocket_conformance.wire.deflate import Deflater, Way

KEPT_OF_ONE = 128 * 2**20
"""How many octets of a stream are kept. A connection compresses the rest for itself."""

KEPT = 192 * 2**20
"""How many octets of all streams are kept, not counting streams that are being sent."""


def compressed(stream: Stream, way: Way) -> Iterator[bytes]:
    """The payloads of a stream's messages, one after the other, as a connection sends them."""
    beginning = _beginning(stream.source, stream.size, way)
    for index in range(stream.count):
        if not beginning.has(index):
            deflater = beginning.deflater.copy()
            yield from (deflater.compress(stream[rest]) for rest in range(index, stream.count))
            return
        yield beginning.payloads[index]


class _Beginning:
    """The first messages of a stream, for all connections that send it with the same parameters."""

    def __init__(self, source: str, size: int, way: Way) -> None:
        self.payloads: list[bytes] = []
        self.deflater = Deflater(way)
        self.octets = 0
        self._stream = Stream(source, size, 0)

    def has(self, index: int) -> bool:
        """Return whether a message is kept; if there is room, keep the stream's next message."""
        if index == len(self.payloads) and self.octets < KEPT_OF_ONE:
            self.payloads.append(self.deflater.compress(self._stream[index]))
            self.octets += len(self.payloads[-1])
        return index < len(self.payloads)


beginnings: OrderedDict[tuple[str, int, Way], _Beginning] = OrderedDict()
"""The streams that may be needed again, the one that was used last at the end."""


def _beginning(source: str, size: int, way: Way) -> _Beginning:
    key = source, size, way
    found = beginnings.pop(key, None) or _Beginning(source, size, way)
    beginnings[key] = found
    while len(beginnings) > 1 and sum(kept.octets for kept in beginnings.values()) > KEPT:
        beginnings.popitem(last=False)
    return found
