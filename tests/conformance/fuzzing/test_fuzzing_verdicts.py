from dataclasses import replace

import pytest

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.expected import (
    BY_JUDGE,
    BY_PEER,
    BY_PEER_FOR_UTF8,
    Ending,
    Rule,
    binary,
    pong,
    silence,
    text,
)
from websocket_conformance.cases.play import Script
from websocket_conformance.cases.steps import Watch
from websocket_conformance.fuzzing.verdicts import Finding, on_case, on_closing, on_events
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.connection import Closing

CLEAN = Closing(by_me=True, was_clean=True, remote_code=1000)
OK = Finding(Verdict.OK, "as expected")


def case(ending: Ending = BY_JUDGE, rule: Rule = Rule.NOTHING) -> Case:
    return Case("0.0", "", "", "", Script((), {}), ending, rule)


A_OR_NOTHING = Script((), {Verdict.OK: (text(b"a"),), Verdict.NON_STRICT: ()})
TOLERATED = "This is tolerated, but it is not strict."
LONG = b"x" * 100


@pytest.mark.parametrize(
    ("received", "because"),
    [
        ([text(b"a")], "What came is what was expected."),
        ([], f'{TOLERATED} The text "a" was expected, nothing came.'),
        ([pong(b"")], 'The text "a" was expected, the Pong "" came.'),
        (
            [text(b"y" * 5000), text(b"\xff")],
            f'The text "a" was expected, the text "{"y" * 40}" … of 5,000 octets came, '
            "then 1 more.",
        ),
        ([text(b"\x1b]0;")], r'The text "a" was expected, the text "\x1b]0;" came.'),
        ([text(b"a\xfe\xff")], 'The text "a" was expected, the text 61 fe ff came.'),
        ([pong(b"hello")], 'The text "a" was expected, the Pong "hello" came.'),
        ([pong(b"\x00")], 'The text "a" was expected, the Pong 00 came.'),
        (
            [text(b"a"), binary(b"b"), text(b"c")],
            "Nothing more was expected, the binary message 62 came, then 1 more, "
            "after one event that was as expected.",
        ),
    ],
)
def test_a_reason_says_which_event_is_the_first_that_differs(received, because):
    assert on_events(received, A_OR_NOTHING).because == because


def test_a_reason_says_how_many_events_were_as_expected():
    script = Script((), {Verdict.OK: tuple(text(bytes([digit])) for digit in b"0123")})
    received = [text(b"0"), text(b"1"), text(b"3")]
    because = 'The text "2" was expected, the text "3" came, after 2 events that were as expected.'
    assert on_events(received, script).because == because


@pytest.mark.parametrize(
    ("received", "because"),
    [
        ([], 'The text "a" was expected, nothing that is valid came.'),
        (
            [text(b"a")],
            'The text "b" was expected, nothing more that is valid came, '
            "after one event that was as expected.",
        ),
    ],
)
def test_where_the_judge_failed_the_connection_nothing_valid_came(received, because):
    script = Script((), {Verdict.OK: (text(b"a"), text(b"b"))})
    assert on_events(received, script, is_failed=True).because == because


def test_the_rule_for_which_the_judge_failed_the_connection_comes_first():
    missing = Finding(Verdict.FAILED, "Nothing that is valid came.")
    told = "The judge failed the connection: A client's frame is not masked."
    closing = Closing(by_me=True, failed_by_me=True, why_unclean="A client's frame is not masked.")
    behaviour, _ = on_case(case(), missing, closing, is_server=True)
    assert behaviour == Finding(Verdict.FAILED, f"{told} Nothing that is valid came.")
    assert on_case(case(), OK, closing, is_server=True).behaviour == OK
    late = replace(closing, timed_out=True)
    assert on_case(case(), missing, late, is_server=True).behaviour == missing


@pytest.mark.parametrize(
    ("payload", "came"),
    [
        (LONG[:99], "only the first 99 of these octets came"),
        (LONG[:40], "only the first 40 of these octets came"),
        (LONG + b"x", "the same with 1 more octet came"),
        (LONG + b"yy", "the same with 2 more octets came"),
        (LONG[:50] + b"y", "another of 51 octets that differs from octet 51 on came"),
    ],
)
def test_a_reason_says_by_how_many_octets_a_long_event_differs(payload, came):
    script = Script((), {Verdict.OK: (text(LONG),)})
    because = f'The text "{"x" * 40}" … of 100 octets was expected, {came}.'
    assert on_events([text(payload)], script).because == because


@pytest.mark.parametrize(
    ("received", "where"), [(LONG[:50] + b"y" + LONG[51:], 51), (LONG[:40] + b"y" * 60, 41)]
)
def test_a_reason_says_where_a_long_event_differs(received, where):
    script = Script((), {Verdict.OK: (text(LONG),)})
    assert f" from octet {where} on" in on_events([text(received)], script).because


@pytest.mark.parametrize(
    ("received", "because"),
    [
        (
            [silence("A"), silence("B")],
            f"{TOLERATED} The connection was still open 1 s after the second.",
        ),
        ([], "The connection ended within 1 s of the first."),
        (
            [text(b"a")],
            '1 s without an end after the first was expected, the text "a" came.',
        ),
    ],
)
def test_a_reason_says_how_long_a_connection_stayed_open(received, because):
    steps = Watch(1, "A", "the first"), Watch(1, "B", "the second")
    expected = {Verdict.OK: (silence("A"),), Verdict.NON_STRICT: (silence("A"), silence("B"))}
    assert on_events(received, Script(steps, expected)).because == because


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        ("0123", Verdict.OK),
        ("3", Verdict.NON_STRICT),
        ("03", Verdict.NON_STRICT),
        ("123", Verdict.NON_STRICT),
        ("013", Verdict.NON_STRICT),
        ("", Verdict.FAILED),
        ("012", Verdict.FAILED),
        ("0", Verdict.FAILED),
        ("33", Verdict.FAILED),
        ("203", Verdict.FAILED),
        ("30", Verdict.FAILED),
        ("01233", Verdict.FAILED),
        ("4", Verdict.FAILED),
    ],
)
def test_a_pong_may_answer_all_pings_before_it(answered, expected):
    pongs = tuple(pong(bytes([digit])) for digit in b"0123")
    script = Script((), {Verdict.OK: pongs}, may_merge_pongs=True)
    received = [pong(bytes([digit])) for digit in answered.encode()]
    assert on_events(received, script).behaviour is expected
    strict = on_events(received, Script((), {Verdict.OK: pongs})).behaviour
    assert strict is (Verdict.OK if answered == "0123" else Verdict.FAILED)


def test_of_merged_pongs_the_last_ones_are_told():
    pongs = tuple(pong(bytes([digit])) for digit in b"012345")
    finding = on_events(pongs[1:], Script((), {Verdict.OK: pongs}, may_merge_pongs=True))
    assert 'Of 6 Pongs 5 came, the last: the Pong "3", the Pong "4", the Pong "5".' in (
        finding.because
    )


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
    assert on_events(received, A_OR_NOTHING).behaviour is expected


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


TIMED_OUT = Closing(by_me=True, failed_by_me=True, timed_out=True, local_code=1001)


@pytest.mark.parametrize(
    ("closing", "ending", "behaviour", "because"),
    [
        (
            TIMED_OUT,
            BY_PEER,
            Verdict.FAILED,
            "The case timed out: the peer did not end the connection, so the judge ended it.",
        ),
        (
            Closing(by_me=True),
            BY_PEER,
            Verdict.FAILED,
            "The peer did not end the connection, so the judge ended it.",
        ),
        (
            Closing(by_me=True, failed_by_me=True, why_unclean="The frame is masked."),
            BY_PEER,
            Verdict.FAILED,
            "The judge failed the connection: The frame is masked.",
        ),
        (
            replace(TIMED_OUT, by_me=False, dropped_by_me=True),
            BY_JUDGE,
            Verdict.FAILED,
            "The case timed out.",
        ),
        (
            Closing(),
            BY_JUDGE,
            Verdict.FAILED,
            "The peer ended the connection, although the judge had to end it.",
        ),
        (
            replace(TIMED_OUT, was_clean=True, remote_code=1001),
            BY_JUDGE,
            Verdict.WRONG_CODE,
            "The case timed out. The peer's Close with 1001 only answers the judge's.",
        ),
        (
            replace(TIMED_OUT, was_clean=True, remote_code=1002),
            BY_JUDGE,
            Verdict.WRONG_CODE,
            "The code has to be 1000 or none, not 1002.",
        ),
    ],
)
def test_a_reason_says_who_ended_a_connection_and_why(closing, ending, behaviour, because):
    assert on_closing(closing, ending, is_server=True) == Finding(behaviour, because)
