"""Whether a URL matches a source list.

https://w3c.github.io/webappsec-csp/#matching-urls
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.csp.matching_parts import (
    host_part_matches,
    path_part_matches,
    port_part_matches,
    scheme_part_matches,
)
from whatwg_websockets.csp.matching_urls import url_matches_expression, url_matches_source_list
from whatwg_websockets.csp.source_expression import (
    HostSource,
    SchemeSource,
    is_a_source_expression,
    parse_a_source_expression,
)
from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.origin import OpaqueOrigin, TupleOrigin
from whatwg_websockets.url.url_record import parse

HTTP_PAGE = TupleOrigin("http", "page.example")
HTTPS_PAGE = TupleOrigin("https", "page.example")
OPAQUE = OpaqueOrigin()


def without_punctuation(value):
    """Write a value as a part of a test's name, in letters, digits and hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", str(value))


def request_url(url):
    """Return the URL of the request that opens a WebSocket with this URL."""
    record = parse(url)
    return record.with_scheme({"ws": "http", "wss": "https"}.get(record.scheme, record.scheme))


def matches(url, *source_list, origin=HTTPS_PAGE, redirect_count=0):
    return url_matches_source_list(request_url(url), source_list, origin, redirect_count)


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("wss:", SchemeSource("wss")),
        ("localhost:", SchemeSource("localhost")),
        ("*", HostSource(None, "*", None, "")),
        ("*:*", HostSource(None, "*", "*", "")),
        ("a", HostSource(None, "a", None, "")),
        ("*.a-1.B.", HostSource(None, "*.a-1.B.", None, "")),
        ("a:80", HostSource(None, "a", "80", "")),
        ("WSS://a:*/b/c", HostSource("WSS", "a", "*", "/b/c")),
        ("a/", HostSource(None, "a", None, "/")),
        ("a/b//c/", HostSource(None, "a", None, "/b//c/")),
        ("127.0.0.1:80", HostSource(None, "127.0.0.1", "80", "")),
        ("'self'", None),
        ("a//b", None),
        ("a:", SchemeSource("a")),
        ("1:", None),
        ("*.", None),
        ("**", None),
        ("*.*.a", None),
        ("a..b", None),
        (".a", None),
        ("a\n", None),
        ("", None),
    ],
)
def test_the_grammar_of_source_expressions(expression, parts):
    assert parse_a_source_expression(expression) == parts


@pytest.mark.parametrize(
    ("a", "b", "is_match"),
    [
        *[("http", each, each in {"http", "https"}) for each in ("http", "https", "ws", "wss")],
        *[("https", each, each == "https") for each in ("http", "https", "ws", "wss")],
        *[("ws", each, True) for each in ("http", "https", "ws", "wss", "WSS")],
        *[("wss", each, each in {"https", "wss"}) for each in ("http", "https", "ws", "wss")],
        ("HtTp", "HTTPs", True),
        ("ftp", "https", False),
        ("ws", "ftp", False),
    ],
)
def test_schemes(a, b, is_match):
    assert scheme_part_matches(a, b) is is_match


@pytest.mark.parametrize(
    ("pattern", "host", "is_match"),
    [
        ("a.example", "a.example", True),
        ("A.Example", "a.example", True),
        ("a.example", "b.a.example", False),
        ("b.a.example", "a.example", False),
        ("*.a.example", "a.example", False),
        ("*.A.example", "b.a.example", True),
        ("*.a.example", "c.b.a.example", True),
        ("*.a.example", "ba.example", False),
        ("a.example.", "a.example.", True),
        ("a.example", "a.example.", False),
        ("*", "a.example", True),
        ("*", "localhost", True),
        ("*", "127.0.0.1", False),
        ("127.0.0.1", "127.0.0.1", False),
        ("*.0.0.1", "127.0.0.1", False),
        ("*", "[::1]", False),
    ],
    ids=without_punctuation,
)
def test_hosts(pattern, host, is_match):
    """WPT: src-trailing-dot.sub.any.js, wildcard-host-part.sub.window.js."""
    assert host_part_matches(pattern, host) is is_match


def test_what_a_domain_is():
    assert is_domain("a.example")
    assert is_domain("1.2.3.a")
    assert not is_domain(parse("http://0x7f.1/").host)
    assert not is_domain(parse("http://[::1]/").host)


@pytest.mark.parametrize(
    ("port", "url", "is_match"),
    [
        (None, "http://a/", True),
        (None, "https://a/", True),
        (None, "http://a:8080/", False),
        (None, "http://a:443/", False),
        ("*", "http://a/", True),
        ("*", "http://a:8080/", True),
        ("80", "http://a/", True),
        ("00080", "http://a/", True),
        ("443", "https://a/", True),
        ("80", "https://a/", False),
        ("443", "http://a/", False),
        ("443", "http://a:443/", True),
        ("80", "https://a:80/", True),
        ("8080", "http://a:8080/", True),
        ("8080", "http://a:8081/", False),
        ("8080", "http://a/", False),
        ("9" * 5000, "http://a/", False),
    ],
)
def test_ports(port, url, is_match):
    assert port_part_matches(port, parse(url)) is is_match


@pytest.mark.parametrize(
    ("a", "b", "is_match"),
    [
        ("", "/x", True),
        ("/", "", True),
        ("/", "/", True),
        ("/", "/a/b", True),
        ("/a", "/a", True),
        ("/a", "/a/", False),
        ("/a", "/a/b", False),
        ("/a", "/A", False),
        ("/a/", "/a/", True),
        ("/a/", "/a/b/c", True),
        ("/a/", "/a", False),
        ("/a/b", "/a", False),
        ("/%61", "/a", True),
        ("/a", "/%61", True),
        ("/a%2Fb", "/a/b", False),
        ("/a%2fb", "/a%2Fb", True),
        ("/%C3%A4", "/%c3%a4", True),
        ("/a//b", "/a//b", True),
        ("/a//b", "/a/c/b", False),
    ],
)
def test_paths(a, b, is_match):
    assert path_part_matches(a, b) is is_match


@pytest.mark.parametrize("origin", [HTTP_PAGE, HTTPS_PAGE, OPAQUE])
@pytest.mark.parametrize("url", ["ws://a.example/", "wss://a.example:1/b?c", "ws://127.0.0.1/"])
def test_lists_that_match_nothing_or_everything(url, origin):
    assert not matches(url, origin=origin)
    assert not matches(url, "'none'", origin=origin)
    assert not matches(url, "'NONE'", origin=origin)
    assert matches(url, "*", origin=origin)
    assert matches(url, "'none'", "*", origin=origin)
    assert not matches(
        url, "'unsafe-inline'", "'nonce-a'", "'sha256-a'", "b.example", origin=origin
    )


def test_an_expression_that_is_neither_url_nor_self_matches_nothing():
    for expression in ("'none'", "'unsafe-inline'", "'nonce-a'", "'sha256-a'", "a//b"):
        assert url_matches_expression(request_url("wss://a/"), expression, HTTPS_PAGE, 0) is False


def test_an_asterisk_matches_the_scheme_of_the_page():
    assert url_matches_expression(parse("ftp://a/"), "*", TupleOrigin("ftp", "b"), 0)
    assert not url_matches_expression(parse("ftp://a/"), "*", HTTPS_PAGE, 0)
    assert not url_matches_expression(parse("ftp://a/"), "*", OPAQUE, 0)


WITHOUT_TLS, WITH_TLS = ["ws://a/", "ws://127.0.0.1:1/"], ["wss://a/b", "wss://[::1]:8443/"]


@pytest.mark.parametrize(
    ("expression", "urls"),
    [
        ("ws:", WITHOUT_TLS + WITH_TLS),
        ("wss:", WITH_TLS),
        ("http:", WITHOUT_TLS + WITH_TLS),
        ("https:", WITH_TLS),
        ("WSS:", WITH_TLS),
        ("ftp:", []),
    ],
    ids=["ws", "wss", "http", "https", "WSS", "ftp"],
)
def test_schemes_as_expressions(expression, urls):
    """WPT: case-insensitive-scheme.sub.html."""
    assert [each for each in WITHOUT_TLS + WITH_TLS if matches(each, expression)] == urls


@pytest.mark.parametrize(
    ("expression", "url", "is_match"),
    [
        ("ws://a.example", "ws://a.example/", True),
        ("ws://a.example", "wss://a.example/", True),
        ("wss://a.example", "ws://a.example/", False),
        ("ws://a.example", "ws://a.example:8080/", False),
        ("ws://a.example:80", "ws://a.example/", True),
        ("ws://a.example:80", "wss://a.example/", False),
        ("ws://a.example:8080", "wss://a.example:8080/", True),
        ("ws://a.example:8080/echo", "ws://a.example:8080/echo", True),
        ("ws://a.example:8080/echo", "ws://a.example:8080/echo?a=b", True),
        ("ws://a.example:8080/echo", "ws://a.example:8080/other", False),
        ("wss://*.a.example/b/", "wss://c.a.example/b/d", True),
        ("http://*:8080", "ws://b.example:8080/", True),
        ("*:*/b", "wss://a.example:7/b", True),
        ("*:*/b", "wss://a.example:7/c", False),
        ("wss://page.example", "wss://user:secret@page.example/", True),
    ],
)
def test_hosts_as_expressions(expression, url, is_match):
    """WPT: connect-src-websocket-allowed, wildcard-host-part-002, source-list-wildcard-…."""
    assert matches(url, expression) is is_match
    assert matches(url, "https://elsewhere.example", expression, "'none'") is is_match


def test_a_host_without_a_scheme_has_the_scheme_of_the_page():
    assert matches("wss://a.example/", "a.example", origin=HTTPS_PAGE)
    assert not matches("ws://a.example/", "a.example", origin=HTTPS_PAGE)
    assert matches("ws://a.example/", "a.example", origin=HTTP_PAGE)
    assert matches("wss://a.example/", "a.example", origin=HTTP_PAGE)
    assert not matches("wss://a.example/", "a.example", origin=OPAQUE)


def test_a_url_without_a_host_matches_no_host():
    assert not url_matches_expression(parse("mailto:a"), "mailto://a", HTTPS_PAGE, 0)
    assert url_matches_expression(parse("mailto:a"), "mailto:", HTTPS_PAGE, 0)


def test_after_a_redirect_the_path_does_not_count():
    assert not matches("ws://a.example/b", "ws://a.example/c")
    assert matches("ws://a.example/b", "ws://a.example/c", redirect_count=1)


@pytest.mark.parametrize("self", ["'self'", "'SELF'"])
@pytest.mark.parametrize(
    ("origin", "matched", "not_matched"),
    [
        (
            "http://page.example",
            "ws://page.example/ wss://page.example/a ws://page.example:80/",
            "ws://page.example:8080/ wss://page.example:8443/ ws://a.page.example/ ws://page/",
        ),
        (
            "https://page.example",
            "wss://page.example/ wss://page.example:443/",
            "ws://page.example/ ws://page.example:443/ wss://page.example:8443/",
        ),
        (
            "http://page.example:8080",
            "ws://page.example:8080/ wss://page.example:8080/",
            "ws://page.example/ wss://page.example/",
        ),
        ("https://page.example:8443", "wss://page.example:8443/", "ws://page.example:8443/"),
        ("http://127.0.0.1:9000", "ws://127.0.0.1:9000/ wss://127.0.0.1:9000/", "ws://127.0.0.1/"),
        ("ws://page.example", "wss://page.example/", "ws://page.example/"),
    ],
)
def test_self(self, origin, matched, not_matched):
    """WPT: connect-src-websocket-self.sub.html."""
    record = parse(origin)
    page = TupleOrigin(record.scheme, record.host, record.port)
    assert all(matches(url, self, origin=page) for url in matched.split())
    assert not any(matches(url, self, origin=page) for url in not_matched.split())
    assert not any(matches(url, self, origin=OPAQUE) for url in matched.split())


# A plain model of source lists, and what hypothesis finds to compare it with.

SCHEMES = ("http", "https", "ws", "wss")
LABELS = st.sampled_from(["a", "b", "example", "A"])
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
PORTS = st.sampled_from([None, "80", "443", "8080"])
PATHS = st.lists(st.sampled_from(["a", "b", "%61", ""]), max_size=3).map(
    lambda parts: "/" + "/".join(parts)
)


@st.composite
def urls(draw):
    scheme, host, port = draw(st.sampled_from(["ws", "wss"])), draw(HOSTS), draw(PORTS)
    return f"{scheme}://{host}{'' if port is None else ':' + port}{draw(PATHS)}"


@st.composite
def expressions(draw):
    kind = draw(st.sampled_from(["scheme", "host", "keyword"]))
    if kind == "scheme":
        return draw(st.sampled_from(SCHEMES)) + ":"
    if kind == "keyword":
        return draw(st.sampled_from(["'self'", "'none'", "*", "'unsafe-inline'"]))
    scheme = draw(st.sampled_from([None, *SCHEMES]))
    host = draw(st.sampled_from(["", "*."])) + draw(HOSTS) if draw(st.booleans()) else "*"
    port = draw(st.sampled_from([None, "*", "80", "443", "8080"]))
    path = draw(st.one_of(st.just(""), PATHS.filter(lambda path: not path.startswith("//"))))
    return (
        ("" if scheme is None else scheme + "://")
        + host
        + ("" if port is None else ":" + port)
        + path
    )


PAGES = st.sampled_from(
    [
        OPAQUE,
        *[
            TupleOrigin(scheme, "a.b", port)
            for scheme in ("http", "https")
            for port in (None, 8080)
        ],
    ]
)


def model(url, expression, origin):
    """Return the result of the algorithm, computed from the URL that the page requested."""
    found = re.fullmatch(r"(wss?)://([^:/]+)(?::(\d+))?(/.*)", url.lower())
    secure, host, path = found[1] == "wss", found[2], found[4].replace("%61", "a")
    default = "443" if secure else "80"
    port = found[3] or default
    if expression == "*":
        return True
    if expression == "'self'":
        if origin is OPAQUE or host != origin.host or (origin.scheme == "https" and not secure):
            return False
        if origin.port is None:
            return port == default
        return port == str(origin.port)
    if expression.startswith("'"):
        return False
    scheme, separator, rest = expression.lower().rpartition("://")
    if expression.endswith(":") and not separator:
        scheme, rest = expression[:-1], None
    if not scheme:
        scheme = "" if origin is OPAQUE else origin.scheme
    if scheme not in ({"http", "https", "ws", "wss"} if secure else {"http", "ws"}):
        return False
    if rest is None:
        return True
    authority, slash, wanted_path = rest.partition("/")
    wanted_host, _, wanted_port = authority.partition(":")
    if wanted_host.startswith("*."):
        is_host = host.endswith(wanted_host[1:])
    else:
        is_host = wanted_host in {"*", host}
    wanted = (slash + wanted_path).replace("%61", "a")
    is_path = not wanted or path == wanted or (wanted.endswith("/") and path.startswith(wanted))
    return is_host and (wanted_port == "*" or (wanted_port or default) == port) and is_path


@given(urls(), st.lists(expressions(), max_size=4), PAGES)
def test_source_lists_are_those_of_a_plain_model(url, source_list, origin):
    expected = any(model(url, each, origin) for each in source_list)
    assert all(map(is_a_source_expression, [each for each in source_list if each != "'none'"]))
    assert matches(url, *source_list, origin=origin) is expected
