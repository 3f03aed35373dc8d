"""The challenge that is passed to the program, where a browser would prompt its user."""

import inspect
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from whatwg_websockets.authentication.credentials import Credentials, Token, as_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationChallenge:
    """A request for credentials: the argument of ``EnvironmentSettings.credentials``.

    Attributes:
        scheme: ``"basic"``, ``"digest"`` or ``"bearer"``. The strongest challenge of a response
            comes first, in the order digest, bearer, basic; a weaker one follows if the answer to
            the stronger one is None.
        realm: the server's name for the part of it that requires the credentials; ``""`` if it does
            not have a name. It is the server's text, and may be anything.
        url: the URL of the request, or that of the proxy, without a name and a password.
        is_proxy: whether a proxy requires the credentials, and not the server.
        was_refused: whether other credentials have just been refused: a wrong password, or a token
            that has expired.
    """

    scheme: str
    realm: str
    url: str
    is_proxy: bool = False
    was_refused: bool = False


Answered: TypeAlias = tuple[str, str] | str | None
"""A name and a password; a token, for the scheme "bearer"; or None, to give no answer."""


class AskForCredentials(Protocol):
    """Answers a challenge: a function, or any other callable."""

    def __call__(self, challenge: AuthenticationChallenge, /) -> Answered | Awaitable[Answered]:
        """Return a name and a password, a token for the scheme "bearer", or None.

        The return value may also be an awaitable of these.
        """


async def ask(
    credentials: AskForCredentials, challenge: AuthenticationChallenge
) -> Credentials | Token | None:
    """Call the program's callable, and return its answer.

    Raises:
        BaseException: whatever the callable raises.
        TypeError: the answer has a type that the scheme does not accept. The message does not quote
            it.
        ValueError: the answer is text that cannot be encoded.
    """
    answered = credentials(challenge)
    if inspect.isawaitable(answered):
        answered = await answered
    match answered:
        case None:
            return None
        case str() if challenge.scheme == "bearer":
            return Token(as_bytes(answered))
        case (str(name), str(password)) if challenge.scheme != "bearer":
            return Credentials(as_bytes(name), as_bytes(password))
    wanted = "a token" if challenge.scheme == "bearer" else "a name and a password"
    kind = type(answered).__name__
    raise TypeError(
        f"credentials must answer a challenge of the scheme {challenge.scheme} with {wanted}, or "
        f"with None, not with {kind}"
    )
