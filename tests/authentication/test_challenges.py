"""Challenges: RFC 9110 sections 11.2, 11.3 and 11.6.1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.authentication.challenge import (
    Challenge,
    quoted_string,
    read_challenges,
    read_parameters,
    shown_realm,
)


def read(*values):
    """Return each challenge as its scheme and its parameters, or its token68 instead of these."""
    return [(each.scheme, each.token68 or each.parameters) for each in read_challenges(values)]


@pytest.mark.parametrize(
    ("value", "challenges"),
    [
        (b'Basic realm="simple"', [("basic", {"realm": b"simple"})]),
        (b"basic realm=simple", [("basic", {"realm": b"simple"})]),
        (b'BASIC Realm = "a \\"b\\" \\\\c"', [("basic", {"realm": b'a "b" \\c'})]),
        (b"Basic", [("basic", {})]),
        (b"Basic ", [("basic", {})]),
        (b"Negotiate", [("negotiate", {})]),
        (b"Negotiate abc==", [("negotiate", b"abc==")]),
        (b"Basic realm=", [("basic", b"realm=")]),
        (b'Basic  \t realm="x"', []),
        (
            b'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
            [
                ("basic", {"realm": b"simple"}),
                ("newauth", {"realm": b"apps", "type": b"1", "title": b'Login to "apps"'}),
            ],
        ),
        (
            b'Negotiate, Basic realm="x" , , Digest\trealm="y"',
            [("negotiate", {}), ("basic", {"realm": b"x"})],
        ),
        (
            b', ,Basic realm="x",, charset="UTF-8",',
            [("basic", {"realm": b"x", "charset": b"UTF-8"})],
        ),
        (b'Basic realm="\xc3\xbc\xff"', [("basic", {"realm": b"\xc3\xbc\xff"})]),
        (b'Basic realm=""', [("basic", {"realm": b""})]),
        (b"", []),
        (b" , ", []),
    ],
)
def test_what_the_grammar_has(value, challenges):
    assert read(value) == challenges


@pytest.mark.parametrize(
    ("value", "challenges"),
    [
        (b'realm="x"', []),
        (b'"Basic"', []),
        (b"abc==", []),
        (b'Basic realm="x', []),
        (b"Basic realm=x y", []),
        (b'Basic realm="x" charset="UTF-8"', []),
        (b'Basic realm="\x01"', []),
        (b"Negotiate abc==, realm=x", [("negotiate", b"abc==")]),
        (b'Basic realm="x", nonsense"', [("basic", {"realm": b"x"})]),
        (b'Basic realm="x", =y, Digest nonce="z"', [("basic", {"realm": b"x"})]),
        (b"(garbage)", []),
        (b"Basic re\xe4lm=x", []),
    ],
)
def test_a_field_counts_up_to_what_is_outside_of_the_grammar(value, challenges):
    assert read(value) == challenges


def test_a_challenge_with_a_parameter_twice_does_not_count():
    value = b'Basic realm="a", REALM="b", Digest realm="c", nonce="d"'
    assert read(value) == [("digest", {"realm": b"c", "nonce": b"d"})]


def test_each_field_is_read_by_itself():
    assert read(b'Basic realm="a', b"Digest nonce=b", b'c="d"') == [("digest", {"nonce": b"b"})]


@pytest.mark.parametrize(
    "garbage",
    [b"a" * 65_000 + b"(", b"a " * 30_000, b'a="' + b"\\" * 65_000, b"a b=1,b=1," * 6_000],
    ids=["token", "tokens", "quoted pairs", "twice"],
)
def test_a_long_field_of_garbage_has_nothing(garbage):
    """Each place of it is looked at a few times at most, or this would take minutes."""
    assert read(garbage) == []


@pytest.mark.parametrize(
    ("realm", "shown"), [(b"caf\xc3\xa9", "café"), (b"caf\xe9", "café"), (b"", "")]
)
def test_a_realm_is_shown_as_utf_8_or_latin_1(realm, shown):
    assert shown_realm(Challenge("basic", {"realm": realm})) == shown


@pytest.mark.parametrize(
    ("charset", "wants"), [(b"UTF-8", True), (b"utf-8", True), (b"latin1", False), (None, False)]
)
def test_only_utf_8_is_a_charset(charset, wants):
    parameters = {} if charset is None else {"charset": charset}
    assert Challenge("basic", parameters).wants_utf8 is wants


@pytest.mark.parametrize(
    ("value", "parameters"),
    [
        (b'nextnonce="a", rspauth="b"', {"nextnonce": b"a", "rspauth": b"b"}),
        (b"", {}),
        (b"()", {}),
        (b'nextnonce="a", nextnonce="b"', {}),
        (b"abc", {}),
    ],
)
def test_parameters_alone(value, parameters):
    assert read_parameters(value) == parameters


TOKENS = st.text("!#$%&'*+-.^_`|~0123456789abcXYZ", min_size=1).map(str.encode)
TEXTS = st.binary().map(lambda text: bytes(b for b in text if b >= 32 and b != 127))
PARAMETERS = st.dictionaries(TOKENS.map(lambda name: name.decode().lower()), TEXTS, max_size=3)
TOKEN68 = st.from_regex(rb"[A-Za-z0-9\-._~+/]+=*", fullmatch=True)
BLANKS = st.sampled_from([b"", b" ", b"\t", b"  "])


@given(st.data())
def test_what_is_written_by_the_grammar_is_read_as_it_was_meant(data):
    challenges = data.draw(st.lists(st.tuples(TOKENS, st.one_of(PARAMETERS, TOKEN68)), max_size=3))
    elements, meant = [], []
    for scheme, rest in challenges:
        meant.append((scheme.decode().lower(), rest))
        if isinstance(rest, bytes):
            elements.append(scheme + b" " + rest)
            continue
        written = [_parameter(data, name, text) for name, text in rest.items()]
        elements += [scheme + b" " + written[0], *written[1:]] if written else [scheme]
    value = b""
    for element in elements:
        comma = data.draw(st.sampled_from([b",", b" ,", b", ,"]))
        value += element + comma + data.draw(BLANKS)
    assert read(value) == meant


def _parameter(data, name, text):
    written = quoted_string(text)
    if text and text.isalnum() and data.draw(st.booleans()):
        written = text
    return name.upper().encode() + data.draw(BLANKS) + b"=" + data.draw(BLANKS) + written


@given(st.binary())
def test_anything_at_all_can_be_read(value):
    for challenge in read_challenges([value]):
        assert challenge.scheme == challenge.scheme.lower()
        assert not (challenge.token68 and challenge.parameters)
