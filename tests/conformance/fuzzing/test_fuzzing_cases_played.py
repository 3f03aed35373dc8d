"""Every case against a peer that does everything well, and against others."""

import re
from dataclasses import replace

import pytest
from simulation import (
    Changing,
    Closing,
    Deaf,
    Doubling,
    Dropping,
    DroppingWhenFailed,
    Flood,
    Lenient,
    Peer,
    Ponging,
    Retyping,
    Shortening,
    Silent,
    Unmasked,
    play,
)

from websocket_conformance.autobahn.catalogue import CASES
from websocket_conformance.cases.case import Case
from websocket_conformance.cases.catalogue import by_number
from websocket_conformance.cases.play import LargeEcho, RoundTrips, Script
from websocket_conformance.cases.profile import Profile
from websocket_conformance.cases.steps import Pause, Watch
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wire.frames import Opcode
from websocket_conformance.wire.sendable import Frame

QUICK, FULL = map(by_number, Profile)
SMALL = [number for number, case in QUICK.items() if isinstance(case.play, Script)]
PAUSING = ("5.19", "5.20", "6.4.1", "6.4.2", "6.4.3", "6.4.4")


def is_small_enough(case: Case) -> bool:
    """Whether a case that measures is played here; all are with a real client, elsewhere."""
    match case.play:
        case RoundTrips(stream=stream):
            return stream.size <= 16384
        case LargeEcho(length=length, fragment=fragment):
            return length <= 2**20 or fragment == 4 * 2**20
    return False


MEASURING = [number for number, case in QUICK.items() if is_small_enough(case)]

# A peer on the judge's own endpoint looks at a text when a frame has come as a whole.
LOOKS_LATE = {"6.4.3", "6.4.4"}


def verdicts(number: str, kind: type[Peer] = Peer, **options: object) -> tuple[str, str]:
    result = play(QUICK[number], kind, **options)
    assert result.because
    assert result.because_close
    return result.behaviour.value, result.behaviour_close.value


def test_the_cases_are_those_of_the_suite_in_the_same_order():
    assert tuple(QUICK) == CASES


@pytest.mark.parametrize("number", SMALL)
@pytest.mark.parametrize("judge_is_server", [True, False], ids=["client", "server"])
def test_a_good_peer(number, judge_is_server):
    result = play(QUICK[number], judge_is_server=judge_is_server)
    if number in LOOKS_LATE:
        assert result.behaviour is Verdict.NON_STRICT
    else:
        assert result.is_best, (result.because, result.because_close)


@pytest.mark.parametrize("number", MEASURING)
def test_a_good_peer_of_a_measuring_case(number):
    result = play(QUICK[number])
    assert result.is_best, (result.because, result.because_close)


@pytest.mark.parametrize(
    "number", ["9.1.1", "9.3.5", "9.6.3", "9.8.2", "12.1.1", "12.4.11", "13.7.3"]
)
def test_a_good_server_of_a_measuring_case(number):
    assert play(QUICK[number], judge_is_server=False).is_best


@pytest.mark.parametrize("number", ["12.1.1", "12.5.18", "13.3.5"])
def test_a_peer_that_does_not_compress(number):
    assert verdicts(number, compresses=False) == ("UNIMPLEMENTED", "OK")


@pytest.mark.parametrize("number", SMALL)
def test_a_peer_that_does_nothing_never_does_well(number):
    """It fails, or what it should have ended was ended for it, or it did not answer the Close."""
    behaviour, closing = verdicts(number, Deaf)
    if QUICK[number].rule.name == "INFORMATIONAL":
        assert (behaviour, closing) == ("INFORMATIONAL", "INFORMATIONAL")
    elif QUICK[number].ending.by_judge:
        clean = QUICK[number].ending.clean
        assert closing == ("UNCLEAN" if clean else "OK")
    else:
        assert closing == "FAILED"


@pytest.mark.parametrize("number", ["9.1.1", "9.7.1", "12.1.1"])
def test_a_peer_that_does_nothing_in_a_measuring_case(number):
    assert verdicts(number, Deaf) == ("FAILED", "UNCLEAN")


@pytest.mark.parametrize("number", ["1.1.1", "2.7", "3.1", "6.3.1", "7.13.1", "9.1.1", "12.1.1"])
def test_a_peer_that_floods_fails_whatever_the_case(number):
    result = play(QUICK[number], Flood)
    assert (result.behaviour, result.behaviour_close) == (Verdict.FAILED, Verdict.FAILED)
    assert re.fullmatch(r"The peer sent [0-9,]{9,} octets and did not stop\.", result.because)


@pytest.mark.parametrize(
    ("number", "kind", "expected"),
    [
        ("1.1.2", Changing, ("FAILED", "OK")),
        ("1.1.2", Retyping, ("FAILED", "OK")),
        ("1.2.2", Doubling, ("FAILED", "OK")),
        ("1.1.2", Ponging, ("FAILED", "OK")),
        ("1.1.2", Closing, ("FAILED", "FAILED")),
        ("1.1.2", Dropping, ("FAILED", "FAILED")),
        ("1.1.2", Unmasked, ("FAILED", "OK")),
        ("1.1.2", Silent, ("OK", "UNCLEAN")),
        ("2.5", DroppingWhenFailed, ("OK", "OK")),
        ("3.2", Deaf, ("NON-STRICT", "FAILED")),
        ("3.2", Dropping, ("NON-STRICT", "OK")),
        ("6.3.1", Lenient, ("FAILED", "FAILED")),
        ("6.4.1", Lenient, ("FAILED", "FAILED")),
        ("6.5.1", Lenient, ("OK", "OK")),
        ("7.1.1", Closing, ("FAILED", "FAILED")),
        ("9.1.1", Shortening, ("FAILED", "OK")),
        ("9.1.1", Changing, ("OK", "OK")),
        ("9.1.1", Retyping, ("FAILED", "OK")),
        ("9.2.1", Retyping, ("FAILED", "UNCLEAN")),
        ("9.1.1", Ponging, ("OK", "OK")),
        ("9.7.2", Ponging, ("FAILED", "OK")),
        ("9.1.1", Closing, ("FAILED", "FAILED")),
        ("9.7.2", Shortening, ("FAILED", "OK")),
        ("9.7.2", Changing, ("OK", "OK")),
        ("9.7.1", Doubling, ("OK", "OK")),
        ("12.1.2", Changing, ("FAILED", "OK")),
        ("12.2.2", Shortening, ("FAILED", "OK")),
        ("12.1.2", Retyping, ("FAILED", "OK")),
        ("12.1.2", Doubling, ("FAILED", "OK")),
        ("12.1.2", Ponging, ("FAILED", "OK")),
        ("12.1.2", Dropping, ("FAILED", "FAILED")),
    ],
)
def test_a_peer_that_breaks_a_rule(number, kind, expected):
    assert verdicts(number, kind) == expected


@pytest.mark.parametrize("patience", [1.0, 10.0])
def test_patience_changes_no_verdict(patience):
    for number in ("1.1.1", "2.1", "2.10", "3.2", "5.19", "6.4.1", "7.3.2"):
        for kind in (Peer, Deaf, Silent, Lenient):
            assert verdicts(number, kind, patience=patience) == verdicts(number, kind)


@pytest.mark.parametrize("case", QUICK.values(), ids=lambda case: case.number)
def test_a_case_says_what_it_is_about(case: Case):
    assert case.sends.endswith(".")
    assert case.expects
    assert case.source.startswith("RFC ")


def test_full_is_quick_with_a_thousand_messages_and_long_pauses():
    for quick, full in zip(QUICK.values(), FULL.values(), strict=True):
        assert quick.number == full.number
        if isinstance(quick.play, RoundTrips):
            assert (quick.play.stream.count, full.play.stream.count) == (10, 1000)
        elif number_of_pauses(quick):
            assert number_of_pauses(quick) == number_of_pauses(full)
            assert without_pauses(quick) == without_pauses(full)
        else:
            assert quick == full


def number_of_pauses(case):
    return sum(isinstance(step, Pause | Watch) for step in steps(case))


def without_pauses(case):
    kept = tuple(step for step in steps(case) if not isinstance(step, Pause | Watch))
    return replace(case, play=replace(case.play, steps=kept))


def steps(case):
    return case.play.steps if isinstance(case.play, Script) else ()


@pytest.mark.parametrize("number", PAUSING)
@pytest.mark.parametrize("kind", [Peer, Lenient])
def test_a_case_that_pauses_is_soon_over_in_quick_and_comes_out_as_in_full(number, kind):
    quick, full = play(QUICK[number], kind), play(FULL[number], kind)
    assert full.seconds >= 1
    assert quick.seconds < 0.6
    assert quick.behaviour is full.behaviour
    assert quick.behaviour_close is full.behaviour_close


class Unanswering(Peer):
    """Answers no Ping, but sends Pongs that nobody asked for."""

    def receive(self, data: bytes) -> None:
        if b"pongme" in data:
            self.endpoint.send_frame(Frame(Opcode.PONG, b"another"))
        else:
            super().receive(data)


@pytest.mark.parametrize("number", ["5.19", "5.20"])
def test_a_pause_behind_a_ping_ends_in_quick_when_the_ping_is_answered(number):
    assert play(QUICK[number]).seconds < 0.1 <= play(QUICK[number], Unanswering).seconds
    assert play(FULL[number]).seconds >= 1
    assert verdicts(number) == ("OK", "OK")
    assert verdicts(number, Unanswering)[0] == "FAILED"


WATCHING = ("6.4.1", "6.4.2")


@pytest.mark.parametrize("number", WATCHING)
def test_a_pause_is_longer_only_as_far_as_a_peer_needs_it(number):
    """A second is long enough for a peer that takes twice as long for everything."""
    assert play(FULL[number], patience=2.0).seconds < play(FULL[number]).seconds + 0.5
    assert play(QUICK[number]).seconds < play(QUICK[number], patience=2.0).seconds < 0.6


def test_only_the_cases_that_watch_and_pause_take_time():
    slow = {number for number in SMALL if play(FULL[number]).seconds >= 1}
    assert slow == set(PAUSING)
    assert all(play(QUICK[number]).seconds < 0.6 for number in SMALL)


def test_a_large_echo_that_does_not_come_in_time_is_not_waited_for_forever():
    case = QUICK["9.1.1"]
    assert isinstance(case.play, LargeEcho)
    assert case.play.seconds <= play(case, Deaf).seconds < 2 * case.play.seconds
