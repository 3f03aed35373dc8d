"""The command line: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import fnmatch
import signal
import sys
import time
from pathlib import Path

from benchmarks.clients import CLIENTS
from benchmarks.readme import readme
from benchmarks.report import show, write
from benchmarks.runner import Options, Runner
from benchmarks.workloads import WORKLOADS

RESULTS = Path(__file__).parent / "results"

#: Seconds and rounds of each measurement, for a full run and for a first look.
FULL = (0.25, 5)
QUICK = (0.15, 1)

#: The exit statuses of a run, besides argparse's 2: a client failed; interrupted.
FAILED, INTERRUPTED = 1, 130


def listed(known: tuple[str, ...]) -> type[argparse.Action]:
    """Make an option that takes names or patterns, separated by commas, once or several times."""

    class Listed(argparse.Action):
        def __call__(
            self,
            parser: argparse.ArgumentParser,
            namespace: argparse.Namespace,
            values: object,
            option_string: str | None = None,
        ) -> None:
            found = list(getattr(namespace, self.dest) or [])
            for pattern in str(values).split(","):
                names = fnmatch.filter(known, pattern)
                if not names:
                    parser.error(f"{option_string}: {pattern!r} matches none of {', '.join(known)}")
                found += [name for name in names if name not in found]
            setattr(namespace, self.dest, found)

    return Listed


def above(kind: type[float] | type[int]) -> argparse._ActionType:
    """Make the type of an option that takes a number above zero."""

    def parse(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not a number above zero")
        return value

    return parse


def parse(arguments: list[str] | None = None) -> tuple[Options, argparse.Namespace]:
    """Read the command line."""
    flag = argparse.BooleanOptionalAction
    loops = ("asyncio", "uvloop")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure whatwg-websockets ('ours') beside picows, aiohttp and websockets.",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="measure one short round, without the allocator setting, for a first look",
    )
    parser.add_argument(
        "--only",
        metavar="WORKLOAD,…",
        action=listed(tuple(WORKLOADS)),
        help=f"names or patterns, such as 'tls-*', of {', '.join(WORKLOADS)}",
    )
    parser.add_argument(
        "--clients", metavar="CLIENT,…", action=listed(tuple(CLIENTS)), help=", ".join(CLIENTS)
    )
    parser.add_argument("--loops", metavar="LOOP,…", action=listed(loops), help=", ".join(loops))
    parser.add_argument(
        "--seconds", type=above(float), help="how many seconds each measurement takes"
    )
    parser.add_argument("--rounds", type=above(int), help="how many times each client is measured")
    parser.add_argument("--text", action="store_true", help="send text messages instead of binary")
    parser.add_argument(
        "--connections",
        type=above(int),
        default=200,
        help="the number of idle connections for the figures of memory",
    )
    parser.add_argument(
        "--allocator",
        action=flag,
        help="measure echoes a second time, in clients that have allocated and freed 16 MiB first",
    )
    parser.add_argument(
        "--pin", action=flag, default=True, help="give client and server a core each if possible"
    )
    parser.add_argument("--server", choices=("raw", "picows"), default="raw")
    parser.add_argument(
        "--readme", action="store_true", help="print the README's table, ready to paste"
    )
    parser.add_argument("--output", metavar="DIR", type=Path, default=RESULTS)
    given = parser.parse_args(arguments)
    seconds, rounds = QUICK if given.quick else FULL
    options = Options(
        workloads=given.only or list(WORKLOADS),
        clients=given.clients or list(CLIENTS),
        loops=given.loops or list(loops),
        seconds=given.seconds or seconds,
        rounds=given.rounds or rounds,
        text=given.text,
        allocator=not given.quick if given.allocator is None else given.allocator,
        connections=given.connections,
        pin=given.pin,
        server=given.server,
    )
    return options, given


class Progress:
    """Prints on stderr what is being measured: in place on a terminal, else a line per workload."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = ""

    def __call__(self, text: str) -> None:
        """Print it, with the time that has passed."""
        passed = f"{time.monotonic() - self._start:4.0f} s"
        title = text.partition(":")[0]
        if sys.stderr.isatty():
            print(f"\r\x1b[K{passed}  {text}", end="", file=sys.stderr, flush=True)
        elif title != self._last and not title.endswith("allocator setting"):
            self._last = title
            print(f"{passed}  {title}", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Remove it from the terminal."""
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print, write."""
    options, given = parse()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    progress = Progress()
    try:
        report = Runner(options, progress).run()
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        progress.end()
    if given.readme:
        print(readme(report))
    else:
        show(report)
    written = write(report, given.output)
    print(f"Written: {', '.join(written)}", file=sys.stderr if given.readme else sys.stdout)
    if report.options["interrupted"]:
        return INTERRUPTED
    return FAILED if report.failed() else 0


if __name__ == "__main__":
    sys.exit(main())
