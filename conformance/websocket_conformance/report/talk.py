"""Write conversations as rows of a table; in plain Python, since there are tens of thousands."""

from collections.abc import Iterator
from html import escape

from markupsafe import Markup

from websocket_conformance.results.result import Entry, Kind, Transcript, Who

_WAYS = {Who.JUDGE: "judge →", Who.PEER: "← peer"}


def rows(talk: Transcript) -> Markup:
    """Return the entries of a conversation, a row for each."""
    timed = any(entry.time is not None for entry in talk.start)
    lines = [_row(entry, timed) for entry in talk.start]
    if talk.left_out:
        left_out = f"{talk.left_out:,} entries are left out here"
        lines.append(f'<tr class="gap"><td colspan="{2 + timed}">{left_out}')
    lines += [_row(entry, timed) for entry in talk.end]
    return Markup("\n".join(lines))  # noqa: S704 - what comes from elsewhere is escaped


def duration(seconds: float | None) -> str:
    """Return a time with a unit that suits its size."""
    if seconds is None:
        return ""
    if seconds >= 1:
        return f"{seconds:.{3 if seconds < 10 else 1}f} s"
    return f"{seconds * 1000:.{0 if seconds >= 0.01 else 1}f} ms"


def _row(entry: Entry, timed: bool) -> str:
    return f'<tr class="{entry.who} {entry.kind}">{"".join(_cells(entry, timed))}'


def _cells(entry: Entry, timed: bool) -> Iterator[str]:
    if timed:
        yield f'<td class="at num">{duration(entry.time)}'
    who = {Kind.NOTE: str(entry.who), Kind.EVENT: "page"}.get(entry.kind, _WAYS[entry.who])
    yield f'<td class="who">{who}'
    head, payload = escape(entry.head, quote=False), escape(entry.payload, quote=False)
    if not payload:
        yield f'<td class="what">{head}'
    elif entry.kind is Kind.HANDSHAKE:
        inside = f"<summary>{head}</summary><pre>{payload}</pre>"
        yield f'<td class="what"><details>{inside}</details>'
    else:
        yield f'<td class="what">{head} <code>{payload}</code>'
