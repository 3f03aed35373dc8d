"""Streams in pieces: the verdict is that of the whole stream, for good peers and for bad ones."""

import zlib
from dataclasses import replace
from itertools import pairwise

import pytest
from handshakes import (
    Compressing,
    Denying,
    Leaving,
    Opener,
    Serving,
    Waiting,
    Wire,
    with_client,
    with_server,
)
from simulation import (
    Changing,
    Dropping,
    DroppingWhenFailed,
    Lenient,
    Loop,
    Peer,
)

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.catalogue import every, playable, select
from websocket_conformance.cases.chaos import Cut, Deaf, Reset, at_random
from websocket_conformance.cases.play import RoundTrips, Script
from websocket_conformance.cases.profile import Profile
from websocket_conformance.cases.section_30_chaos import (
    CHOSEN,
    CUT,
    MASK,
    OF_REQUEST,
    OF_RESPONSE,
    length,
)
from websocket_conformance.fuzzing.link import Link
from websocket_conformance.fuzzing.opening_verdicts import with_next, with_seen
from websocket_conformance.fuzzing.paced import PacedLink
from websocket_conformance.results.seen import Seen
from websocket_conformance.results.verdict import Verdict

EVERY = every(Profile.QUICK)
CHAOS = select(EVERY, ["chaos"])
CLIENTS = playable(CHAOS, judge_is_server=True)
SERVERS = playable(CHAOS, judge_is_server=False)


def kind_for(case: Case) -> type[Serving]:
    """A server that agrees to what the case needs."""
    return Compressing if isinstance(case.play, RoundTrips) else Serving


def names(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.number)


def verdicts(result):
    return result.behaviour, result.behaviour_close


# The tables.


def test_the_numbers_are_in_order_and_none_occurs_twice():
    numbers = [case.id for case in CHAOS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(("group", "octets"), [("30.1", OF_RESPONSE), ("30.3", OF_REQUEST)])
def test_there_is_a_cut_before_each_octet_of_the_handshake(group, octets):
    heads = [case.chaos.at for case in select(EVERY, [f"{group}.*"])]
    assert heads == [(n,) for n in range(1, octets + 1)]


@pytest.mark.parametrize(
    ("cases", "mask"), [(CLIENTS, None), (SERVERS, MASK)], ids=["client", "server"]
)
def test_there_is_a_cut_before_each_octet_of_the_frames(cases, mask):
    for place, case in enumerate(CUT, 1):
        cuts = [cut.chaos.at for cut in cases if cut.number.startswith(f"31.{place}.")]
        assert cuts == [(n,) for n in range(1, length(case, mask))]


def test_what_is_cut_is_as_long_as_the_cases_say():
    response = with_client(EVERY["30.1.1"]).response
    assert len(response) == OF_RESPONSE
    assert len(with_server(EVERY["30.3.1"]).request) == OF_REQUEST
    assert len(with_server(EVERY["33.3.1"]).request) == OF_REQUEST


def test_no_octet_of_a_case_of_chaos_hangs_on_the_version():
    for number in ("30.1.1", "30.2.1", "33.1.1", "34.1.1"):
        assert "Server" not in with_client(EVERY[number]).response
    for number in ("30.3.1", "30.4.1", "33.3.1", "34.4.1"):
        assert "\r\nUser-Agent: judgeaaa" in with_server(EVERY[number]).request


def test_what_is_cut_leaves_at_once_and_all_of_it_is_cut():
    for case in CHOSEN:
        assert isinstance(case.play, Script)
        assert not any(getattr(step, "chop", None) for step in case.play.steps)
        assert not any(getattr(step, "apart", False) for step in case.play.steps)


def test_the_same_number_has_the_same_pieces():
    assert at_random("32.1.1") == at_random("32.1.1") != at_random("32.1.2")
    pieces = at_random("x", longest=5)
    lengths = {end - start for start, end in pairwise(pieces)}
    assert lengths == {1, 2, 3, 4, 5}


# Peers.


@names(CLIENTS)
def test_a_good_client(case):
    result = with_client(case)
    assert result.is_best, (result.because, result.because_close)


@names(SERVERS[::5])
def test_a_good_server(case):
    result = with_server(case, kind_for(case))
    assert result.is_best, (result.because, result.because_close)


@pytest.mark.parametrize(
    "peer",
    [Changing, Dropping, DroppingWhenFailed, Lenient],
    ids=lambda kind: kind.__name__,
)
@pytest.mark.parametrize("place", range(1, len(CUT) + 1))
def test_a_cut_changes_no_verdict(peer, place):
    uncut = CUT[place - 1]
    cases = select(EVERY, [f"31.{place}.*", f"32.{place}.*", f"34.2.{place}"])[::4]
    assert {repr(case.play) for case in cases} == {repr(uncut.play)}
    for play, kind, is_server in (
        (with_client, Opener, True),
        (with_server, kind_for(uncut), False),
    ):
        expected = verdicts(play(uncut, kind, peer=peer))
        for case in playable(cases, judge_is_server=is_server):
            assert verdicts(play(case, kind, peer=peer)) == expected, (case.number, play)


def test_a_message_that_is_cut_was_compressed_once_and_for_all():
    play = EVERY["31.10.4"].play
    (octets,) = play.compressed
    inflated = zlib.decompressobj(-9).decompress(octets + b"\x00\x00\xff\xff")
    assert inflated == play.stream[0]
    result = with_client(EVERY["31.10.4"])
    assert result.sent.payload == len(octets)
    assert result.counts.frames_sent[0] == 2


def test_a_peer_that_does_not_compress_has_not_implemented_the_case():
    assert with_client(EVERY["31.10.4"], offer="").behaviour is Verdict.UNIMPLEMENTED
    assert with_server(EVERY["31.10.4"]).behaviour is Verdict.UNIMPLEMENTED


@pytest.mark.parametrize("number", ["30.1.3", "30.2.2", "34.1.1", "34.3.1"])
def test_a_client_that_changes_messages_fails_in_pieces_too(number):
    assert with_client(EVERY[number], peer=Changing).behaviour is Verdict.FAILED


@pytest.mark.parametrize("number", ["30.3.3", "30.3.250", "30.4.2", "34.4.1", "34.3.1"])
def test_a_server_that_changes_messages_fails_in_pieces_too(number):
    assert with_server(EVERY[number], peer=Changing).behaviour is Verdict.FAILED


# The link.


def paced(chaos) -> tuple[Loop, Wire, PacedLink]:
    loop = Loop()
    wire = Wire(loop)
    link = Link(loop, lambda: 1.0)
    link.connected(wire)
    return loop, wire, PacedLink(link, chaos)


def test_octets_leave_in_the_pieces_of_the_case():
    loop, wire, link = paced(Cut((1, 3, 8)))
    link.write(b"abcde")
    link.write(b"fghij")
    loop.run()
    assert wire.written == [b"a", b"bc", b"defgh", b"ij"]


def test_a_piece_that_leaves_late_does_not_put_off_the_pieces_behind_it():
    loop, wire, link = paced(None)
    link.cut((1, 2, 3), 1.0)
    link.write(b"abcd")
    loop.run(until=0.5)
    loop.now = 2.5
    loop.run(until=2.5)
    assert wire.written == [b"a", b"b", b"c"]
    loop.run(until=2.9)
    assert wire.written == [b"a", b"b", b"c"]
    loop.run(until=3.0)
    assert wire.written == [b"a", b"b", b"c", b"d"]


def test_cuts_can_be_counted_from_the_end_of_the_handshake():
    loop, wire, link = paced(Cut((1,), behind_head=True))
    link.write(b"head")
    link.write(b"frame")
    loop.run()
    assert wire.written == [b"headf", b"rame"]


def test_what_is_written_later_is_the_same_stream():
    loop, wire, link = paced(Cut((6,)))
    link.write(b"head")
    loop.run()
    link.write(b"frame")
    loop.run()
    assert wire.written == [b"head", b"fr", b"ame"]


def test_a_connection_that_is_closed_is_so_when_all_pieces_have_left():
    loop, wire, link = paced(Cut((1, 2)))
    link.write(b"abc")
    link.drop(abort=False)
    assert not wire.is_closed
    loop.run()
    assert b"".join(wire.written) == b"abc"
    assert wire.is_closed


def test_a_side_is_finished_when_all_pieces_have_left():
    loop, wire, link = paced(Cut((1, 2)))
    wire.other = Wire(loop)
    seen: list[bytes] = []
    wire.other.receive = seen.append
    wire.other.ended = lambda: seen.append(b"the end")
    link.write(b"abc")
    link.finish()
    loop.run()
    assert seen == [b"a", b"b", b"c", b"the end"]
    assert not wire.is_closed


def test_where_one_side_cannot_be_finished_both_are():
    loop, wire, link = paced(None)
    wire.can_write_eof = lambda: False
    link.write(b"abc")
    link.finish()
    loop.run()
    assert wire.written == [b"abc"]
    assert wire.is_closed


def test_a_connection_that_is_dropped_is_so_at_once():
    loop, wire, link = paced(Cut((1, 2)))
    link.write(b"abc")
    link.drop(abort=True)
    loop.run()
    assert wire.written == []


@pytest.mark.parametrize(("after", "left"), [(0, b""), (2, b"ab"), (3, b"abc"), (4, b"abcd")])
def test_a_reset_comes_after_as_many_octets(after, left):
    loop, wire, link = paced(Reset(after))
    link.write(b"abc")
    link.write(b"def")
    loop.run()
    assert b"".join(wire.written) == left
    assert wire.is_closed


def test_nothing_leaves_after_a_reset():
    loop, wire, link = paced(Reset(1, behind_head=True))
    link.write(b"head")
    loop.run()
    assert not wire.is_closed
    link.write(b"frame")
    loop.run()
    link.write(b"more")
    loop.run()
    assert b"".join(wire.written) == b"headf"


def test_a_deaf_judge_hears_later():
    loop, wire, link = paced(Deaf(1.0))
    heard = []
    wire.receive = heard.append
    link.write(b"head")
    wire.take(b"words")
    assert heard == []
    loop.run()
    assert heard == [b"words"]
    assert loop.now == 1.0


# What the page behind a client saw.


@pytest.mark.parametrize(
    ("seen", "behaviour"),
    [
        (Seen(1006, "", False), Verdict.OK),
        (Seen(1000, "", True), Verdict.FAILED),
        (Seen(1006, "", True), Verdict.FAILED),
        (Seen(1005, "", False), Verdict.FAILED),
    ],
)
def test_a_client_has_to_say_that_a_connection_was_reset(seen, behaviour):
    result = with_seen(with_client(EVERY["33.1.5"], Opener), seen)
    assert result.seen == seen
    assert verdicts(result) == (behaviour, behaviour)


@pytest.mark.parametrize("number", ["33.1.0", "33.1.20", "33.2.0", "33.2.10"])
def test_what_a_client_does_not_tell_of_a_reset_is_not_ok(number):
    result = with_client(EVERY[number], Opener)
    assert verdicts(result) == (Verdict.INFORMATIONAL, Verdict.INFORMATIONAL)
    assert "nobody told" in result.because
    assert result.is_best


@pytest.mark.parametrize("number", ["33.2.8", "33.2.10"])
def test_a_reset_within_the_judges_close_waits_for_the_echo_and_no_longer(number):
    assert with_client(EVERY[number], Opener).seconds < 1


def test_a_fault_is_not_made_good_by_a_close_event():
    failed = replace(with_client(EVERY["33.1.5"]), behaviour=Verdict.FAILED)
    assert with_seen(failed, Seen(1006, "", False)).behaviour is Verdict.FAILED


# What became of a server.


@pytest.mark.parametrize("number", ["33.3.0", "33.3.100", "33.4.1", "33.4.18"])
def test_a_reset_by_itself_shows_nothing_of_a_server(number):
    result = with_server(EVERY[number], Serving)
    assert verdicts(result) == (Verdict.INFORMATIONAL, Verdict.INFORMATIONAL)
    after = EVERY[number].followed_by
    good, bad = with_server(after), with_server(after, Leaving)
    assert verdicts(with_next(result, good)) == (Verdict.OK, Verdict.OK)
    assert verdicts(with_next(result, bad)) == (Verdict.FAILED, Verdict.FAILED)
    assert with_next(result, bad).because.startswith("On the next connection: ")


@pytest.mark.parametrize("kind", [Waiting, Leaving, Denying])
def test_a_server_has_to_open_what_is_reset_behind_the_handshake(kind):
    result = with_server(EVERY["33.4.1"], kind)
    assert verdicts(result) == (Verdict.FAILED, Verdict.FAILED)
    assert with_next(result, with_server(EVERY["33.4.1"].followed_by)).behaviour == "FAILED"


def test_what_a_page_saw_of_another_case_is_only_noted():
    seen = Seen(1000, "", True)
    result = with_seen(with_client(EVERY["1.1.1"]), seen)
    assert result.seen == seen
    assert result.is_best


def test_a_server_is_told_apart_from_a_client():
    assert not with_server(EVERY["31.1.1"], Serving, peer=Peer).judge_is_server
