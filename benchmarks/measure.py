"""The child process of one measurement: one client, one workload, one event loop, one result.

``python -m benchmarks.measure JOB`` takes a `Job` as JSON and prints its result as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import ssl
import sys
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.clients import MissingClientError, load
from benchmarks.clients.base import Client
from benchmarks.exchange import Exchange, Reading, WrongAnswerError, sample, shares
from benchmarks.machine import (
    end_with_parent,
    loop_factory,
    peak_resident_bytes,
    pin,
    raise_file_limit,
    raise_mmap_threshold,
    resident_bytes,
)
from benchmarks.page import Ticker, page_of
from benchmarks.workloads import (
    ANSWERED_MESSAGES,
    FLOOD_MESSAGES,
    PARALLEL_CONNECTIONS,
    TICKER_MESSAGES,
    WORKLOADS,
    Workload,
    letters,
    payload,
)

#: How much longer than planned a measurement may take, in seconds.
GRACE = 10.0

#: How long a measurement may take whose end is not planned: it does a certain amount of work.
PATIENCE = 60.0

#: Connections that are opened before memory or time is first looked at.
FIRST_CONNECTIONS = 10

#: How long connections have been idle when memory is looked at, in seconds.
IDLE = 1.0

#: How many messages a page has to see.
SEEN = {
    "answer": ANSWERED_MESSAGES,
    "pong": ANSWERED_MESSAGES,
    "ticker": TICKER_MESSAGES,
    "flood": FLOOD_MESSAGES,
}

#: What a measurement says that did not end in time.
TOO_LONG = "took too long"

#: The workload that measures nothing.
PROBE = "probe"

Result = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """What to measure.

    Attributes:
        text: whether an echo's messages are text.
        allocator: whether the allocator setting is made first (`raise_mmap_threshold`).
        connections: how many are kept idle where memory is measured.
        core: the processor core to stay on.
        trust: the certificate of the authority that the server's is from, as PEM.
    """

    client: str
    workload: str
    loop: str
    url: str
    server_pid: int
    seconds: float
    warmup: float
    text: bool = False
    allocator: bool = False
    connections: int = 300
    core: int | None = None
    trust: str | None = None

    def to_json(self) -> str:
        """Write the job for the child's command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))


def _client(job: Job) -> Client[Any]:
    tls = ssl.create_default_context(cadata=job.trust) if job.url.startswith("wss:") else None
    return load(job.client, tls)


async def echo(job: Job, workload: Workload) -> Result:
    """Count messages for a time."""
    exchange = Exchange(
        payload(workload.size, text=job.text),
        workload.in_flight,
        warmup=job.warmup,
        seconds=job.seconds,
        server_pid=job.server_pid,
    )
    async with asyncio.timeout(job.warmup + job.seconds + GRACE), _client(job) as client:
        await client.echo(job.url, exchange)
    return exchange.result()


async def receive(job: Job, workload: Workload) -> Result:
    """Count the messages that come of a stream without end, for a time."""
    exchange = Exchange(
        payload(workload.size, text=False),
        0,
        warmup=job.warmup,
        seconds=job.seconds,
        server_pid=job.server_pid,
    )
    async with asyncio.timeout(job.warmup + job.seconds + GRACE), _client(job) as client:
        await client.receive(job.url, exchange, workload.way)
    return exchange.result()


async def connect(job: Job, workload: Workload) -> Result:
    """Open and close connections, one after the other, for a time."""
    clock = asyncio.get_running_loop().time
    count = 0
    async with asyncio.timeout(job.warmup + job.seconds + GRACE), _client(job) as client:
        for _ in range(FIRST_CONNECTIONS):
            await client.close(await client.open(job.url))
        start = Reading.now(job.server_pid)
        until = clock() + job.seconds
        while clock() < until:
            await client.close(await client.open(job.url))
            count += 1
        end = Reading.now(job.server_pid)
    return sample(count, start, end)


async def parallel(job: Job, workload: Workload) -> Result:
    """Begin to open many connections at once, and see how long it takes until all are open."""
    count = min(PARALLEL_CONNECTIONS, raise_file_limit() - 64)
    async with asyncio.timeout(PATIENCE), _client(job) as client:
        await client.close(await client.open(job.url))
        start = Reading.now(job.server_pid)
        connections = await asyncio.gather(*(client.open(job.url) for _ in range(count)))
        end = Reading.now(job.server_pid)
        await _close_all(client, connections)
    return {**sample(count, start, end), "all_ms": (end.wall - start.wall) * 1000}


async def memory(job: Job, workload: Workload) -> Result:
    """Open many connections, use and keep them, and see by how much this process has grown.

    Some that have been used, and are idle already, pay for what a process needs once.
    """
    count = min(job.connections, raise_file_limit() - FIRST_CONNECTIONS - 64)
    async with asyncio.timeout(PATIENCE), _client(job) as client:
        connections = await _used(client, job, workload, FIRST_CONNECTIONS)
        await asyncio.sleep(IDLE if workload.talks else 0)
        gc.collect()
        before = resident_bytes()
        connections += await _used(client, job, workload, count)
        await asyncio.sleep(IDLE)
        gc.collect()
        after = resident_bytes()
        await _close_all(client, connections)
    return {"count": count, "memory_kib": (after - before) / count / 1024}


async def _used(client: Client[Any], job: Job, workload: Workload, count: int) -> list[Any]:
    """Open connections, one after the other; then let each send and receive some messages."""
    connections = [await client.open(job.url, compress=workload.compressed) for _ in range(count)]
    if workload.talks:
        message = letters(workload.size)
        for connection in connections:
            for _ in range(workload.talks):
                if len(await client.talk(connection, message)) != len(message):
                    raise WrongAnswerError(f"what came was not {len(message)} bytes long")
    return connections


async def _close_all(client: Client[Any], connections: list[Any]) -> None:
    await asyncio.gather(*(client.close(connection) for connection in connections))


async def page(job: Job, workload: Workload) -> Result:
    """Run the page of a scene, and measure its effect on the rest of the program or the server."""
    program = page_of(workload.scene)
    ticker = Ticker() if workload.scene == "ticker" else None
    async with asyncio.timeout(PATIENCE), _client(job) as client:
        start = Reading.now(job.server_pid)
        async with ticker or contextlib.nullcontext():
            figures = json.loads(await client.page(job.url, program))
        end = Reading.now(job.server_pid)
    if program.count != SEEN[workload.scene]:
        raise WrongAnswerError(f"{program.count} messages came, of {SEEN[workload.scene]}")
    if ticker is not None:
        figures["delay_ms"] = ticker.longest_gap() * 1000
    return {**shares(start, end), **figures, "peak_mib": peak_resident_bytes() / 1024 / 1024}


MEASURES = {
    "echo": echo,
    "receive": receive,
    "connect": connect,
    "parallel": parallel,
    "memory": memory,
    "page": page,
}


def run(job: Job) -> Result:
    """Carry out a job in this process; a probe only tests whether the client is installed."""
    if job.workload == PROBE:
        load(job.client)
        return {}
    workload = WORKLOADS[job.workload]
    if workload.compressed and not load(job.client).compresses:
        return {"unable": "it has no compression"}
    if workload.tls and job.trust is None:
        return {"unable": "the server has no TLS: trustme is not installed"}
    pin(job.core)
    if job.allocator:
        raise_mmap_threshold()
    with asyncio.Runner(loop_factory=loop_factory(job.loop)) as runner:
        return runner.run(MEASURES[workload.measure](job, workload))


def main() -> None:
    end_with_parent()
    try:
        result = run(Job.from_json(sys.argv[1]))
    except MissingClientError as error:
        result = {"missing": str(error)}
    except TimeoutError:
        result = {"error": TOO_LONG}
        raise
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
        raise
    finally:
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
