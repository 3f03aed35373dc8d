"""Challenges: how a server or a proxy requires authentication, RFC 9110 section 11."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from whatwg_websockets.algorithm import algorithm

# A token, RFC 9110 section 5.6.2, and a quoted string, section 5.6.4.
_TOKEN: Final = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_QUOTED: Final = rb'"(?P<quoted>(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+)"'

# RFC 9110 section 11.2.
_PARAMETER: Final = rb"(?P<name>%b)[ \t]*+=[ \t]*+(?:%b|(?P<token>%b))" % (_TOKEN, _QUOTED, _TOKEN)
_TOKEN68: Final = rb"(?P<token68>[A-Za-z0-9\-._~+/]++=*+)"

# An element of the list: a scheme and what follows it, or one more parameter of the scheme before.
# An empty element has neither.
_SCHEME: Final = rb"(?P<scheme>%b)(?: ++|(?=[ \t]*+(?:,|\Z)))" % _TOKEN
_END: Final = rb"[ \t]*+(?:,|\Z)"
_WHITE_SPACE: Final = re.compile(rb"[ \t]*+")
_ELEMENT: Final = re.compile(
    rb"(?:%b(?:%b|%b)?|%b)?%b"
    % (_SCHEME, _PARAMETER, _TOKEN68, re.sub(rb"\?P<(\w+)>", rb"?P<next_\1>", _PARAMETER), _END)
)

_PAIR: Final = re.compile(rb"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge.

    Attributes:
        scheme: the authentication scheme, in lower case.
        parameters: the parameters: names in lower case, values without quotation marks.
        token68: the token68 that the challenge has in place of parameters.
    """

    scheme: str
    parameters: dict[str, bytes] = field(default_factory=dict)
    token68: bytes = b""

    @property
    def realm(self) -> bytes:
        """The name of the protection space; empty if the challenge does not have one."""
        return self.parameters.get("realm", b"")

    @property
    def wants_utf8(self) -> bool:
        """Whether the challenge asks for text in UTF-8, in Normalization Form C."""
        return self.parameters.get("charset", b"").lower() == b"utf-8"


@algorithm("rfc9110#section-11.6.1", "read challenges")
def read_challenges(values: Iterable[bytes]) -> list[Challenge]:
    """Parse the values of all ``WWW-Authenticate`` or ``Proxy-Authenticate`` fields of a response.

    A field is parsed up to the first text that the grammar does not allow. The challenges before
    that are kept.

    Source: RFC 9110 sections 11.3, 11.6.1, 11.7.1
    """
    # § rfc9110-11.6.1-1. Parse several challenges in a field, and several fields.
    return [challenge for value in values for challenge in _read_field(value)]


def read_parameters(value: bytes) -> dict[str, bytes]:
    """Parse a list of parameters without a scheme, such as that of ``Authentication-Info``.

    Source: RFC 9110 section 11.6.3
    """
    [challenge, *_] = [*_read_field(b"info " + value), Challenge("info")]
    return challenge.parameters


def _read_field(value: bytes) -> list[Challenge]:
    challenges: list[Challenge] = []
    # The indices of the challenges that have a parameter twice.
    ambiguous: set[int] = set()
    position = _past_white_space(value, 0)
    while position < len(value):
        element = _ELEMENT.match(value, position)
        if element is None:
            break
        position = _past_white_space(value, element.end())
        if element["scheme"]:
            # § rfc9110-11.1-1. Convert the scheme to lower case, since schemes are
            #   case-insensitive.
            scheme = element["scheme"].decode("ascii").lower()
            challenges.append(Challenge(scheme, token68=element["token68"] or b""))
        parameter = _parameter(element, "") or _parameter(element, "next_")
        if parameter is None:
            continue
        if not challenges or challenges[-1].token68:
            break
        name, text = parameter
        if name in challenges[-1].parameters:
            ambiguous.add(len(challenges) - 1)
        challenges[-1].parameters[name] = text
    # § rfc9110-11.2-2. Ignore a challenge that has a parameter twice, whose meaning would be
    #   ambiguous.
    return [each for i, each in enumerate(challenges) if i not in ambiguous]


def _past_white_space(value: bytes, position: int) -> int:
    found = _WHITE_SPACE.match(value, position)
    assert found is not None
    return found.end()


def _parameter(element: re.Match[bytes], prefix: str) -> tuple[str, bytes] | None:
    """Return the name and the value of an element's parameter; None if it does not have one."""
    name = element[f"{prefix}name"]
    if name is None:
        return None
    quoted = element[f"{prefix}quoted"]
    # § rfc9110-11.2-3. Accept a parameter's value both as a token and as a quoted string.
    text = element[f"{prefix}token"] if quoted is None else _PAIR.sub(rb"\1", quoted)
    # § rfc9110-11.2-1. Convert the parameter's name to lower case, since names are
    #   case-insensitive.
    return name.decode("ascii").lower(), text


def quoted_string(text: bytes) -> bytes:
    """Return text as a quoted string, RFC 9110 section 5.6.4."""
    return b'"%b"' % re.sub(rb'(["\\])', rb"\\\1", text)


def shown_realm(challenge: Challenge) -> str:
    """Return the realm as text, decoded as UTF-8, or as Latin-1 if it is not UTF-8."""
    try:
        return challenge.realm.decode()
    except UnicodeDecodeError:
        return challenge.realm.decode("latin-1")
