"""Name resolution by the system, which does not delay the end of the program.

The system's ``getaddrinfo`` blocks a thread for an unlimited time, and cannot be cancelled. asyncio
calls it in its default executor, and uvloop in a thread of libuv. Both wait for that thread when
the program ends, possibly for minutes. This module calls it in daemon threads, for which the end of
a program does not wait.

If the program has given the loop its own ``getaddrinfo`` (a method of a subclass, or an attribute
of the loop), that is called instead, since it may know other names than the system.
"""

import asyncio
import os
import socket
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from whatwg_websockets.network.cause import Cause, timed_out, why_a_name_has_no_address
from whatwg_websockets.network.target import Target

MOST_THREADS = 64
"""The number of names that are resolved at a time in each family. Other names wait, in order."""

LINGERS_FOR = 10.0
"""Seconds for which a thread waits for the next name. Waking it is faster than starting another."""

Found = Sequence[tuple[int, int, int, str, Any]]
"""The type of the result of ``socket.getaddrinfo``."""


async def getaddrinfo(host: str, port: int, family: socket.AddressFamily) -> Found:
    """Return the addresses of a name, for TCP, in the order in which the system prefers them.

    The resolution has no limit of time. The caller may cancel it.

    Args:
        host: the name.
        port: the port of each address.
        family: ``socket.AF_INET`` or ``socket.AF_INET6``. A resolver of the program's own may
            return addresses of another family.

    Raises:
        OSError: the name has no address, or could not be resolved; mostly a ``socket.gaierror``.
        UnicodeError: DNS cannot have such a name.
    """
    loop = asyncio.get_running_loop()
    # § rfc8305-3.1-1 to -3. n/a: the system's resolver chooses and queries the DNS servers.
    if _blocks_the_end(loop):
        return await _in_a_daemon_thread(loop, host, port, family)
    return await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)


Answer = list[Target] | Cause
"""The result of a query for the addresses of one family: addresses, or the cause of a failure."""


async def addresses_of(family: socket.AddressFamily, host: str, port: int, limit: float) -> Answer:
    """Return the addresses of one family, or the cause why the name has none.

    Args:
        family: the address family.
        host: the name.
        port: the port of each address.
        limit: the number of seconds that the system may take.
    """
    try:
        async with asyncio.timeout(limit):
            found = await getaddrinfo(host, port, family)
    except TimeoutError:
        return timed_out("resolving", "resolving the name", limit).cause
    except (OSError, UnicodeError) as error:
        return why_a_name_has_no_address(error)
    # A resolver of the program's own may return addresses of another family.
    targets = [Target(family, address) for each, _, _, _, address in found if each == family]
    return targets or Cause("the name has no address", "name not found", "resolving")


def _blocks_the_end(loop: asyncio.AbstractEventLoop) -> bool:
    """Return whether the loop's resolver is that of asyncio or uvloop."""
    if "getaddrinfo" in getattr(loop, "__dict__", ()):
        return False
    owner = next(each for each in type(loop).__mro__ if "getaddrinfo" in vars(each))
    return owner.__module__.partition(".")[0] in ("asyncio", "uvloop")


async def _in_a_daemon_thread(
    loop: asyncio.AbstractEventLoop, host: str, port: int, family: socket.AddressFamily
) -> Found:
    answer: asyncio.Future[Found] = loop.create_future()

    def tell(found: Found | None, error: Exception | None) -> None:
        if answer.done():
            return  # The wait was cancelled.
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(found or [])

    def ask() -> None:
        if answer.done():
            return
        found, failure = None, None
        try:
            found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        except Exception as error:
            failure = error
        with suppress(RuntimeError):  # The loop was closed meanwhile.
            loop.call_soon_threadsafe(tell, found, failure)

    THREADS[family].run(ask)
    return await answer


class DaemonThreads:
    """A pool of daemon threads, each of which ends when it has had no job for a while.

    Attributes:
        changed: the condition that is held while a thread begins, ends or takes a job, and that is
            notified of jobs.
        count: the number of threads.
        waiting: the number of threads without a job.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin without threads, as in a forked child."""
        self.changed = threading.Condition(threading.Lock())
        self._jobs: deque[Callable[[], None]] = deque()
        self.count = 0
        self.waiting = 0

    def run(self, job: Callable[[], None]) -> None:
        """Run a job in a waiting or new thread, or in the first one that becomes free."""
        with self.changed:
            self._jobs.append(job)
            if len(self._jobs) <= self.waiting:
                self.changed.notify()
                return
            if self.count >= MOST_THREADS:
                return
            self.count += 1
        threading.Thread(target=self._work, name="WebSocket name resolution", daemon=True).start()

    def _work(self) -> None:
        job = self._next_job()
        while job is not None:
            job()
            # The job keeps a future and its loop alive, and the next job may take a while to come.
            job = None
            job = self._next_job()

    def _next_job(self) -> Callable[[], None] | None:
        """Wait for a job, and return it, or None if the thread is to end."""
        with self.changed:
            self.waiting += 1
            self.changed.wait_for(lambda: self._jobs, LINGERS_FOR)
            self.waiting -= 1
            if self._jobs:
                return self._jobs.popleft()
            self.count -= 1
            return None


# Each family has its own threads: some DNS servers never answer queries for IPv6 addresses, which
# must not delay queries for IPv4 addresses.
THREADS = {family: DaemonThreads() for family in (socket.AF_INET6, socket.AF_INET)}

with suppress(AttributeError):  # Windows has no fork.
    for _threads in THREADS.values():
        os.register_at_fork(after_in_child=_threads.begin_anew)
