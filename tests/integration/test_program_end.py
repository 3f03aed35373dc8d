"""A program ends with sockets open: no warning, no traceback, exit code 0.

Each program runs in an interpreter of its own, with all of Python's checks on, and with warnings
as errors. The server is in the same program, but made of plain sockets that it closes itself.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("unmeasured")]

PROGRAM = """
import asyncio
import sys

sys.path.insert(0, {tests!r})
from support.page import Recorder, turns, until
from support.server import Server
from support.tls import TlsPeer, client_context, server_context
from whatwg_websockets import EnvironmentSettings, WebSocket

kept = []
loops = []
settings = EnvironmentSettings(tls=client_context())


def new_event_loop():
    if {kind!r} == "uvloop":
        import uvloop

        loop = uvloop.new_event_loop()
    else:
        loop = asyncio.new_event_loop()
    loop.slow_callback_duration = 60  # the program is not responsible for a busy machine
    return loop


async def main(state):
    server = Server(receive_buffer=4096)
    kept.append(server.listener)
    url = server.url.replace("ws:", {scheme!r} + ":")
    socket = WebSocket(url, settings=settings)
    kept.append(socket)
    socket.onclose = lambda event: asyncio.ensure_future(reconnect(url))
    if state == "constructed":
        return
    peer = await server.accept()
    kept.append(peer)
    if {scheme!r} == "wss":
        peer = TlsPeer(peer, server_context("127.0.0.1"))
        await peer.start_tls()
    await peer.read_request()
    if state == "connecting":
        return
    if state == "given up":
        socket.onclose = None
        socket.close()
        return
    await peer.send(peer.response())
    await until(lambda: socket.readyState == WebSocket.OPEN)
    if state == "sent":
        socket.send("x")
    elif state == "stalled":
        socket.send(bytes(4_000_000))
        await turns()
    elif state == "closing":
        socket.close()
    elif state == "closed by the server":
        await peer.send_close()
        await until(lambda: socket.readyState == WebSocket.CLOSING)
    elif state == "failed":
        socket.onclose = None
        await peer.send(bytes((255, 255)))
        await until(lambda: socket.readyState == WebSocket.CLOSED)


async def reconnect(url):
    while True:
        WebSocket(url, settings=settings)
        await asyncio.sleep(3600)


def drop():
    for each in kept:
        if not isinstance(each, WebSocket):
            each.close()
    kept.clear()


{end}
drop()
"""

BLOCKED = "WebSocket connection to ws://127.0.0.1:1/ ended: port 1 is blocked\n"

STATES = [
    "constructed",
    "connecting",
    "given up",
    "open",
    "sent",
    "stalled",
    "closing",
    "closed by the server",
    "failed",
]

ENDS = {
    "asyncio.run": """
with asyncio.Runner(loop_factory=new_event_loop) as runner:
    runner.run(main({state!r}))
""",
    "loop.close": """
loop = new_event_loop()
loop.run_until_complete(main({state!r}))
loop.close()
drop()
""",
    "shutdown_asyncgens": """
loop = new_event_loop()
loop.run_until_complete(main({state!r}))
loop.run_until_complete(loop.shutdown_asyncgens())
loop.close()
""",
    "nothing": """
loops.append(new_event_loop())
loops[-1].run_until_complete(main({state!r}))
""",
}


def run_program(source):
    """Run a program, and return what it wrote to stderr and its exit code."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stderr, done.returncode


@pytest.mark.parametrize("scheme", ["ws", "wss"])
@pytest.mark.parametrize("kind", ["asyncio", "uvloop"])
@pytest.mark.parametrize("end", ENDS)
def test_a_program_ends_in_silence(scheme, kind, end):
    """In each state of a connection; one process runs them all, one loop each.

    What is said is what the log says of the connection that failed before.
    """
    ends = "\n".join(ENDS[end].format(state=state) for state in STATES)
    tests = str(Path(__file__).parents[1])
    said, code = run_program(PROGRAM.format(tests=tests, scheme=scheme, kind=kind, end=ends))
    assert re.fullmatch(r"WebSocket connection to \S+ ended: RSV2 or RSV3 is set\n", said)
    assert code == 0


def test_a_loop_that_is_closed_within_another():
    """It cannot be run to its end then; it is closed as ever."""
    source = """
import asyncio
from whatwg_websockets import WebSocket

async def construct():
    asyncio.get_running_loop().slow_callback_duration = 60
    return WebSocket("ws://127.0.0.1:1/")

async def main():
    asyncio.get_running_loop().slow_callback_duration = 60
    other.close()
    assert other.is_closed()

other = asyncio.new_event_loop()
socket = other.run_until_complete(construct())
asyncio.run(main())
"""
    assert run_program(source) == (BLOCKED, 0)


def test_an_exception_that_ends_the_program_is_all_that_is_seen():
    source = """
import asyncio
from whatwg_websockets import WebSocket

async def main():
    asyncio.get_running_loop().slow_callback_duration = 60
    WebSocket("ws://127.0.0.1:1/").onerror = print
    await asyncio.sleep(0)
    raise SystemExit(3)

asyncio.run(main())
"""
    assert run_program(source) == (BLOCKED, 3)
