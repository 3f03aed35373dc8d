"""A driver that plays cases of section 1.1, and misbehaves as it is told: MODE URL AGENT [CASE].

It holds a shared lock on $ALIVE for as long as it lives.
"""

import base64
import fcntl
import os
import socket
import subprocess
import sys
import time
from urllib.parse import quote, urlsplit

MODE, URL, AGENT = sys.argv[1:4]
AT = int(sys.argv[4]) if len(sys.argv) > 4 else 0


class Wire:
    """A connection to the judge, good enough for text messages."""

    def __init__(self, path: str) -> None:
        parts = urlsplit(URL)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self.file = self.socket.makefile("rb")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket"]
        lines += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        while self.file.readline() not in (b"\r\n", b""):
            pass

    def read(self) -> tuple[int, bytes]:
        head = self.file.read(2)
        if len(head) < 2:
            return 8, b""
        length = head[1] & 0x7F
        if length > 125:
            length = int.from_bytes(self.file.read(2 if length == 126 else 8))
        return head[0] & 15, self.file.read(length)

    def write(self, opcode: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            size = bytes([128 | length])
        else:
            size = b"\xfe" + length.to_bytes(2) if length < 65536 else b"\xff" + length.to_bytes(8)
        self.socket.sendall(bytes([128 | opcode]) + size + bytes(4) + payload)

    def echo(self) -> None:
        while True:
            opcode, payload = self.read()
            if opcode < 3:
                payload = b"wrong" if MODE == "wrong" else payload
                self.write(opcode, payload)
            elif opcode == 8:
                self.write(8, payload)
                self.file.read()
                return


def forever() -> None:
    while True:
        time.sleep(60)


def play(case: int) -> None:
    if MODE == "hang-before" and case == AT:
        forever()
    wire = Wire(f"/runCase?case={case}&agent={quote(AGENT)}")
    if MODE in ("crash", "child-and-crash") and case == AT:
        print("lost my footing", flush=True)
        os._exit(7)
    if MODE == "hang-in" and case == AT:
        forever()
    if MODE == "flood" and case == AT:
        while True:
            wire.write(1, bytes(65536))
    wire.echo()


def main() -> None:
    os.set_inheritable(3, True)
    if MODE == "never":
        forever()
    if MODE == "leave":
        return
    if MODE == "session":
        subprocess.Popen(["sleep", "1000"], close_fds=False, start_new_session=True)
    if MODE in ("child", "child-and-crash"):
        subprocess.Popen(["sleep", "1000"], close_fds=False)
    if MODE == "talk":
        subprocess.Popen(["yes", "and so on"], close_fds=False)
    count = 1 if MODE == "one" else int(Wire("/getCaseCount").read()[1])
    for case in range(1, count + 1):
        play(case)
    if MODE == "stay":
        forever()
    if MODE == "crash-at-last":
        os._exit(7)


if __name__ == "__main__":
    alive = os.open(os.environ["ALIVE"], os.O_RDWR)
    os.dup2(alive, 3)
    fcntl.flock(3, fcntl.LOCK_SH)
    if MODE.startswith("case"):
        parts = urlsplit(URL)
        Wire(f"{parts.path}?{parts.query}").echo()
        if MODE == "case-and-crash":
            print("a bad end", flush=True)
            os._exit(7)
        if MODE == "case-and-abort":
            os.abort()
        if MODE == "case-and-stay":
            forever()
    else:
        main()
