"""5. Reporting: what becomes of a violation.

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
    """Write a URL as a report may have it.

    Source: https://w3c.github.io/webappsec-csp/#strip-url-for-use-in-reports
    """
    # 1. Of a URL that is not HTTP's, only the scheme is told. The URL of a socket is that of an
    #    HTTP(S) request, written with the scheme that the page knows.
    if url.scheme not in _SCHEMES_OF_REPORTS:
        return url.scheme
    # 2. The fragment is left out, together with its mark.
    # 3. The name of a user is left out.
    # 4. A password is left out.
    stripped = replace(url, fragment=None, username="", password="")
    # 5. The rest is written as a string.
    return stripped.serialize()


@algorithm("obtain-violation-blocked-uri", "obtain the blockedURI of a violation's resource")
def obtain_the_blocked_uri(resource: UrlRecord | None) -> str:
    """Write the resource of a violation as a report may have it.

    Source: https://w3c.github.io/webappsec-csp/#obtain-violation-blocked-uri
    """
    # 1. A violation that is complete has a resource.
    assert resource is not None
    # 2. The resource is a URL, since a request is what has violated the policy.
    # 3. The resource is no word such as "inline", so this step is never reached.
    return strip_url_for_use_in_reports(resource)


@algorithm("deprecated-serialize-violation", "obtain the deprecated serialization of violation")
def obtain_the_deprecated_serialization(violation: Violation) -> bytes:
    """Write a violation as JSON, as endpoints of the directive ``report-uri`` know it.

    Source: https://w3c.github.io/webappsec-csp/#deprecated-serialize-violation
    """
    # 1. A report has nine members, whatever has happened.
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
    # 2-2.3. n/a: the source files of a program have no URLs.
    # 3. A violation that is a request has no sample.
    assert not violation.sample
    # 4. The report is the one member of an object.
    return json.dumps({"csp-report": body}, separators=(",", ":")).encode()


@algorithm("report-violation", "report a violation")
def report_a_violation(violation: Violation) -> None:
    """Tell the log of a violation at once, and the listeners of the settings in a task.

    Source: https://w3c.github.io/webappsec-csp/#report-violation
    """
    _tell_the_log(violation)
    # 1. The settings object stands for the global object as well.
    target = violation.global_object
    # 2. A request belongs to no element.
    # 3. The task runs when the code that has opened the socket has returned.
    event_loop = the_event_loop()
    document = _Document(target, event_loop)
    event_loop.queue_a_task(_tell_the_listeners, document, violation)


class _Document:
    """The document of a task, which does not run when the document is gone.

    Attributes:
        settings: the settings object that stands for the document.
        is_gone: whether the settings were unloaded, or the loop has ended, since this was made.

    Source: https://html.spec.whatwg.org/multipage/webappapis.html#concept-task-runnable
    """

    def __init__(self, settings: "EnvironmentSettings", event_loop: EventLoop) -> None:
        self.settings = settings
        self.is_gone = False
        self._those_who_unload = (settings.unloading, event_loop.unloading)
        for each in self._those_who_unload:
            each.add(self)

    def disappear(self) -> None:
        """Hear that the document goes away."""
        self.is_gone = True
        self.depart()

    def depart(self) -> None:
        """Be told no more."""
        for each in self._those_who_unload:
            each.discard(self)


@algorithm("report-violation", "report a violation: the task")
def _tell_the_listeners(document: _Document, violation: Violation) -> None:
    if document.is_gone:
        return
    document.depart()
    target = document.settings
    # 3.1. The target was no element.
    # 3.2. There is no element, so the settings object is the target.
    # 3.2.1. The settings object stands for the global object.
    # 3.2.2. n/a: only a window has a document that would be the target in its place.
    # 3.3. The settings object is an EventTarget, so the event is fired at it.
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
    # 3.4-3.5. n/a: only WebSockets are fetched here, and so no report is sent. A program sends it
    #          where it wants to: its listener has the event, and its log the report as JSON.


def _tell_the_log(violation: Violation) -> None:
    """Log a violation at the level WARNING, as a browser's console shows it.

    The record has as attributes: ``url``, the URL without name and password; ``why``, what
    happened; ``kind``, which is "csp violation"; and ``report``, the report as JSON, in bytes.
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
