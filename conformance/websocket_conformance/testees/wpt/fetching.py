"""Requests over HTTP, and the resolution of host names with the addresses in the task."""

import asyncio
import http.client
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from socket import gaierror
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from whatwg_websockets import CookieJar

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 20
_WITH_COOKIES: Final = ("http://", "https://")


class Surroundings:
    """What the task says of the network.

    Args:
        hosts: the addresses of names, as a hosts file gives them.
        ca: the path of the certificate of the authority that signed the servers' certificates, or
            None.
        timeout: how long a request may take, in seconds.

    Attributes:
        cookies: the cookies of the page's documents, workers and requests.
    """

    def __init__(self, hosts: Mapping[str, str], ca: str | None, timeout: float) -> None:
        self._hosts = hosts
        self._timeout = timeout
        self.cookies = CookieJar()
        self.tls = ssl.create_default_context(cafile=ca)
        self.tls.set_alpn_protocols(["http/1.1"])

    def address(self, name: str) -> str:
        """Return the address of a host name; return an address unchanged.

        Raises:
            OSError: the task has no address for the name, so the name does not exist.
        """
        known = self._hosts.get(name.lower().rstrip("."))
        if known is not None:
            return known
        try:
            return str(ip_address(name))
        except ValueError:
            raise gaierror(socket.EAI_NONAME, f"{name} is not among the hosts") from None

    def cookies_of_a_page(self, url: str) -> str:
        """Return the value of ``document.cookie`` for the page at a URL."""
        if not url.startswith(_WITH_COOKIES):
            return ""
        value = self.cookies.cookies_for(url, script=True)
        return value.encode("latin-1").decode("utf-8", "replace")

    def set_cookie_of_a_page(self, url: str, text: str) -> None:
        """Set ``document.cookie`` for the page at a URL."""
        if url.startswith(_WITH_COOKIES):
            value = text.encode("utf-8", "replace").decode("latin-1")
            self.cookies.set_cookie(url, value, script=True)

    def fetch(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send a request, and follow redirects.

        Returns:
            ``status``, ``headers``, ``url`` and ``bytes`` in Base64; or ``error``.
        """
        url = request["url"]
        try:
            for _ in range(_MOST_REDIRECTS):
                response, body = self._fetch(url, request)
                location = response.getheader("Location")
                if response.status not in _REDIRECTS or location is None:
                    headers = {name.lower(): value for name, value in response.getheaders()}
                    encoded = b64encode(body).decode()
                    return {
                        "status": response.status,
                        "headers": headers,
                        "url": url,
                        "bytes": encoded,
                    }
                url = urljoin(url, location)
        except (OSError, ValueError, http.client.HTTPException) as error:
            return {"error": f"{url} cannot be fetched: {error}"}
        return {"error": f"{request['url']} redirects too often"}

    def _fetch(
        self, url: str, request: Mapping[str, Any]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError("its scheme is neither http nor https")
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=self._timeout)
        try:
            connection.sock = self._connected(parts.scheme, parts.hostname, port)
            target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
            headers = {"Host": parts.netloc.rpartition("@")[2], **(request.get("headers") or {})}
            has_credentials = request.get("credentials", True)
            cookies = self.cookies.cookies_for(url) if has_credentials else ""
            if cookies:
                headers["Cookie"] = cookies
            body = request.get("body")
            content = None if body is None else body.encode()
            connection.request(request.get("method") or "GET", target, content, headers)
            response = connection.getresponse()
            for value in response.headers.get_all("Set-Cookie", []) if has_credentials else ():
                self.cookies.set_cookie(url, value)
            return response, response.read()
        finally:
            connection.close()

    def _connected(self, scheme: str, host: str, port: int) -> socket.socket:
        connected = socket.create_connection((self.address(host), port), self._timeout)
        if scheme == "https":
            return self.tls.wrap_socket(connected, server_hostname=host)
        return connected


def in_a_thread(function: Callable[..., Any], *arguments: Any) -> "asyncio.Future[Any]":
    """Call a function in a thread that the program does not wait for when it ends."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Any] = loop.create_future()

    def tell(result: Any, error: Exception | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)

    def work() -> None:
        result, failure = None, None
        try:
            result = function(*arguments)
        except Exception as error:
            failure = error
        with suppress(RuntimeError):  # The loop was closed in the meantime.
            loop.call_soon_threadsafe(tell, result, failure)

    threading.Thread(target=work, daemon=True).start()
    return answer


class PageLoop(asyncio.SelectorEventLoop):
    """An event loop that resolves only the host names of a task."""

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        """Return the addresses of a host name."""
        return await super().getaddrinfo(self._surroundings.address(host), port, **options)
