"""Plays pages with this implementation: a line of JSON in is a task, a line out is its trace."""

import asyncio
import json
import sys
from typing import Any

from websocket_conformance.api import ours, page
from websocket_conformance.api.page import PageTask


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)


async def main() -> None:
    """Play each task that standard input has, until it ends."""
    _say({"label": ours.LABEL})
    while line := await asyncio.to_thread(sys.stdin.readline):
        task = json.loads(line)
        _say({"trace": await page.play(PageTask(**task), ours.INTERFACES)})


if __name__ == "__main__":
    asyncio.run(main())
