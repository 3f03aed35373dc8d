"""Every case of the opening handshake, with peers that do the right thing, and with others."""

import pytest
from handshakes import (
    Asker,
    Choosing,
    Closer,
    Compressing,
    Denying,
    Ending,
    Failing,
    Hiding,
    Leaving,
    Lying,
    Mute,
    Opener,
    Refuser,
    Serving,
    Stayer,
    Waiting,
    with_client,
    with_server,
)

from websocket_conformance.cases.case import Case
from websocket_conformance.cases.catalogue import every, playable, select
from websocket_conformance.cases.expected import Rule
from websocket_conformance.cases.opening import (
    FAILS,
    MAY_OPEN,
    OPENS,
    SHOULD_FAIL,
    SHOULD_OPEN,
    UNSAID,
    OpeningRequest,
    OpeningResponse,
    Outcome,
    Then,
)
from websocket_conformance.cases.profile import Profile
from websocket_conformance.report.autobahn_files import report
from websocket_conformance.results.verdict import Verdict

EVERY = every(Profile.QUICK)
HANDSHAKE = select(EVERY, ["handshake"])
CLIENTS = playable(HANDSHAKE, judge_is_server=True)
SERVERS = playable(HANDSHAKE, judge_is_server=False)


def names(cases):
    return pytest.mark.parametrize("case", cases, ids=lambda case: case.number)


def best(case: Case) -> Outcome:
    assert case.opening is not None
    good = (Verdict.OK, Verdict.INFORMATIONAL)
    return next(outcome for outcome, worth in case.opening.verdicts.items() if worth in good)


def worst(case: Case) -> Outcome:
    return Outcome.REFUSED if best(case) is Outcome.ESTABLISHED else Outcome.ESTABLISHED


def breaks_off(case: Case) -> bool:
    return case.opening is not None and case.opening.then is not Then.TALK


def has_no_end(case: Case) -> bool:
    return case.opening is not None and bool(case.opening.endless)


def with_verdicts(cases, *verdicts):
    return [case for case in cases if any(case.opening.verdicts is known for known in verdicts)]


# The tables.


def test_the_numbers_are_in_order_and_none_occurs_twice():
    numbers = [case.id for case in HANDSHAKE]
    assert numbers == sorted(set(numbers))
    assert len(CLIENTS) + len(SERVERS) == len(HANDSHAKE)


def test_each_case_says_what_it_is_and_where_that_stands():
    for case in HANDSHAKE:
        assert case.sends.endswith((".", "own.")), case
        assert case.expects
        assert case.source.startswith(("RFC ", "WebSockets Standard")), case


@pytest.mark.parametrize("cases", [CLIENTS, SERVERS], ids=["client", "server"])
def test_no_two_cases_say_the_same_of_what_they_send(cases):
    said = [case.sends for case in cases]
    assert len(set(said)) == len(said)


def test_no_case_sends_what_another_one_sends():
    seen = {}
    for case in HANDSHAKE:
        opening = case.opening
        key = (opening.octets, opening.pace, opening.then, opening.endless, opening.protocols)
        key = (key, case.play, type(opening))
        key = repr(key)
        assert key not in seen, (case.number, seen[key])
        seen[key] = case.number


def test_every_name_in_braces_is_filled():
    values = dict.fromkeys(("accept", "Accept", "key", "host", "resource", "hello"), "")
    for case in HANDSHAKE:
        assert b"{" not in case.opening.filled(**values), case.number


def test_what_is_not_asked_for_is_not_in_a_run():
    assert len(select(EVERY, ["*"])) == 517
    assert len(select(EVERY, ["2*"])) == 11
    assert {case.number.split(".")[0] for case in select(EVERY, ["20.*"])} == {"20"}
    assert [case.number for case in select(EVERY, ["20.1.1", "1.1.1"])] == ["1.1.1", "20.1.1"]
    assert {case.id[0] for case in select(EVERY, ["handshake"])} == set(range(20, 30))
    assert {case.id[0] for case in select(EVERY, ["chaos"])} == set(range(30, 35))


@pytest.mark.parametrize(
    ("group", "places", "verdicts"),
    [
        ("20.3", (10, 11, 12), OPENS),  # A folded field: RFC 9112, 5.2.
        ("20.5", (1, 2, 3, 4, 5, 6), OPENS),  # Responses of 1xx: RFC 9110, 15.2.
        ("21.1", (10, 11, 12, 13, 14, 15), FAILS),  # Not "websocket": RFC 6455, 4.1.
        ("21.2", (8,), OPENS),  # Empty elements of a list: RFC 9110, 5.6.1.2.
        ("21.3", (14,), FAILS),
        ("22.2", range(1, 11), FAILS),  # Not the grammar: RFC 6455, 9.1.
        ("23.2", (14,), FAILS),
        ("24.1", (5, 6), OPENS),
        ("26.1", (6,), FAILS),  # RFC 6455, 4.2.1.
        ("26.2", (9,), OPENS),  # The absolute form: RFC 9112, 3.2.2.
        ("26.3", (6, 7, 8), FAILS),  # An invalid Host: RFC 9112, 3.2.
        ("27.4", (1, 14, 15), FAILS),
    ],
)
def test_what_a_text_demands_is_no_matter_of_style(group, places, verdicts):
    for place in places:
        assert EVERY[f"{group}.{place}"].opening.verdicts is verdicts, (group, place)


# Clients.


@names(CLIENTS)
def test_a_client_that_does_the_right_thing(case):
    kind = Refuser if best(case) is Outcome.REFUSED else Opener
    result = with_client(case, kind)
    assert result.is_best, (result.because, result.because_close)
    assert result.request.startswith("GET /runCase")
    assert result.response or not case.opening.octets


@names([case for case in with_verdicts(CLIENTS, OPENS, FAILS) if not breaks_off(case)])
def test_a_client_that_does_the_wrong_thing(case):
    kind = Refuser if worst(case) is Outcome.REFUSED else Opener
    result = with_client(case, kind)
    assert result.behaviour is Verdict.FAILED
    assert result.behaviour_close is Verdict.FAILED


@names([case for case in with_verdicts(CLIENTS, SHOULD_OPEN, SHOULD_FAIL) if not has_no_end(case)])
def test_a_client_that_is_forgiven(case):
    kind = Refuser if worst(case) is Outcome.REFUSED else Opener
    result = with_client(case, kind)
    assert result.behaviour is Verdict.NON_STRICT
    assert result.behaviour_close is Verdict.OK


@names(with_verdicts(CLIENTS, UNSAID, MAY_OPEN))
def test_a_client_that_has_the_choice(case):
    assert with_client(case, Opener).is_best
    assert with_client(case, Refuser).is_best


@names(with_verdicts(CLIENTS, OPENS)[::10])
def test_a_client_that_opens_the_connection_and_does_not_echo(case):
    assert with_client(case, Mute).behaviour is Verdict.FAILED


@names(with_verdicts(CLIENTS, FAILS)[::10])
def test_a_client_that_refuses_with_a_close(case):
    if not breaks_off(case):
        assert with_client(case, Closer).behaviour is Verdict.NON_STRICT


@names(with_verdicts(CLIENTS, FAILS)[::10])
def test_a_client_that_refuses_and_leaves_tcp_open(case):
    if not breaks_off(case):
        result = with_client(case, Stayer)
        assert result.behaviour is Verdict.OK
        assert result.behaviour_close is Verdict.UNCLEAN
        assert not result.is_best


def test_a_client_that_takes_all_that_has_no_end():
    result = with_client(EVERY["25.2.3"], Stayer)
    assert result.behaviour is Verdict.NON_STRICT
    assert "waited for more" in result.because
    assert len(result.response) <= 16 * 1024


def test_a_client_that_asks_again_has_not_taken_the_connection_for_open():
    assert with_client(EVERY["20.1.5"], Asker).is_best


def test_a_client_that_does_not_ask_for_a_subprotocol_has_not_implemented_the_case():
    result = with_client(EVERY["23.2.1"], protocols=("chat",))
    assert result.behaviour is result.behaviour_close is Verdict.UNIMPLEMENTED
    assert "superchat" in result.because


def test_a_client_that_offers_no_compression_has_not_implemented_an_answer_to_it():
    assert with_client(EVERY["22.3.1"], offer="").behaviour is Verdict.UNIMPLEMENTED


def test_a_client_that_offers_no_window_has_to_refuse_one():
    answer = ": permessage-deflate; client_max_window_bits=10."
    case = next(case for case in CLIENTS if answer in case.sends)
    assert with_client(case, Refuser, offer="permessage-deflate").is_best
    wrong = with_client(case, Opener, offer="permessage-deflate")
    assert wrong.behaviour is Verdict.FAILED


# Servers.


@names(SERVERS)
def test_a_server_that_does_the_right_thing(case):
    kind = Denying if best(case) is Outcome.REFUSED else Serving
    result = with_server(case, kind)
    assert result.is_best, (result.because, result.because_close)


@names(with_verdicts(SERVERS, FAILS))
def test_a_server_that_opens_what_it_must_refuse(case):
    assert with_server(case, Serving).behaviour is Verdict.FAILED


@names(with_verdicts(SERVERS, OPENS))
def test_a_server_that_refuses_what_it_must_open(case):
    assert with_server(case, Denying).behaviour is Verdict.FAILED


@names([case for case in with_verdicts(SERVERS, SHOULD_OPEN, SHOULD_FAIL) if not has_no_end(case)])
def test_a_server_that_is_forgiven(case):
    kind = Denying if worst(case) is Outcome.REFUSED else Serving
    assert with_server(case, kind).behaviour is Verdict.NON_STRICT


@names([case for case in with_verdicts(SERVERS, FAILS)[::7] if not breaks_off(case)])
@pytest.mark.parametrize("kind", [Failing, Leaving])
def test_a_server_that_refuses_without_a_status_of_4xx(case, kind):
    result = with_server(case, kind)
    assert result.behaviour is Verdict.NON_STRICT
    assert "4xx" in result.because


@names([case for case in SERVERS if case.opening.header is not None])  # type: ignore[attr-defined]
def test_a_server_that_does_not_say_which_versions_it_knows(case):
    result = with_server(case, Hiding)
    assert result.behaviour is Verdict.FAILED
    assert "Sec-WebSocket-Version" in result.because


OFFERS = [case for case in SERVERS if case.number.startswith(("28.3.", "28.6.", "28.7.", "28.8."))]


def test_there_is_a_bad_offer_for_each_bad_answer():
    def values(pattern: str) -> set[str]:
        return {
            case.opening.octets.rpartition("Extensions: ")[2] for case in select(EVERY, pattern)
        }

    no_window = "permessage-deflate; client_max_window_bits\r\n\r\n"
    assert values(["22.4.*"]) == values(["28.3.*"])
    assert values(["22.5.*"]) == values(["28.6.*"])
    assert values(["22.6.*"]) == values(["28.7.*"]) | {no_window}


@names([case for case in OFFERS if case.rule is not Rule.INFORMATIONAL])
def test_a_server_that_takes_an_offer_that_it_must_decline(case):
    assert with_server(case, Compressing).behaviour is Verdict.FAILED


def test_a_server_that_takes_a_good_offer():
    assert with_server(EVERY["28.1.1"], Compressing).is_best


def test_a_server_that_chooses_what_nobody_asked_for():
    assert with_server(EVERY["28.4.1"], Choosing).behaviour is Verdict.FAILED


def test_a_server_that_answers_another_key():
    assert with_server(EVERY["27.1.1"], Lying).behaviour is Verdict.FAILED


def test_a_server_that_does_nothing():
    result = with_server(EVERY["27.1.6"], Waiting)
    assert result.behaviour is Verdict.FAILED
    assert "neither answered nor left" in result.because
    endless = with_server(next(case for case in SERVERS if case.opening.endless), Waiting)
    assert endless.behaviour is Verdict.NON_STRICT


@names([case for case in SERVERS if breaks_off(case)])
def test_a_server_of_which_the_judge_takes_its_leave(case):
    assert with_server(case, Ending).is_best
    assert with_server(case, Denying).is_best
    stays = with_server(case, Waiting)
    assert stays.behaviour is Verdict.NON_STRICT
    assert "stays" in stays.because


def test_what_comes_slowly_comes_an_octet_at_a_time_and_ends():
    for number, play in (("24.1.7", with_client), ("29.1.4", with_server)):
        result = play(EVERY[number])
        assert result.is_best
        head = result.response if play is with_client else result.request
        assert len(head) * 0.02 < 4


def test_the_judge_asks_for_nothing_but_what_the_case_says():
    (case,) = select(EVERY, ["26.1.1"])
    request = with_server(case, Denying).request
    assert request.startswith("POST / HTTP/1.1\r\nHost: judge\r\n")
    assert "Extensions" not in request


# Reports.


@pytest.mark.parametrize(("number", "play"), [("21.3.3", with_client), ("27.3.3", with_server)])
def test_a_report_has_the_fields_of_every_other_case(number, play):
    usual = report(with_client(EVERY["1.1.1"]))
    ours = report(play(EVERY[number]))
    assert set(ours) == set(usual)
    assert ours["id"] == number
    assert ours["behavior"] == "FAILED"
    about = "Sec-WebSocket-Accept" if play is with_client else "Sec-WebSocket-Key"
    assert ours["description"].startswith(f"{about}: An empty one. (RFC 6455, ")


@pytest.mark.parametrize(
    ("number", "expected", "by_judge"),
    [
        ("21.1.1", {"OK": [["message", "Hello", False]]}, True),
        ("22.6.9", {"OK": []}, False),
        ("20.2.13", {"NON-STRICT": [["message", "Hello", False]]}, True),
        ("20.2.1", {"INFORMATIONAL": [["message", "Hello", False]]}, True),
        ("33.1.5", {"OK": []}, True),
    ],
)
def test_a_report_expects_what_the_opening_is_worth(number, expected, by_judge):
    found = report(with_client(EVERY[number]))
    assert found["expected"] == expected
    assert found["expectedClose"]["closedByMe"] is by_judge
    assert found["expectedClose"]["requireClean"] is (by_judge and not number.startswith("33"))


def test_a_case_is_for_one_side_or_for_both():
    assert isinstance(EVERY["20.1.1"].opening, OpeningResponse)
    assert isinstance(EVERY["26.1.1"].opening, OpeningRequest)
    assert EVERY["1.1.1"].is_for(judge_is_server=True)
    assert EVERY["1.1.1"].is_for(judge_is_server=False)
    assert not EVERY["20.1.1"].is_for(judge_is_server=False)
    assert not EVERY["26.1.1"].is_for(judge_is_server=True)
    assert EVERY["20.2.1"].rule is Rule.INFORMATIONAL
