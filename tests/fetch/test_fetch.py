"""Fetch, as far as a request in "websocket" mode goes.

https://fetch.spec.whatwg.org/#fetching

What is seen of it on the wire is in test_establish_connection.py.
"""

import asyncio
import gc

import pytest

from support.loops import LOOPS
from support.page import turns
from support.wire import Wire
from whatwg_websockets import EnvironmentSettings
from whatwg_websockets.fetch.http_network_or_cache_fetch import http_network_or_cache_fetch
from whatwg_websockets.fetch.main_fetch import append_what_is_accepted, main_fetch
from whatwg_websockets.fetch.port_blocking import BAD_PORTS, should_be_blocked_due_to_a_bad_port
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response, network_error
from whatwg_websockets.network.dial import Dialled
from whatwg_websockets.network.handshake_stream import HandshakeStream
from whatwg_websockets.url.url_record import parse


def request(url="http://server.example/", client=None, **members):
    return Request(url=parse(url), client=client or EnvironmentSettings(), **members)


async def obtain_nothing(_):
    return "there is no network here"


def test_a_request_begins_as_a_websocket_needs_it():
    made = request()
    assert made.mode == "websocket"
    assert made.redirect_mode == "error"
    assert made.service_workers_mode == "none"
    assert made.referrer == "no-referrer"
    assert made.cache_mode == "no-store"
    assert made.credentials_mode == "include"


def test_a_network_error_has_the_status_0_and_no_headers():
    error = network_error("why", "csp")
    assert error.is_network_error
    assert (error.why, error.kind) == ("why", "csp")
    assert (error.status, error.header_list.headers, error.connection) == (0, [], None)
    assert not Response(status=101).is_network_error


async def test_without_a_connection_the_response_is_a_network_error():
    response = await main_fetch(request(), obtain_nothing)
    assert response.is_network_error
    assert (response.why, response.kind) == ("there is no network here", "no connection")


async def test_a_cause_that_says_of_which_kind_it_is_is_believed():
    class Cause(str):
        kind = "refused"

    async def obtain(_):
        return Cause("nobody listens")

    response = await main_fetch(request(), obtain)
    assert (response.why, response.kind) == ("nobody listens", "refused")


async def test_step_4_a_policy_that_only_reports_tells_of_a_request_that_gets_no_response():
    client = EnvironmentSettings(content_security_policy_report_only="connect-src 'none'")
    told = []
    client.addEventListener("securitypolicyviolation", lambda event: told.append(event.disposition))
    response = await main_fetch(request(client=client), obtain_nothing)
    assert response.kind == "no connection"
    await turns()
    assert told == ["report"]


class Place:
    def leave(self):
        pass


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), "[Errno 104] Connection reset"),
        (TimeoutError(110, "Connection timed out"), "[Errno 110] Connection timed out"),
        (BrokenPipeError(), "BrokenPipeError"),
    ],
)
async def test_a_connection_that_is_lost_says_how(error, how):
    stream, wire = HandshakeStream(), Wire()
    wire.set_protocol(stream)
    stream.connection_made(wire)

    async def obtain(_):
        asyncio.get_running_loop().call_soon(stream.connection_lost, error)
        return Dialled(stream, Place())

    response = await main_fetch(request(), obtain)
    assert response.kind == "lost"
    assert response.why.startswith(f"the connection was lost before the server had answered: {how}")


async def test_a_request_that_is_not_made_says_why():
    settings = EnvironmentSettings(content_security_policy="connect-src 'none'")
    response = await main_fetch(request(client=settings), pytest.fail)
    assert response.is_network_error
    assert (response.why, response.kind) == (
        "a Content Security Policy of the settings forbids the URL",
        "csp",
    )


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (404, b"Not Found", "404 Not Found"),
        (404, b"", "404"),
        (400, b"\x1b[31m\xe4\x80\t", "400 ?[31m\xe4??"),
        (400, b"x" * 81, f"400 {'x' * 80}"),
    ],
)
def test_the_status_in_words_is_fit_for_a_log(status, message, words):
    assert Response(status=status, status_message=message).status_in_words == words


# https://fetch.spec.whatwg.org/#concept-fetch


def test_step_12_any_type_is_accepted():
    asked = request()
    append_what_is_accepted(asked)
    assert asked.header_list.headers == [(b"Accept", b"*/*")]


def test_step_14_the_languages_are_those_of_the_environment():
    asked = request(client=EnvironmentSettings(accept_language="de, en;q=0.5"))
    append_what_is_accepted(asked)
    assert asked.header_list.values(b"Accept-Language") == [b"de, en;q=0.5"]


def test_steps_12_and_14_leave_alone_what_is_said_already():
    asked = request(client=EnvironmentSettings(accept_language="de"))
    for name in (b"accept", b"accept-language"):
        asked.header_list.append(name, b"mine")
    append_what_is_accepted(asked)
    assert asked.header_list.headers == [(b"accept", b"mine"), (b"accept-language", b"mine")]


# https://fetch.spec.whatwg.org/#port-blocking


@pytest.mark.parametrize("port", sorted(BAD_PORTS))
async def test_bad_ports_are_blocked(port):
    response = await main_fetch(request(f"http://h:{port}/"), pytest.fail)
    assert response.is_network_error
    assert str(port) in response.why
    assert response.kind == "blocked port"


@pytest.mark.parametrize("port", ["", ":80", ":443", ":2", ":8080", ":8443", ":65535", ":5062"])
def test_other_ports_are_not(port):
    assert not should_be_blocked_due_to_a_bad_port(parse(f"http://h{port}/"))


def test_the_list_of_bad_ports_is_whole():
    """83 of them in the standard's table, from 0 to 10080."""
    assert len(BAD_PORTS) == 83
    assert min(BAD_PORTS) == 0
    assert max(BAD_PORTS) == 10080


# https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch


class Cookies:
    def cookies_for(self, url):
        return "a=1"


async def sent_for(asked):
    """Return the request that is sent for a request."""
    sent = []

    async def obtain(request):
        sent.append(request)
        return "there is no network here"

    await http_network_or_cache_fetch(asked, obtain)
    [request] = sent
    return request


async def test_what_is_sent_is_a_clone():
    asked = request()
    asked.header_list.append(b"Upgrade", b"websocket")
    sent = await sent_for(asked)
    assert asked.header_list.headers == [(b"Upgrade", b"websocket")]
    assert sent.header_list.values(b"upgrade") == [b"websocket"]
    assert len(sent.header_list.headers) > 5


async def test_credentials_go_along_only_in_the_mode_include():
    client = EnvironmentSettings(cookie_store=Cookies())
    for mode, cookies in [("include", [b"a=1"]), ("omit", [])]:
        asked = request(client=client, credentials_mode=mode)
        sent = await sent_for(asked)
        assert sent.header_list.values(b"Cookie") == cookies


async def test_headers_that_are_there_already_stay_as_they_are():
    asked = request()
    for name in (b"User-Agent", b"Pragma", b"Cache-Control", b"Host"):
        asked.header_list.append(name, b"mine")
    sent = await sent_for(asked)
    for name in (b"User-Agent", b"Pragma", b"Cache-Control", b"Host"):
        assert sent.header_list.values(name) == [b"mine"]


async def test_only_a_request_without_a_store_says_so():
    asked = request(cache_mode="default")
    sent = await sent_for(asked)
    assert sent.header_list.values(b"Pragma") == []
    assert sent.header_list.values(b"Cache-Control") == []


# What others do not promise.


@pytest.mark.parametrize("kind", LOOPS)
def test_asyncio_says_nothing_of_a_pending_task_that_is_not_to_be_logged(kind):
    """A fetch relies on it where a loop is closed without having been run to its end."""
    messages = []
    loop = LOOPS[kind]()
    loop.set_exception_handler(lambda _, context: messages.append(context["message"]))

    async def wait():
        await loop.create_future()

    def drop_a_pending_task(*, is_logged):
        task = loop.create_task(wait())
        assert task._log_destroy_pending  # type: ignore[attr-defined]  # noqa: SLF001 (asyncio's)
        task._log_destroy_pending = is_logged  # type: ignore[attr-defined]  # noqa: SLF001 (asyncio's)
        loop.run_until_complete(asyncio.sleep(0))

    drop_a_pending_task(is_logged=False)
    gc.collect()
    assert messages == []
    drop_a_pending_task(is_logged=True)
    gc.collect()
    assert messages == ["Task was destroyed but it is pending!"]
    loop.close()
