"""Layered cookies 5.4.2: how a Set-Cookie field is parsed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whatwg_websockets.cookies.cookie import FAILURE
from whatwg_websockets.cookies.parse_a_cookie import LONGEST, parse_a_cookie
from whatwg_websockets.cookies.parse_a_date import EARLIEST
from whatwg_websockets.cookies.retrieve_cookies import serialize_cookies

NOW = 1_800_000_000.0
LIMIT = 400 * 86_400
DATE = b"Sun, 07 Feb 2027 08:00:00 GMT"
AT_THE_DATE = 1_801_987_200.0


def parsed(field, path="/chat/room"):
    return parse_a_cookie(field, path, NOW, LIMIT)


@pytest.mark.parametrize(
    ("field", "name", "value"),
    [
        (b"a=b", b"a", b"b"),
        (b" a = b ", b"a", b"b"),
        (b"\ta\t=\tb\t;", b"a", b"b"),
        (b"a=b=c", b"a", b"b=c"),
        (b"a", b"", b"a"),
        (b"=a", b"", b"a"),
        (b"a=", b"a", b""),
        (b'a="b; c"', b"a", b'"b'),
        (b"\xff=\xfe", b"\xff", b"\xfe"),
        (b"a=b,c=d", b"a", b"b,c=d"),
    ],
)
def test_name_and_value(field, name, value):
    cookie = parsed(field)
    assert (cookie.name, cookie.value) == (name, value)


@pytest.mark.parametrize("byte", [*range(9), *range(10, 32), 127])
@pytest.mark.parametrize("field", [b"a%cb=c", b"a=b%cc", b"a=b; Path=/%c", b"a=b; x%cy"])
def test_a_control_character_makes_it_none(field, byte):
    assert parsed(field % byte) is None


@pytest.mark.parametrize("field", [b"", b"=", b";", b" = ; Path=/", b"; a=b"])
def test_what_says_nothing_is_none(field):
    assert parsed(field) is None


def test_the_longest():
    assert parsed(b"a=" + b"b" * (LONGEST - 1)) is not None
    assert parsed(b"a=" + b"b" * LONGEST) is None
    assert parsed(b"a=" + b"b" * 102_400) is None
    assert parsed(b" " * 102_400 + b"a=b") is not None


@pytest.mark.parametrize(
    ("attributes", "expiry_time"),
    [
        (b"", None),
        (b"; Expires=" + DATE, AT_THE_DATE),
        (b"; expires =\t" + DATE, AT_THE_DATE),
        (b"; Expires=soon", None),
        (b"; Expires=soon; Expires=" + DATE, AT_THE_DATE),
        (b"; Expires=Sun, 07 Feb 2100 08:00:00 GMT", NOW + LIMIT),
        (b"; Expires=1 Jan 1601 00:00:00", EARLIEST),
        (b"; Max-Age=60", NOW + 60),
        (b"; MAX-AGE=060", NOW + 60),
        (b"; Max-Age=99999999999999999999", NOW + LIMIT),
        (b"; Max-Age=0", EARLIEST),
        (b"; Max-Age=-5", EARLIEST),
        (b"; Max-Age=", None),
        (b"; Max-Age=-", None),
        (b"; Max-Age=+5", None),
        (b"; Max-Age=5s", None),
        (b"; Max-Age=60; Max-Age=x", NOW + 60),
        (b"; Max-Age=60; Max-Age=70", NOW + 70),
        (b"; Max-Age=60; Expires=" + DATE, NOW + 60),
        (b"; Max-Age=60; Secure; Expires=" + DATE, NOW + 60),
        (b"; Expires=" + DATE + b"; Max-Age=60", NOW + 60),
        (b"; Max-Age=x; Expires=" + DATE, AT_THE_DATE),
        (b"; Expires=" + b"x" * 1_025 + b"; Max-Age=60", NOW + 60),
        (b"; Max-Age=" + b"9" * 1_024, NOW + LIMIT),
        (b"; Max-Age=" + b"9" * 1_025, None),
    ],
)
def test_when_it_ends(attributes, expiry_time):
    assert parsed(b"a=b" + attributes).expiry_time == expiry_time


@pytest.mark.parametrize(
    ("attributes", "host"),
    [
        (b"", None),
        (b"; Domain=example.com", "example.com"),
        (b"; domain=.EXAMPLE.com", "example.com"),
        (b"; Domain=..example.com", ".example.com"),  # which no host domain-matches
        (b"; Domain=.", FAILURE),
        (b"; Domain=a b", FAILURE),
        (b"; Domain=a/b", FAILURE),
        (b"; Domain=example.com:80", FAILURE),
        (b'; Domain="example.com"', '"example.com"'),  # likewise
        (b"; Domain=\xe4.example", FAILURE),
        (b"; Domain=xn--4ca.example", "xn--4ca.example"),
        (b"; Domain=[::1]", "[::1]"),
        (b"; Domain=[::1", FAILURE),
        (b"; Domain=127.1", "127.0.0.1"),
        (b"; Domain=", None),
        (b"; Domain=example.com; Domain=", None),
        (b"; Domain=/; Domain=example.com", "example.com"),
        (b"; Domain=" + b"a" * 1_025, None),
    ],
)
def test_the_host(attributes, host):
    assert parsed(b"a=b" + attributes).host == host


@pytest.mark.parametrize(
    ("attributes", "path", "has_path_attribute"),
    [
        (b"", "/chat", False),
        (b"; Path=/", "/", True),
        (b"; path=/a/b/", "/a/b/", True),
        (b"; Path=a", "/chat", False),
        (b"; Path", "/chat", False),
        (b"; Path=/a; Path=", "/chat", False),
        (b"; Path=; Path=/a", "/a", True),
        (b"; Path=/\xe4", "/\xe4", True),
        (b"; Path=/" + b"a" * 1_023, "/" + "a" * 1_023, True),
        (b"; Path=/" + b"a" * 1_024, "/chat", False),
    ],
)
def test_the_path(attributes, path, has_path_attribute):
    cookie = parsed(b"a=b" + attributes)
    assert (cookie.path, cookie.has_path_attribute) == (path, has_path_attribute)


@pytest.mark.parametrize(
    ("attributes", "secure", "http_only", "same_site"),
    [
        (b"", False, False, "unset"),
        (b"; Secure", True, False, "unset"),
        (b";SECURE=no", True, False, "unset"),
        (b"; HttpOnly ; x", False, True, "unset"),
        (b"; SameSite=Strict", False, False, "strict"),
        (b"; samesite=LAX", False, False, "lax"),
        (b"; SameSite=None; Secure", True, False, "none"),
        (b"; SameSite=Lax; SameSite=Strange", False, False, "lax"),
        (b"; SameSite", False, False, "unset"),
        (b"; Secured; Partitioned; Priority=High", False, False, "unset"),
    ],
)
def test_flags(attributes, secure, http_only, same_site):
    cookie = parsed(b"a=b" + attributes)
    assert (cookie.secure, cookie.http_only, cookie.same_site) == (secure, http_only, same_site)


OCTETS = st.characters(codec="latin-1", exclude_characters=";", exclude_categories=["Cc"])
TEXTS = st.text(OCTETS, max_size=12)


@given(TEXTS.filter(lambda text: "=" not in text), TEXTS)
def test_what_was_parsed_is_serialized_as_it_was(name, value):
    name, value = name.strip(" \t"), value.strip(" \t")
    written = f"{name}={value}".encode("latin-1")
    cookie = parsed(written + b"; Path=/; Secure")
    if not name + value:
        assert cookie is None
    else:
        expected = written if name else value.encode("latin-1")
        assert serialize_cookies([cookie]) == expected
        again = parsed(serialize_cookies([cookie]))
        if name or "=" not in value:
            assert (again.name, again.value) == (cookie.name, cookie.value)


ATTRIBUTES = st.lists(
    st.sampled_from([b"Path", b"Domain", b"Max-Age", b"Expires", b"Secure", b"SameSite", b"X", b""])
    | st.binary(max_size=6),
    max_size=4,
)


@given(st.binary(max_size=8), st.lists(st.tuples(ATTRIBUTES, st.binary(max_size=20)), max_size=4))
@example(b"a=b", [([b"Domain"], b"=[]")])
def test_nothing_raises(start, attributes):
    field = start + b"".join(b";" + b"=".join(names) + value for names, value in attributes)
    cookie = parsed(field)
    if cookie is not None:
        assert 0 < len(cookie.name) + len(cookie.value) <= LONGEST
        assert cookie.path.startswith("/")
        assert cookie.expiry_time is None or cookie.expiry_time <= NOW + LIMIT
