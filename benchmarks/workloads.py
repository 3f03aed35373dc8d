"""What is measured."""

from __future__ import annotations

import dataclasses
import random
import string
from dataclasses import dataclass

KIB = 1024
MIB = 1024 * 1024

#: The scenes that the server plays (`benchmarks.scenes`), in figures.
ANSWERED_MESSAGES = 20
ANSWER_SECONDS = 0.050
TICKER_MESSAGES = 60
TICKER_SECONDS = 0.020
TICK_SECONDS = 0.010
FLOOD_MESSAGES = 100
FLOOD_SIZE = 16 * MIB

#: A steady workload needs no more rounds than this.
STEADY_ROUNDS = 3

#: How many connections are opened at the same time.
PARALLEL_CONNECTIONS = 1000


@dataclass(frozen=True)
class Workload:
    """One kind of measurement.

    Attributes:
        name: how it is chosen on the command line.
        title: how a table calls it.
        measure: which function of `benchmarks.measure` carries it out.
        size: bytes a message.
        in_flight: how many messages an echo keeps on the way: as many are sent at the start, then
            one for each that comes back.
        talks: how many messages each idle connection has sent and received before.
        tls: whether the connection is made over TLS.
        compressed: whether permessage-deflate is offered, and used by the server.
        scene: what the server plays, if it does not echo.
        allocator: whether it is measured with the allocator setting, too.
        steady: whether rounds hardly differ, so that a few are enough.
        per_loop: whether there is an event loop in it.
        way: how ours receives, where the API has several ways: ``onmessage``, ``async for``, or
            ``read()``.
        clients: which clients are measured; all if empty.
        beside: the workload in whose rounds this one is measured, so that ours can be compared with
            itself.
    """

    name: str
    title: str
    measure: str
    size: int = 0
    in_flight: int = 0
    talks: int = 0
    tls: bool = False
    compressed: bool = False
    scene: str = ""
    allocator: bool = False
    steady: bool = False
    per_loop: bool = True
    way: str = ""
    clients: tuple[str, ...] = ()
    beside: str = ""


def _echo(size: str, unit: int, in_flight: int, *, tls: bool = False) -> Workload:
    """Make an echo workload of messages of ``size`` units, such as "64 KiB"."""
    number, name = size.split()
    return Workload(
        name=("tls-" if tls else "") + f"{number}{name}-{in_flight}",
        title=f"{size}, {in_flight} in flight" + (", TLS" if tls else ""),
        measure="echo",
        size=int(number) * unit,
        in_flight=in_flight,
        tls=tls,
        allocator=True,
    )


ECHO = (
    _echo("100 B", 1, 64),
    _echo("100 B", 1, 1),
    _echo("16 KiB", KIB, 16),
    _echo("64 KiB", KIB, 4),
    _echo("256 KiB", KIB, 4),
    _echo("1 MiB", MIB, 4),
    _echo("100 B", 1, 64, tls=True),
    _echo("256 KiB", KIB, 4, tls=True),
    _echo("1 MiB", MIB, 4, tls=True),
)


def _receive(size: str, unit: int) -> tuple[Workload, ...]:
    """Make the workloads of a server that sends without end, as fast as the client takes it."""
    number, name = size.split()
    listener = Workload(
        f"receive-{number}{name}",
        f"{size}, received by onmessage",
        "receive",
        size=int(number) * unit,
        scene="stream",
        way="onmessage",
        clients=("ours", "picows"),
    )
    stream = dataclasses.replace(
        listener,
        name=f"stream-{number}{name}",
        title=f"{size}, received by async for",
        way="async for",
        clients=("ours", "aiohttp", "websockets"),
        beside=listener.name,
    )
    read = dataclasses.replace(
        stream,
        name=f"read-{number}{name}",
        title=f"{size}, received by read()",
        way="read()",
        clients=("ours",),
    )
    return listener, stream, read


RECEIVE = (*_receive("100 B", 1), *_receive("1 MiB", MIB))
CONNECT = Workload("connect", "opened and closed, one after the other", "connect")
PARALLEL = Workload("parallel", f"{PARALLEL_CONNECTIONS:,} opened at once", "parallel")
ANSWER = Workload("answer", "first answer, slow listener", "page", scene="answer")
PONG = Workload("pong", "Pong, slow listener", "page", scene="pong")
TICKER = Workload("ticker", "longest gap of a 10 ms ticker", "page", scene="ticker")
FLOOD = Workload(
    "flood",
    "peak in a compressed flood",
    "page",
    size=FLOOD_SIZE,
    compressed=True,
    scene="flood",
    steady=True,
)


def _idle(name: str, title: str, size: int = 0, talks: int = 0, *, deflate: bool) -> Workload:
    """Make a workload of connections that have been idle for a second."""
    return Workload(
        name,
        title,
        "memory",
        size=size,
        talks=talks,
        compressed=deflate,
        scene="compressed" if deflate else "",
        steady=True,
    )


MEMORY = (
    _idle("memory", "idle, never used", deflate=False),
    _idle("memory-plain", "idle after a message each way", 100, 1, deflate=False),
    _idle("memory-deflate", "idle after a compressed one each way", 100, 1, deflate=True),
    _idle(
        "memory-deflate-64KiB", "idle after compressed ones of 64 KiB", 64 * KIB, 2, deflate=True
    ),
)
IMPORT = Workload("import", "import", "import", per_loop=False)

WORKLOADS = {
    workload.name: workload
    for workload in (
        *ECHO,
        *RECEIVE,
        CONNECT,
        PARALLEL,
        ANSWER,
        PONG,
        TICKER,
        FLOOD,
        *MEMORY,
        IMPORT,
    )
}


def payload(size: int, *, text: bool) -> str | bytes:
    """Make the message of a workload: the same in every process."""
    source = random.Random(size)
    if text:
        return "".join(source.choices(string.ascii_letters, k=size))
    return source.randbytes(size)


def letters(size: int) -> bytes:
    """Make the message of a compressed workload: letters, of which deflate saves about a quarter.

    Random bytes would save nothing, and what repeats would not fill a window.
    """
    text = payload(size, text=True)
    assert isinstance(text, str)
    return text.encode()
