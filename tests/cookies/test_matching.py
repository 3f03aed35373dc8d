"""Layered cookies 5.3.2 to 5.3.4: which hosts and paths a cookie matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.cookies.matching import cookie_default_path, domain_matches, path_matches


@pytest.mark.parametrize(
    ("host", "domain", "matches"),
    [
        ("example.com", "example.com", True),
        ("a.example.com", "example.com", True),
        ("a.b.example.com", "example.com", True),
        ("example.com", "a.example.com", False),
        ("badexample.com", "example.com", False),
        ("example.com.", "example.com", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "0.0.1", False),
        ("[::1]", "[::1]", True),
        ("[::1]", "1]", False),
    ],
)
def test_domain_matching(host, domain, matches):
    assert domain_matches(host, domain) == matches


@pytest.mark.parametrize(
    ("path", "default"),
    [("/", "/"), ("/a", "/"), ("/a/", "/a"), ("/a/b", "/a"), ("/a/b/", "/a/b"), ("//", "/")],
)
def test_the_default_path(path, default):
    assert cookie_default_path(path) == default


@pytest.mark.parametrize(
    ("request_path", "cookie_path", "matches"),
    [
        ("/", "/", True),
        ("/a", "/", True),
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/a/b", "/a/", True),
        ("/ab", "/a", False),
        ("/a", "/a/", False),
        ("/a", "/a/b", False),
        ("/", "/a", False),
        ("/A", "/a", False),
    ],
)
def test_path_matching(request_path, cookie_path, matches):
    assert path_matches(request_path, cookie_path) == matches


PATHS = st.from_regex(r"/([ab]{0,2}/){0,3}[ab]{0,2}", fullmatch=True)


@given(PATHS, PATHS)
def test_a_path_matches_what_its_parts_begin_with(request_path, cookie_path):
    """The rule of RFC 6265bis, in other words."""
    asked, kept = request_path.split("/"), cookie_path.removesuffix("/").split("/")
    expected = asked[: len(kept)] == kept and (
        len(asked) > len(kept) or request_path == cookie_path
    )
    expected = expected or request_path == cookie_path
    assert path_matches(request_path, cookie_path) == expected


@given(PATHS)
def test_a_path_matches_its_default_path(path):
    assert path_matches(path, cookie_default_path(path))
