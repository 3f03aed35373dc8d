"""Answering the 407 of a proxy, section 4.6 of the Fetch Standard, step 16.

A program is its own user: the name and the password of the proxy's URL, what was answered before,
or the callable of the settings answer the prompt.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.authentication.answer import Answer
from whatwg_websockets.authentication.credentials import Credentials
from whatwg_websockets.authentication.user_prompt import UserPrompt
from whatwg_websockets.fetch.header_list import Header
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.proxies.proxy import Proxy

# A proxy is one protection space as a whole.
PATH = "/"


class ProxyAuthentication:
    """What is said to one proxy of who asks, while one tunnel is made.

    Args:
        proxy: the proxy, whose URL may have a name and a password.
        client: who may know others.
    """

    def __init__(self, proxy: Proxy, client: EnvironmentSettings) -> None:
        self._origin = proxy.without_credentials
        self._entries = client.proxy_authentication_entries
        of_the_url = _credentials_of(proxy)
        # Fetch: a proxy-authentication entry is used as appropriate, here without being asked for,
        # unless the URL of the proxy names somebody else.
        self._sent: Answer | None = self._entries.of_the_path(self._origin, PATH, of_the_url)
        self._prompt = UserPrompt(
            origin=self._origin,
            url=self._origin,
            of_the_url=of_the_url,
            entries=self._entries,
            credentials=client.credentials,
            is_proxy=True,
        )

    def fields(self, method: bytes, target: bytes) -> list[Header]:
        """Return the field that says who asks, if that is known."""
        if self._sent is None:
            return []
        return [(b"Proxy-Authorization", self._sent.authorization(method, target))]

    @algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch: proxy")
    async def find_an_answer(self, response: Response) -> str | None:
        """Look for an answer to a 407.

        Returns:
            None if there is one; otherwise why not, which may be empty.

        Raises:
            BaseException: whatever the program raises that is asked.

        Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
        """
        # 16.2. Each field may have several challenges, and counts up to what cannot be read in it.
        challenges = response.header_list.values(b"Proxy-Authenticate")
        # 16.3. A fetch that is canceled ends with its task, also while the program is asked.
        # 16.4. The prompt is answered by the URL of the proxy, by an earlier answer for the realm,
        #       or by the callable of the settings.
        if not await self._prompt.prompt(challenges, self._sent):
            return self._prompt.why
        # 16.5. The tunnel is asked for once more, with the answer, before the request goes through
        #       it.
        self._sent = self._prompt.answer
        return None

    def has_done(self, response: Response) -> None:
        """Remember the answer, which the proxy has taken, for the tunnels that follow."""
        if self._sent is not None:
            self._sent.heed(response.header_list.values(b"Proxy-Authentication-Info"))
            self._entries.add(self._origin, PATH, self._sent)


def _credentials_of(proxy: Proxy) -> Credentials | None:
    if not (proxy.username or proxy.password):
        return None
    return Credentials(proxy.username.encode(), proxy.password.encode())
