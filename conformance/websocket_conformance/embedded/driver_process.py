"""The client under test: ``python -m websocket_conformance.embedded.driver_process ADAPTER LOOP``.

It says what it is in one line of JSON. Then it plays the case behind each URL that comes in as a
line, many at a time, and answers with a line for each that is over. It ends when its standard
input does, at once and even while the client keeps its event loop busy.
"""

import asyncio
import json
import os
import platform
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import TextIO

from websocket_conformance.adapters import Adapter, load


def main() -> None:
    """Serve until the standard input ends."""
    adapter, loop = load(sys.argv[1]), sys.argv[2]
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with asyncio.Runner(loop_factory=_loop_factory(loop)) as runner:
        runner.run(_serve(adapter, loop, answers))


def _loop_factory(loop: str) -> Callable[[], asyncio.AbstractEventLoop] | None:
    if loop == "asyncio":
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = import_module(loop).new_event_loop
    return factory


async def _serve(adapter: Adapter, loop: str, answers: TextIO) -> None:
    urls: asyncio.Queue[str] = asyncio.Queue()
    threading.Thread(
        target=_read, args=(asyncio.get_running_loop(), urls), daemon=True, name="stdin"
    ).start()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(json.dumps({"client": adapter.name, "python": python, "loop": loop}), file=answers)
    async with asyncio.TaskGroup() as playing:
        while True:
            playing.create_task(_play(adapter, await urls.get(), answers))


async def _play(adapter: Adapter, url: str, answers: TextIO) -> None:
    seen = await adapter.echo(url)
    print(json.dumps({"url": url, **asdict(seen)}), file=answers)


def _read(loop: asyncio.AbstractEventLoop, urls: "asyncio.Queue[str]") -> None:
    for line in sys.stdin:
        loop.call_soon_threadsafe(urls.put_nowait, line.strip())
    os._exit(0)


if __name__ == "__main__":
    main()
