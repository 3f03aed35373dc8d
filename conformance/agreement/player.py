"""Run the strict client or a variant: ``python -m ... NAME URL AGENT CASES JOBS``."""

import asyncio
import sys
from functools import partial

from agreement.broken import variants
from agreement.connection import echo
from agreement.strict import Strict
from websocket_conformance.testees.driver import Task, drive

STRICT = "strict"


def client(name: str) -> type[Strict]:
    """Return the client of a name."""
    return Strict if name == STRICT else variants()[name]


def main() -> None:
    """Play the cases of the command line."""
    name, *rest = sys.argv[1:]
    asyncio.run(drive(partial(echo, client=client(name)), Task.from_arguments(rest)))


if __name__ == "__main__":
    main()
