"""A page that was loaded over TLS may not connect without TLS.

https://w3c.github.io/webappsec-mixed-content/#algorithms,
https://fetch.spec.whatwg.org/#concept-main-fetch, steps 7 and 20
"""

import pytest

from support.page import FAILED, Recorder
from support.server import Server
from whatwg_websockets import EnvironmentSettings, HstsList, WebSocket
from whatwg_websockets.fetch.main_fetch import main_fetch
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.mixed_content.algorithms import (
    prohibits_mixed_security_contexts,
    should_fetching_be_blocked_as_mixed_content,
    should_response_be_blocked_as_mixed_content,
)
from whatwg_websockets.url.url_record import parse

SECURE = EnvironmentSettings(origin="https://secure.example")


async def test_a_secure_page_opens_nothing_insecure_and_hears_an_error(caplog):
    page = Recorder(WebSocket("ws://insecure.example/", settings=SECURE))
    await page.until("close")
    assert page.events == FAILED
    assert caplog.records[-1].kind == "mixed content"
    assert caplog.records[-1].why == (
        "it is mixed content: a page of https://secure.example may not make requests without TLS"
    )


@pytest.mark.parametrize(
    "url", ["ws://127.0.0.1:{}/", "ws://localhost:{}/", "ws://a.localhost:{}/"]
)
async def test_what_does_not_leave_this_machine_is_not_mixed(url):
    async with Server() as server:
        page = Recorder(WebSocket(url.format(server.port), settings=SECURE))
        await server.accept_handshake()
        await page.until("open")


@pytest.mark.parametrize(
    ("origin", "prohibits"),
    [
        (None, False),
        ("http://insecure.example", False),
        ("https://secure.example", True),
        # Both are potentially trustworthy; browsers look at https alone.
        ("http://localhost:8000", True),
        ("http://127.0.0.1", True),
    ],
)
@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("http://insecure.example/", False),
        ("http://192.168.1.5/", False),
        ("https://secure.example/", True),
        ("http://127.0.0.2/", True),
        ("http://[::1]/", True),
        ("http://a.localhost/", True),
    ],
)
def test_who_is_kept_from_what(origin, prohibits, url, trusted):
    settings, record = EnvironmentSettings(origin=origin), parse(url)
    assert prohibits_mixed_security_contexts(settings) is prohibits
    blocked = prohibits and not trusted
    assert should_fetching_be_blocked_as_mixed_content(settings, record) is blocked
    assert should_response_be_blocked_as_mixed_content(settings, record) is blocked


async def obtain_nothing(_):
    raise AssertionError("nothing is to be asked for")


async def test_mixed_content_is_blocked_before_hsts_could_upgrade_it():
    hsts = HstsList()
    hsts.note("known.example", max_age=100)
    settings = EnvironmentSettings(origin="https://secure.example", hsts=hsts)
    request = Request(url=parse("http://known.example/"), client=settings)
    response = await main_fetch(request, obtain_nothing)
    assert response.kind == "mixed content"
