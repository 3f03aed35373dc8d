"""Makes cases from the rows of tables, for the sections on the opening handshake."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.expected import BY_JUDGE, Ending, Rule, text
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    Opening,
    OpeningRequest,
    OpeningResponse,
    Outcome,
    Pace,
    Then,
    Worth,
    request_lines,
    response_lines,
)
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.sendable import Frame

HELLO = b"Hello"
"""The message whose echo shows that the peer opened the connection."""

PATIENCE = 2
"""The seconds for which a peer may neither send anything nor close the connection."""

PROBE = Script((Frame(TEXT, HELLO), FailAfter(PATIENCE)), {Verdict.OK: (text(HELLO),)})
"""Send a message, which a peer that opened the connection sends back."""

AWAIT = Script((FailAfter(PATIENCE),), {Verdict.OK: (text(HELLO),)})
"""Wait for the echo of a message that was sent with the judge's part of the handshake."""

_BY_PEER = Ending(by_judge=False, codes=(), clean=False)
"""The peer closes the TCP connection; without a WebSocket connection there is no Close."""

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
"""A row: what is sent, in words; the opening itself; and the section of a standard.

The words follow the group's title, and may be "None."; a case has both.
"""

OpeningTable = tuple[str, str, Iterable[OpeningRow]] | tuple[str, str, Iterable[OpeningRow], Script]
"""A group's number, title and rows, and its script if that is not `PROBE`."""


@dataclass(frozen=True)
class Side:
    """The side of the opening handshake that a table judges: clients, or servers.

    Attributes:
        opening: makes the judge's part of the handshake.
        lines: makes the octets of the judge's part from its lines.
        expects: what is expected of the peer, in words.
    """

    opening: type[Opening]
    lines: Callable[..., str]
    expects: tuple[tuple[Worth, str], ...]

    def row(self, sends: str, verdicts: Worth, source: str, *more: str, **lines: Any) -> OpeningRow:
        """Return a row in which the judge's part has additional or different lines."""
        return sends, self.opening(self.lines(*more, **lines), verdicts), source

    def values(
        self, field: str, source: str, rows: Iterable[tuple[str, str | None, Worth]]
    ) -> tuple[OpeningRow, ...]:
        """Return rows in which a field has different values; None leaves the field out."""
        line = field.removeprefix("Sec-WebSocket-").lower()
        return tuple(
            self.row(sends, worth, source, **{line: None if value is None else f"{field}: {value}"})
            for sends, value, worth in rows
        )

    def part(self, sends: str, octets: str, then: Then = Then.LEAVE) -> OpeningRow:
        """Return a row in which the judge's part is incomplete, and the TCP connection ends."""
        return sends, self.opening(octets, FAILS, then=then), "RFC 9112, 8"

    def trickle(self) -> OpeningRow:
        """Return a row with a part that is sent slowly, an octet at a time, until TCP ends."""
        first_line = self.lines().partition("\r\n")[0]
        octets = f"{first_line}\r\nX-Judge: {'a' * 16}"
        return (
            "A field that comes an octet each 20 ms, and has no end: TCP is closed.",
            self.opening(octets, FAILS, Pace.SLOWLY, Then.LEAVE),
            "RFC 9112, 8",
        )

    def large(self) -> tuple[OpeningRow, ...]:
        """Return rows in which the judge's part is large, since HTTP does not limit fields."""
        return tuple(
            self.row(sends, verdicts, "RFC 9110, 5.4", *fields)
            for sends, verdicts, fields in (
                ("A field of 1 KiB.", OPENS, ["X-Judge: " + "a" * 2**10]),
                ("A field of 4 KiB.", SHOULD_OPEN, ["X-Judge: " + "a" * 2**12]),
                ("A field of 32 KiB.", UNSAID, ["X-Judge: " + "a" * 2**15]),
                ("A field of 1 MiB.", UNSAID, ["X-Judge: " + "a" * 2**20]),
                ("50 fields.", OPENS, [f"X-Judge-{n}: a" for n in range(50)]),
                ("500 fields.", UNSAID, [f"X-Judge-{n}: a" for n in range(500)]),
                ("50 fields of the same name.", OPENS, ["X-Judge: a"] * 50),
                ("500 fields of the same name.", UNSAID, ["X-Judge: a"] * 500),
                ("A field whose name has 1 KiB.", SHOULD_OPEN, ["X-" + "a" * 2**10 + ": 1"]),
                ("A field whose name has 32 KiB.", UNSAID, ["X-" + "a" * 2**15 + ": 1"]),
            )
        )

    def endless(self, sends: str, start: str, unit: str) -> OpeningRow:
        """Return a row in which the judge's part does not end; a recipient should have a limit."""
        return sends, self.opening(start, SHOULD_FAIL, endless=unit), "RFC 9110, 17.5"

    def section(self, number: int, title: str, *tables: OpeningTable) -> Section:
        """Return a section, in which the cases of each group are numbered from 1."""
        return Section(number, title, tuple(self._group(*table) for table in tables))

    def _group(
        self, number: str, title: str, rows: Iterable[OpeningRow], play: Script = PROBE
    ) -> Group:
        cases = (
            Case(
                f"{number}.{last}",
                f"{title}: {sends}",
                next(words for worth, words in self.expects if worth is opening.verdicts),
                source,
                _worth(play, opening.verdicts),
                _BY_PEER if opening.verdicts is FAILS else BY_JUDGE,
                Rule.INFORMATIONAL if opening.verdicts is UNSAID else Rule.NOTHING,
                opening,
            )
            for last, (sends, opening, source) in enumerate(rows, 1)
        )
        return Group(number, title, tuple(cases))


def _worth(play: Script, verdicts: Worth) -> Script:
    """Return the script with the verdict of an open connection for its events, if there is one."""
    worth = verdicts.get(Outcome.ESTABLISHED)
    (events,) = play.expected.values()
    return replace(play, expected={Verdict.OK: ()} if worth is None else {worth: events})


CLIENTS = Side(OpeningResponse, response_lines, _CLIENT)
SERVERS = Side(OpeningRequest, request_lines, _SERVER)
