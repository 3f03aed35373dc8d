"""Policies from strings.

https://w3c.github.io/webappsec-csp/#parse-serialized-policy

What web-platform-tests say about it (content-security-policy/generic/) is said there about images,
and here about the directives that were parsed.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.csp.matching_urls import url_matches_source_list
from whatwg_websockets.csp.parse import parse_a_serialized_csp, parse_the_policies_of_settings
from whatwg_websockets.csp.policy import Directive, Policy
from whatwg_websockets.csp.source_expression import is_a_source_expression
from whatwg_websockets.url.origin import OpaqueOrigin, TupleOrigin
from whatwg_websockets.url.url_record import parse

NONE = (Directive("connect-src", ("'none'",)),)


def parsed(serialized):
    return parse_a_serialized_csp(serialized, "header", "enforce").directive_set


@pytest.mark.parametrize(
    ("serialized", "directives"),
    [
        ("", ()),
        (" ; ;", ()),
        ("connect-src 'none'", NONE),
        ("connect-src 'none';", NONE),
        (";; connect-src 'none' ;;", NONE),
        ("CONNECT-Src 'none'", NONE),
        ("connect-src", (Directive("connect-src"),)),
        ("connect-src 'NONE'", (Directive("connect-src", ("'NONE'",)),)),
        ("connect-src a  b\n c", (Directive("connect-src", ("a", "b", "c")),)),
        ("a b; c d", (Directive("a", ("b",)), Directive("c", ("d",)))),
    ],
)
def test_a_policy_is_a_list_of_directives(serialized, directives):
    assert parsed(serialized) == directives


def test_the_first_of_several_directives_of_the_same_name_counts():
    """WPT: duplicate-directive.sub.html."""
    assert parsed("connect-src 'none'; Connect-Src *; connect-src ws:") == NONE


@pytest.mark.parametrize("blank", ["\t", "\n", "\f", "\r", " ", " \t "])
def test_ascii_whitespace_stands_between_the_parts(blank):
    """WPT: only-valid-whitespaces-are-allowed.html."""
    assert parsed(f"{blank}connect-src{blank}'none'{blank};") == NONE
    assert parsed(f"connect-src a{blank}b") == (Directive("connect-src", ("a", "b")),)


def test_a_vertical_tab_is_no_whitespace():
    """WPT: only-valid-whitespaces-are-allowed.html."""
    assert parsed("connect-src\v'none'") == (Directive("connect-src\v'none'"),)
    assert parsed("connect-src a\vb") == (Directive("connect-src", ("a\vb",)),)


@pytest.mark.parametrize(
    ("serialized", "directives"),
    [
        ("connect-src\xa0'none'", ()),
        ("connect-src a\xa0b", ()),
        ("connect-src \u2018none\u2019", ()),
        ("connect-src 'none' \xa1a; font-src b", (Directive("font-src", ("b",)),)),
        ("connect-src 'none'; font-src \xa1a", NONE),
        ("connect-src 'none'; font\xa1-src a", NONE),
    ],
)
def test_a_character_that_is_not_ascii_drops_its_directive_and_no_other(serialized, directives):
    """WPT: invalid-characters-in-policy.html."""
    assert parsed(serialized) == directives


def test_a_policy_is_written_as_it_was_parsed():
    policy = Policy(parsed(" A  b ;c;D  E"), "header", "report")
    assert policy.serialize() == "a b; c; d E"
    assert policy.directive("c") == Directive("c")
    assert policy.directive("e") is None


def test_without_policies_there_is_no_list():
    assert parse_the_policies_of_settings([], (), OpaqueOrigin()) is None


def test_the_policies_of_settings_are_a_list():
    origin = TupleOrigin("https", "example.com")
    made = parse_the_policies_of_settings(
        ["connect-src a, font-src b", "img-src c"], "connect-src d", origin
    )
    assert made.self_origin is origin
    assert [(each.disposition, each.source, each.serialize()) for each in made.policies] == [
        ("enforce", "header", "connect-src a"),
        ("enforce", "header", "font-src b"),
        ("enforce", "header", "img-src c"),
        ("report", "header", "connect-src d"),
    ]


@pytest.mark.parametrize(
    ("enforced", "report_only", "upgrades"),
    [
        ("upgrade-insecure-requests", (), True),
        (["connect-src *", "font-src a; Upgrade-Insecure-Requests"], (), True),
        ("connect-src *", "upgrade-insecure-requests", False),
    ],
)
def test_insecure_requests_are_upgraded_where_an_enforced_policy_says_so(
    enforced, report_only, upgrades
):
    made = parse_the_policies_of_settings(enforced, report_only, OpaqueOrigin())
    assert made.upgrades_insecure_requests is upgrades


WORDS = (
    "connect-src default-src font-src Connect-Src 'self' 'none' 'NONE' * ws: wss://a:8443/b/ a *.a "
    "'nonce-a=' 'slef' ws:// [::1] a?b % / : upgrade-insecure-requests ; ;"
)
PIECES = st.sampled_from([*WORDS.split(), ",", " ", " ", " ", "\t", "\n", "\v", "\xa0"])
TEXTS = st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=12).map("".join))


@given(TEXTS)
def test_a_policy_is_written_as_what_parses_to_the_same(text):
    policy = parse_a_serialized_csp(text, "meta", "report")
    assert parse_a_serialized_csp(policy.serialize(), "meta", "report") == policy
    assert len({each.name for each in policy.directive_set}) == len(policy.directive_set)


@given(TEXTS)
def test_settings_take_a_text_whole_or_refuse_it(text):
    """An accepted policy has each directive of its text once."""
    try:
        made = EnvironmentSettings(content_security_policy=text).csp_list
    except ValueError:
        return
    assert all(each.directive_set for each in made.policies)
    written = [part.strip() for each in text.split(",") for part in each.split(";") if part.strip()]
    names = [each.name for policy in made.policies for each in policy.directive_set]
    assert {each.split()[0].lower() for each in written} == set(names)
    for policy in made.policies:
        for directive in policy.directive_set:
            if directive.name in ("connect-src", "default-src"):
                assert all(
                    is_a_source_expression(each) or each.lower() == "'none'"
                    for each in directive.value
                )


@given(TEXTS, TEXTS)
def test_any_text_can_be_held_against_a_url(one, other):
    url = parse("https://a.example/b")
    for origin in (OpaqueOrigin(), TupleOrigin("https", "a.example")):
        found = [url_matches_source_list(url, [each], origin, 0) for each in (one, other)]
        both = url_matches_source_list(url, [one, other], origin, 0)
        assert both is any(found)
