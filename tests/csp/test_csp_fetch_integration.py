"""Main fetch checks a request and its response against policies, and violations are reported.

https://w3c.github.io/webappsec-csp/#fetch-integration
"""

import asyncio
import json
import logging

import pytest

from support.page import FAILED, Recorder, turns
from support.server import Server
from whatwg_websockets import EnvironmentSettings, SecurityPolicyViolationEvent, WebSocket
from whatwg_websockets.csp.directive_algorithms import (
    get_fetch_directive_fallback_list,
    get_the_effective_directive_for_request,
    should_fetch_directive_execute,
)
from whatwg_websockets.csp.does_request_violate_policy import does_request_violate_policy
from whatwg_websockets.csp.fetch_integration import (
    report_csp_violations_for_request,
    should_request_be_blocked_by_csp,
    should_response_to_request_be_blocked_by_csp,
)
from whatwg_websockets.csp.parse import parse_a_serialized_csp
from whatwg_websockets.csp.reporting import strip_url_for_use_in_reports
from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.url.url_record import parse


class Violations:
    """A record of the violations that are reported to a settings object."""

    def __init__(self, settings):
        self.events = []
        settings.addEventListener("securitypolicyviolation", self.events.append)

    @property
    def told(self):
        return [(each.disposition, each.originalPolicy) for each in self.events]


def made(enforced=(), report_only=(), url="http://a.example/", **members):
    settings = EnvironmentSettings(
        content_security_policy=enforced,
        content_security_policy_report_only=report_only,
        **members,
    )
    return Request(url=parse(url), client=settings)


def policy(serialized):
    return parse_a_serialized_csp(serialized, "header", "enforce")


def test_the_directive_of_a_websocket_and_its_fallback():
    assert get_the_effective_directive_for_request(made()) == "connect-src"
    assert get_fetch_directive_fallback_list("connect-src") == ("connect-src", "default-src")


@pytest.mark.parametrize(
    ("directive", "serialized", "executes"),
    [
        ("connect-src", "connect-src a", True),
        ("connect-src", "default-src a; connect-src a", True),
        ("default-src", "default-src a", True),
        ("default-src", "default-src a; font-src a", True),
        ("default-src", "default-src a; connect-src a", False),
        ("font-src", "font-src a", False),
        ("font-src", "font-src a; default-src a", False),
    ],
)
def test_which_directive_executes(directive, serialized, executes):
    assert should_fetch_directive_execute("connect-src", directive, policy(serialized)) is executes


@pytest.mark.parametrize(
    ("serialized", "violated"),
    [
        ("connect-src 'none'", "connect-src"),
        ("connect-src", "connect-src"),
        ("default-src 'none'", "default-src"),
        ("default-src 'none'; font-src *", "default-src"),
        ("default-src 'none'; connect-src ws:", None),
        ("connect-src ws:; default-src 'none'", None),
        ("default-src *; connect-src 'none'", "connect-src"),
        ("font-src 'none'; sandbox; frame-src 'none'; unknown 'none'", None),
        ("default-src ws:", None),
    ],
)
def test_which_directive_is_violated(serialized, violated):
    request = made()
    found = does_request_violate_policy(request, policy(serialized), request.client.origin_record)
    assert (found and found.name) == violated


def test_settings_without_policies_allow_everything():
    request, response = made(), Response(status=101)
    report_csp_violations_for_request(request)
    assert not should_request_be_blocked_by_csp(request)
    assert not should_response_to_request_be_blocked_by_csp(response, request)


async def test_each_policy_that_is_violated_is_reported_and_one_is_enough_to_block():
    """https://w3c.github.io/webappsec-csp/#multiple-policies"""
    request = made(
        ["connect-src wss:, connect-src *", "default-src 'none'"],
        ["connect-src b.example", "connect-src ws:"],
    )
    violations = Violations(request.client)
    report_csp_violations_for_request(request)
    assert should_request_be_blocked_by_csp(request)
    assert violations.events == []
    await turns()
    assert violations.told == [
        ("report", "connect-src b.example"),
        ("enforce", "connect-src wss:"),
        ("enforce", "default-src 'none'"),
    ]


async def test_a_policy_that_only_reports_blocks_nothing():
    request, response = made((), "connect-src 'none'"), Response(status=101)
    violations = Violations(request.client)
    report_csp_violations_for_request(request)
    assert not should_request_be_blocked_by_csp(request)
    assert not should_response_to_request_be_blocked_by_csp(response, request)
    await turns()
    assert violations.told == [("report", "connect-src 'none'")]


@pytest.mark.parametrize(
    "policy", ["connect-src ws:; default-src a", "default-src ws://a.example", "font-src a"]
)
async def test_a_response_that_is_allowed(policy):
    request, response = made(policy, policy), Response(status=101)
    violations = Violations(request.client)
    assert not should_response_to_request_be_blocked_by_csp(response, request)
    await turns()
    assert violations.events == []


@pytest.mark.parametrize("policy", ["connect-src wss:", "default-src 'none'"])
async def test_a_response_from_elsewhere_is_held_against_the_policies_as_well(policy):
    """Only a service worker or an upgrade of the URL could cause such a response."""
    request, response = made(policy, policy), Response(status=101)
    violations = Violations(request.client)
    assert should_response_to_request_be_blocked_by_csp(response, request)
    await turns()
    assert violations.told == [("enforce", policy), ("report", policy)]


async def test_what_a_violation_tells():
    request = made(
        "default-src  'self';img-src *",
        origin="https://page.example",
        api_base_url="https://user:secret@page.example/app/#there",
        url="https://user:secret@a.example/b?c",
    )
    violations = Violations(request.client)
    assert should_request_be_blocked_by_csp(request)
    await turns()
    (event,) = violations.events
    assert type(event) is SecurityPolicyViolationEvent
    assert event.type == "securitypolicyviolation"
    assert event.target is request.client
    assert event.isTrusted
    assert (event.bubbles, event.cancelable, event.composed) == (True, False, True)
    assert event.documentURI == "https://page.example/app/"
    assert event.referrer == ""
    assert event.blockedURI == "wss://a.example/b?c"
    assert event.effectiveDirective == event.violatedDirective == "connect-src"
    assert event.originalPolicy == "default-src 'self'; img-src *"
    assert event.sourceFile == event.sample == ""
    assert event.disposition == "enforce"
    assert event.statusCode == event.lineNumber == event.columnNumber == 0
    assert repr(event) == (
        "<SecurityPolicyViolationEvent 'securitypolicyviolation': "
        "connect-src 'wss://a.example/b?c', enforce>"
    )


@pytest.mark.parametrize(
    ("url", "stripped"),
    [
        ("https://user:secret@a.example:8443/b?c#d", "https://a.example:8443/b?c"),
        ("wss://:secret@a.example#", "wss://a.example/"),
        ("about:blank", "about"),
        ("data:,secret", "data"),
    ],
)
def test_what_a_report_has_of_a_url(url, stripped):
    assert strip_url_for_use_in_reports(parse(url)) == stripped


@pytest.mark.parametrize(
    ("enforced", "report_only", "why"),
    [
        ("default-src 'self'", (), "the policy does not allow this URL: default-src 'self'"),
        (
            (),
            "default-src a; connect-src",
            "the policy is report-only, and would not allow this URL: connect-src",
        ),
    ],
)
async def test_a_violation_has_one_line_in_the_log(enforced, report_only, why, caplog):
    request = made(enforced, report_only, url="http://user:secret@a.example/")
    caplog.set_level(logging.INFO)
    report_csp_violations_for_request(request)
    should_request_be_blocked_by_csp(request)
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("whatwg_websockets.csp", logging.WARNING)
    assert (record.url, record.why, record.kind) == ("ws://a.example/", why, "csp violation")
    assert record.getMessage() == f"Content Security Policy, ws://a.example/: {why}"
    assert json.loads(record.report) == {
        "csp-report": {
            "document-uri": "about",
            "referrer": "",
            "blocked-uri": "ws://a.example/",
            "effective-directive": "connect-src",
            "violated-directive": "connect-src",
            "original-policy": (enforced or report_only),
            "disposition": "enforce" if enforced else "report",
            "status-code": 0,
            "script-sample": "",
        }
    }


async def test_a_socket_that_is_forbidden_fails_as_any_other():
    """WPT: connect-src-websocket-blocked.sub.html."""
    async with Server() as server:
        settings = EnvironmentSettings(
            origin=server.url.replace("ws", "http"), content_security_policy="connect-src wss:"
        )
        order = []
        settings.onsecuritypolicyviolation = order.append
        socket = WebSocket(server.url, settings=settings)
        assert socket.readyState == WebSocket.CONNECTING
        recorder = Recorder(socket)
        socket.addEventListener("error", order.append)
        assert order == []
        await recorder.until("close")
        assert recorder.events == FAILED
        assert [each.type for each in order] == ["securitypolicyviolation", "error"]
        assert order[0].blockedURI == server.url
        assert server.nobody_is_waiting()


async def test_a_socket_that_is_only_reported_opens_and_is_reported_once():
    async with Server() as server:
        settings = EnvironmentSettings(
            content_security_policy="connect-src ws:",
            content_security_policy_report_only=["connect-src 'none'", "connect-src ws:"],
        )
        violations = Violations(settings)
        recorder = Recorder(WebSocket(server.url, settings=settings))
        await server.accept_handshake()
        await recorder.until("open")
        await turns()
        assert violations.told == [("report", "connect-src 'none'")]


async def test_self_is_the_origin_of_the_settings():
    """WPT: connect-src-websocket-self.sub.html."""
    async with Server() as server:
        settings = EnvironmentSettings(
            origin=server.url.replace("ws", "http"), content_security_policy="connect-src 'self'"
        )
        recorder = Recorder(WebSocket(server.url, settings=settings))
        await server.accept_handshake()
        await recorder.until("open")


async def test_settings_that_violate_nothing_hear_nothing_of_others():
    one, other = (
        EnvironmentSettings(content_security_policy=each)
        for each in ("connect-src", "connect-src *")
    )
    heard = Violations(one), Violations(other)
    sockets = [WebSocket("ws://127.0.0.1:1024/", settings=each) for each in (one, other)]
    for each in map(Recorder, sockets):
        await each.until("close")
    assert [len(each.events) for each in heard] == [1, 0]


def test_each_violation_is_told_in_the_loop_of_its_socket():
    """Two event loops may use one settings object in turn."""
    settings = EnvironmentSettings(content_security_policy="connect-src 'none'")
    loops = []
    settings.onsecuritypolicyviolation = lambda _: loops.append(asyncio.get_running_loop())

    async def fail():
        await Recorder(WebSocket("ws://127.0.0.1:1024/", settings=settings)).until("close")
        return asyncio.get_running_loop()

    assert [asyncio.run(fail()), asyncio.run(fail())] == loops


async def test_a_listener_may_be_removed_and_a_handler_be_taken_away():
    settings = EnvironmentSettings(content_security_policy="connect-src 'none'")
    heard = []
    settings.addEventListener("securitypolicyviolation", heard.append)
    settings.removeEventListener("securitypolicyviolation", heard.append)
    settings.onsecuritypolicyviolation = heard.append
    assert settings.onsecuritypolicyviolation == heard.append
    settings.onsecuritypolicyviolation = None
    await Recorder(WebSocket("ws://127.0.0.1:1024/", settings=settings)).until("close")
    assert heard == []


async def test_a_document_that_is_gone_hears_of_no_violation():
    """https://html.spec.whatwg.org/multipage/webappapis.html#concept-task-runnable"""
    settings = EnvironmentSettings(content_security_policy="connect-src 'none'")
    violations = Violations(settings)
    with settings:
        WebSocket("ws://127.0.0.1:1024/")
    await turns()
    assert violations.events == []
    assert settings.unloading == set()
    WebSocket("ws://127.0.0.1:1024/", settings=settings)
    await turns()
    assert len(violations.events) == 1
    assert settings.unloading == set()


def test_a_loop_that_ends_tells_of_no_violation_and_leaves_nothing_behind():
    settings = EnvironmentSettings(content_security_policy="connect-src 'none'")
    violations = Violations(settings)

    async def end_at_once():
        WebSocket("ws://127.0.0.1:1024/", settings=settings)
        await the_event_loop().end()

    asyncio.run(end_at_once())
    assert violations.events == []
    assert settings.unloading == set()
