"""Measures what the page "One program, two interfaces" tells: `make backpressure-plot`. Linux only.

A server, in a process of its own, offers 256 MiB in messages of 64 KiB, as fast as TCP takes them.
A page, in a process of its own, takes a few milliseconds for each message: once it is a WebSocket
with a listener and a queue, and once a WebSocketStream. Meanwhile the memory of the page's process
and what the server has got rid of are looked at, twenty times a second.

The figures go to ``backpressure.json``, the plot to ``docs/_static/backpressure.svg``, and the
table into ``docs/streams.md``; no figure there is written by hand.
"""

import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2

from whatwg_websockets.files import replace_text

DOCS = Path(__file__).resolve().parents[1]
FIGURES = DOCS / "recordings" / "backpressure.json"
PLOT = DOCS / "_static" / "backpressure.svg"
CHAPTER = DOCS / "streams.md"

MIB = 1024 * 1024
SIZE = 64 * 1024
"""How many bytes a message has."""

MESSAGES = 4096
"""How many messages the server offers."""

WORK = 0.004
"""How long the page needs for a message, in seconds."""

EVERY = 0.05
"""How often is looked, in seconds."""

INTERFACES = {"WebSocket": "websocket", "WebSocketStream": "stream"}


# The two pages: the same program, once with each interface.


async def work(message: object) -> None:
    """Do something with a message that takes its time, such as writing to a database."""
    assert isinstance(message, bytes)
    assert len(message) == SIZE
    await asyncio.sleep(WORK)


async def page_with_websocket(url: str) -> None:
    """Keep the messages in a queue, since events do not wait."""
    from whatwg_websockets import WebSocket

    messages: asyncio.Queue[Any] = asyncio.Queue()
    socket = WebSocket(url)
    socket.binaryType = "arraybuffer"
    socket.addEventListener("message", lambda event: messages.put_nowait(event.data))
    socket.addEventListener("close", lambda event: messages.put_nowait(None))
    while (message := await messages.get()) is not None:
        await work(message)


async def page_with_stream(url: str) -> None:
    """Take one message at a time."""
    from whatwg_websockets import WebSocketStream

    async with WebSocketStream(url) as opened:
        async for message in opened.readable:
            await work(message)


PAGES = {"websocket": page_with_websocket, "stream": page_with_stream}


# The server, which says how much it has got rid of.


def serve_once() -> None:
    """Offer all messages to the first client, and print what was sent when, as JSON."""
    from websockets.sync.server import ServerConnection, serve

    sent, is_over = 0, threading.Event()

    def offer(connection: ServerConnection) -> None:
        nonlocal sent
        message = bytes(range(256)) * (SIZE // 256)
        for _ in range(MESSAGES):
            connection.send(message)
            sent += SIZE
        is_over.set()

    with serve(offer, "127.0.0.1", 0, compression=None) as server:
        print(server.socket.getsockname()[1], flush=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        samples = []
        while not is_over.wait(EVERY):
            samples.append((time.monotonic(), sent))
        samples.append((time.monotonic(), sent))
        sys.stdin.read()
        server.shutdown()
        thread.join()
    print(json.dumps(samples), flush=True)


# Looking on.


def measure(interface: str) -> dict[str, Any]:
    """Have one page take all messages; return what was seen, by the seconds since it began."""
    me = [sys.executable, __file__]
    with subprocess.Popen(
        [*me, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = f"ws://127.0.0.1:{int(server.stdout.readline())}/"
        began = time.monotonic()
        memory = []
        with subprocess.Popen([*me, interface, url]) as page:
            while page.poll() is None:
                memory.append((time.monotonic() - began, resident(page.pid)))
                time.sleep(EVERY)
        assert page.returncode == 0
        said, _ = server.communicate()
    sent = [(moment - began, count) for moment, count in json.loads(said)]
    return {
        "memory": [(round(at, 2), round(size / MIB, 1)) for at, size in memory if size],
        "sent": [(round(at, 2), round(count / MIB, 1)) for at, count in sent if at >= 0],
    }


def resident(process: int) -> int:
    """Return how many bytes of memory a process has; 0 if it has gone."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


# What is made of it.


def table(figures: dict[str, Any]) -> str:
    """Return the table of the chapter, as Markdown."""
    lines = [
        "| | WebSocket | WebSocketStream |",
        "| --- | ---: | ---: |",
    ]
    runs = figures["runs"]
    rows = {
        "memory of the process before the first message, MiB": [
            memory_before(runs[name]) for name in INTERFACES
        ],
        "the most that it had, MiB": [most(runs[name]["memory"]) for name in INTERFACES],
        "the server had sent everything after, s": [
            runs[name]["sent"][-1][0] for name in INTERFACES
        ],
        "the page had handled everything after, s": [
            runs[name]["memory"][-1][0] for name in INTERFACES
        ],
    }
    for what, values in rows.items():
        lines.append(f"| {what} | {' | '.join(f'{value:,.1f}' for value in values)} |")
    about = figures["about"]
    lines += [
        "",
        f"{about['messages']:,} messages of {about['size'] // 1024} KiB over 127.0.0.1, and"
        f" {about['work'] * 1000:.0f} ms of work for each; {about['python']}, {about['system']},"
        f" websockets {about['websockets']} as the server; {about['date']}.",
    ]
    return "\n".join(lines)


def memory_before(run: dict[str, Any]) -> float:
    """Return the most that the process had while the server had sent nothing."""
    nothing = max((at for at, count in run["sent"] if count == 0), default=0)
    return max((size for at, size in run["memory"] if at <= nothing), default=run["memory"][0][1])


def most(samples: list[list[float]]) -> float:
    """Return the highest value."""
    return max(value for _, value in samples)


def plot(figures: dict[str, Any]) -> str:
    """Draw both figures over time: one SVG file that needs nothing else, in light and in dark."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
    )
    end = max(run["memory"][-1][0] for run in figures["runs"].values())
    panels = []
    for title, key in (
        ("Memory of the page's process, MiB", "memory"),
        ("What the server has sent, MiB", "sent"),
    ):
        highest = max(most(run[key]) for run in figures["runs"].values())
        top = next(step for step in (300, 350, 400, 500, 600, 800, 1000, 2000) if step > highest)
        panels.append((title, list(lines_of(figures, key, end, top)), top))
    ticks = range(0, int(end) + 1, 5)
    return environment.get_template("backpressure.svg.jinja").render(
        panels=panels, ticks=[(at, x_of(at, end)) for at in ticks], figures=figures
    )


LEFT, WIDTH, HEIGHT = 52, 520, 150
"""Where a panel begins, and how wide and high it is, in pixels."""


def x_of(at: float, end: float) -> float:
    """Return where a moment is, in pixels from the left."""
    return round(LEFT + WIDTH * at / end, 1)


def lines_of(
    figures: dict[str, Any], key: str, end: float, top: float
) -> Iterator[tuple[str, str, str]]:
    """Give the line of each interface: its name, its class, and its path."""
    for name, short in INTERFACES.items():
        samples = figures["runs"][name][key]
        if key == "sent":
            samples = [*samples, [end, samples[-1][1]]]
        points = (f"{x_of(at, end)} {HEIGHT - HEIGHT * value / top:.1f}" for at, value in samples)
        yield name, short, "M" + "L".join(points)


def put_in(text: str, figures: dict[str, Any]) -> str:
    """Put the table between its marks."""
    begin, end = (f"<!-- backpressure: {which} -->" for which in ("begin", "end"))
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
    return pattern.sub(lambda _: f"{begin}\n\n{table(figures)}\n\n{end}", text)


def main() -> None:
    """Measure, and write everything."""
    kernel = platform.release().partition("-")[0]
    figures = {
        "about": {
            "date": datetime.now(UTC).date().isoformat(),
            "messages": MESSAGES,
            "size": SIZE,
            "work": WORK,
            "python": f"{platform.python_implementation()} {platform.python_version()}",
            "system": f"{platform.system()} {kernel}, {os.cpu_count()} cores",
            "websockets": version("websockets"),
        },
        "runs": {name: measure(short) for name, short in INTERFACES.items()},
    }
    # As it is read again.
    figures = json.loads(json.dumps(figures))
    replace_text(FIGURES, json.dumps(figures) + "\n")
    replace_text(PLOT, plot(figures))
    replace_text(CHAPTER, put_in(CHAPTER.read_text(encoding="utf-8"), figures))
    print(table(figures))


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve_once()
    elif sys.argv[1:]:
        asyncio.run(PAGES[sys.argv[1]](sys.argv[2]))
    else:
        main()
