"""Which origins and URLs are potentially trustworthy.

https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-origin,
https://w3c.github.io/webappsec-secure-contexts/#potentially-trustworthy-url
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.secure_contexts.potentially_trustworthy import (
    is_origin_potentially_trustworthy,
    is_url_potentially_trustworthy,
)
from whatwg_websockets.url.origin import OpaqueOrigin
from whatwg_websockets.url.url_record import origin_of, parse

TRUSTWORTHY = [
    "https://example.com",
    "wss://example.com:8443",
    "http://127.0.0.1",
    "ws://127.255.0.7:8080",
    "http://[::1]",
    "ws://[::1]:9001",
    "http://localhost",
    "ws://localhost:80",
    "http://localhost.",
    "http://page.localhost:8000",
    "http://a.b.localhost.",
]
NOT_TRUSTWORTHY = [
    "http://example.com",
    "ws://example.com:443",
    "ftp://example.com",
    "http://128.0.0.1",
    "http://10.127.0.1",
    "http://127.example.com",
    "http://[::2]",
    "http://[::ffff:7f00:1]",
    "http://notlocalhost",
    "http://localhost.example",
    "http://localhost..",
]


@pytest.mark.parametrize("origin", TRUSTWORTHY)
def test_origins_that_are_trustworthy(origin):
    assert is_origin_potentially_trustworthy(origin_of(parse(origin)))


@pytest.mark.parametrize("origin", NOT_TRUSTWORTHY)
def test_origins_that_are_not(origin):
    assert not is_origin_potentially_trustworthy(origin_of(parse(origin)))


def test_an_opaque_origin_is_not():
    assert not is_origin_potentially_trustworthy(OpaqueOrigin())


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("about:blank", True),
        ("about:srcdoc", True),
        ("about:blank?a", False),
        ("about:config", False),
        ("data:text/plain,hello", True),
        ("blob:https://example.com/1", True),
        ("blob:http://example.com/1", False),
        ("file:///etc/hosts", False),
        ("wss://example.com/chat", True),
        ("ws://example.com/chat", False),
        ("ws://user:password@127.1/chat", True),
        ("ws://LOCALHOST:8080/", True),
        ("ws://0x7f.1/", True),
        ("ws://[0:0::1]:8080/", True),
    ],
)
def test_urls(url, trusted):
    record = parse(url)
    assert record is not None
    assert is_url_potentially_trustworthy(record) is trusted


@given(st.ip_addresses(v=4), st.sampled_from(["http", "ws"]), st.integers(1, 65535))
def test_of_ipv4_addresses_those_of_127_8_are(address, scheme, port):
    record = parse(f"{scheme}://{address}:{port}/")
    assert record is not None
    assert is_url_potentially_trustworthy(record) is str(address).startswith("127.")
