"""The answer to the 407 of a proxy, section 4.6 of the Fetch Standard, step 16.

A program is its own user. The prompt is answered with the name and the password in the proxy's URL,
with an answer that was accepted before, or by the callable in the settings.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.authentication.answer import Answer
from whatwg_websockets.authentication.credentials import Credentials
from whatwg_websockets.authentication.user_prompt import UserPrompt
from whatwg_websockets.fetch.header_list import Header
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.proxies.proxy import Proxy

# A proxy is a single protection space.
PATH = "/"


class ProxyAuthentication:
    """The authentication to one proxy while one tunnel is opened.

    Args:
        proxy: the proxy, whose URL may have a name and a password.
        client: the settings, whose callable may know other credentials.
    """

    def __init__(self, proxy: Proxy, client: EnvironmentSettings) -> None:
        self._origin = proxy.without_credentials
        self._entries = client.proxy_authentication_entries
        of_the_url = _credentials_of(proxy)
        # In Fetch, a proxy-authentication entry is used as appropriate. Here it is used before the
        # proxy asks, unless the URL of the proxy has another user name.
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
        """Return the field with the credentials, if they are known."""
        if self._sent is None:
            return []
        return [(b"Proxy-Authorization", self._sent.authorization(method, target))]

    @algorithm("concept-http-network-or-cache-fetch", "HTTP-network-or-cache fetch: proxy")
    async def find_an_answer(self, response: Response) -> str | None:
        """Get an answer to a 407.

        Returns:
            None if there is an answer; otherwise the reason why not, which may be empty.

        Raises:
            BaseException: whatever the callable in the settings raises.

        Source: https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
        """
        # 16.2. Read the challenges of all Proxy-Authenticate fields, each of which may have
        #       several.
        challenges = response.header_list.values(b"Proxy-Authenticate")
        # 16.3. Stop if the fetch is canceled, which cancels its task, even while the program is
        #       asked for credentials.
        # 16.4. Take a user name and a password from the proxy's URL, from an earlier answer for the
        #       realm, or from the callable in the settings.
        if not await self._prompt.prompt(challenges, self._sent):
            return self._prompt.why
        # 16.5. Repeat the CONNECT request with the user name and the password, before the
        #   WebSocket's request is sent through the tunnel.
        self._sent = self._prompt.answer
        return None

    def has_done(self, response: Response) -> None:
        """Store the answer, which the proxy has accepted, for the tunnels that follow."""
        if self._sent is not None:
            self._sent.heed(response.header_list.values(b"Proxy-Authentication-Info"))
            self._entries.add(self._origin, PATH, self._sent)


def _credentials_of(proxy: Proxy) -> Credentials | None:
    if not (proxy.username or proxy.password):
        return None
    return Credentials(proxy.username.encode(), proxy.password.encode())
