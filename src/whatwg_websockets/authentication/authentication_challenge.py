"""The question that is put to the program, where a browser would prompt its user."""

import inspect
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from whatwg_websockets.authentication.credentials import Credentials, Token, as_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationChallenge:
    """What a server or a proxy asks for: the argument of ``EnvironmentSettings.credentials``.

    Attributes:
        scheme: ``"basic"``, ``"digest"`` or ``"bearer"``. Of the challenges of a response the
            strongest comes first, in the order digest, bearer, basic; a weaker one is asked about
            where None is the answer to the stronger one.
        realm: what the server calls the part of it that wants to be logged in to; ``""`` if it has
            no name. It is the server's text, and may be anything.
        url: the URL that was asked for, or that of the proxy, without a name and a password.
        is_proxy: whether a proxy asks, and not the server.
        was_refused: whether credentials for this have just been refused: a wrong password, or a
            token that is out of date.
    """

    scheme: str
    realm: str
    url: str
    is_proxy: bool = False
    was_refused: bool = False


Answered: TypeAlias = tuple[str, str] | str | None
"""A name and a password; a token, for the scheme "bearer"; or None, for none."""


class AskForCredentials(Protocol):
    """Answers a challenge: a function, or any other callable."""

    def __call__(self, challenge: AuthenticationChallenge, /) -> Answered | Awaitable[Answered]:
        """Return a name and a password, a token for the scheme "bearer", or None.

        An awaitable of these will do as well.
        """


async def ask(
    credentials: AskForCredentials, challenge: AuthenticationChallenge
) -> Credentials | Token | None:
    """Ask the program.

    Raises:
        BaseException: whatever the program raises.
        TypeError: it answered with something else than the scheme takes. No message quotes it.
        ValueError: it answered with text that cannot be encoded.
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
        f"credentials answers a challenge of the scheme {challenge.scheme} with {wanted}, or with "
        f"None, and not with {kind}"
    )
