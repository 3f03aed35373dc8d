"""A server that does what a server should not; see `MODES`. It takes a mode and a port."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

from websockets.asyncio.server import serve

MODES = (
    "good",
    "ends",
    "ends-late",
    "is-killed",
    "hangs",
    "never-answers-128",
    "one-at-a-time",
    "never-listens",
    "ends-at-once",
)
FATAL = 128
"""How long the message is at which some end or hang."""

HOST = "127.0.0.1"


def react(mode: str, length: int) -> None:
    if length != FATAL:
        return
    if mode == "ends":
        print("a message of 128 is too much", flush=True)
        os._exit(7)
    if mode == "is-killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == "hangs":
        signal.pause()


def begin() -> None:
    """Say which process this is, to whoever reads from the pipe ``BEGUN``."""
    Path(os.environ["BEGUN"]).write_text(str(os.getpid()))


async def listen(mode: str, port: int) -> None:
    releasing: set[asyncio.Future[None]] = set()
    line = asyncio.Lock() if mode == "one-at-a-time" else None

    async def echo(connection) -> None:
        async for message in connection:
            react(mode, len(message))
            if mode == "never-answers-128" and len(message) == FATAL:
                begin()
                await connection.wait_closed()
                return
            await connection.send(message)
            if mode == "ends-late" and len(message) == FATAL:
                await connection.close()
                react("ends", FATAL)

    async def process_request(connection, request) -> None:
        if mode == "ends-at-once":
            os._exit(9)
        if line is not None:
            await line.acquire()
            releasing.add(asyncio.ensure_future(release(connection)))

    async def release(connection) -> None:
        await connection.wait_closed()
        line.release()

    async with serve(echo, HOST, port, max_size=None, process_request=process_request):
        if mode == "good":
            print("listening", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    mode, port = sys.argv[1], int(sys.argv[2])
    assert mode in MODES, mode
    if mode == "never-listens":
        with socket.socket():
            sys.exit("I do not like the port")
    asyncio.run(listen(mode, port))


if __name__ == "__main__":
    main()
