import zlib
from collections.abc import Callable

import pytest

from agreement.connection import HandshakeError, read_answer, read_deflate
from agreement.strict import Deflate, Strict, mask, parse_header

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 1, 2, 0, 8, 9, 10
NORMAL = b"\x03\xe8"


class Line:
    """A connection that keeps what is sent."""

    def __init__(self) -> None:
        self.sent = bytearray()
        self.ended = False
        self.timers: list[Callable[[], None]] = []

    def write(self, data: bytes) -> None:
        self.sent += data

    def end(self) -> None:
        self.ended = True

    def reset(self) -> None:
        self.ended = True

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        self.timers.append(act)

    def frames(self) -> list[tuple[int, bytes]]:
        """What was sent, unmasked: opcode and payload of each frame."""
        data, found = bytearray(self.sent), []
        while data:
            parsed = parse_header(data)
            assert parsed is not None
            frame, size = parsed
            assert frame.masked
            key = bytes(data[size : size + 4])
            payload = bytes(data[size + 4 : size + 4 + frame.length])
            del data[: size + 4 + frame.length]
            found.append((frame.opcode, mask(payload, key)))
        return found


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    size = len(payload)
    if size < 126:
        length = bytes([size])
    else:
        length = b"\x7e" + size.to_bytes(2) if size < 0x10000 else b"\x7f" + size.to_bytes(8)
    return bytes([fin << 7 | rsv << 4 | opcode]) + length + payload


def answers(*data: bytes, deflate: Deflate | None = None) -> list[tuple[int, bytes]]:
    line = Line()
    client = Strict(line, deflate)
    for piece in data:
        client.feed(piece)
    return line.frames()


def failed(code: int) -> list[tuple[int, bytes]]:
    return [(CLOSE, code.to_bytes(2))]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_comes_back(opcode: int, size: int) -> None:
    assert answers(frame(opcode, b"x" * size)) == [(opcode, b"x" * size)]


def test_a_message_may_come_in_parts_and_byte_by_byte() -> None:
    data = frame(TEXT, b"a\xc3", fin=False) + frame(PING, b"p") + frame(CONTINUATION, b"\xa4")
    pieces = [bytes([byte]) for byte in data]
    assert answers(*pieces) == [(PONG, b"p"), (TEXT, "aä".encode())]


@pytest.mark.parametrize(
    "bad",
    [
        frame(3),
        frame(11),
        frame(TEXT, b"x", rsv=4),
        frame(PING, rsv=1),
        frame(PING, fin=False),
        frame(PING, b"x" * 126),
        frame(CONTINUATION, b"x"),
        frame(TEXT, b"x", fin=False) + frame(TEXT, b"y"),
        b"\x81\x7e\x00\x01x",
        b"\x81\x81\x00\x00\x00\x00x",
        frame(CLOSE, b"x"),
        frame(CLOSE, b"\x03\xed"),
        frame(CLOSE, b"\x13\x88"),
    ],
)
def test_a_broken_rule_of_the_protocol_ends_it_with_1002(bad: bytes) -> None:
    assert answers(bad + frame(PING)) == failed(1002)


@pytest.mark.parametrize("bad", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
def test_a_text_that_is_not_utf8_ends_it_with_1007(bad: bytes) -> None:
    assert answers(frame(TEXT, bad)) == failed(1007)
    assert answers(frame(CLOSE, NORMAL + bad)) == failed(1007)
    assert answers(frame(BINARY, bad)) == [(BINARY, bad)]


@pytest.mark.parametrize("beginning", [b"\xed\xa0", b"\xf4\x90", b"\xc0", b"a\xff"])
def test_a_text_is_refused_at_its_first_bad_byte(beginning: bytes) -> None:
    assert answers(frame(TEXT, beginning + b"x" * 20)[: 2 + len(beginning)]) == failed(1007)


@pytest.mark.parametrize("payload", [b"", NORMAL, NORMAL + b"bye", b"\x0f\xa0"])
def test_a_close_is_answered_with_its_code_and_nothing_after_it(payload: bytes) -> None:
    line = Line()
    client = Strict(line)
    client.feed(frame(CLOSE, payload) + frame(TEXT, b"late"))
    assert line.frames() == [(CLOSE, payload[:2])]
    assert not line.ended
    client.on_end()
    assert line.ended


def test_it_does_not_wait_for_ever_for_the_end_of_tcp() -> None:
    line = Line()
    Strict(line).feed(frame(CLOSE))
    line.timers[0]()
    assert line.ended


def test_messages_are_compressed_with_one_window_for_all() -> None:
    packer, unpacker = zlib.compressobj(wbits=-15), zlib.decompressobj(-15)

    def pack(text: bytes) -> bytes:
        return (packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]

    texts = [b"the same words", b"the same words"]
    data = b"".join(frame(TEXT, pack(text), rsv=4) for text in texts)
    sent = answers(data, deflate=Deflate())
    assert [unpacker.decompress(payload + b"\0\0\xff\xff") for _, payload in sent] == texts
    assert len(sent[1][1]) < len(sent[0][1])


def test_without_takeover_each_message_stands_alone() -> None:
    packed = zlib.compress(b"the same words", wbits=-15)[:-1] + b"\0"
    data = frame(BINARY, packed, rsv=4) * 2
    sent = answers(data, deflate=Deflate(server_takeover=False, client_takeover=False))
    assert len(sent) == 2
    assert sent[0] == sent[1]


def test_what_cannot_be_unpacked_ends_it() -> None:
    assert answers(frame(TEXT, b"\xff\xff", rsv=4), deflate=Deflate()) == failed(1007)


def test_the_answer_to_the_handshake_says_what_was_agreed_on() -> None:
    head = (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n{}\r\n"
    )
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    extension = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9\r\n"
    assert read_answer(head.format(""), key) is None
    assert read_answer(head.format(extension), key) == Deflate(client_bits=9)
    with pytest.raises(HandshakeError):
        read_answer(head.format(""), "other")


def test_parameters_of_compression() -> None:
    value = 'permessage-deflate; server_no_context_takeover; server_max_window_bits="10"'
    assert read_deflate(value) == Deflate(server_takeover=False, server_bits=10)
    assert not read_deflate("permessage-deflate; client_no_context_takeover").client_takeover
    with pytest.raises(HandshakeError):
        read_deflate("permessage-bzip2")
