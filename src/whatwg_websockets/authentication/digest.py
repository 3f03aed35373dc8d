"""The Digest scheme, RFC 7616: a client proves that it knows the password without sending it."""

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

# § rfc7616-3.7-1. Support the algorithm SHA-256.
# § rfc7616-3.7-2. Support the algorithm MD5, for servers that support no better one.
_HASHES: Final = {b"md5": "md5", b"sha-256": "sha256"}


def _hash_of(algorithm: bytes) -> str | None:
    return _HASHES.get(algorithm.lower().removesuffix(SESSION))


def digest_is_understood(challenge: Challenge) -> bool:
    """Return whether a Digest challenge can be answered.

    Source: RFC 7616 section 3.3
    """
    parameters = challenge.parameters
    # § rfc7616-3.3-1. Ignore a Digest challenge whose algorithm is not supported.
    # § rfc7616-3.3-2. Ignore a Digest challenge without a nonce.
    # § rfc7616-3.3-3. Ignore a Digest challenge whose quality of protection (qop) does not include
    #   "auth".
    return (
        "nonce" in parameters
        and _hash_of(parameters.get("algorithm", b"MD5")) is not None
        and ("qop" not in parameters or b"auth" in _listed(parameters["qop"]))
    )


def is_stale(challenge: Challenge) -> bool:
    """Return whether the previous answer was refused only because its nonce was stale.

    Source: RFC 7616 section 3.3
    """
    return challenge.parameters.get("stale", b"").lower() == b"true"


def _listed(value: bytes) -> list[bytes]:
    return [each.strip(b" \t").lower() for each in value.split(b",")]


class DigestSession:
    """The state that a client keeps between answers: the nonce, and the count of its uses.

    Args:
        challenge: a challenge that can be answered.
        credentials: the name and the password.
        make_cnonce: makes a client nonce.

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
        # § rfc7616-3.3-4. Normalize the name and the password to NFC if the server asks for UTF-8.
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
        # § rfc7616-3.4-2. Begin the nonce count with 1 for a new nonce, and increment it for each
        #   request.
        self._count = count(1)

    def _digest(self, data: bytes) -> bytes:
        return hashlib.new(self._hash, data, usedforsecurity=False).hexdigest().encode("ascii")

    def _written_name(self, name: bytes) -> list[bytes]:
        parameters = self._challenge.parameters
        if parameters.get("userhash", b"").lower() == b"true":
            # § rfc7616-3.4.4-1. Send a hash of the name if the server supports it.
            hashed = self._digest(b"%b:%b" % (name, self._challenge.realm))
            return [b'username="%b"' % hashed, b"userhash=true"]
        if self._challenge.wants_utf8 and not name.isascii() and _is_utf8(name):
            # § rfc7616-3.4-3. Send a name that is not ASCII in the notation of RFC 8187.
            return [b"username*=UTF-8''" + quote(name, safe="").encode("ascii")]
        return [b"username=" + quoted_string(name)]

    @algorithm("rfc7616#section-3.4.2", "A1")
    def _hashed_secret(self, sent: Credentials) -> Secret:
        """Return the hash of what only the client and the server know.

        Source: RFC 7616 section 3.4.2
        """
        # § rfc7616-3.4.2-1. Hash the name, the realm and the password.
        secret = Secret(
            self._digest(b"%b:%b:%b" % (sent.name, self._challenge.realm, sent.password))
        )
        if not self._is_session:
            return secret
        # § rfc7616-3.4.2-2. For a session, hash the secret once, with the first nonces of the
        #   server and of the client.
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
        # § rfc7616-3.4.3-1. Hash the method and the request target, as the quality of protection
        #   "auth" requires.
        request = self._digest(b"%b:%b" % (method, target))
        written = [
            *self._name,
            b"realm=" + quoted_string(self._challenge.realm),
            b"uri=" + quoted_string(target),
            b"nonce=" + quoted_string(self._nonce),
        ]
        middle = b""
        if self._has_quality:
            # § rfc7616-3.4-1. Send the client nonce and the nonce count if the challenge has a
            #   quality of protection, and only then.
            # § rfc7616-3.4.5-1. Write the nonce count in eight hexadecimal digits.
            number = b"%08x" % next(self._count)
            cnonce = self._cnonce()
            middle = b"%b:%b:auth:" % (number, cnonce)
            # § rfc7616-3.4-4. Send the quality of protection and the nonce count without quotation
            #   marks.
            written += [b"nc=" + number, b"cnonce=" + quoted_string(cnonce), b"qop=auth"]
        # § rfc7616-3.4.1-1. Hash the secret, the nonces, the nonce count, the quality of protection
        #   and the request's hash; without a quality of protection, hash only the secret, the nonce
        #   and the request's hash, as RFC 2069 did.
        response = self._digest(b"%b:%b:%b%b" % (self._secret, self._nonce, middle, request))
        written.append(b"response=" + quoted_string(response))
        return b"Digest " + b", ".join([*written, *self._echoed()])

    def _cnonce(self) -> bytes:
        # The secret of a session contains the first client nonce. Some servers compute it again
        # from the client nonce of each request, so the first one is always sent.
        if self._is_session:
            return self._first_cnonce
        return self._make_cnonce().encode("ascii")

    def _echoed(self) -> list[bytes]:
        parameters = self._challenge.parameters
        echoed = []
        # § rfc7616-3.4-5. Send the algorithm of the challenge, without quotation marks.
        if "algorithm" in parameters:
            echoed.append(b"algorithm=" + parameters["algorithm"])
        # § rfc7616-3.4-6. Return the challenge's opaque value to the server unchanged.
        if "opaque" in parameters:
            echoed.append(b"opaque=" + quoted_string(parameters["opaque"]))
        return echoed

    def heed(self, authentication_info: bytes) -> None:
        """Use the next nonce in the value of ``Authentication-Info``, if it contains one.

        Source: RFC 7616 section 3.5
        """
        # § rfc7616-3.5-1. Use the server's nextnonce for the next request.
        nonce = read_parameters(authentication_info).get("nextnonce")
        if nonce is not None:
            self._set_nonce(nonce)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
