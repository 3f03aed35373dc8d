"""5. Reporting: how a violation is logged and made known to listeners.

Source: https://w3c.github.io/webappsec-csp/#reporting
"""

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.csp.security_policy_violation_event import SecurityPolicyViolationEvent
from whatwg_websockets.csp.violation import Violation
from whatwg_websockets.dom.dispatch import fire_an_event
from whatwg_websockets.dom.event import create_an_event
from whatwg_websockets.html.event_loop import EventLoop, the_event_loop
from whatwg_websockets.url.url_record import UrlRecord

if TYPE_CHECKING:
    from whatwg_websockets.html.environment_settings import EnvironmentSettings

logger: Final = logging.getLogger("whatwg_websockets.csp")

_SCHEMES_OF_REPORTS: Final = frozenset({"http", "https", "ws", "wss"})


@algorithm("strip-url-for-use-in-reports", "strip URL for use in reports")
def strip_url_for_use_in_reports(url: UrlRecord) -> str:
    """Return a URL as a report may contain it.

    Source: https://w3c.github.io/webappsec-csp/#strip-url-for-use-in-reports
    """
    # 1. Return only the scheme of a URL that is not HTTP(S). A URL with the scheme ws or wss is
    #    reported like HTTP(S), since a WebSocket's request has such a URL.
    if url.scheme not in _SCHEMES_OF_REPORTS:
        return url.scheme
    # 2. Set the URL's fragment to null.
    # 3. Set the URL's username to the empty string.
    # 4. Set the URL's password to the empty string.
    stripped = replace(url, fragment=None, username="", password="")
    # 5. Return the URL, serialized.
    return stripped.serialize()


@algorithm("obtain-violation-blocked-uri", "obtain the blockedURI of a violation's resource")
def obtain_the_blocked_uri(resource: UrlRecord | None) -> str:
    """Return the resource of a violation as a report may contain it.

    Source: https://w3c.github.io/webappsec-csp/#obtain-violation-blocked-uri
    """
    # 1. Assert that the violation has a resource.
    assert resource is not None
    # 2. Return the resource stripped for use in reports, since the resource is a URL.
    # 3. The resource of a request's violation is never a string such as "inline".
    return strip_url_for_use_in_reports(resource)


@algorithm("deprecated-serialize-violation", "obtain the deprecated serialization of violation")
def obtain_the_deprecated_serialization(violation: Violation) -> bytes:
    """Return a violation as JSON, in the format for endpoints of the directive ``report-uri``.

    Source: https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation
    """
    # 1. Make the body of the report, which has nine members.
    body: dict[str, str | int] = {
        "document-uri": strip_url_for_use_in_reports(violation.url),
        "referrer": "",
        "blocked-uri": obtain_the_blocked_uri(violation.resource),
        "effective-directive": violation.effective_directive,
        "violated-directive": violation.effective_directive,
        "original-policy": violation.policy.serialize(),
        "disposition": violation.disposition,
        "status-code": violation.status,
        "script-sample": violation.sample,
    }
    # 2-2.3. n/a: the source files of a program have no URLs, so a report names no source file.
    # 3. Assert that the violation has no sample, since a violation by a request never has a
    #    sample.
    assert not violation.sample
    # 4. Return the body as the member "csp-report" of a JSON object, in bytes.
    return json.dumps({"csp-report": body}, separators=(",", ":")).encode()


@algorithm("report-violation", "report a violation")
def report_a_violation(violation: Violation) -> None:
    """Log a violation at once, and fire an event at the settings in a task.

    Source: https://w3c.github.io/webappsec-csp/#report-violation
    """
    _tell_the_log(violation)
    # 1. Take the settings object, which stands for the violation's global object.
    target = violation.global_object
    # 2. A request has no element, so the target is not changed to an element.
    # 3. Queue a task, which runs when the code that has opened the socket has returned.
    event_loop = the_event_loop()
    document = _Document(target, event_loop)
    event_loop.queue_a_task(_tell_the_listeners, document, violation)


class _Document:
    """The document of a task; the task does not run once the document is gone.

    Attributes:
        settings: the settings object that stands for the document.
        is_gone: whether the settings were unloaded, or the loop has ended, since the task was
            queued.

    Source: https://html.spec.whatwg.org/multipage/webappapis.html#concept-task-runnable
    """

    def __init__(self, settings: "EnvironmentSettings", event_loop: EventLoop) -> None:
        self.settings = settings
        self.is_gone = False
        self._those_who_unload = (settings.unloading, event_loop.unloading)
        for each in self._those_who_unload:
            each.add(self)

    def disappear(self) -> None:
        """Record that the document is gone, as the settings or the loop are unloaded."""
        self.is_gone = True
        self.depart()

    def depart(self) -> None:
        """Stop waiting for the settings or the loop to be unloaded."""
        for each in self._those_who_unload:
            each.discard(self)


@algorithm("report-violation", "report a violation: the task")
def _tell_the_listeners(document: _Document, violation: Violation) -> None:
    if document.is_gone:
        return
    document.depart()
    target = document.settings
    # 3.1. The violation of a WebSocket has no element, so no element's document is checked.
    # 3.2. Use the settings object as the event's target, since a WebSocket's violation has no
    #      element.
    # 3.2.1. Take the settings object, which stands for the violation's global object, as the
    #        target.
    # 3.2.2. n/a: only a window has a document that replaces the window as the target.
    # 3.3. Fire the event "securitypolicyviolation" at the settings object, which is an EventTarget.
    event = create_an_event(SecurityPolicyViolationEvent, "securitypolicyviolation")
    event._documentURI = strip_url_for_use_in_reports(violation.url)
    event._blockedURI = obtain_the_blocked_uri(violation.resource)
    event._effectiveDirective = violation.effective_directive
    event._violatedDirective = violation.effective_directive
    event._originalPolicy = violation.policy.serialize()
    event._disposition = violation.disposition
    event._statusCode = violation.status
    event._sample = violation.sample
    event._bubbles = True
    event._composed = True
    fire_an_event(target, event)
    # 3.4-3.5. n/a: this library fetches nothing but WebSockets, so it sends no report. A program
    #          can send the report itself: its listener receives the event, and its log has the
    #          report as JSON.


def _tell_the_log(violation: Violation) -> None:
    """Log a violation at the level WARNING, as a browser's console shows it.

    The record has these attributes: ``url``, the URL without its user name and password; ``why``,
    what happened; ``kind``, which is "csp violation"; and ``report``, the report as JSON in bytes.
    """
    url = obtain_the_blocked_uri(violation.resource)
    is_enforced = violation.disposition == "enforce"
    directive = violation.policy.directive(violation.effective_directive)
    directive = directive or violation.policy.directive("default-src")
    allows = "does not allow" if is_enforced else "is report-only, and would not allow"
    why = f"the policy {allows} this URL: {directive.serialize() if directive else ''}"
    report = obtain_the_deprecated_serialization(violation)
    attributes = {"url": url, "why": why, "kind": "csp violation", "report": report}
    logger.warning("Content Security Policy, %s: %s", url, why, extra=attributes)
