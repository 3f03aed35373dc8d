"""Asking the system for the addresses of a name, so that nobody has to wait for the answer.

The system's ``getaddrinfo`` blocks a thread for as long as it likes, and cannot be stopped. asyncio
calls it in its default executor, and uvloop in a thread of libuv's: both wait for that thread when
the program ends, for minutes if need be. Here it runs in daemon threads, for which nobody waits.

A loop with a ``getaddrinfo`` of the program's own (a method of a subclass, or an attribute of the
loop) is asked instead, as it may know other names than the system does.
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
"""How many names are asked for at once in each family. All others wait, each within its limit."""

LINGERS_FOR = 10.0
"""Seconds for which a thread waits for the next name: to begin one takes longer than to wake it."""

Found = Sequence[tuple[int, int, int, str, Any]]
"""What ``socket.getaddrinfo`` returns."""


async def getaddrinfo(host: str, port: int, family: socket.AddressFamily) -> Found:
    """Return the addresses of a name, for TCP, in the order in which the system prefers them.

    There is no limit of time: whoever waits may be cancelled.

    Args:
        host: the name.
        port: the port at all of them.
        family: ``socket.AF_INET`` or ``socket.AF_INET6``. A resolver of the program's own may give
            others, too.

    Raises:
        OSError: the name has no address (``socket.gaierror`` is one).
        UnicodeError: DNS could not have such a name.
    """
    loop = asyncio.get_running_loop()
    # § rfc8305-3.1-1 to -3. n/a: the system's resolver knows the servers of DNS, and asks them.
    if _blocks_the_end(loop):
        return await _in_a_daemon_thread(loop, host, port, family)
    return await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)


Answer = list[Target] | Cause
"""What a query for the addresses of one family came to: addresses, or why there are none."""


async def addresses_of(family: socket.AddressFamily, host: str, port: int, limit: float) -> Answer:
    """Return the addresses of one family, or why there are none.

    Args:
        family: the family.
        host: the name.
        port: the port at all of the addresses.
        limit: seconds that the system may take.
    """
    try:
        async with asyncio.timeout(limit):
            found = await getaddrinfo(host, port, family)
    except TimeoutError:
        return timed_out("resolving", "resolving the name", limit).cause
    except (OSError, UnicodeError) as error:
        return why_a_name_has_no_address(error)
    # A resolver of the program's own may give more than it was asked for.
    targets = [Target(family, address) for each, _, _, _, address in found if each == family]
    return targets or Cause("the name has no address", "name not found", "resolving")


def _blocks_the_end(loop: asyncio.AbstractEventLoop) -> bool:
    """Tell whether the loop's resolver is that of asyncio or uvloop."""
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
            return  # Nobody waits any more.
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
        with suppress(RuntimeError):  # The loop has been closed meanwhile.
            loop.call_soon_threadsafe(tell, found, failure)

    THREADS[family].run(ask)
    return await answer


class DaemonThreads:
    """Threads for which nobody waits. Each ends when there was nothing to do for a while.

    Attributes:
        changed: is held while a thread begins, ends or takes something to do, and is told of what
            there is to do.
        count: how many threads there are.
        waiting: how many of them have nothing to do.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Begin with no threads, as a forked child does."""
        self.changed = threading.Condition(threading.Lock())
        self._jobs: deque[Callable[[], None]] = deque()
        self.count = 0
        self.waiting = 0

    def run(self, job: Callable[[], None]) -> None:
        """Have a thread do something that does nothing else; if there are too many, the next."""
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
            # The job keeps a future and its loop alive, and there may be no other for a while.
            job = None
            job = self._next_job()

    def _next_job(self) -> Callable[[], None] | None:
        """Wait for something to do; None is the end of the thread."""
        with self.changed:
            self.waiting += 1
            self.changed.wait_for(lambda: self._jobs, LINGERS_FOR)
            self.waiting -= 1
            if self._jobs:
                return self._jobs.popleft()
            self.count -= 1
            return None


# Where a server of DNS never answers questions for IPv6 addresses, as some do, only threads of IPv6
# wait for it.
THREADS = {family: DaemonThreads() for family in (socket.AF_INET6, socket.AF_INET)}

with suppress(AttributeError):  # Windows has no fork.
    for _threads in THREADS.values():
        os.register_at_fork(after_in_child=_threads.begin_anew)
