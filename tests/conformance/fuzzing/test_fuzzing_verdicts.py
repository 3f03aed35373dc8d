import pytest

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.expected import (
    BY_JUDGE,
    BY_PEER,
    BY_PEER_FOR_UTF8,
    Ending,
    Rule,
    pong,
    text,
)
from websocket_conformance.cases.play import Script
from websocket_conformance.fuzzing.verdicts import Finding, on_case, on_closing, on_events
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing

CLEAN = Closing(by_me=True, was_clean=True, remote_code=1000)
OK = Finding(Verdict.OK, "as expected")


def case(ending: Ending = BY_JUDGE, rule: Rule = Rule.NOTHING) -> Case:
    return Case("0.0", "", "", "", Script((), {}), ending, rule)


@pytest.mark.parametrize(
    ("received", "because"),
    [
        ([text(b"a")], "What came is what was expected."),
        ([], "That is tolerated, no more: nothing came."),
        ([pong(b"")], 'Something else was expected: pong "" came.'),
        (
            [text(b"x" * 30), text(b"\xff")],
            f'Something else was expected: text "{"x" * 24}" of 30 octets, text "\\\\xff" came.',
        ),
        (
            [text(b"b")] * 6,
            "Something else was expected: " + 'text "b", ' * 4 + "2 more came.",
        ),
    ],
)
def test_a_reason_says_what_came(received, because):
    events = {Verdict.OK: (text(b"a"),), Verdict.NON_STRICT: ()}
    assert on_events(received, events).because == because


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ([text(b"a")], Verdict.OK),
        ([], Verdict.NON_STRICT),
        ([text(b"b")], Verdict.FAILED),
        ([text(b"a"), text(b"a")], Verdict.FAILED),
        ([pong(b"a")], Verdict.FAILED),
    ],
)
def test_events_have_to_be_the_same_in_the_same_order(received, expected):
    events = {Verdict.OK: (text(b"a"),), Verdict.NON_STRICT: ()}
    assert on_events(received, events).behaviour is expected


@pytest.mark.parametrize(
    ("closing", "ending", "is_server", "expected"),
    [
        (CLEAN, BY_JUDGE, True, "OK"),
        (Closing(by_me=True, was_clean=True), BY_JUDGE, True, "OK"),
        (Closing(by_me=True, was_clean=True, remote_code=1001), BY_JUDGE, True, "WRONG CODE"),
        (Closing(by_me=True, remote_code=1001), BY_JUDGE, True, "UNCLEAN"),
        (Closing(was_clean=True, remote_code=1001), BY_JUDGE, True, "FAILED"),
        (Closing(), BY_PEER, True, "OK"),
        (Closing(remote_code=1002), BY_PEER, True, "OK"),
        (Closing(remote_code=1007), BY_PEER, True, "WRONG CODE"),
        (Closing(by_me=True, was_clean=True), BY_PEER, True, "FAILED"),
        (Closing(by_me=True, was_clean=True, dropped_by_me=True), BY_JUDGE, True, "OK"),
        (
            Closing(by_me=True, was_clean=True, dropped_by_me=True),
            BY_JUDGE,
            False,
            "FAILED BY CLIENT",
        ),
        (CLEAN, BY_JUDGE, False, "OK"),
    ],
)
def test_the_closing(closing, ending, is_server, expected):
    assert on_closing(closing, ending, is_server=is_server).behaviour == expected


def test_who_never_fails_a_connection_for_bad_text_has_not_seen_it():
    closing = Closing(by_me=True, was_clean=True)
    verdicts = on_case(case(BY_PEER_FOR_UTF8), OK, closing, is_server=True)
    assert [verdict.behaviour for verdict in verdicts] == ["FAILED", "FAILED"]
    verdicts = on_case(case(BY_PEER), OK, closing, is_server=True)
    assert [verdict.behaviour for verdict in verdicts] == ["OK", "FAILED"]


def test_a_wrong_code_is_fatal_where_the_case_is_about_codes():
    closing = Closing(by_me=True, was_clean=True, remote_code=1005)
    verdicts = on_case(case(rule=Rule.WRONG_CODE_FAILS), OK, closing, is_server=True)
    assert [verdict.behaviour for verdict in verdicts] == ["FAILED", "WRONG CODE"]
    verdicts = on_case(case(), OK, closing, is_server=True)
    assert [verdict.behaviour for verdict in verdicts] == ["OK", "WRONG CODE"]


@pytest.mark.parametrize("closing", [CLEAN, Closing()])
def test_what_is_informational_is_nothing_else(closing):
    failed = Finding(Verdict.FAILED, "whatever")
    verdicts = on_case(case(rule=Rule.INFORMATIONAL), failed, closing, is_server=True)
    assert [verdict.behaviour for verdict in verdicts] == ["INFORMATIONAL", "INFORMATIONAL"]
