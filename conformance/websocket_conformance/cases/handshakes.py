"""What the sections on the opening handshake have in common: a row of a table becomes a case."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from websocket_conformance.cases.case import Case, Group
from websocket_conformance.cases.expected import (
    BY_JUDGE,
    Ending,
    Rule,
    text,
)
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    Opening,
    Outcome,
    Worth,
)
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

HELLO = b"Hello"
"""The message that tells an open connection from one that was refused."""

PATIENCE = 2
"""The seconds for which a peer may neither send anything nor leave."""

PROBE = Script((Frame(TEXT, HELLO), FailAfter(PATIENCE)), {Verdict.OK: (text(HELLO),)})
"""Who took the connection for open sends this back."""

AWAIT = Script((FailAfter(PATIENCE),), {Verdict.OK: (text(HELLO),)})
"""The same when the message has been sent with the judge's part."""

_BY_PEER = Ending(by_judge=False, codes=(), clean=False)
"""The peer closes TCP, and there is no connection that a Close could end."""

_CLIENT = (
    (OPENS, "The client opens the connection and sends a message back."),
    (FAILS, "The client sends nothing more and closes TCP."),
    (SHOULD_OPEN, "The client opens the connection; to fail it is forgiven."),
    (SHOULD_FAIL, "The client fails the connection; to open it is forgiven."),
    (MAY_OPEN, "The client opens the connection or fails it."),
    (UNSAID, "No text says what has to happen."),
)
_SERVER = (
    (OPENS, "The server opens the connection and sends a message back."),
    (FAILS, "The server refuses with a status of 4xx, 501 or 505; another, or none, is forgiven."),
    (SHOULD_OPEN, "The server opens the connection; to refuse is forgiven."),
    (SHOULD_FAIL, "The server refuses; to open the connection is forgiven."),
    (MAY_OPEN, "The server opens the connection or refuses."),
    (UNSAID, "No text says what has to happen."),
)

OpeningRow = tuple[str, Opening, str]
"""What is sent in words, what it is, and the section of a standard.

The words follow the group's title, and may be "None."; a case has both.
"""


def clients(number: str, title: str, rows: Iterable[OpeningRow], play: Script = PROBE) -> Group:
    """A group of cases for clients, numbered from 1."""
    return _group(number, title, rows, lambda verdicts: _said(_CLIENT, verdicts), play)


def servers(number: str, title: str, rows: Iterable[OpeningRow], play: Script = PROBE) -> Group:
    """A group of cases for servers, numbered from 1."""
    return _group(number, title, rows, lambda verdicts: _said(_SERVER, verdicts), play)


def _said(words: Iterable[tuple[Worth, str]], verdicts: Worth) -> str:
    return next(said for known, said in words if known is verdicts)


def _worth(play: Script, verdicts: Worth) -> Script:
    """The play, whose events are worth what an open connection is; where that is nothing, none."""
    worth = verdicts.get(Outcome.ESTABLISHED)
    (events,) = play.expected.values()
    return replace(play, expected={Verdict.OK: ()} if worth is None else {worth: events})


def _group(
    number: str,
    title: str,
    rows: Iterable[OpeningRow],
    expects: Callable[[Worth], str],
    play: Script,
) -> Group:
    cases = (
        Case(
            f"{number}.{last}",
            f"{title}: {sends}",
            expects(opening.verdicts),
            source,
            _worth(play, opening.verdicts),
            _BY_PEER if opening.verdicts is FAILS else BY_JUDGE,
            Rule.INFORMATIONAL if opening.verdicts is UNSAID else Rule.NOTHING,
            opening,
        )
        for last, (sends, opening, source) in enumerate(rows, 1)
    )
    return Group(number, title, tuple(cases))
