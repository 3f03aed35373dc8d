"""Plays pages with this implementation: reads tasks, and prints traces, as lines of JSON."""

import asyncio
import json
import sys
from typing import Any

from websocket_conformance.api import ours, page
from websocket_conformance.api.page import PageTask


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


async def main() -> None:
    """Play each task from standard input, until the input ends."""
    _say({"label": ours.LABEL})
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = json.loads(line)
        _say({"trace": await page.play(PageTask(**task), ours.INTERFACES)})


if __name__ == "__main__":
    asyncio.run(main())
