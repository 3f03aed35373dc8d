"""The Digest scheme, RFC 7616: who knows the password proves it without sending it."""

import hashlib
import secrets
from collections.abc import Callable
from itertools import count
from typing import Final
from urllib.parse import quote

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.authentication.challenge import Challenge, quoted_string, read_parameters
from whatwg_websockets.authentication.credentials import (
    Credentials,
    Secret,
    refuse_control_characters,
)

SESSION: Final = b"-sess"

# § rfc7616-3.7-1. SHA-256 is understood.
# § rfc7616-3.7-2. MD5 is understood, for servers that have nothing better.
_HASHES: Final = {b"md5": "md5", b"sha-256": "sha256"}


def _hash_of(algorithm: bytes) -> str | None:
    return _HASHES.get(algorithm.lower().removesuffix(SESSION))


def digest_is_understood(challenge: Challenge) -> bool:
    """Tell whether a Digest challenge can be answered.

    Source: RFC 7616 section 3.3
    """
    parameters = challenge.parameters
    # § rfc7616-3.3-1. A challenge of an algorithm that is not known is passed over.
    # § rfc7616-3.3-2. Without a nonce there is nothing to answer.
    # § rfc7616-3.3-3. Of the qualities of protection "auth" is known, and others are passed over.
    return (
        "nonce" in parameters
        and _hash_of(parameters.get("algorithm", b"MD5")) is not None
        and ("qop" not in parameters or b"auth" in _listed(parameters["qop"]))
    )


def is_stale(challenge: Challenge) -> bool:
    """Tell whether only the nonce of the answer before was out of date.

    Source: RFC 7616 section 3.3
    """
    return challenge.parameters.get("stale", b"").lower() == b"true"


def _listed(value: bytes) -> list[bytes]:
    return [each.strip(b" \t").lower() for each in value.split(b",")]


class DigestSession:
    """What a client keeps from one answer to the next: the nonce, and how often it was used.

    Args:
        challenge: a challenge that is understood.
        credentials: the name and the password.
        make_cnonce: makes a nonce of the client's own.

    Raises:
        CannotBeSent: the name has a control character.
    """

    def __init__(
        self,
        challenge: Challenge,
        credentials: Credentials,
        make_cnonce: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        parameters = challenge.parameters
        # § rfc7616-3.3-4. A server that asks for UTF-8 gets Normalization Form C.
        sent = credentials.normalized() if challenge.wants_utf8 else credentials
        refuse_control_characters(sent.name, "name", "Digest")
        self._challenge = challenge
        self._hash = _hash_of(parameters.get("algorithm", b"MD5")) or "md5"
        self._is_session = parameters.get("algorithm", b"").lower().endswith(SESSION)
        self._has_quality = "qop" in parameters
        self._make_cnonce = make_cnonce
        self._first_cnonce = make_cnonce().encode("ascii")
        self._name = self._written_name(sent.name)
        self._secret = self._hashed_secret(sent)
        self._set_nonce(parameters["nonce"])

    def __repr__(self) -> str:
        return "<DigestSession>"

    def _set_nonce(self, nonce: bytes) -> None:
        self._nonce = nonce
        # § rfc7616-3.4-2. The first request with a nonce counts as one, and each has another count.
        self._count = count(1)

    def _digest(self, data: bytes) -> bytes:
        return hashlib.new(self._hash, data, usedforsecurity=False).hexdigest().encode("ascii")

    def _written_name(self, name: bytes) -> list[bytes]:
        parameters = self._challenge.parameters
        if parameters.get("userhash", b"").lower() == b"true":
            # § rfc7616-3.4.4-1. A server that knows hashed names gets the name hashed.
            hashed = self._digest(b"%b:%b" % (name, self._challenge.realm))
            return [b'username="%b"' % hashed, b"userhash=true"]
        if self._challenge.wants_utf8 and not name.isascii() and _is_utf8(name):
            # § rfc7616-3.4-3. A name that is not ASCII has the notation of RFC 8187.
            return [b"username*=UTF-8''" + quote(name, safe="").encode("ascii")]
        return [b"username=" + quoted_string(name)]

    @algorithm("rfc7616#section-3.4.2", "A1")
    def _hashed_secret(self, sent: Credentials) -> Secret:
        """Hash what only the client and the server know.

        Source: RFC 7616 section 3.4.2
        """
        # § rfc7616-3.4.2-1. The name, the realm and the password are hashed.
        secret = Secret(
            self._digest(b"%b:%b:%b" % (sent.name, self._challenge.realm, sent.password))
        )
        if not self._is_session:
            return secret
        # § rfc7616-3.4.2-2. In a session the first nonces of both sides are hashed with it, once.
        nonce = self._challenge.parameters["nonce"]
        return Secret(self._digest(b"%b:%b:%b" % (secret, nonce, self._first_cnonce)))

    @algorithm("rfc7616#section-3.4.1", "response")
    def authorization(self, method: bytes, target: bytes) -> bytes:
        """Return the value of ``Authorization`` for a request.

        Args:
            method: the method of the request.
            target: the target of the request, as it is written in the request.

        Source: RFC 7616 sections 3.4, 3.4.1, 3.4.3
        """
        # § rfc7616-3.4.3-1. For the quality "auth" the method and the target are hashed.
        request = self._digest(b"%b:%b" % (method, target))
        written = [
            *self._name,
            b"realm=" + quoted_string(self._challenge.realm),
            b"uri=" + quoted_string(target),
            b"nonce=" + quoted_string(self._nonce),
        ]
        middle = b""
        if self._has_quality:
            # § rfc7616-3.4-1. The client's nonce and the count are sent where the server has a
            #   quality of protection, and are not sent where it has none.
            # § rfc7616-3.4.5-1. The count has eight hexadecimal digits.
            number = b"%08x" % next(self._count)
            cnonce = self._cnonce()
            middle = b"%b:%b:auth:" % (number, cnonce)
            # § rfc7616-3.4-4. The quality and the count have no quotation marks.
            written += [b"nc=" + number, b"cnonce=" + quoted_string(cnonce), b"qop=auth"]
        # § rfc7616-3.4.1-1. The secret, the nonces, the count, the quality and the request are
        #   hashed; without a quality, the secret, the nonce and the request, as of old.
        response = self._digest(b"%b:%b:%b%b" % (self._secret, self._nonce, middle, request))
        written.append(b"response=" + quoted_string(response))
        return b"Digest " + b", ".join([*written, *self._echoed()])

    def _cnonce(self) -> bytes:
        # The secret of a session has the first one in it, and some servers make the secret anew
        # from what each request brings.
        if self._is_session:
            return self._first_cnonce
        return self._make_cnonce().encode("ascii")

    def _echoed(self) -> list[bytes]:
        parameters = self._challenge.parameters
        echoed = []
        # § rfc7616-3.4-5. The algorithm is the one of the challenge, without quotation marks.
        if "algorithm" in parameters:
            echoed.append(b"algorithm=" + parameters["algorithm"])
        # § rfc7616-3.4-6. What the server calls opaque goes back to it unchanged.
        if "opaque" in parameters:
            echoed.append(b"opaque=" + quoted_string(parameters["opaque"]))
        return echoed

    def heed(self, authentication_info: bytes) -> None:
        """Take the next nonce from the value of ``Authentication-Info``, if it has one.

        Source: RFC 7616 section 3.5
        """
        # § rfc7616-3.5-1. The server may name the nonce of the next request.
        nonce = read_parameters(authentication_info).get("nextnonce")
        if nonce is not None:
            self._set_nonce(nonce)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
