"""The SecurityPolicyViolationEvent interface.

https://w3c.github.io/webappsec-csp/#violation-events
"""

import pytest

from whatwg_websockets import EnvironmentSettings, Event, SecurityPolicyViolationEvent

MEMBERS = {
    "documentURI": "http://example.com",
    "referrer": "http://example.com",
    "blockedURI": "http://example.com",
    "violatedDirective": "default-src",
    "effectiveDirective": "default-src",
    "originalPolicy": "default-src 'none'",
    "sourceFile": "example.js",
    "sample": "alert('1')",
    "disposition": "report",
    "statusCode": 200,
    "lineNumber": 1,
    "columnNumber": 2,
}
DEFAULTS = {each: 0 if isinstance(value, int) else "" for each, value in MEMBERS.items()} | {
    "disposition": "enforce"
}


def members(event):
    return {each: getattr(event, each) for each in MEMBERS}


def test_a_type_is_needed():
    """WPT: constructor-required-fields.html."""
    with pytest.raises(TypeError):
        SecurityPolicyViolationEvent()


def test_all_members_can_be_given():
    event = SecurityPolicyViolationEvent("a", MEMBERS)
    assert isinstance(event, Event)
    assert event.type == "a"
    assert members(event) == MEMBERS
    assert members(SecurityPolicyViolationEvent("a", **MEMBERS, bubbles=True)) == MEMBERS


@pytest.mark.parametrize("missing", MEMBERS)
def test_no_member_is_needed(missing):
    """WPT: constructor-required-fields.html."""
    given = {name: value for name, value in MEMBERS.items() if name != missing}
    event = SecurityPolicyViolationEvent("a", given)
    assert members(event) == {**MEMBERS, missing: DEFAULTS[missing]}


def test_the_defaults():
    event = SecurityPolicyViolationEvent("a")
    assert members(event) == DEFAULTS
    assert (event.bubbles, event.cancelable, event.composed) == (False, False, False)


@pytest.mark.parametrize(
    ("member", "given", "converted"),
    [
        ("statusCode", 65537, 1),
        ("lineNumber", 2**32 + 3, 3),
        ("columnNumber", -1, 2**32 - 1),
        ("documentURI", "\ud800", "\ufffd"),
        ("sample", "\ud800", "\ud800"),
        ("referrer", None, "null"),
    ],
)
def test_members_are_converted(member, given, converted):
    assert getattr(SecurityPolicyViolationEvent("a", {member: given}), member) == converted


def test_another_disposition_is_refused():
    with pytest.raises(TypeError, match="not a value of SecurityPolicyViolationEventDisposition"):
        SecurityPolicyViolationEvent("a", disposition="forbid")


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_cannot_be_set(member):
    with pytest.raises(AttributeError):
        setattr(SecurityPolicyViolationEvent("a"), member, MEMBERS[member])


def test_a_program_may_dispatch_one_at_its_settings():
    settings, heard = EnvironmentSettings(), []
    settings.onsecuritypolicyviolation = heard.append
    event = SecurityPolicyViolationEvent("securitypolicyviolation")
    assert settings.dispatchEvent(event)
    assert heard == [event]
    assert not event.isTrusted
