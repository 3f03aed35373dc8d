"""A server that does at random what a server may do, and keeps account of it.

It runs in threads of its own, one for each connection, and shares no code with what it tests. What
it does with connection 7 is drawn from the seed and the 7, which is the path that the page asks
for. Everything that it says goes through one buffer, which is written in random pieces.
"""

import contextlib
import random
import select
import socket
import ssl
import struct
import threading
import time
import zlib
from typing import Any, Final

from support import frames
from support.frames import BINARY, CLOSE, CONTINUATION, PONG, TEXT
from support.random_messages import IN_ALL, Account, fingerprint, random_message
from support.server import accept_value
from support.server_wires import Gone, Plain, Tls

# How long anybody may keep the server waiting before that is a fault, in seconds.
PATIENCE: Final = 60.0

# What is not written yet is filled up to this many bytes.
AHEAD: Final = 2**18

RSV1: Final = 4
TAIL: Final = b"\x00\x00\xff\xff"


class Conversation:
    """One connection, from the opening handshake to its end."""

    def __init__(self, sock: socket.socket, tls: ssl.SSLContext | None, server: "RandomServer"):
        self.sock = sock
        self._tls = tls
        self._server = server
        self.account = Account()
        self._received = bytearray()
        self._outgoing = bytearray()
        self._client_has_ended = False
        self._deaf_until = self._silent_until = 0.0

    # The whole of it.

    def run(self) -> None:
        sock = self.sock
        try:
            sock.settimeout(PATIENCE)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._wire: Plain | Tls = Plain(sock) if self._tls is None else Tls(sock, self._tls)
            if self._shake_hands():
                self._talk()
        except (Gone, ConnectionError, BrokenPipeError, ssl.SSLError):
            pass
        except TimeoutError:
            self.account.faults.append("the client kept the server waiting in a handshake")
        finally:
            sock.close()

    def _shake_hands(self) -> bool:
        while b"\r\n\r\n" not in self._received:
            data = self.sock.recv(65_536)
            if not data:
                raise Gone
            self._received += self._wire.decode(data)
        head, _, rest = bytes(self._received).partition(b"\r\n\r\n")
        self._received = bytearray(rest)
        request = head.decode()
        index = request.split(" ")[1].lstrip("/")
        self._server.accounts[index] = self.account
        self.rng = rng = random.Random(f"{self._server.seed}, server, {index}")
        self._plan(rng)
        if rng.random() < 0.05:
            self.account.ending = "refused"
            answer = rng.choice((b"HTTP/1.1 404 Not Found\r\n\r\n", b"nonsense\r\n\r\n", b""))
            self.sock.sendall(self._wire.encode(answer) if answer else b"")
            return False
        key = request.split("Sec-WebSocket-Key: ")[1].split("\r\n")[0]
        lines = [
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Accept: {accept_value(key)}",
        ]
        if self.account.extensions:
            lines.append(f"Sec-WebSocket-Extensions: {self.account.extensions}")
        self._outgoing += "\r\n".join([*lines, "", ""]).encode()
        return True

    def _plan(self, rng: random.Random) -> None:
        """Draw what kind of server this is to be."""
        self._acts_left = rng.choice((0, 3, 10, 30, 60))
        self._bytes_left = IN_ALL
        self._ending = rng.choices(
            ("close", "end of TCP", "end of TLS", "half a frame", "broken rule", "reset", "wait"),
            (6, 1.5, 1, 1, 1, 1.5, 8),
        )[0]
        if self._ending == "end of TLS" and self._tls is None:
            self._ending = "close"
        self._answers = rng.random() < 0.3
        self._pieces = rng.choice((1, 1, 3, 200))
        self._waits_for_pongs = rng.random() < 0.5
        self._compresses = rng.random() < 0.6
        if self._compresses:
            own, clients = rng.choice((8, 9, 11, 15)), rng.choice((8, 9, 11, 15))
            parameters = {
                "server_no_context_takeover": rng.random() < 0.3,
                "client_no_context_takeover": rng.random() < 0.3,
                f"server_max_window_bits={own}": own < 15,
                f"client_max_window_bits={clients}": clients < 15,
            }
            named = [name for name, is_used in parameters.items() if is_used]
            self.account.extensions = "; ".join(["permessage-deflate", *named])
            self._forgets = parameters["server_no_context_takeover"]
            self._client_forgets = parameters["client_no_context_takeover"]
            self._own_bits, self._client_bits = own, clients
            self._compressor = self._new_compressor()
            self._decompressor = zlib.decompressobj(wbits=-clients)

    def _new_compressor(self) -> Any:
        if self._own_bits == 8:  # zlib has none; without repetitions any window does.
            return zlib.compressobj(wbits=-9, strategy=zlib.Z_HUFFMAN_ONLY)
        return zlib.compressobj(1, wbits=-self._own_bits)

    def _talk(self) -> None:
        self.sock.setblocking(False)
        last_progress = time.monotonic()
        written = bytearray()
        while True:
            now = time.monotonic()
            has_left = not (self._outgoing or written)
            if has_left and self._end_if_due(now):
                return
            if (
                len(self._outgoing) < AHEAD and now >= self._silent_until
                and self.account.ending is None and self.account.close_got is None
            ):  # fmt: skip
                self._act(now)
            reads = [self.sock] if now >= self._deaf_until and not self._client_has_ended else []
            writes = [self.sock] if self._outgoing or written else []
            readable, writable, _ = select.select(reads, writes, [], 0.003)
            if writable:
                last_progress = now
                self._write(written)
            if readable:
                last_progress = now
                self._read()
            if now - last_progress > PATIENCE:
                self.account.faults.append(
                    f"nothing came for {PATIENCE} s; ending {self.account.ending}, "
                    f"Close received {self.account.close_got!r}, client ended "
                    f"{self._client_has_ended}, unwritten {len(self._outgoing)}"
                )
                raise Gone
            if self._client_has_ended:
                if self.account.close_got is not None and self.account.ending is None:
                    self.account.faults.append("the client did not wait for the server's Close")
                return

    # Writing.

    def _write(self, written: bytearray) -> None:
        """Write a piece; ``written`` is what TLS has made of it and TCP did not take."""
        if not written:
            size = max(1, len(self._outgoing) // self._pieces)
            piece = bytes(self._outgoing[: self.rng.randint(1, size) if self._pieces > 1 else size])
            del self._outgoing[: len(piece)]
            written += self._wire.encode(piece)
        with contextlib.suppress(BlockingIOError):
            del written[: self.sock.send(written)]

    def _act(self, now: float) -> None:
        """Do the next thing at random, or begin to end."""
        if self._acts_left <= 0:
            return
        self._acts_left -= 1
        rng = self.rng
        act = rng.choices(
            ("message", "burst", "flood", "ping", "be silent", "be deaf"), (10, 4, 1, 3, 3, 1)
        )[0]
        if act == "message":
            self._say(random_message(rng, len(self.account.sent), self._bytes_left))
        elif act == "burst":
            for _ in range(rng.randint(2, 40)):
                self._say(random_message(rng, len(self.account.sent), min(200, self._bytes_left)))
        elif act == "flood":
            for _ in range(rng.choice((100, 1_000, 6_000))):
                self._say(str(len(self.account.sent)) if rng.random() < 0.5 else "")
        elif act == "ping":
            self._ping()
        elif act == "be silent":
            self._silent_until = now + rng.choice((0.0, 0.001, 0.02, 0.1))
        elif act == "be deaf":
            self._deaf_until = now + rng.choice((0.005, 0.05, 0.3))

    def _say(self, data: str | bytes) -> None:
        """Send a message: compressed or not, in fragments or not, with Pings between them."""
        rng = self.rng
        payload = data.encode() if isinstance(data, str) else data
        self._bytes_left = max(0, self._bytes_left - len(payload))
        self.account.sent.append(fingerprint(data))
        opcode, rsv = TEXT if isinstance(data, str) else BINARY, 0
        if self._compresses and rng.random() < 0.8:
            payload, rsv = self._compress(payload), RSV1
        fragments = rng.choice((1, 1, 1, 1, 2, 5)) if payload or rng.random() < 0.1 else 1
        cuts = sorted(rng.randint(0, len(payload)) for _ in range(fragments - 1))
        bounds = [0, *cuts, len(payload)]
        for i in range(fragments):
            piece, is_last = payload[bounds[i] : bounds[i + 1]], i == fragments - 1
            self._outgoing += frames.frame(opcode, piece, fin=is_last, rsv=rsv)
            opcode, rsv = CONTINUATION, 0
            if not is_last and rng.random() < 0.3:
                self._ping()

    def _compress(self, payload: bytes) -> bytes:
        if self._forgets or self.rng.random() < 0.05:
            self._compressor = self._new_compressor()
        compressed = self._compressor.compress(payload)
        compressed += self._compressor.flush(zlib.Z_SYNC_FLUSH)
        return compressed[: -len(TAIL)] if compressed.endswith(TAIL) else b"\x00"

    def _ping(self) -> None:
        payload = b"%d" % len(self.account.pings) + self.rng.randbytes(self.rng.choice((0, 9, 99)))
        self.account.pings.append(payload)
        self._outgoing += frames.ping(payload)

    # Ending.

    def _end_if_due(self, now: float) -> bool:
        """End the connection if that is due; everything has been written. Tell if it is over."""
        account = self.account
        if account.ending is not None:
            return False
        if self._waits_for_pongs and account.pings[-1:] != account.pongs[-1:]:
            return False
        if account.close_got is not None:
            self._end(self.rng.choices(("close", "end of TCP", "reset"), (9, 1, 1))[0])
        elif self._acts_left <= 0 and now >= self._silent_until and self._ending != "wait":
            self._end(self._ending)
        return account.ending == "reset"

    def _end(self, ending: str) -> None:
        account, rng = self.account, self.rng
        account.ending = ending
        if ending == "close":
            code = rng.choice((None, 1000, 1001, 3000, 4999))
            reason = "" if code is None else rng.choice(("", "bye", "ü" * 61))
            account.close_sent = code, reason
            self._outgoing += frames.close(code, reason)
            if rng.random() < 0.3:
                self._outgoing += frames.text("behind the Close frame")
        elif ending == "half a frame":
            self._outgoing += frames.frame(BINARY, b"x" * rng.choice((9, 999, 99_999)))[:-1]
        elif ending == "broken rule":
            self._outgoing += rng.choice((b"\xff\xff", frames.frame(TEXT, b"\xff"), b"\x83\x00"))
        elif ending == "reset":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        with contextlib.suppress(OSError):
            self._let_out(self._wire.encode(bytes(self._outgoing)) if self._outgoing else b"")
            self._outgoing.clear()
            if ending == "end of TLS" or (ending == "close" and rng.random() < 0.3):
                account.ends_tls = self._tls is not None
                self._let_out(self._wire.end())
            is_over = account.close_got is not None and rng.random() < 0.8
            is_hasty = ending == "close" and rng.random() < 0.3
            if is_over or is_hasty or ending in ("end of TCP", "half a frame"):
                account.ends_tls = self._tls is not None
                self.sock.shutdown(socket.SHUT_WR)

    def _let_out(self, data: bytes) -> None:
        """Write the last words; what the client writes meanwhile is read, or both would wait."""
        rest = bytearray(data)
        began = time.monotonic()
        while rest and time.monotonic() - began < PATIENCE:
            readable, writable, _ = select.select([self.sock], [self.sock], [], 1)
            if readable and not self._client_has_ended:
                self._read()
            if writable:
                with contextlib.suppress(BlockingIOError):
                    del rest[: self.sock.send(rest)]

    # Reading.

    def _read(self) -> None:
        try:
            data = self.sock.recv(self.rng.choice((100, 65_536, 2**20)))
        except BlockingIOError:
            return
        if not data:
            self._client_has_ended = True
            return
        self._received += self._wire.decode(data)
        while (bounds := frames.header_of(self._received)) and len(self._received) >= bounds[1]:
            read = frames.read_frame(bytes(self._received[: bounds[1]]))
            assert read is not None
            del self._received[: read[1]]
            self._take(read[0])

    def _take(self, each: frames.Frame) -> None:
        account = self.account
        if each.opcode == PONG:
            account.pongs.append(each.payload)
        elif account.close_got is not None:
            account.faults.append(f"opcode {each.opcode} behind the client's Close frame")
        elif each.opcode == CLOSE:
            account.close_got = each.payload
        elif each.opcode in (TEXT, BINARY, CONTINUATION):
            self._take_data(each)
        else:
            account.faults.append(f"the client sent opcode {each.opcode}")

    def _take_data(self, each: frames.Frame) -> None:
        payload = each.payload
        if each.rsv:
            if self._client_forgets:
                self._decompressor = zlib.decompressobj(wbits=-self._client_bits)
            payload = self._decompressor.decompress(payload + TAIL)
        if not each.fin or each.opcode == CONTINUATION:
            self.account.faults.append("the client sent a fragment")
        data = payload.decode() if each.opcode == TEXT else payload
        self.account.got.append(fingerprint(data))
        account = self.account
        if self._answers and account.ending is None and len(payload) <= self._bytes_left:
            self._say(data)


class RandomServer:
    """A listening socket, and a conversation for each connection. ``with RandomServer(1) as s:``.

    Attributes:
        accounts: the account of each connection by the path that was asked for.
        url: where it listens, without a path.
    """

    def __init__(self, seed: object, tls: ssl.SSLContext | None = None) -> None:
        self.seed = seed
        self.accounts: dict[str, Account] = {}
        self._tls = tls
        self._threads: list[threading.Thread] = []
        self.crashes: list[BaseException] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        port = self._listener.getsockname()[1]
        self.url = f"{'ws' if tls is None else 'wss'}://127.0.0.1:{port}/"

    def _accept(self) -> None:
        while True:
            try:
                sock = self._listener.accept()[0]
            except OSError:
                return
            self._start(self._converse, sock)

    def _converse(self, sock: socket.socket) -> None:
        try:
            Conversation(sock, self._tls, self).run()
        except BaseException as crash:
            self.crashes.append(crash)

    def _start(self, target: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def __enter__(self) -> "RandomServer":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(2 * PATIENCE)
