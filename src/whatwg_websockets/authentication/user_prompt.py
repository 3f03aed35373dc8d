"""The substitute for the user who is prompted: the URL, the stored answers, and the program."""

from collections.abc import Iterable
from typing import Final

from whatwg_websockets.authentication.answer import Answer, understood
from whatwg_websockets.authentication.authentication_challenge import (
    AskForCredentials,
    AuthenticationChallenge,
    ask,
)
from whatwg_websockets.authentication.challenge import Challenge, read_challenges, shown_realm
from whatwg_websockets.authentication.credentials import CannotBeSent, Credentials, Token
from whatwg_websockets.authentication.digest import is_stale
from whatwg_websockets.authentication.entries import AuthenticationEntries

# The number of times that one fetch answers, if the server continues to refuse the answers.
MOST_ANSWERS: Final = 5

# The number of characters of a scheme's name, and the number of names, that are logged.
_SHOWN: Final = 20
_NAMED: Final = 5


class UserPrompt:
    """Answers the challenges of one fetch, each time with new credentials.

    Args:
        origin: the origin of the server, or of the proxy, that sends the challenges.
        url: the URL of the request, or that of the proxy, without a name and a password.
        of_the_url: the name and the password in the URL.
        entries: the answers of earlier fetches.
        credentials: the program's callable for credentials.
        is_proxy: whether a proxy sends the challenges.

    Attributes:
        answer: the last answer; None before there is one.
        why: why there was no answer, for the log: the end of a sentence, or empty.
    """

    def __init__(
        self,
        *,
        origin: str,
        url: str,
        of_the_url: Credentials | None,
        entries: AuthenticationEntries,
        credentials: AskForCredentials | None,
        is_proxy: bool = False,
    ) -> None:
        self.answer: Answer | None = None
        self.why = ""
        self._origin = origin
        self._url = url
        self._of_the_url = of_the_url
        self._entries = entries
        self._credentials = credentials
        self._is_proxy = is_proxy
        self._refused: list[Credentials | Token] = []
        self._answers = 0

    async def prompt(self, values: Iterable[bytes], sent: Answer | None) -> bool:
        """Get an answer to the challenges of a response.

        Args:
            values: the values of ``WWW-Authenticate``, or of ``Proxy-Authenticate``.
            sent: the answer that the request was sent with, which was refused.

        Returns:
            Whether there is an answer, which is in :attr:`answer` then. If there is not, the
            reason is in :attr:`why`.

        Raises:
            BaseException: whatever the program's callable raises.
        """
        self.why = ""
        everything = read_challenges(values)
        challenges = understood(everything)
        self._learn_what_was_refused(challenges, sent)
        if self._answers == MOST_ANSWERS:
            self.why = f"{MOST_ANSWERS} answers to its challenges were refused"
            return False
        self._answers += 1
        if not challenges:
            self.why = _why_nothing_is_understood(everything)
        for challenge in challenges:
            answer = self._renewed(challenge, sent) or await self._answer_to(challenge)
            if answer is not None:
                self.answer = answer
                return True
        return False

    def _learn_what_was_refused(self, challenges: list[Challenge], sent: Answer | None) -> None:
        """Record the refused credentials, unless the server only requires a newer nonce.

        Credentials that were sent before a challenge was received belong to a realm. They count as
        refused only if that realm sends a challenge.
        """
        if sent is None:
            return
        asks_again = [each for each in challenges if sent.is_to_the_same(each)]
        if any(is_stale(each) for each in asks_again) or not (asks_again or sent is self.answer):
            return
        self._refused.append(sent.credentials)
        self._entries.remove(self._origin, sent)
        self.why = "the credentials were refused"

    def _renewed(self, challenge: Challenge, sent: Answer | None) -> Answer | None:
        # § rfc7616-3.3-5. Answer a challenge whose nonce was stale with the same credentials,
        #   without asking the program.
        if sent is None or not (is_stale(challenge) and sent.is_to_the_same(challenge)):
            return None
        return Answer(challenge, sent.credentials)

    async def _answer_to(self, challenge: Challenge) -> Answer | None:
        if challenge.scheme != "bearer":
            answer = self._made_of(challenge, self._of_the_url)
            if answer is not None:
                return answer
        answer = self._known(challenge)
        if answer is not None or self._credentials is None:
            return answer
        asked = AuthenticationChallenge(
            scheme=challenge.scheme,
            realm=shown_realm(challenge),
            url=self._url,
            is_proxy=self._is_proxy,
            was_refused=bool(self._refused),
        )
        return self._made_of(challenge, await ask(self._credentials, asked))

    def _known(self, challenge: Challenge) -> Answer | None:
        # An entry of another user must not be used if the URL names a user.
        if self._of_the_url is not None:
            return None
        return self._made_of(challenge, self._entries.of_the_realm(self._origin, challenge))

    def _made_of(
        self, challenge: Challenge, credentials: Credentials | Token | None
    ) -> Answer | None:
        if credentials is None or credentials in self._refused:
            return None
        try:
            return Answer(challenge, credentials)
        except CannotBeSent as error:
            self.why = error.why
            return None


def _why_nothing_is_understood(challenges: list[Challenge]) -> str:
    if not challenges:
        return "it does not contain a challenge that can be read"
    schemes = list(dict.fromkeys(each.scheme[:_SHOWN] for each in challenges))
    named = ", ".join(schemes[:_NAMED]) + (", ..." if len(schemes) > _NAMED else "")
    return f"it contains only challenges that cannot be answered, of the scheme {named}"
