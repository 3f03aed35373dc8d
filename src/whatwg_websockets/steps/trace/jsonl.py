"""A trace as JSON Lines: one entry a line, with the names of :class:`.entry.Entry`."""

import json
from collections.abc import Iterable

from whatwg_websockets.steps.trace.entry import Entry


def as_jsonl(entries: Iterable[Entry]) -> str:
    """Return a trace as JSON Lines."""
    return "".join(json.dumps(entry.as_dict(), ensure_ascii=False) + "\n" for entry in entries)
