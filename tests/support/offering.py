"""A server that offers one client a great many bytes, as fast as they can be sent.

It is a process of its own, ``python -m support.offering``: what it holds in memory does not count
for the client, and the client cannot hold it up but by TCP. On its standard output it says the
port; then, each time that it is held up for a while, how many bytes it has sent of how many
messages; and the same once more when it has sent all, before a line that says so.
"""

import argparse
import base64
import hashlib
import random
import select
import socket
import time
import zlib
from collections.abc import Callable

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

# The server is held up where it waits for nearly all of so many seconds, and sends no more than so
# many bytes in them: the kernels let some through long after the client has stopped reading.
A_WHILE = 0.1
NEARLY_ALL = 0.09
A_LITTLE = 2**20

# What the kernel holds for the server at most; it doubles this.
SEND_BUFFER = 65_536


def body(size: int, *, compressible: bool) -> bytes:
    """Return what each message has behind its number."""
    return bytes(size - 8) if compressible else random.Random(size).randbytes(size - 8)


def message(number: int, body: bytes) -> bytes:
    """Return a message that has its number in its first eight bytes."""
    return number.to_bytes(8, "big") + body


def header(opcode: int, length: int) -> bytes:
    if length < 126:
        return bytes((opcode, length))
    if length < 65_536:
        return bytes((opcode, 126)) + length.to_bytes(2, "big")
    return bytes((opcode, 127)) + length.to_bytes(8, "big")


def frames_of(size: int, *, is_compressed: bool) -> Callable[[int], bytes]:
    """Return what makes the frame of the message with a number."""
    if not is_compressed:
        plain = body(size, compressible=False)
        return lambda number: header(0x82, size) + message(number, plain)
    # The body is compressed once; it refers to nothing before it.
    deflating = zlib.compressobj(9, wbits=-15)
    packed = deflating.compress(body(size, compressible=True))
    packed += deflating.flush(zlib.Z_SYNC_FLUSH)[:-4]

    def frame(number: int) -> bytes:
        numbering = zlib.compressobj(9, wbits=-15)
        payload = numbering.compress(number.to_bytes(8, "big"))
        payload += numbering.flush(zlib.Z_FULL_FLUSH) + packed
        return header(0xC2, len(payload)) + payload

    return frame


def accept(sock: socket.socket, extensions: bytes) -> None:
    received = b""
    while b"\r\n\r\n" not in received:
        received += sock.recv(65_536)
    key = received.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
    value = base64.b64encode(hashlib.sha1(key + GUID).digest())
    lines = [
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + value,
        *([b"Sec-WebSocket-Extensions: " + extensions] if extensions else []),
        b"\r\n",
    ]
    sock.sendall(b"\r\n".join(lines))


def offer(sock: socket.socket, frame: Callable[[int], bytes], count: int) -> None:
    """Send so many messages, and then a Close frame; wait for that of the client."""
    sock.setblocking(False)
    sent = sent_before = 0
    since, waited = time.monotonic(), 0.0
    for number in range(count):
        left = memoryview(frame(number))
        while left:
            waiting_since = time.monotonic()
            is_writable = select.select([], [sock], [], A_WHILE)[1]
            waited += (now := time.monotonic()) - waiting_since
            if is_writable:
                done = sock.send(left)
                sent += done
                left = left[done:]
            if now >= since + A_WHILE:
                if waited > NEARLY_ALL and sent - sent_before < A_LITTLE:
                    print(sent, number, flush=True)
                since, waited, sent_before = now, 0.0, sent
    print(sent, count, flush=True)
    print("all", flush=True)
    sock.setblocking(True)
    sock.sendall(header(0x88, 2) + (1000).to_bytes(2, "big"))
    sock.recv(65_536)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True, help="of a message, in bytes")
    parser.add_argument("--count", type=int, required=True, help="of the messages")
    parser.add_argument("--compressed", action="store_true", help="a thousandfold")
    arguments = parser.parse_args()
    frame = frames_of(arguments.size, is_compressed=arguments.compressed)
    extensions = b"permessage-deflate; server_no_context_takeover" if arguments.compressed else b""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        print(listener.getsockname()[1], flush=True)
        sock, _ = listener.accept()
    with sock:
        accept(sock, extensions)
        offer(sock, frame, arguments.count)


if __name__ == "__main__":
    main()
