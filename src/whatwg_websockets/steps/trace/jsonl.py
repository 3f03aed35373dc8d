"""A trace as JSON Lines: one entry a line, with the names of :class:`.entry.Entry`."""

import json
from collections.abc import Iterable

from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.visible import visible


def as_jsonl(entries: Iterable[Entry]) -> str:
    """Return a trace as JSON Lines, in which control characters are escapes."""
    return "".join(_line(entry) + "\n" for entry in entries)


def _line(entry: Entry) -> str:
    return visible(json.dumps(entry.as_dict(), ensure_ascii=False))
