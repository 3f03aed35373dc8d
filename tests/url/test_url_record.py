"""URL records: the parts, what is null and what is empty, serializing, origins."""

import dataclasses

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.url.url_record import UrlRecord, parse, without_password


def parsed(url, base=None):
    record = parse(url, base)
    assert record is not None
    return record


def test_all_parts():
    assert parsed("WSS://User:p%40@EXAMPLE.com:8443/a/../b?q=1#f") == UrlRecord(
        scheme="wss",
        username="User",
        password="p%40",
        host="example.com",
        port=8443,
        path="/b",
        query="q=1",
        fragment="f",
    )


def test_few_parts():
    assert parsed("ws://h") == UrlRecord(
        scheme="ws",
        username="",
        password="",
        host="h",
        port=None,
        path="/",
        query=None,
        fragment=None,
    )


@pytest.mark.parametrize(
    ("url", "query", "fragment"),
    [
        ("ws://h/", None, None),
        ("ws://h/#", None, ""),
        ("ws://h/?", "", None),
        ("ws://h/?#", "", ""),
        ("ws://h#", None, ""),
        ("ws://h?", "", None),
        ("ws://h/?a", "a", None),
        ("ws://h/#a", None, "a"),
        ("ws://h/#?", None, "?"),
        ("ws://h/??", "?", None),
        ("ws://h/##", None, "#"),
        ("ws://h/?a?b#c#d?e", "a?b", "c#d?e"),
        ("ws://h/%23", None, None),
        ("ws://h/%3F", None, None),
        ("ws://a%23b:c%3Fd@h/", None, None),
        ("about:blank#", None, ""),
        ("about:blank?", "", None),
    ],
)
def test_null_and_empty_differ(url, query, fragment):
    record = parsed(url)
    assert record.query == query
    assert record.fragment == fragment


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("ws://[::1]:90/", "[::1]", "/"),
        ("ws://0x7f.1/", "127.0.0.1", "/"),
        ("ws://\u65e5\u672c.jp/\u00e9", "xn--wgv71a.jp", "/%C3%A9"),
        ("wss://\u65e5\u672c.jp/\u00e9", "xn--wgv71a.jp", "/%C3%A9"),
        ("ws://h/a//b", "h", "/a//b"),
        ("ws://h//", "h", "//"),
        ("about:blank", None, "blank"),
        ("mailto:a@b", None, "a@b"),
        ("foo:", None, ""),
        ("foo:/x", None, "/x"),
        ("foo:/.//x", None, "//x"),
        ("foo:///x", "", "/x"),
        ("foo://h", "h", ""),
        ("file:///x", "", "/x"),
    ],
)
def test_host_and_path(url, host, path):
    record = parsed(url)
    assert record.host == host
    assert record.path == path


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("ws://h:80/", None),
        ("wss://h:443/", None),
        ("http://h:80/", None),
        ("ws://h:443/", 443),
        ("wss://h:80/", 80),
        ("ws://h:/", None),
        ("ws://h:0/", 0),
        ("ws://h:0080/", None),
        ("ws://h:65535/", 65535),
        ("foo://h:80/", 80),
    ],
)
def test_port(url, port):
    assert parsed(url).port == port


@pytest.mark.parametrize(
    "url",
    ["", "/relative", "ws://", "ws://h:65536/", "ws://h:x/", "ws://a b/", "ws://%00/", "\ud800"],
)
def test_failure(url):
    assert parse(url) is None


@pytest.mark.parametrize(
    ("url", "base", "result"),
    [
        ("/b", "https://h:8443/a/c?q#f", "https://h:8443/b"),
        ("b", "https://h/a/c", "https://h/a/b"),
        ("?x", "https://h/a", "https://h/a?x"),
        ("", "https://h/a?q#f", "https://h/a?q"),
        ("//other/x", "https://h/a", "https://other/x"),
        ("ws://other", "https://h/a", "ws://other/"),
    ],
)
def test_relative_to_a_base(url, base, result):
    assert parsed(url, parsed(base)).serialize() == result


def test_an_opaque_base_helps_nothing():
    assert parse("/b", parsed("about:blank")) is None


def test_a_base_that_got_another_scheme():
    base = parsed("http://h/a/b").with_scheme("ws")
    assert parsed("c", base).serialize() == "ws://h/a/c"


@pytest.mark.parametrize(
    "url",
    [
        "ws://h/",
        "ws://u@h/",
        "ws://u:p@h/",
        "ws://:p@h/",
        "wss://h:8443/a?q#f",
        "ws://h/?#",
        "ws://h/#",
        "ws://[::1]:90/",
        "about:blank",
        "about:blank?#",
        "foo:/.//x",
        "foo:///x",
        "foo://h",
        "foo:",
        "file:///x",
        "data:,a%20b",
    ],
)
def test_a_serialized_url_is_written_again_the_same(url):
    assert parsed(url).serialize() == url


def test_serializing_without_the_fragment():
    assert parsed("ws://h/?q#f").serialize(exclude_fragment=True) == "ws://h/?q"
    assert parsed("ws://h/").serialize(exclude_fragment=True) == "ws://h/"


@pytest.mark.parametrize(
    ("url", "scheme", "result", "port"),
    [
        ("http://h/", "ws", "ws://h/", None),
        ("http://h:80/", "ws", "ws://h/", None),
        ("https://h:443/", "wss", "wss://h/", None),
        ("http://h:443/", "ws", "ws://h:443/", 443),
        ("http://h:443/", "https", "https://h:443/", 443),
        ("ws://u:p@h:1/a?q#f", "wss", "wss://u:p@h:1/a?q#f", 1),
    ],
)
def test_another_scheme_changes_nothing_else(url, scheme, result, port):
    record = parsed(url)
    changed = record.with_scheme(scheme)
    assert changed.serialize() == result
    assert changed.port == port
    assert record.serialize() == parsed(url).serialize()


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("ws://h/", "ws://h"),
        ("wss://u:p@H:8443/a?q#f", "wss://h:8443"),
        ("wss://h:443/", "wss://h"),
        ("http://h:443/", "http://h:443"),
        ("https://[::1]/", "https://[::1]"),
        ("ftp://h/", "ftp://h"),
        ("ws://\u65e5\u672c.jp/", "ws://xn--wgv71a.jp"),
        ("file:///x", "null"),
        ("about:blank", "null"),
        ("data:,x", "null"),
        ("foo://h/", "null"),
        ("blob:https://h:8443/id", "https://h:8443"),
        ("blob:http://h/id", "http://h"),
        ("blob:ws://h/id", "null"),
        ("blob:id", "null"),
    ],
)
def test_origin(url, origin):
    assert parsed(url).serialize_origin() == origin


def test_a_record_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        parsed("ws://h/").scheme = "wss"


@given(
    st.sampled_from(["ws", "wss", "http", "foo", "about"]),
    st.text(alphabet="ab/:@?#[]%.\\1", max_size=12),
)
def test_parsing_what_was_serialized_gives_the_same_record(scheme, rest):
    record = parse(f"{scheme}:{rest}")
    if record is not None:
        assert parse(record.serialize()) == record


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("ws://xn--a/", "xn--a"),
        ("ws://XN--A.example/", "xn--a.example"),
        ("ws://xn--/", "xn--"),
        ("ws://xn--8i7caa/", "xn--8i7caa"),
    ],
)
def test_a_host_in_ascii_is_a_host_whatever_its_punycode_says(url, host):
    """URL Standard, domain to ASCII, since June 2026: ada-url has it from 4.0 on."""
    assert parsed(url).host == host


@pytest.mark.parametrize("url", ["ws://xn--\u00df/", "ws://a\u200cb/", "ws://%ad/"])
def test_a_host_that_is_not_in_ascii_has_to_be_valid(url):
    assert parse(url) is None


# Passwords.


def test_a_record_is_written_for_people_without_its_password():
    record = parsed("ws://user:secret@host/path")
    assert str(record) == "ws://user:***@host/path"
    assert repr(record) == "<UrlRecord ws://user:***@host/path>"
    assert str(parsed("ws://user@host/")) == "ws://user@host/"
    assert str(parsed("about:blank")) == "about:blank"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("ws://host/a@b", "ws://host/a@b"),
        ("ws://user@host/", "ws://user@host/"),
        ("ws:user:secret@host", "ws://user:***@host/"),
        ("ws://:secret@host/", "ws://:***@host/"),
        ("ws://user:secret@", "ws://***@"),
        ("ws://user:sec/ret@host:99999", "ws://***@host:99999"),
        ("  ws:\\\\user:sec\nret@a b/", "  ws:\\\\***@a b/"),
        ("//user:secret@host/", "//***@host/"),
        ("user:secret@a b", "user:***@a b"),
        ("/path", "/path"),
    ],
)
def test_what_may_be_no_url_is_written_without_its_password(given, shown):
    assert without_password(given) == shown


# Marks of a URL and what stands between them, in any order.
PIECES = (
    *("ws:", "wss:", "http:", "foo:", "file:", "blob:", "about:blank", ":", "/", "//", "/.//"),
    *("?", "#", "@", "a", "user", "pass", "h.example", "[::1]", "127.0.0.1", "0x7f.1", "80"),
    *("8080", "%2f", "%40", "..", ".", "\\", " ", "\t", "é", "|", "^", "&", "=", ";", "C:"),
)


@given(st.sampled_from(("", "ws://", "foo://", "foo:", "foo:/", "file:")), st.data())
def test_the_parts_are_those_that_the_parser_has_found(beginning, data):
    """They are taken from the serialized URL, and ada's getters have them as well."""
    url = beginning + "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=9)))
    record = parse(url)
    if record is None:
        return
    found = URL(url)
    assert record.scheme == found.protocol[:-1]
    assert (record.username, record.password) == (found.username, found.password)
    assert (record.host or "") == found.hostname
    assert ("" if record.port is None else str(record.port)) == found.port
    assert record.path == found.pathname
    assert (f"?{record.query}" if record.query else "") == found.search
    assert (f"#{record.fragment}" if record.fragment else "") == found.hash
    assert record.serialize() == found.href
