"""Fetch Metadata Request Headers.

https://w3c.github.io/webappsec-fetch-metadata/

Most rows of the tables were compared manually with Firefox 153, which sends the same fields.
"""

import pytest

from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch_metadata.append_the_fetch_metadata_headers import (
    append_the_fetch_metadata_headers,
)
from whatwg_websockets.url.url_record import parse


def headers_of(url, *, origin=None, **members):
    """Return the headers that are sent to a URL, with the scheme that Fetch knows."""
    request = Request(url=parse(url), client=EnvironmentSettings(origin=origin), **members)
    append_the_fetch_metadata_headers(request)
    return dict(request.header_list.headers)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "http://example.com:443/",
        "http://192.0.2.1/",
        "http://[2001:db8::1]/",
        "http://localhost.example/",
    ],
)
@pytest.mark.parametrize("origin", [None, "null", "http://example.com", "https://example.com"])
def test_section_3_step_1_what_others_could_change_on_the_way_is_not_said(url, origin):
    assert headers_of(url, origin=origin) == {}


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "http://localhost:8080/",
        "http://chat.localhost/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ],
)
def test_section_3_to_a_potentially_trustworthy_url_three_headers_go_out(url):
    assert headers_of(url, origin="https://other.example") == {
        b"Sec-Fetch-Dest": b"empty",
        b"Sec-Fetch-Mode": b"websocket",
        b"Sec-Fetch-Site": b"cross-site",
    }


def test_sec_fetch_dest_step_3_is_the_destination_where_there_is_one():
    headers = headers_of("https://example.com/", destination="worker")
    assert headers[b"Sec-Fetch-Dest"] == b"worker"


@pytest.mark.parametrize(
    ("origin", "url", "site"),
    [
        ("https://example.com", "https://example.com/chat?x", b"same-origin"),
        ("https://example.com:443", "https://example.com/", b"same-origin"),
        ("https://example.com:8443", "https://example.com:8443/", b"same-origin"),
        ("http://localhost:8080", "http://localhost:8080/", b"same-origin"),
        ("http://[::1]:8080", "http://[::1]:8080/", b"same-origin"),
        ("https://example.com", "https://example.com:8443/", b"same-site"),
        ("https://example.com", "https://chat.example.com/", b"same-site"),
        ("https://a.example.com", "https://b.example.com/", b"same-site"),
        ("http://localhost:3000", "http://localhost:8080/", b"same-site"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:8080/", b"same-site"),
        # The scheme is a part of a site.
        ("http://example.com", "https://example.com/", b"cross-site"),
        ("http://example.com", "https://chat.example.com/", b"cross-site"),
        ("http://localhost", "https://localhost/", b"cross-site"),
        ("https://localhost", "http://localhost/", b"cross-site"),
        # Below a public suffix nobody is of one site with another.
        ("https://a.github.io", "https://b.github.io/", b"cross-site"),
        ("https://co.uk", "https://a.co.uk/", b"cross-site"),
        ("http://localhost:8080", "http://127.0.0.1:8080/", b"cross-site"),
        ("https://example.com", "https://example.net/", b"cross-site"),
        ("https://example.com", "https://notexample.com/", b"cross-site"),
        # An opaque origin is the same as no other.
        ("null", "https://example.com/", b"cross-site"),
        ("null", "http://localhost/", b"cross-site"),
        # Nobody's page: the program asks for itself.
        (None, "https://example.com/", b"none"),
        (None, "http://127.0.0.1:8080/", b"none"),
    ],
)
def test_sec_fetch_site_says_how_who_asks_is_related_to_who_is_asked(origin, url, site):
    assert headers_of(url, origin=origin)[b"Sec-Fetch-Site"] == site


def test_a_header_that_is_there_gives_way():
    request = Request(url=parse("https://example.com/"), client=EnvironmentSettings())
    for value in (b"same-origin", b"none"):
        request.header_list.append(b"sec-fetch-site", value)
    append_the_fetch_metadata_headers(request)
    assert request.header_list.values(b"Sec-Fetch-Site") == [b"none"]
