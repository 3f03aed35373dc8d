"""The echo workload from a client's side, and the window in which it is measured."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass

from benchmarks.machine import cpu_seconds_of, system_seconds_and_faults, waited_seconds_of


class WrongAnswerError(Exception):
    """A message that came back is not the one that was sent."""


@dataclass(frozen=True)
class Reading:
    """All clocks, read at one moment."""

    wall: float
    cpu: float
    system: float
    faults: int
    waited: float | None
    server_cpu: float | None
    server_waited: float | None

    @classmethod
    def now(cls, server_pid: int) -> Reading:
        """Read the clocks of this process and of the server."""
        system, faults = system_seconds_and_faults()
        return cls(
            wall=time.perf_counter(),
            cpu=time.process_time(),
            system=system,
            faults=faults,
            waited=waited_seconds_of(os.getpid()),
            server_cpu=cpu_seconds_of(server_pid),
            server_waited=waited_seconds_of(server_pid),
        )


def shares(start: Reading, end: Reading) -> dict[str, float | None]:
    """Tell which share of the time client and server were busy, or waited for a core."""
    wall = end.wall - start.wall
    return {
        "client_busy": (end.cpu - start.cpu) / wall,
        "client_waited": _share(start.waited, end.waited, wall),
        "server_busy": _share(start.server_cpu, end.server_cpu, wall),
        "server_waited": _share(start.server_waited, end.server_waited, wall),
    }


def sample(count: int, start: Reading, end: Reading) -> dict[str, float | None]:
    """Return the figures of the time between two readings.

    ``cpu_us`` is processor time each, user and system; ``system_us`` is the system's part of it.
    """
    if not count:
        raise WrongAnswerError("nothing came back in the time given")
    return {
        "count": count,
        "rate": count / (end.wall - start.wall),
        "cpu_us": (end.cpu - start.cpu) / count * 1e6,
        "system_us": (end.system - start.system) / count * 1e6,
        "faults": (end.faults - start.faults) / count,
        **shares(start, end),
    }


def _share(start: float | None, end: float | None, wall: float) -> float | None:
    return None if start is None or end is None else (end - start) / wall


class Exchange:
    """Counts the messages that come back, between the end of the warm-up and the end of the time.

    A client calls `begin` once it is open, sends `payload` `in_flight` times, and from then on does
    this for each message it receives::

        if exchange.running and len(data) == exchange.size:
            exchange.count += 1
            send(exchange.payload)
        elif exchange.returned(data):
            stop

    When the time is over, the messages in flight come back to `returned`, which compares them byte
    for byte, and resolves `finished` after the last.
    """

    __slots__ = (
        "_end",
        "_left",
        "_loop",
        "_seconds",
        "_server_pid",
        "_start",
        "_start_count",
        "_warmup",
        "count",
        "finished",
        "in_flight",
        "payload",
        "running",
        "size",
    )

    def __init__(
        self,
        payload: str | bytes,
        in_flight: int,
        *,
        warmup: float,
        seconds: float,
        server_pid: int,
    ) -> None:
        self.payload = payload
        self.size = len(payload)
        self.in_flight = in_flight
        self.count = 0
        self.running = False
        self._loop = asyncio.get_running_loop()
        self.finished: asyncio.Future[None] = self._loop.create_future()
        self._warmup = warmup
        self._seconds = seconds
        self._server_pid = server_pid
        self._left = in_flight

    def begin(self) -> None:
        """Begin the warm-up."""
        self.running = True
        self._loop.call_later(self._warmup, self._open_window)

    def _open_window(self) -> None:
        self._start_count = self.count
        self._start = Reading.now(self._server_pid)
        self._loop.call_later(self._seconds, self._close_window)

    def _close_window(self) -> None:
        self._end = Reading.now(self._server_pid)
        self.running = False

    def returned(self, data: str | bytes | bytearray | memoryview) -> bool:
        """Take a message of another length, or after the time; return True after the last one."""
        if self.running or data != self.payload:
            self.fail(f"{self.size} bytes were sent and something else came back: {len(data)}")
            return True
        self._left -= 1
        if not self._left and not self.finished.done():
            self.finished.set_result(None)
        return not self._left

    def over(self, data: str | bytes | bytearray | memoryview) -> None:
        """Take a message of another length, or the first after the time, without having sent one.

        A client that only receives calls it, where an echo calls `returned`.
        """
        if self.running or data != self.payload:
            self.fail(f"{self.size} bytes were expected and something else came: {len(data)}")
        elif not self.finished.done():
            self.finished.set_result(None)

    def fail(self, why: str) -> None:
        """End the measurement without a result, unless it is already over."""
        self.running = False
        if not self.finished.done():
            self.finished.set_exception(WrongAnswerError(why))

    def result(self) -> dict[str, float | None]:
        """Return the figures; only after `finished`."""
        self.finished.result()
        return sample(self.count - self._start_count, self._start, self._end)
