"""What stands for the user who is prompted: the URL, what is known already, and the program."""

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

# How often one fetch answers, whatever the server goes on to ask and the program to answer.
MOST_ANSWERS: Final = 5

# How much of a scheme's name, and how many names, a log shows.
_SHOWN: Final = 20
_NAMED: Final = 5


class UserPrompt:
    """Answers the challenges of one fetch, each time with something new.

    Args:
        origin: whose challenges they are: the origin of the server, or of the proxy.
        url: the URL that was asked for, or that of the proxy, without a name and a password.
        of_the_url: the name and the password of the URL.
        entries: what is known from fetches before.
        credentials: asks the program.
        is_proxy: whether the challenges are a proxy's.

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
        """Look for an answer to the challenges of a response.

        Args:
            values: the values of ``WWW-Authenticate``, or of ``Proxy-Authenticate``.
            sent: the answer that the request had, which did not do.

        Returns:
            whether there is one: it is :attr:`answer` then. Otherwise :attr:`why` says why not.

        Raises:
            BaseException: whatever the program raises that is asked.
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
        """Remember what the request had, unless the server only wants a newer nonce.

        What a request had before anybody asked for it was meant for a realm, and is refused only
        where that realm asks again.
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
        # § rfc7616-3.3-5. Where only the nonce was out of date, nobody is asked again.
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
        # Who is named in the URL does not want to be somebody else.
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
        return "it has no challenge that could be read"
    schemes = list(dict.fromkeys(each.scheme[:_SHOWN] for each in challenges))
    named = ", ".join(schemes[:_NAMED]) + (", ..." if len(schemes) > _NAMED else "")
    return f"it has no challenge that could be answered, only of the scheme {named}"
