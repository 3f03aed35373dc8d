"""The answer to a challenge: which challenge is answered, and the value of ``Authorization``."""

from collections.abc import Iterable
from typing import Final

from whatwg_websockets.authentication.basic import basic_authorization
from whatwg_websockets.authentication.bearer import bearer_authorization
from whatwg_websockets.authentication.challenge import Challenge
from whatwg_websockets.authentication.credentials import Credentials, Token
from whatwg_websockets.authentication.digest import DigestSession, digest_is_understood

# § rfc9110-11.4-1. Prefer the authentication scheme that discloses the least about the credentials.
SCHEMES: Final = ("digest", "bearer", "basic")


class Answer:
    """An answered challenge: what is sent with a request, and with those that follow it.

    Args:
        challenge: a challenge that can be answered.
        credentials: a name and a password; a token for the scheme "bearer".

    Attributes:
        challenge: the challenge.
        credentials: the credentials of the answer.

    Raises:
        CannotBeSent: the scheme does not allow these credentials.
    """

    def __init__(self, challenge: Challenge, credentials: Credentials | Token) -> None:
        self.challenge = challenge
        self.credentials = credentials
        self._session: DigestSession | None = None
        self._value = b""
        if isinstance(credentials, Token):
            self._value = bearer_authorization(credentials)
        elif challenge.scheme == "digest":
            self._session = DigestSession(challenge, credentials)
        else:
            self._value = basic_authorization(challenge, credentials)

    def __repr__(self) -> str:
        return f"<Answer to a challenge of the scheme {self.challenge.scheme!r}>"

    def authorization(self, method: bytes, target: bytes) -> bytes:
        """Return the value of ``Authorization`` or ``Proxy-Authorization`` for one request.

        Args:
            method: the method of the request, such as ``GET`` or ``CONNECT``.
            target: the target of the request, as it is written in the request.
        """
        return self._value if self._session is None else self._session.authorization(method, target)

    def heed(self, authentication_info: Iterable[bytes]) -> None:
        """Use what the server says in ``Authentication-Info`` for the next request."""
        if self._session is not None:
            for value in authentication_info:
                self._session.heed(value)

    def is_to_the_same(self, challenge: Challenge) -> bool:
        """Return whether a challenge has the same scheme and the same realm."""
        return (challenge.scheme, challenge.realm) == (self.challenge.scheme, self.challenge.realm)


def understood(challenges: Iterable[Challenge]) -> list[Challenge]:
    """Return the challenges that can be answered, the strongest scheme first, each scheme once.

    Source: RFC 9110 section 11.4; RFC 7616 section 3.7
    """
    first: dict[str, Challenge] = {}
    for challenge in challenges:
        if challenge.scheme != "digest" or digest_is_understood(challenge):
            # § rfc7616-3.7-3. Take the first Digest challenge whose algorithm is supported, since
            #   the server lists its challenges in order of preference.
            first.setdefault(challenge.scheme, challenge)
    return [first[scheme] for scheme in SCHEMES if scheme in first]
