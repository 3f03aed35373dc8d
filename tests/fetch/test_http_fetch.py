"""Scheme fetch and HTTP fetch: a redirect is a network error. https://fetch.spec.whatwg.org/#concept-http-fetch"""

import asyncio

import pytest

from whatwg_websockets.fetch import http_fetch
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.fetch.http_fetch import override_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.url.url_record import parse


def fetched(monkeypatch, response: Response) -> Response:
    """Fetch a request that is answered with a response."""

    async def answer(request, obtain):
        return response

    monkeypatch.setattr(http_fetch, "http_network_or_cache_fetch", answer)
    url = parse("http://server.example/")
    assert url is not None
    request = Request(url=url, client=EnvironmentSettings())
    return asyncio.run(override_fetch(request, lambda _: pytest.fail("nothing is to be obtained")))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_network_error_that_keeps_its_connection(monkeypatch, status):
    response = Response(status=status, status_message=b"Elsewhere")
    response.connection = object()  # type: ignore[assignment]
    error = fetched(monkeypatch, response)
    assert error.is_network_error
    assert (error.why, error.kind) == (
        f"the server answered with status {status} Elsewhere; a redirect is not followed",
        "redirect",
    )
    assert error.connection is response.connection


@pytest.mark.parametrize(
    ("locations", "told"),
    [
        ([b"/login"], "a redirect to /login"),
        (
            [b"https://user:secret@server.example/"],
            "a redirect to https://user:***@server.example/",
        ),
        ([b"/\xe9\x1b[31m"], "a redirect to /\xe9?[31m"),
        ([b"/" + b"x" * 200], "a redirect to /" + "x" * 79),
        ([b"/a", b"/b"], "a redirect to /a and /b"),
        ([b""], "a redirect"),
    ],
)
def test_the_log_learns_where_a_redirect_leads_and_no_password(monkeypatch, locations, told):
    headers = HeaderList((b"Location", each) for each in locations)
    error = fetched(monkeypatch, Response(status=302, header_list=headers))
    assert error.why == f"the server answered with status 302; {told} is not followed"


@pytest.mark.parametrize("status", [0, 101, 200, 300, 304, 401, 404])
def test_every_other_response_is_handed_on(monkeypatch, status):
    response = Response(status=status)
    assert fetched(monkeypatch, response) is response
