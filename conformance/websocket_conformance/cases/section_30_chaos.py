"""Sections 30 to 34: streams that come in pieces, stop, or break off.

TCP carries a stream of octets, not messages, so the places where the stream is cut must not matter:
a case of sections 30 to 32 has the same verdict as the case that it cuts. The last part of a number
is the octet or the seed.

The judge cannot observe a peer on a connection that was reset. A driver may report the close event
of a client; a server has to serve the next connection.

Each side has its own cases in which the judge's part of the handshake is cut, as a request is
longer than a response. The octets of both sides do not depend on the version of the judge. The
frames of a client are masked, so each has four more octets, and only servers see cuts in these.

Source: RFC 9293, section 2.2; RFC 6455, sections 7.1.5 and 7.1.7.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count

from websocket_conformance.cases import (
    section_01_framing,
    section_02_pings,
    section_03_reserved_bits,
    section_05_fragmentation,
    section_06_utf8,
    section_07_closing,
)
from websocket_conformance.cases.case import Case, Group, Section
from websocket_conformance.cases.chaos import Chaos, Cut, Deaf, Reset, at_random, every_octet
from websocket_conformance.cases.expected import Ending, text
from websocket_conformance.cases.handshakes import HELLO, PROBE
from websocket_conformance.cases.opening import (
    OPENS,
    OpeningRequest,
    OpeningResponse,
    request_lines,
    response_lines,
)
from websocket_conformance.cases.payloads import Stream
from websocket_conformance.cases.play import RoundTrips, Script
from websocket_conformance.cases.steps import CLOSE, TEXT, FailAfter
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.codes import NORMAL
from websocket_conformance.wire.deflate import Asked
from websocket_conformance.wire.frames import encode, fragments
from websocket_conformance.wire.sendable import Close, Frame, Message

_SOURCE = "RFC 9293, 2.2"
_SAME = "The same as if nothing had happened."
"""The words that precede the expectation of the whole case in that of a case that is cut."""

RESPONSE = OpeningResponse(response_lines(), OPENS)
"""The judge's part of a handshake with a client."""

OF_RESPONSE = len(RESPONSE.filled(accept="s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
"""The length of the judge's response, in octets."""

OF_REQUEST = 256
"""The length of the judge's request, in octets, unless the server's address is very long."""

REQUEST = OpeningRequest(request_lines("User-Agent: judge{fill}"), OPENS, length=OF_REQUEST)
"""The judge's part of a handshake with a server."""

MASK = b"mask"
"""Stands for any mask of a client's frame, since only the mask's length matters here."""

_SHORT = 0.003
"""The seconds between pieces of a handshake; a client may run its handshakes one at a time."""

_NOWHERE = "0"
"""The number of cases that are only cut, and never played as a whole."""

_ECHO = Case(_NOWHERE, "A text message.", "The message comes back.", "RFC 6455, 5.2", PROBE)


def _chosen(numbers: Sequence[str]) -> Iterable[Case]:
    """Return short cases of all kinds whose frames are sent at once."""
    every = {
        case.number: case
        for module in (
            section_01_framing, section_02_pings, section_03_reserved_bits,
            section_05_fragmentation, section_06_utf8, section_07_closing,
        )
        for case in module.SECTION.cases
    }  # fmt: skip
    return (every[number] for number in numbers)


CHOSEN = tuple(_chosen(("1.1.2", "1.2.1", "2.3", "2.10", "3.1", "5.3", "5.6", "6.2.1", "7.3.4")))
"""The cases that are cut: text and binary frames, Pings, a reserved bit, fragments, a Close."""

_RECORD = RoundTrips(
    Stream("json", 16, 1), False, 10, (Asked(),), 6,
    compressed=(bytes.fromhex("8ae6 5250 a806 6205 05a5 cc14 252b 0500 00"),),
)  # fmt: skip
"""The compressed beginning of a record, with a copy of earlier data that fits into any window."""

COMPRESSED = Case(
    _NOWHERE, "A compressed message in three fragments.",
    "permessage-deflate is agreed upon, and the message comes back.", "RFC 7692, 7.2", _RECORD,
)  # fmt: skip

CUT = (*CHOSEN, COMPRESSED)
"""The cases whose frames are cut."""


def length(case: Case, mask: bytes | None = None) -> int:
    """Return the length of the frames that a case always sends, in octets.

    Args:
        case: the case.
        mask: the mask of its frames, if it is played as a client.
    """
    match case.play:
        case Script(steps):
            return sum(_octets(step, mask) for step in steps)
        case RoundTrips(compressed=payloads, fragment=int(size)):
            pieces = [piece for payload in payloads for piece in fragments(payload, size)]
            return sum(len(encode(TEXT, piece, mask=mask)) for piece in pieces)
    raise TypeError(case.play)


def _octets(step: object, mask: bytes | None) -> int:
    match step:
        case Frame(opcode, payload):
            return len(encode(opcode, payload, mask=mask))
        case Message(payload):
            return len(encode(TEXT, payload, mask=mask))
        case Close(code, reason):
            return len(encode(TEXT, reason, mask=mask)) + (0 if code is None else 2)
        case _:
            return 0


def _named(case: Case) -> str:
    """Return what a case is called; cases that exist only to be cut have no number of their own."""
    return case.sends.rstrip(".") if case.number == _NOWHERE else f"Case {case.number}"


def _of(case: Case, number: str, how: str, chaos: Chaos) -> Case:
    """Return a case that plays another case on a stream to which something happens."""
    sends = f"{_named(case)} {how}."
    expects = f"{_SAME} {case.expects}"
    return replace(case, number=number, sends=sends, expects=expects, source=_SOURCE, chaos=chaos)


_CLIENT = replace(_ECHO, opening=RESPONSE)
"""A case with a message for a client, on a connection all of whose octets are known."""

_SERVER = replace(_ECHO, opening=REQUEST)
"""A case with a message for a server, on a connection all of whose octets are known."""


def _in_head(group: str, title: str, case: Case, octets: int) -> Group:
    cases = (
        _of(case, f"{group}.{n}", f"with a cut before octet {n} of all that the judge sends",
            Cut((n,), gap=_SHORT))
        for n in range(1, octets + 1)
    )  # fmt: skip
    return Group(group, title, tuple(cases))


SEEDS = range(1, 21)
"""The seeds of the pieces: each seed cuts a stream in its own way."""


def _in_pieces(group: str, title: str, case: Case) -> Group:
    cases = (
        _of(case, f"{group}.{seed}", f"in pieces of 1 to 40 octets, after the seed {seed}",
            Cut(at_random(f"{group}.{seed}", longest=40), gap=_SHORT))
        for seed in SEEDS
    )  # fmt: skip
    return Group(group, title, tuple(cases))


def _cuts(place: int, case: Case) -> Group:
    number, unmasked = f"31.{place}", length(case)
    cases = (
        replace(
            _of(case, f"{number}.{n}", f"with a cut before octet {n} of its frames",
                Cut((n,), behind_head=True)),
            for_servers=n >= unmasked,
        )
        for n in range(1, length(case, MASK))
    )  # fmt: skip
    return Group(number, f"{_named(case)} with a cut", tuple(cases))


def _pieces(place: int, case: Case) -> Group:
    number = f"32.{place}"
    one = _of(
        case, f"{number}.0", "an octet at a time", Cut(every_octet(), behind_head=True, gap=0.001)
    )
    some = (
        _of(case, f"{number}.{seed}", f"in pieces of 1 to 9 octets, after the seed {seed}",
            Cut(at_random(f"{number}.{seed}"), behind_head=True, gap=0.003))
        for seed in SEEDS
    )  # fmt: skip
    return Group(number, f"{_named(case)} in many pieces", (one, *some))


_UNASKED = Script(PROBE.steps, {Verdict.OK: ()})
"""Send a message as far as possible, and expect nothing."""

_BROKEN = Ending(by_judge=True, codes=(NORMAL,), clean=False)
"""The judge ends the connection after the echo of its message, without a closing handshake."""


def _resets(
    group: str, title: str, octets: Iterable[int], *, behind_head: bool,
    reset: Callable[[str, str, Reset], Case],
) -> Group:  # fmt: skip
    what = "octets behind the opening handshake" if behind_head else "octets"
    cases = (
        reset(f"{group}.{n}", f"A text message, but TCP is reset after {n} {what}.",
              Reset(n, behind_head=behind_head))
        for n in octets
    )  # fmt: skip
    return Group(group, title, tuple(cases))


def _message(chaos: Reset) -> Script:
    """Return the script of the message, whose echo can arrive if TCP is reset after the message."""
    return PROBE if chaos.behind_head else _UNASKED


def _of_client(number: str, sends: str, chaos: Reset) -> Case:
    return Case(
        number, sends,
        "The client's close event says 1006, not cleanly. If nobody tells the judge of it, nothing "
        "was seen, and the case is INFORMATIONAL.",
        "RFC 6455, 7.1.5", _message(chaos), _BROKEN, opening=RESPONSE, chaos=chaos,
    )  # fmt: skip


def _of_server(number: str, sends: str, chaos: Reset) -> Case:
    opened = "The server opens the connection. " if chaos.behind_head else ""
    return Case(
        number, sends,
        f"{opened}After the reset it opens a new one, and sends a message back on that.",
        "RFC 6455, 7.2.1", _message(chaos), _BROKEN, opening=REQUEST, chaos=chaos,
        followed_by=replace(_SERVER, number=number),
    )  # fmt: skip


def _message_and_most_of_a_close(mask: bytes | None = None) -> int:
    return len(encode(TEXT, HELLO, mask=mask)) + len(encode(CLOSE, b"\x03\xe8", mask=mask)) - 1


_STOP = 0.25
"""How long the judge stops, in seconds; longer than a peer might wait for the rest of a segment."""

_PIECE = b"a" * 2**16
"""The payload of a message that the judge sends while it does not read."""

_MANY = 64
"""The number of these messages; the buffers of both ends cannot hold all their echoes."""


def _stops(group: str, title: str, case: Case, octets: int) -> Group:
    cases = (
        _of(case, f"{group}.{place}", f"with a stop of {_STOP:g} s before octet {n} of all",
            Cut((n,), gap=_STOP))
        for place, n in enumerate((1, octets // 2, octets - 1, octets), 1)
    )  # fmt: skip
    return Group(group, title, tuple(cases))


STOPS_IN_FRAME = tuple(
    _of(case, f"34.2.{place}", f"with a stop of {_STOP:g} s in its frames",
        Cut((length(case) // 2,), behind_head=True, gap=_STOP))
    for place, case in enumerate(CUT, 1)
)  # fmt: skip

_FLOOD = Script(
    (*(Frame(TEXT, _PIECE) for _ in range(_MANY)), FailAfter(10)),
    {Verdict.OK: (text(_PIECE),) * _MANY},
)

DEAF = (
    Case(
        "34.3.1",
        f"{_MANY} messages of 64 KiB, while the judge does not read for {_STOP:g} s.",
        "All messages come back.", _SOURCE, _FLOOD, chaos=Deaf(_STOP),
    ),
)  # fmt: skip

SECTIONS = (
    Section(
        30,
        "Cuts in the opening handshake",
        (
            _in_head("30.1", "A cut before each octet of a response", _CLIENT, OF_RESPONSE),
            _in_pieces("30.2", "A response in pieces", _CLIENT),
            _in_head("30.3", "A cut before each octet of a request", _SERVER, OF_REQUEST),
            _in_pieces("30.4", "A request in pieces", _SERVER),
        ),
    ),
    Section(31, "Cuts in the frames", tuple(map(_cuts, count(1), CUT))),
    Section(32, "Frames in many pieces", tuple(map(_pieces, count(1), CUT))),
    Section(
        33,
        "Resets",
        (
            _resets("33.1", "In the response", range(OF_RESPONSE), behind_head=False,
                    reset=_of_client),
            _resets("33.2", "Behind the response", range(_message_and_most_of_a_close() + 1),
                    behind_head=True, reset=_of_client),
            _resets("33.3", "In the request", range(OF_REQUEST + 1), behind_head=False,
                    reset=_of_server),
            _resets("33.4", "Behind the opening handshake with a server",
                    range(1, _message_and_most_of_a_close(MASK) + 1), behind_head=True,
                    reset=_of_server),
        ),
    ),
    Section(
        34,
        "Stalls",
        (
            _stops("34.1", "In the response", _CLIENT, OF_RESPONSE),
            Group("34.2", "In the frames", STOPS_IN_FRAME),
            Group("34.3", "A judge that does not read", DEAF),
            _stops("34.4", "In the request", _SERVER, OF_REQUEST),
        ),
    ),
)  # fmt: skip
