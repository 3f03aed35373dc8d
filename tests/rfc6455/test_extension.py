"""The grammar of Sec-WebSocket-Extensions, RFC 6455 section 9.1."""

import contextlib
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whatwg_websockets.rfc6455.extension import parse_extensions
from whatwg_websockets.rfc6455.failure import Failure


def parsed(header):
    return [(each.name, each.parameters) for each in parse_extensions(header)]


@pytest.mark.parametrize(
    ("header", "extensions"),
    [
        # The examples of 9.1.
        ("foo", [("foo", [])]),
        ("bar; baz=2", [("bar", [("baz", "2")])]),
        ("foo, bar; baz=2", [("foo", []), ("bar", [("baz", "2")])]),
        ("deflate-stream", [("deflate-stream", [])]),
        (
            "mux; max-channels=4; flow-control, deflate-stream",
            [("mux", [("max-channels", "4"), ("flow-control", None)]), ("deflate-stream", [])],
        ),
        ("private-extension", [("private-extension", [])]),
        # White space may stand between tokens (RFC 2616 2.1, implied *LWS).
        (" \ta ;\tb = c , d ", [("a", [("b", "c")]), ("d", [])]),
        ("a;b=c,d", [("a", [("b", "c")]), ("d", [])]),
        # A value may be quoted, and has to be a token then too.
        ('a; b="c"', [("a", [("b", "c")])]),
        ('a; b="\\c\\1"', [("a", [("b", "c1")])]),
        ('a; b = "c" ; d', [("a", [("b", "c"), ("d", None)])]),
        # Empty elements of a list count for nothing (RFC 2616 2.1, #rule).
        (",a", [("a", [])]),
        ("a,", [("a", [])]),
        (" , a ,, ,b ", [("a", []), ("b", [])]),
        # What is repeated is not the grammar's business.
        ("a; b; b=1, a", [("a", [("b", None), ("b", "1")]), ("a", [])]),
        # Every character of a token.
        ("!#$%&'*+-.^_`|~09AZaz", [("!#$%&'*+-.^_`|~09AZaz", [])]),
    ],
)
def test_what_the_grammar_allows(header, extensions):
    assert parsed(header) == extensions


@pytest.mark.parametrize(
    "header",
    [
        *("", " ", ",", " , ,"),
        *(";", "a;", "a;;b", ";a", "a; b;", "a,;b"),
        *("=", "a=b", "=a", "a; =b", "a; b=", "a; b==c", "a; b=c=d", "a; b=;"),
        *("a b", "a; b c", "a; b=c d", "a; b c=d"),
        *('"a"', 'a; "b"', 'a; "b"=c', 'a; b="c" d', 'a; b="c""d"', 'a; b=c"d"'),
        *('a; b=""', 'a; b="c d"', 'a; b="c,d"', 'a; b="c;d"', 'a; b="\\""', 'a; b="ä"'),
        *('a; b="', 'a; b="c', 'a; b="c\\"', 'a; b="\\', 'a; b="c\n"'),
        *(
            "a/b",
            "a(b)",
            "a; b=c/d",
            "ä",
            "a\n",
            "a\0",
            "a; b={c}",
            "a:b",
            "a@b",
            "\x7f",
            "a\u212a",
        ),
    ],
)
def test_what_it_does_not(header):
    with pytest.raises(Failure) as raised:
        parse_extensions(header)
    assert raised.value.code == 1002


tokens = st.text("!#$%&'*+-.^_`|~" + string.ascii_letters + string.digits, min_size=1, max_size=6)
spaces = st.text(" \t", max_size=2)


@st.composite
def headers(draw):
    """Draw a header and the extensions in it."""
    extensions, written = [], []
    for name in draw(st.lists(tokens, min_size=1, max_size=3)):
        parts, parameters = [name], []
        for key, value in draw(st.lists(st.tuples(tokens, st.none() | tokens), max_size=3)):
            parameters.append((key, value))
            if value is None:
                parts.append(key)
                continue
            form = draw(st.sampled_from(("{}", '"{}"', '"\\{}"')))
            space = draw(spaces)
            parts.append(f"{key}{space}={space}{form.format(value)}")
        written += [draw(spaces)] * draw(st.integers(0, 1))
        written.append(draw(spaces) + (draw(spaces) + ";" + draw(spaces)).join(parts))
        extensions.append((name, parameters))
    return ",".join(written), extensions


@given(headers())
@settings(deadline=None)
def test_what_is_written_is_what_is_read(header):
    written, extensions = header
    assert parsed(written) == extensions


@given(st.text('a;,="\\ \t/', max_size=20))
@settings(deadline=None)
def test_anything_else_fails_and_does_nothing_worse(header):
    with contextlib.suppress(Failure):
        assert all(each.name.strip("a") == "" for each in parse_extensions(header))
