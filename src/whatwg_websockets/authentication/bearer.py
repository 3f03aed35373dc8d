"""The Bearer scheme, RFC 6750: a token that is accepted from everyone who has it."""

import re
from typing import Final

from whatwg_websockets.authentication.credentials import CannotBeSent, Token

# Section 2.1.
_B64TOKEN: Final = re.compile(rb"[A-Za-z0-9\-._~+/]++=*+")


def bearer_authorization(token: Token) -> bytes:
    """Return the value of ``Authorization``.

    Raises:
        CannotBeSent: the token has characters that the scheme does not allow.

    Source: RFC 6750 section 2.1
    """
    # § rfc6750-2.1-1. Send the token unchanged, after the name of the scheme.
    if not _B64TOKEN.fullmatch(token.token):
        raise CannotBeSent("the token has characters that Bearer does not allow")
    return b"Bearer " + token.token
