"""The grammar of Strict-Transport-Security.

https://www.rfc-editor.org/rfc/rfc6797#section-6.1
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.hsts.strict_transport_security import (
    MAX_AGE_AT_MOST,
    parse_strict_transport_security,
)

YEAR = 31_536_000


@pytest.mark.parametrize(
    ("field", "said"),
    [
        # The examples of section 6.2.
        (b"max-age=31536000", (YEAR, False)),
        (b"max-age=15768000 ; includeSubDomains", (15_768_000, True)),
        (b'max-age="31536000"', (YEAR, False)),
        (b"max-age=0", (0, False)),
        (b"max-age=0; includeSubDomains", (0, True)),
        # § rfc6797-6.1-1. In any order, and with empty directives between.
        (b"includeSubDomains;max-age=1", (1, True)),
        (b" ; ;; max-age = 1\t;", (1, False)),
        # § rfc6797-6.1-3.
        (b"MAX-AGE=1; INCLUDESUBDOMAINS", (1, True)),
        # § rfc6797-6.1-5. What browsers ask for to be preloaded is one of the unknown ones.
        (b"max-age=1; preload", (1, False)),
        (b'max-age=1; a="b; max-age=2\\"; includeSubDomains"', (1, False)),
        # § rfc6797-6.1.1-1.
        (b"max-age=0000000000000000000000007", (7, False)),
        (b'max-age="\\1\\2"', (12, False)),
        (b"max-age=" + b"9" * 5_000, (MAX_AGE_AT_MOST, False)),
        (b"max-age=2147483649", (MAX_AGE_AT_MOST, False)),
    ],
)
def test_what_a_field_says(field, said):
    assert parse_strict_transport_security(field) == said


@pytest.mark.parametrize(
    "field",
    [
        b"",
        b";",
        # § rfc6797-6.1-2.
        b"max-age=1; max-age=1",
        b"max-age=1; Max-Age=2",
        b"max-age=1; includeSubDomains; includesubdomains",
        b"max-age=1; a; A",
        # § rfc6797-6.1-4.
        b"max-age=1 includeSubDomains",
        b"max-age=1, includeSubDomains",
        b"max-age=1; =",
        b"max-age=1; a=",
        b"max-age=1; a=b=c",
        b"max-age=1; a b",
        b'max-age="1',
        b'max-age=1"',
        b'max-age=1; a="\x00"',
        b"max-age=1; \xe4",
        b"max-age:1",
        # § rfc6797-6.1.1-1.
        b"includeSubDomains",
        b"max-age",
        b'max-age=""',
        b"max-age=-1",
        b"max-age=1.5",
        b"max-age=1e3",
        b'max-age=" 1"',
        b"max-age='1'",
        # § rfc6797-6.1.2-1.
        b"max-age=1; includeSubDomains=1",
        b'max-age=1; includeSubDomains=""',
    ],
)
def test_a_field_that_is_not_as_the_grammar_has_it_says_nothing(field):
    assert parse_strict_transport_security(field) is None


TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
tokens = st.text(TOKEN_CHARACTERS, min_size=1, max_size=8)
blanks = st.text(" \t", max_size=2)
quoted = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)


@st.composite
def cased(draw, word):
    return "".join(draw(st.sampled_from([each.lower(), each.upper()])) for each in word)


@st.composite
def fields(draw):
    """A field that conforms to the grammar, and the policy in it."""
    max_age, include = draw(st.integers(0, 2**40)), draw(st.booleans())
    digits = draw(st.sampled_from(["{}", "0{}", '"{}"', '"\\{}"'])).format(max_age)
    directives = [draw(cased("max-age")) + draw(blanks) + "=" + draw(blanks) + digits]
    if include:
        directives.append(draw(cased("includeSubDomains")))
    known = {"max-age", "includesubdomains"}
    others = draw(st.lists(tokens, unique_by=str.lower, max_size=3))
    for name in (each for each in others if each.lower() not in known):
        value = draw(st.one_of(st.none(), tokens, quoted))
        directives.append(name if value is None else f"{name}={value}")
    directives += draw(st.sampled_from([[], [""], ["", ""]]))
    directives = draw(st.permutations(directives))
    text = ";".join(draw(blanks) + each + draw(blanks) for each in directives)
    return text.encode("ascii"), (min(max_age, MAX_AGE_AT_MOST), include)


@given(fields())
def test_whatever_the_grammar_makes_is_understood(field_and_said):
    field, said = field_and_said
    assert parse_strict_transport_security(field) == said


@given(st.binary(max_size=40) | st.text('max-age=1;"\\ \t', max_size=30).map(str.encode))
def test_whatever_arrives_is_answered(field):
    said = parse_strict_transport_security(field)
    assert said is None or 0 <= said.max_age <= MAX_AGE_AT_MOST


@given(fields(), st.sampled_from([b"; max-age=1", b"; includeSubDomains=", b";a;A", b' "', b"=,"]))
def test_one_fault_spoils_the_whole_field(field_and_said, fault):
    assert parse_strict_transport_security(field_and_said[0] + b";b" + fault) is None
