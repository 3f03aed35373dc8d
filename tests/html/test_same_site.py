"""HTML 7.1.1: same origin and same site, of opaque and of tuple origins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.html.same_site import (
    is_same_origin,
    is_same_site,
    is_schemelessly_same_site,
    obtain_a_site,
)
from whatwg_websockets.url.origin import OpaqueOrigin, TupleOrigin
from whatwg_websockets.url.url_record import origin_of, parse


def origin(url):
    return origin_of(parse(url))


def test_an_opaque_origin_is_the_same_as_itself_alone():
    a, b = OpaqueOrigin(), OpaqueOrigin()
    for same in (is_same_origin, is_same_site, is_schemelessly_same_site):
        assert same(a, a)
        assert not same(a, b)
        assert not same(a, origin("https://example.com/"))
        assert not same(origin("https://example.com/"), a)
    assert obtain_a_site(a) is a


# The examples of the standard, and some more: the last three columns are same origin, same site,
# schemelessly same site.
PAIRS = [
    ("https://example.com", "https://example.com", True, True, True),
    ("https://example.com", "https://example.com:443", True, True, True),
    ("https://example.com", "https://sub.example.com", False, True, True),
    ("https://example.com", "https://sub.other.example.com", False, True, True),
    ("https://example.com", "http://example.com", False, False, True),
    ("https://example.com", "https://example.com:8443", False, True, True),
    ("https://example.com", "https://example.org", False, False, False),
    ("https://a.github.io", "https://b.github.io", False, False, False),
    ("https://github.io", "https://github.io:8443", False, True, True),
    ("https://github.io", "https://a.github.io", False, False, False),
    ("https://127.0.0.1", "https://127.0.0.1:8443", False, True, True),
    ("https://127.0.0.1", "https://127.0.0.2", False, False, False),
    ("https://[::1]", "http://[::1]", False, False, True),
    ("https://example.com", "https://example.com.", False, False, False),
]


@pytest.mark.parametrize(("a", "b", "same_origin", "same_site", "schemelessly"), PAIRS)
def test_pairs_of_tuple_origins(a, b, same_origin, same_site, schemelessly):
    for one, other in ((a, b), (b, a)):
        assert is_same_origin(origin(one), origin(other)) == same_origin
        assert is_same_site(origin(one), origin(other)) == same_site
        assert is_schemelessly_same_site(origin(one), origin(other)) == schemelessly


TUPLES = st.builds(
    TupleOrigin,
    st.sampled_from(["http", "https", "ws"]),
    st.sampled_from(["a.test", "b.a.test", "c.test", "test", "10.0.0.1", "[::1]", "x.co.uk"]),
    st.none() | st.sampled_from([8000, 9000]),
)
ORIGINS = TUPLES | st.builds(OpaqueOrigin)


@given(ORIGINS, ORIGINS)
def test_each_is_an_equivalence_and_the_one_includes_the_other(a, b):
    for same in (is_same_origin, is_same_site, is_schemelessly_same_site):
        assert same(a, a)
        assert same(b, b)
        assert same(a, b) == same(b, a)
    assert is_same_site(a, b) >= is_same_origin(a, b)
    assert is_schemelessly_same_site(a, b) >= is_same_site(a, b)


@given(TUPLES)
def test_a_tuple_origin_is_written_as_it_is_read(a):
    assert origin(str(a)) == a


def test_how_an_opaque_origin_is_shown():
    assert str(OpaqueOrigin()) == "null"
    assert repr(OpaqueOrigin()) == "<OpaqueOrigin>"
