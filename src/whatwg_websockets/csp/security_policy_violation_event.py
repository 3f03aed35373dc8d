"""5.1 Violation DOM Events: the SecurityPolicyViolationEvent interface.

Source: https://w3c.github.io/webappsec-csp/#violation-events
"""

from typing import TYPE_CHECKING, ClassVar, Final, Unpack

from whatwg_websockets.csp.policy import DISPOSITIONS, Disposition
from whatwg_websockets.dom.event import Event
from whatwg_websockets.dom.event_init import EVENT_INIT, EventInit
from whatwg_websockets.webidl.conversions import (
    to_dom_string,
    to_enumeration,
    to_unsigned_long,
    to_unsigned_short,
    to_usv_string,
)
from whatwg_websockets.webidl.dictionary import Dictionary, Member
from whatwg_websockets.webidl.missing import MISSING, Missing


def _to_disposition(value: object) -> str:
    return to_enumeration(value, "SecurityPolicyViolationEventDisposition", DISPOSITIONS)


SECURITY_POLICY_VIOLATION_EVENT_INIT: Final = Dictionary(
    "SecurityPolicyViolationEventInit",
    {
        "documentURI": Member(to_usv_string, ""),
        "referrer": Member(to_usv_string, ""),
        "blockedURI": Member(to_usv_string, ""),
        "violatedDirective": Member(to_dom_string, ""),
        "effectiveDirective": Member(to_dom_string, ""),
        "originalPolicy": Member(to_dom_string, ""),
        "sourceFile": Member(to_usv_string, ""),
        "sample": Member(to_dom_string, ""),
        "disposition": Member(_to_disposition, "enforce"),
        "statusCode": Member(to_unsigned_short, 0),
        "lineNumber": Member(to_unsigned_long, 0),
        "columnNumber": Member(to_unsigned_long, 0),
    },
    inherits=EVENT_INIT,
)


class SecurityPolicyViolationEventInit(EventInit, total=False):
    """The members of the dictionary, as type checkers see them."""

    documentURI: str
    referrer: str
    blockedURI: str
    violatedDirective: str
    effectiveDirective: str
    originalPolicy: str
    sourceFile: str
    sample: str
    disposition: Disposition
    statusCode: int
    lineNumber: int
    columnNumber: int


# § csp-idl-violation-event. SecurityPolicyViolationEvent has the members of the IDL, with their
#   names, types and defaults.
class SecurityPolicyViolationEvent(Event):
    """A Content Security Policy was violated.

    The settings fire an event of the type ``"securitypolicyviolation"`` for each policy that the
    URL of a socket violates.

    Args:
        type: the type of the event.
        eventInitDict: a mapping with attributes of the event and members of every event, each of
            which may be left out or given as a keyword argument.

    Source: https://w3c.github.io/webappsec-csp/#securitypolicyviolationevent
    """

    _interface = "SecurityPolicyViolationEvent"

    __slots__ = (
        "_blockedURI",
        "_columnNumber",
        "_disposition",
        "_documentURI",
        "_effectiveDirective",
        "_lineNumber",
        "_originalPolicy",
        "_referrer",
        "_sample",
        "_sourceFile",
        "_statusCode",
        "_violatedDirective",
    )

    _init_dictionary: ClassVar[Dictionary] = SECURITY_POLICY_VIOLATION_EVENT_INIT

    _documentURI: str
    _referrer: str
    _blockedURI: str
    _violatedDirective: str
    _effectiveDirective: str
    _originalPolicy: str
    _sourceFile: str
    _sample: str
    _disposition: Disposition
    _statusCode: int
    _lineNumber: int
    _columnNumber: int

    if TYPE_CHECKING:

        def __init__(
            self,
            type: str,  # noqa: A002
            eventInitDict: SecurityPolicyViolationEventInit | Missing | None = MISSING,
            **members: Unpack[SecurityPolicyViolationEventInit],
        ) -> None: ...

    @property
    def documentURI(self) -> str:
        """The base URL of the settings, or only its scheme if that is not an HTTP(S) scheme."""
        return self._documentURI

    @property
    def referrer(self) -> str:
        """The page that led to the document; empty, since settings do not have one."""
        return self._referrer

    @property
    def blockedURI(self) -> str:
        """The URL of the socket, without user name, password and fragment."""
        return self._blockedURI

    @property
    def effectiveDirective(self) -> str:
        """The directive for the URL, ``connect-src`` even if ``default-src`` was applied."""
        return self._effectiveDirective

    @property
    def violatedDirective(self) -> str:
        """The legacy name of ``effectiveDirective``."""
        return self._violatedDirective

    @property
    def originalPolicy(self) -> str:
        """The policy that was violated, as a string."""
        return self._originalPolicy

    @property
    def sourceFile(self) -> str:
        """The script that was running; empty, since a program's files have no URLs."""
        return self._sourceFile

    @property
    def sample(self) -> str:
        """The beginning of an inline script; empty, since a socket does not have one."""
        return self._sample

    @property
    def disposition(self) -> Disposition:
        """``"enforce"`` if the socket was blocked, ``"report"`` if it would have been blocked."""
        return self._disposition

    @property
    def statusCode(self) -> int:
        """The status code of the page; 0, since settings were not loaded from a server."""
        return self._statusCode

    @property
    def lineNumber(self) -> int:
        """The line of the script that was running; always 0."""
        return self._lineNumber

    @property
    def columnNumber(self) -> int:
        """The column of the script that was running; always 0."""
        return self._columnNumber

    def __repr__(self) -> str:
        return (
            f"<SecurityPolicyViolationEvent {self._type!r}: {self._effectiveDirective} "
            f"{self._blockedURI!r}, {self._disposition}>"
        )
