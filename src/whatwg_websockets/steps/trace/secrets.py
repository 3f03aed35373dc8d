"""What a trace leaves out: passwords and tokens. A trace is made to be handed on."""

import re
from typing import Final

HIDDEN: Final = "***"

# A password stands between the name and the last "@" before the path. In a string that is not
# a URL the end of a password is unknown, so all up to the last "@" is taken for it, unless a port
# stands there.
_IN_A_URL: Final = re.compile(
    r"(?P<name>://[^:/?#\\]*+:)(?:[^/?#\\]*@|(?!\d*+(?:[/?#\\\s'\"]|\Z)).*@)", re.DOTALL
)

# The value of an authorization by itself, or in the field of a head.
_AUTHORIZATION: Final = re.compile(
    r"(?P<scheme>(?:\A|\A['\"`]|uthorization: )(?:Basic|Bearer) )[A-Za-z0-9\-._~+/]+=*",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """Return a text with ``***`` for each password of a URL, and what Basic and Bearer send."""
    if "://" in text and "@" in text:
        text = _IN_A_URL.sub(rf"\g<name>{HIDDEN}@", text)
    return _AUTHORIZATION.sub(rf"\g<scheme>{HIDDEN}", text)
