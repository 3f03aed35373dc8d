from dataclasses import replace
from datetime import UTC, datetime

import pytest

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.played import Counts, Played
from websocket_conformance.report import from_embedded, telling
from websocket_conformance.report.from_embedded import Plan
from websocket_conformance.results.result import Entry, Kind, Who
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing, Traffic
from websocket_conformance.wire.endpoint import Endpoint
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.log import FrameSeen, Log, Note, OctetsSeen
from websocket_conformance.wire.options import Options
from websocket_conformance.wire.sendable import Frame, Part
from websocket_conformance.wire.shown import payload

CASES = catalogue.by_number(Profile.QUICK)
END = Entry(Who.JUDGE, Kind.NOTE, "the end: not clean")


def played(case="2.2", behaviour=Verdict.OK, **more) -> Played:
    fields = {
        "case": CASES[case],
        "index": 1,
        "agent": "ws",
        "behaviour": behaviour,
        "because": "of the behaviour",
        "behaviour_close": Verdict.OK,
        "because_close": "of the closing",
        "started": datetime(2026, 11, 24, tzinfo=UTC),
        "seconds": 0.5,
    }
    return Played(**(fields | more))


def frame(sent: bool, opcode: int, data: bytes, **more) -> FrameSeen:
    fields = {"fin": True, "rsv": 0, "mask": None, "at": 0.25, "length": len(data)} | more
    return FrameSeen(sent=sent, opcode=opcode, payload=data, **fields)


def test_a_case_says_what_is_sent_expected_and_by_which_standard():
    result = from_embedded.result(played())
    assert result.case == "2.2"
    assert result.title == CASES["2.2"].sends
    assert result.expectation.startswith(CASES["2.2"].expects)
    assert "OK if what comes is pong" in result.expectation
    assert result.link == "https://www.rfc-editor.org/rfc/rfc6455#section-5.5.3"


def test_why_is_told_of_what_falls_short():
    assert from_embedded.result(played()).reason == "of the closing"
    short = from_embedded.result(played(behaviour=Verdict.NON_STRICT))
    assert (short.verdict, short.reason) == (
        Verdict.NON_STRICT,
        f"of the behaviour Expected: {CASES['2.2'].expects}",
    )


def test_the_best_of_each_case_is_that_of_the_suite():
    informational = {number for number, case in CASES.items() if case.best is not Verdict.OK}
    assert informational == {"7.1.6", "7.13.1", "7.13.2"}
    result = from_embedded.result(played("7.1.6", Verdict.INFORMATIONAL))
    assert result.is_good


def test_a_reset_of_which_nobody_told_is_as_good_as_it_can_be():
    case = catalogue.every(Profile.QUICK)["33.1.5"]
    words = {"behaviour": Verdict.INFORMATIONAL, "behaviour_close": Verdict.INFORMATIONAL}
    untold = from_embedded.result(replace(played(), case=case, **words))
    assert (untold.verdict, untold.is_good) == (Verdict.INFORMATIONAL, True)
    assert from_embedded.result(replace(played(), case=case)).is_good
    assert not from_embedded.result(replace(played(), **words)).is_good
    failed = replace(played(behaviour=Verdict.FAILED), case=case)
    assert not from_embedded.result(failed).is_good


MESSAGE = 'text "Hello".'
BY_JUDGE = "begun by the judge, with 1000 or none, clean."


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("21.1.1", [f"OK if what comes is {MESSAGE}", f"Closing: {BY_JUDGE}"]),
        ("22.6.9", []),
        ("27.1.6", []),
        (
            "20.2.13",
            [
                f"NON-STRICT if what comes is {MESSAGE}",
                f"Closing of an open connection: {BY_JUDGE}",
            ],
        ),
        (
            "20.2.2",
            [f"OK if what comes is {MESSAGE}", f"Closing of an open connection: {BY_JUDGE}"],
        ),
        ("20.2.1", []),
        ("30.1.5", [f"OK if what comes is {MESSAGE}", f"Closing: {BY_JUDGE}"]),
        ("33.1.5", []),
        ("33.4.5", []),
    ],
)
def test_what_is_expected_of_an_opening_or_a_reset_comes_from_what_it_is_worth(case, said):
    case = catalogue.every(Profile.QUICK)[case]
    assert from_embedded.about(case).expectation.split("\n") == [case.expects, *said]


def test_each_case_has_a_section_a_title_an_expectation_and_a_source():
    for case in CASES.values():
        result = from_embedded.about(case)
        assert result.title, case.number
        assert result.expectation, case.number
        assert result.source, case.number
        assert result.link.startswith("https://www.rfc-editor.org/rfc/rfc"), case.source
    for case in catalogue.every(Profile.QUICK).values():
        assert from_embedded.about(case).link, case.number
    results = [from_embedded.about(case) for case in CASES.values()]
    shown = telling.sections(results)
    assert [section.id for section in shown] == [
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "9",
        "10",
        "12",
        "13",
    ]


@pytest.mark.parametrize(
    ("case", "link"),
    [
        ("12.1.1", "https://www.rfc-editor.org/rfc/rfc7692#section-7.2"),
        ("13.2.1", "https://www.rfc-editor.org/rfc/rfc7692#section-7.1.1"),
        ("13.3.1", "https://www.rfc-editor.org/rfc/rfc7692#section-7.1.2"),
        ("23.2.4", "https://websockets.spec.whatwg.org/#concept-websocket-establish"),
    ],
)
def test_a_link_leads_to_what_the_case_is_about(case, link):
    assert from_embedded.about(catalogue.every(Profile.QUICK)[case]).link == link


def test_a_case_that_was_not_played_has_failed():
    result = from_embedded.unplayed(CASES["1.1.1"], "it ended")
    assert (result.verdict, result.reason, result.seconds) == (Verdict.FAILED, "it ended", None)


@pytest.mark.parametrize(
    ("seen", "entry"),
    [
        (
            frame(True, 9, b"hi", chop=1),
            (Who.JUDGE, Kind.FRAME, "ping, 2 octets, written 1 octet at a time", '"hi"'),
        ),
        (
            frame(False, 1, b"hi", fin=False, rsv=4, mask=b"abcd"),
            (Who.PEER, Kind.FRAME, "text, more to come, RSV1, 2 octets, masked", "68 69"),
        ),
        (frame(False, 8, b"\x03\xe8bye"), (Who.PEER, Kind.FRAME, "close, 5 octets", '1000 "bye"')),
        (frame(True, 11, b""), (Who.JUDGE, Kind.FRAME, "opcode 11, 0 octets", "")),
        (OctetsSeen(0.25, False, 1, b"\xff"), (Who.PEER, Kind.BYTES, "1 octet", "ff")),
        (
            Note(0.25, "fail", 1.0),
            (Who.JUDGE, Kind.NOTE, "fails the connection in 1 s unless it has ended", ""),
        ),
    ],
)
def test_what_was_seen_is_told(seen, entry):
    result = from_embedded.result(played(conversation=(seen,)))
    assert result.conversation.start == (Entry(*entry, 0.25), END)


def test_octets_are_left_out_where_there_are_frames():
    seen = (frame(False, 1, b"hi"), OctetsSeen(0.5, False, 8, b""), OctetsSeen(0.5, True, 2, b"x"))
    kinds = [
        each.kind for each in from_embedded.result(played(conversation=seen)).conversation.start
    ]
    assert kinds == [Kind.FRAME, Kind.BYTES, Kind.NOTE]


def test_the_handshake_comes_first_and_who_asks_is_the_client():
    texts = {"request": "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "response": "HTTP/1.1 101 OK\r\n\r\n"}
    start = from_embedded.result(played(**texts)).conversation.start
    assert start == (
        Entry(Who.PEER, Kind.HANDSHAKE, "GET / HTTP/1.1", "Host: x"),
        Entry(Who.JUDGE, Kind.HANDSHAKE, "HTTP/1.1 101 OK"),
        END,
    )
    start = from_embedded.result(played(**texts, judge_is_server=False)).conversation.start
    assert [entry.who for entry in start[:2]] == [Who.JUDGE, Who.PEER]


def test_the_octets_of_the_handshake_are_not_told_twice():
    seen = (OctetsSeen(0.0, False, 300, b"GET /runCase"), OctetsSeen(0.0, True, 9, b"HTTP/1.1 101"))
    assert from_embedded.result(played(conversation=seen)).conversation.start == (END,)


def test_a_connection_tells_how_it_ended_and_what_was_not_recorded():
    closing = Closing(local_code=1000, remote_code=1008, remote_reason="Too\nmuch")
    counts = Counts(frames_sent={1: 1, 0: 65_536}, frames_received={8: 1})
    seen = (Note(0.25, "log", tag=False),)
    result = from_embedded.result(played(conversation=seen, closing=closing, counts=counts))
    assert [entry.head for entry in result.conversation.start] == [
        "the record stops here",
        "sent in all: 65,536 continuation, 1 text",
        "sent in all: 1 close",
        "the end: not clean; the judge's Close had 1000; the peer's had 1008 \"Too\\nmuch\"",
    ]


@pytest.mark.parametrize(
    ("data", "length", "shown"),
    [
        (b"", 0, ""),
        ("grüß".encode(), 6, '"grüß"'),
        (b"a\nb\x00", 4, '"a\\nb\\x00"'),
        (b"\xff\xfe", 2, "ff fe"),
        (b"x" * 39 + "ü".encode()[:1], 80, '"' + "x" * 39 + '" …'),
        (b"x" * 39 + b"\xc3", 40, (b"x" * 39 + b"\xc3").hex(" ")),
    ],
)
def test_a_text_is_shown_as_text_if_it_is_one(data, length, shown):
    assert payload(1, data, length) == shown


def test_each_peer_has_a_run_in_the_order_of_the_suite_in_which_the_last_result_counts():
    results = [
        played("10.1.1"),
        played("2.2", Verdict.FAILED),
        played("1.1.1", agent="my client"),
        played("2.2", started=datetime(2026, 11, 24, 0, 1, tzinfo=UTC)),
    ]
    asked = Plan([CASES[number] for number in ("2.2", "2.3", "10.1.1")], Profile.FULL)
    ws, mine = from_embedded.runs(results, asked)
    assert (ws.implementation, ws.version, ws.suite, ws.profile) == ("ws", "", "embedded", "full")
    assert [result.case for result in ws.results] == ["2.2", "10.1.1"]
    assert ws.results[0].behaviour is Verdict.OK
    assert [section.id for section in ws.sections] == ["2", "10"]
    assert (ws.seconds, ws.asked, ws.interrupted) == (60.5, 3, False)
    assert (mine.label, mine.asked) == ("my client", 4)


def test_a_run_that_was_ended_early_lacks_cases_that_were_not_excluded():
    cases = [CASES["2.2"], CASES["2.3"]]
    (some,) = from_embedded.runs([played()], Plan(cases, Profile.QUICK, {}, interrupted=True))
    assert (some.asked, some.interrupted) == (2, True)
    excluded = {"ws": ["2.3"]}
    (every,) = from_embedded.runs([played()], Plan(cases, Profile.QUICK, excluded, True))
    assert (every.asked, every.interrupted) == (1, False)


def heads(log, **more) -> list[tuple[Kind, str, str]]:
    return [(each.kind, each.head, each.payload) for each in telling.entries(log, **more)]


@pytest.mark.parametrize("is_server", [True, False])
def test_a_frame_that_is_sent_in_pieces_is_told_piece_by_piece(is_server):
    log, sent = Log(lambda: 0.0), []
    endpoint = Endpoint(SilentWire(sent), None, log, is_server=is_server, options=Options())
    endpoint.send_frame(Frame(Opcode.PING, b"hi"))
    for part in (Part("grüß ".encode(), of=12), Part(b"\xff"), Part(b"gott", of=None)):
        endpoint.send_part(part)
    endpoint.send_frame(Frame(Opcode.CONTINUATION))
    masked = "" if is_server else ", masked"
    assert heads(log.entries) == [
        (Kind.FRAME, f"ping, 2 octets{masked}", '"hi"'),
        (Kind.FRAME, f"text, more to come, 12 octets{masked}, in pieces", ""),
        (Kind.FRAME, "a piece of 7 octets", '"grüß "'),
        (Kind.FRAME, "a piece of 1 octet", "ff"),
        (Kind.FRAME, "a piece of 4 octets", '"gott"'),
        (Kind.FRAME, f"continuation, 0 octets{masked}", ""),
    ]


class SilentWire:
    def __init__(self, sent):
        self.write = sent.append


def test_octets_that_are_no_header_are_not_told_as_a_piece():
    half, two = OctetsSeen(0.0, True, 1, b"\x81"), OctetsSeen(0.0, True, 4, b"\x81\x02hi")
    assert heads([frame(True, 9, b""), OctetsSeen(0.0, True, 2, b"\x89\x00"), half, two]) == [
        (Kind.FRAME, "ping, 0 octets", "")
    ]


def test_no_piece_is_looked_for_in_a_log_that_was_off():
    seen = (Note(0.0, "log", tag=False), Note(0.0, "log", tag=True))
    found = heads([*seen, frame(False, 1, b""), OctetsSeen(0.0, True, 2, b"\x01\x05")])
    assert [kind for kind, _, _ in found] == [Kind.NOTE, Kind.NOTE, Kind.FRAME, Kind.BYTES]


def test_a_request_of_any_method_is_told_once():
    seen = OctetsSeen(0.0, True, 80, b"POST / HTTP/1.1\r\nHost: x")
    request = "POST / HTTP/1.1\r\nHost: x\r\n\r\n"
    result = from_embedded.result(
        played(conversation=(seen,), request=request, judge_is_server=False)
    )
    assert [each.kind for each in result.conversation.start] == [Kind.HANDSHAKE, Kind.NOTE]


def test_what_an_opening_handshake_repeats_without_an_end_is_told():
    case = catalogue.every(Profile.QUICK)["25.2.6"]
    told = from_embedded.result(replace(played(), case=case)).conversation.start
    assert told[0] == Entry(
        Who.JUDGE,
        Kind.BYTES,
        "repeats 4 octets until the connection is over, or 4,194,304 octets are sent",
        '" a\\r\\n"',
    )


def test_messages_that_were_not_recorded_are_counted_with_their_octets():
    seen = (Note(0.25, "log", tag=False),)
    sent, taken = Traffic(messages=10, application=160), Traffic(messages=1, application=16)
    counts = Counts(frames_sent={1: 10, 8: 1}, frames_received={1: 1})
    result = from_embedded.result(played(conversation=seen, counts=counts, sent=sent, taken=taken))
    assert [entry.head for entry in result.conversation.start[1:3]] == [
        "sent in all: 10 text, 1 close; 10 messages with 160 octets",
        "sent in all: 1 text; 1 message with 16 octets",
    ]
