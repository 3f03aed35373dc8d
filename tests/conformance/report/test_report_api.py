from datetime import UTC, datetime

import pytest

from websocket_conformance.api.scenario import Scenario
from websocket_conformance.api.verdicts import ScenarioResult
from websocket_conformance.report import from_api
from websocket_conformance.results.result import Entry, Kind, Who
from websocket_conformance.results.verdict import Verdict

STARTED = datetime(2026, 11, 24, tzinfo=UTC)


def scenario(anchor="dom-websocket-close", wire=("close 1000",)) -> Scenario:
    return Scenario(
        id="close-once",
        title="A page closes",
        anchor=anchor,
        server=(),
        page={},
        expect=("OPEN open", "CLOSED close"),
        wire=wire,
        section="closing_early",
    )


def played(verdict="OK", reason="", **more) -> ScenarioResult:
    found = Verdict(verdict)
    trace, wire = ("OPEN open",), ("close 1000",)
    return ScenarioResult(scenario(**more), "node", trace, wire, found, reason)


def test_a_scenario_is_told_as_a_case():
    result = from_api.result(played())
    assert (result.case, result.section, result.title) == (
        "close-once",
        "closing_early",
        "A page closes",
    )
    assert result.expectation.splitlines() == [
        "The page sees:",
        "OPEN open",
        "CLOSED close",
        "The server gets:",
        "close 1000",
    ]
    assert result.conversation.start == (
        Entry(Who.PEER, Kind.EVENT, "OPEN open"),
        Entry(Who.PEER, Kind.FRAME, "close 1000"),
    )
    assert result.closing is None


def test_what_the_standard_leaves_open_is_not_expected():
    assert "The server gets" not in from_api.result(played(wire=None)).expectation
    assert from_api.result(played(wire=())).expectation.endswith("The server gets:\nnothing")


@pytest.mark.parametrize(
    ("verdict", "is_good", "reason"),
    [
        ("OK", True, ""),
        ("EXPLAINED", True, "A position says why: spec/positions/some."),
        ("FAILED", False, "some"),
        ("SKIPPED", False, "some"),
    ],
)
def test_each_verdict_has_its_reason(verdict, is_good, reason):
    result = from_api.result(played(verdict, "" if verdict == "OK" else "some"))
    assert (result.verdict, result.is_good, result.reason) == (Verdict(verdict), is_good, reason)


def test_what_is_not_as_expected_is_no_fault_of_the_play():
    result = from_api.result(played("FAILED"))
    assert "CLOSED close" in result.reason
    assert result.trouble == ""
    assert from_api.result(played("FAILED", "some")).trouble == "some"


@pytest.mark.parametrize(
    ("trace", "wire", "reason"),
    [
        (
            ("OPEN open", "CLOSED error"),
            ('text "a"', "close 1000"),
            "The page saw `CLOSED error` where `CLOSED close` was expected (line 2). "
            'The server got `text "a"`, then `close 1000`.',
        ),
        (
            (),
            (),
            "The page saw nothing where `OPEN open` was expected (line 1). The server got nothing.",
        ),
        (
            ("OPEN open", "CLOSED close", "CLOSED close"),
            ("close 1000",),
            "The page saw `CLOSED close` where nothing more was expected (line 3). "
            "The server got `close 1000`.",
        ),
        (
            ("OPEN open", "CLOSED close"),
            ("close 1001",),
            "The server got `close 1001` where `close 1000` was expected (line 1).",
        ),
        (
            ("OPEN open", "CLOSED close"),
            ("close 1000", "close"),
            "The server got `close` where nothing more was expected (line 2).",
        ),
    ],
)
def test_the_first_line_that_differs_is_told(trace, wire, reason):
    failed = ScenarioResult(scenario(), "node", trace, wire, Verdict.FAILED)
    assert from_api.result(failed).reason == reason


@pytest.mark.parametrize(
    ("anchor", "source", "link"),
    [
        ("x", "WebSockets Standard, #x", "https://websockets.spec.whatwg.org/#x"),
        (
            "rfc6455#section-7.1.5",
            "RFC 6455, section 7.1.5",
            "https://www.rfc-editor.org/rfc/rfc6455#section-7.1.5",
        ),
        ("https://fetch.spec.whatwg.org/#x", *["https://fetch.spec.whatwg.org/#x"] * 2),
        ("fetch#x", "fetch#x", ""),
    ],
)
def test_an_anchor_leads_to_its_standard(anchor, source, link):
    result = from_api.result(played(anchor=anchor))
    assert (result.source, result.link) == (source, link)


@pytest.mark.parametrize(
    ("name", "label", "version"),
    [
        ("chromium", "Chromium 150.0", "150.0"),
        ("chromium", "chromium", ""),
        ("mine", "a driver 2", "a driver 2"),
    ],
)
def test_a_run_has_its_version_and_its_sections(name, label, version):
    run = from_api.run(name, label, [played()], STARTED, 1.5)
    assert (run.implementation, run.version, run.asked) == (name, version, 1)
    assert [(section.id, section.title) for section in run.sections] == [
        ("closing_early", "Closing early")
    ]
