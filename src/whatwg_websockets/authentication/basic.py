"""The Basic scheme, RFC 7617: a name and a password, encoded in Base64."""

import base64

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.authentication.challenge import Challenge
from whatwg_websockets.authentication.credentials import (
    CannotBeSent,
    Credentials,
    refuse_control_characters,
)


@algorithm("rfc7617#section-2", "Basic credentials")
def basic_authorization(challenge: Challenge, credentials: Credentials) -> bytes:
    """Return the value of ``Authorization``.

    Raises:
        CannotBeSent: the name has a colon, or either has a control character.

    Source: RFC 7617 sections 2, 2.1
    """
    # § rfc7617-2.1-1. Normalize the name and the password to NFC if the server asks for UTF-8.
    sent = credentials.normalized() if challenge.wants_utf8 else credentials
    # § rfc7617-2-2. Refuse a name or a password with a control character.
    refuse_control_characters(sent.name, "name", "Basic")
    refuse_control_characters(sent.password, "password", "Basic")
    # § rfc7617-2-1. Refuse a name with a colon, which would be taken for the end of the name.
    if b":" in sent.name:
        raise CannotBeSent("the name has a colon, which Basic does not allow")
    # § rfc7617-2-3. Encode the name, a colon and the password in Base64.
    # § rfc7617-2.1-2. Encode the name and the password in UTF-8, even if the server does not name a
    #   charset.
    return b"Basic " + base64.b64encode(b"%b:%b" % (sent.name, sent.password))
