"""The cases under their numbers, and what names some of them."""

import re

import pytest

from websocket_conformance.cases.catalogue import (
    PatternError,
    UnknownCaseError,
    by_number,
    every,
    excludes,
    is_excluded,
    names,
    places,
    playable,
    select,
)
from websocket_conformance.cases.profile import Profile

KNOWN = every(Profile.QUICK)


@pytest.mark.parametrize("profile", [*Profile])
def test_a_case_is_described_with_numbers_of_one_form_and_no_word_twice(profile):
    for case in every(profile).values():
        for words in (case.sends, case.expects):
            assert not re.search(r"[0-9]{4,} octets", words), words
            assert not re.search(r"\b(\w+) or \1\b", words), words
    assert every(profile)["7.7.1"].expects == "A clean close with 1000."
    assert every(profile)["7.7.2"].expects == "A clean close with 1000 or 1001."


def test_autobahns_cases_come_first():
    numbers = list(KNOWN)
    assert numbers[: len(by_number(Profile.QUICK))] == list(by_number(Profile.QUICK))
    assert [places()[number] for number in numbers] == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("pattern", "some", "others"),
    [
        ("1.1.1", {"1.1.1"}, {"1.1.2", "21.1.1"}),
        ("1.1.*", {"1.1.1", "1.1.8"}, {"1.2.1", "21.1.1"}),
        ("*", {"1.1.1", "13.7.18"}, {"20.1.1"}),
        ("20.*", {"20.1.1"}, {"1.1.1", "21.1.1"}),
        ("handshake", {"20.1.1", "29.1.1"}, {"1.1.1", "30.1.1"}),
    ],
)
def test_a_pattern_names(pattern, some, others):
    found = {number for number in KNOWN if names(pattern, number)}
    assert some <= found
    assert not others & found


def test_a_pattern_excludes_as_a_whole_and_the_star_is_everything():
    def excluded_by(pattern):
        return {number for number in KNOWN if excludes(pattern, number)}

    assert excluded_by("*") == set(KNOWN)
    assert excluded_by("1.1.1") == {"1.1.1"}
    assert excluded_by("1.1.*") == {number for number in KNOWN if number.startswith("1.1.")}


@pytest.mark.parametrize("of", [names, excludes])
def test_a_pattern_that_is_no_regular_expression_is_refused(of):
    with pytest.raises(PatternError, match="not a regular expression"):
        of("(*", "1.1.1")


def test_cases_are_selected_in_order():
    chosen = select(KNOWN, ["1.1.2", "1.1.1", "2.1"], ["1.1.1"])
    assert [case.number for case in chosen] == ["1.1.2", "2.1"]


@pytest.mark.parametrize("patterns", [(["8.1"], []), (["1.1.1"], ["11.*"])])
def test_a_pattern_that_names_nothing_is_refused(patterns):
    with pytest.raises(UnknownCaseError, match="no case is called"):
        select(KNOWN, *patterns)


def test_who_names_a_section_by_its_number_alone_is_told_what_names_its_cases():
    with pytest.raises(UnknownCaseError, match=r"no case is called '20', and '20\.\*' are those"):
        select(KNOWN, ["20"])


@pytest.mark.parametrize(
    ("agent", "number", "is_so"),
    [
        ("client/1", "1.1.1", True),
        ("client/2", "1.1.1", True),
        ("other", "1.1.1", False),
        ("client/1", "1.1.2", False),
        ("odd.name", "6.4.1", True),
        ("oddxname", "6.4.1", False),
    ],
)
def test_cases_are_excluded_for_some_peers(agent, number, is_so):
    rules = {"client/*": ["1.1.1", "2.1"], "odd.name": ["6.*"]}
    assert is_excluded(rules, agent, number) is is_so


def test_the_judge_plays_some_cases_as_a_server_only_and_some_as_a_client_only():
    server = {case.number for case in playable(KNOWN.values(), judge_is_server=True)}
    client = {case.number for case in playable(KNOWN.values(), judge_is_server=False)}
    assert set(by_number(Profile.QUICK)) <= server & client
    assert "20.1.1" in server - client
    assert "26.1.1" in client - server
    assert server | client == set(KNOWN)


def test_a_case_is_found_by_its_number_in_the_order_of_numbers():
    ids = [case.id for case in KNOWN.values()]
    assert ids == sorted(ids)
