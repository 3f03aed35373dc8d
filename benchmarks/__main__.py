"""The command line: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from benchmarks.clients import CLIENTS
from benchmarks.report import show, write
from benchmarks.runner import Options, Runner
from benchmarks.workloads import WORKLOADS

RESULTS = Path(__file__).parent / "results"

#: Seconds and rounds of each measurement, in earnest and for a first look.
FULL = (0.7, 7)
QUICK = (0.25, 2)


def listed(known: tuple[str, ...]) -> type[argparse.Action]:
    """Make an option that takes names separated by commas, once or several times."""

    class Listed(argparse.Action):
        def __call__(
            self,
            parser: argparse.ArgumentParser,
            namespace: argparse.Namespace,
            values: object,
            option_string: str | None = None,
        ) -> None:
            names = str(values).split(",")
            for name in names:
                if name not in known:
                    parser.error(f"{option_string}: {name!r} is none of {', '.join(known)}")
            before = getattr(namespace, self.dest) or []
            setattr(namespace, self.dest, [*before, *(n for n in names if n not in before)])

    return Listed


def above(kind: type[float] | type[int]) -> argparse._ActionType:
    """Make the type of an option that takes a number above zero."""

    def parse(text: str) -> float:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not a number above zero")
        return value

    return parse


def parse(arguments: list[str] | None = None) -> tuple[Options, Path]:
    """Read the command line."""
    flag = argparse.BooleanOptionalAction
    loops = ("asyncio", "uvloop")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure ours beside picows, aiohttp and websockets.",
    )
    parser.add_argument("--quick", action="store_true", help="few and short rounds: a first look")
    parser.add_argument(
        "--only", metavar="WORKLOAD,…", action=listed(tuple(WORKLOADS)), help=", ".join(WORKLOADS)
    )
    parser.add_argument(
        "--clients", metavar="CLIENT,…", action=listed(tuple(CLIENTS)), help=", ".join(CLIENTS)
    )
    parser.add_argument("--loops", metavar="LOOP,…", action=listed(loops), help=", ".join(loops))
    parser.add_argument("--seconds", type=above(float), help="how long each measurement takes")
    parser.add_argument("--rounds", type=above(int), help="how many measurements of each client")
    parser.add_argument("--text", action="store_true", help="text messages instead of binary")
    parser.add_argument(
        "--connections", type=above(int), default=1000, help="idle connections for memory"
    )
    parser.add_argument(
        "--malloc-warmup",
        action=flag,
        default=True,
        help="let each client allocate and free 16 MiB once before it starts",
    )
    parser.add_argument("--pin", action=flag, default=True, help="a core each, where that works")
    parser.add_argument("--server", choices=("raw", "picows"), default="raw")
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
        malloc_warmup=given.malloc_warmup,
        connections=given.connections,
        pin=given.pin,
        server=given.server,
    )
    return options, given.output


def progress(text: str) -> None:
    """Say on stderr what is being measured: in place on a terminal, else not at all."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print, write."""
    options, output = parse()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        report = Runner(options, progress).run()
    except KeyboardInterrupt:
        progress("")
        return 130
    progress("")
    show(report)
    written = write(report, output)
    print(f"Written: {', '.join(written)}")
    return 130 if report.options["interrupted"] else 0


if __name__ == "__main__":
    sys.exit(main())
