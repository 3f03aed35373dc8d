"""The URL of a proxy."""

import sys

import pytest

from whatwg_websockets.proxies.proxy import Proxy, parse_a_proxy


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("http://proxy.example:3128", Proxy("http", "proxy.example", 3128)),
        ("http://proxy.example:3128/", Proxy("http", "proxy.example", 3128)),
        ("  HTTP://PROXY.example  ", Proxy("http", "proxy.example", 80)),
        ("https://proxy.example", Proxy("https", "proxy.example", 443)),
        ("https://proxy.example:80", Proxy("https", "proxy.example", 80)),
        ("http://proxy.example:443", Proxy("http", "proxy.example", 443)),
        ("proxy.example:8080", Proxy("http", "proxy.example", 8080)),
        ("proxy.example", Proxy("http", "proxy.example", 80)),
        ("joe:secret@proxy.example", Proxy("http", "proxy.example", 80, "joe", "secret")),
        ("socks4://proxy.example", Proxy("socks4", "proxy.example", 1080)),
        ("socks4a://joe@proxy.example", Proxy("socks4a", "proxy.example", 1080, "joe")),
        ("socks5://proxy.example:80", Proxy("socks5", "proxy.example", 80)),
        ("socks5h://j:s@proxy.example:443", Proxy("socks5h", "proxy.example", 443, "j", "s")),
        ("socks://[::1]", Proxy("socks5h", "::1", 1080)),
        ("http://127.1:8080", Proxy("http", "127.0.0.1", 8080)),
        ("http://bücher.example", Proxy("http", "xn--bcher-kva.example", 80)),
        ("http://joe%40x:%3a%C3%BC@p.example", Proxy("http", "p.example", 80, "joe@x", ":ü")),
    ],
)
def test_a_url(string, expected):
    assert parse_a_proxy(string, "all") == expected


@pytest.mark.parametrize(
    ("string", "why"),
    [
        (
            "ftp://proxy.example",
            "'ftp' is not a scheme of a proxy; use one of: http, https, socks,",
        ),
        ("direct://", "'direct' is not a scheme of a proxy"),
        ("", "it cannot be parsed"),
        ("http://", "it cannot be parsed"),
        ("http://proxy.example:99999", "it cannot be parsed"),
        ("http://pro xy.example", "it cannot be parsed"),
        ("socks5://a b:1", "it cannot be parsed"),
        ("http://proxy.example:0", "its port is 0"),
        ("http://proxy.example/proxy.pac", "it continues after its host and port"),
        ("http://proxy.example?a", "it continues after its host and port"),
        ("http://proxy.example/#a", "it continues after its host and port"),
        ("http://%ff@proxy.example", "its user name or password is not UTF-8"),
        ("http://a:%0d%0aX: 1@proxy.example", "its user name or password has control characters"),
        ("socks5://a:%00@proxy.example", "its user name or password has control characters"),
        ("socks5://joe@proxy.example", "SOCKS5 needs a user name and a password, or neither"),
        ("socks5h://:secret@proxy.example", "SOCKS5 needs a user name and a password, or neither"),
        ("socks5://joe:%C3%BC@proxy.example", "must be ASCII"),
        (f"socks5://joe:{'s' * 256}@proxy.example", "is longer than 255 bytes"),
        ("socks4://joe:secret@proxy.example", "SOCKS4 does not support passwords"),
    ],
)
def test_what_is_no_url_of_a_proxy(string, why):
    with pytest.raises(ValueError, match=r"^all: '") as caught:
        parse_a_proxy(string, "all")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "string",
    ["ftp://joe:secret@proxy.example", "http://joe:secret@proxy.example:99999", "http://a:secret@"],
)
def test_a_failure_does_not_show_the_password(string):
    with pytest.raises(ValueError, match=r"\*\*\*") as caught:
        parse_a_proxy(string, "all")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("string", "shown"),
    [
        ("http://joe:secret@proxy.example", "http://joe:***@proxy.example:80"),
        ("socks4://joe@[::1]", "socks4://joe@[::1]:1080"),
        ("https://proxy.example", "https://proxy.example:443"),
    ],
)
def test_a_proxy_is_shown_without_its_password(string, shown):
    proxy = parse_a_proxy(string, "all")
    assert str(proxy) == shown
    assert "secret" not in repr(proxy)


def test_socks_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "python_socks", None)
    with pytest.raises(ModuleNotFoundError, match=r"^all: a SOCKS proxy needs .*\[proxy\]"):
        parse_a_proxy("socks5://proxy.example", "all")
    parse_a_proxy("http://proxy.example", "all")
