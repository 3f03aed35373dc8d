"""A program that reads slower than a server offers, and says what it took: how much memory.

It is a process of its own, ``python -m support.slow_reader``, with the server (``offering.py``) as
a process below it. It stops reading now and then, until the server says that it cannot send, or
that it has sent all. At the end it prints JSON.
"""

import argparse
import asyncio
import gc
import json
import logging
import resource
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from support.loops import LOOPS
from support.offering import body, message
from whatwg_websockets import WebSocketStream


@dataclass
class Reading:
    """What was read, and what it took.

    Attributes:
        messages: how many were read.
        wrong: how many of them were not what they had to be.
        ahead: how many messages the server had sent at most that were not read yet.
        sent: how many bytes the server had sent when it was held up last.
        grown: how much more memory was resident at most, in bytes.
    """

    messages: int
    wrong: int
    ahead: int
    sent: int
    grown: int


def resident() -> int:
    """Return how much memory the process has resident, in bytes."""
    rss: int = psutil.Process().memory_info().rss
    return rss


def most_resident() -> int:
    """Return how much memory the process ever had resident, in bytes.

    Linux says it in ``/proc``; what ``getrusage`` says includes that of the process before.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [each for each in status.read_text().splitlines() if each.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Server:
    """The server as a process below this one.

    Attributes:
        url: where it is.
        sent: how many bytes it has said to have sent.
        messages: of how many messages.
    """

    def __init__(self, size: int, count: int, *, is_compressed: bool) -> None:
        self._arguments = [f"--size={size}", f"--count={count}"]
        self._arguments += ["--compressed"] * is_compressed
        self._process: asyncio.subprocess.Process
        self.url = ""
        self.sent = 0
        self.messages = -1
        self._has_sent_all = False

    async def __aenter__(self) -> "Server":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "support.offering", *self._arguments,
            stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        self.url = f"ws://127.0.0.1:{await self._line()}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.end()

    async def end(self) -> None:
        """End the server, even if it has not sent everything."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    async def _line(self) -> str:
        stdout = self._process.stdout
        assert stdout is not None
        return (await stdout.readline()).decode().strip()

    async def is_held_up(self, at_least: int) -> None:
        """Wait until the server reports that it cannot send, or that it has sent all.

        Args:
            at_least: what it says before it has sent so many messages is of an earlier time.
        """
        self.messages = -1
        while not self._has_sent_all and self.messages < at_least:
            line = await self._line()
            self._has_sent_all = line == "all"
            if not self._has_sent_all:
                self.sent, self.messages = map(int, line.split())


async def read(size: int, count: int, at_most: int, stop: int, *, is_compressed: bool) -> Reading:
    """Read messages; compare each with what it has to be.

    Args:
        size: the size of a message.
        count: how many messages the server offers.
        at_most: how many of them are read; then the server is ended.
        stop: how often reading stops on the way.
        is_compressed: they are compressed a thousandfold.
    """
    rest = body(size, compressible=is_compressed)
    stops = {at_most} | {count * i // (stop + 1) for i in range(1, stop + 1)}
    number = wrong = ahead = 0
    async with Server(size, count, is_compressed=is_compressed) as server:
        gc.collect()
        before = resident()
        async with WebSocketStream(server.url) as opened:
            async for data in opened.readable:
                wrong += data != message(number, rest)
                number += 1
                del data
                if number in stops:
                    await server.is_held_up(number)
                    ahead = max(ahead, server.messages - number)
                if number == at_most:
                    # The loss of the connection is meant, and the log need not say so.
                    logging.getLogger("whatwg_websockets").setLevel(logging.ERROR)
                    grown = most_resident() - before
                    await server.end()
                    return Reading(number, wrong, ahead, server.sent, grown)
    return Reading(number, wrong, ahead, server.sent, most_resident() - before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True, help="of a message, in bytes")
    parser.add_argument("--count", type=int, required=True, help="of the messages")
    parser.add_argument("--at-most", type=int, help="read so many, and no more")
    parser.add_argument("--stop", type=int, default=8, help="stop reading so often on the way")
    parser.add_argument("--compressed", action="store_true", help="a thousandfold")
    parser.add_argument("--loop", choices=LOOPS, default="asyncio")
    asked = parser.parse_args()
    at_most = asked.count + 1 if asked.at_most is None else asked.at_most
    with asyncio.Runner(loop_factory=LOOPS[asked.loop]) as runner:
        reading = runner.run(
            read(asked.size, asked.count, at_most, asked.stop, is_compressed=asked.compressed)
        )
    print(json.dumps(asdict(reading)))


if __name__ == "__main__":
    main()
