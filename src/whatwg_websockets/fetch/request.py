"""Requests, section 2.2.5 of the Fetch Standard: the members that a WebSocket sets."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.fetch.header_list import HeaderList
from whatwg_websockets.html.environment_settings import EnvironmentSettings
from whatwg_websockets.url.url_record import UrlRecord

if TYPE_CHECKING:
    from whatwg_websockets.authentication.user_prompt import UserPrompt
    from whatwg_websockets.csp.policy import Policy


@dataclass(slots=True, kw_only=True)
class Request:
    """A request.

    Attributes:
        url: the URL, which is also the current URL, as no redirect is followed.
        client: the environment settings object that asks.
        service_workers_mode: whether a service worker is asked; here always "none".
        referrer: here always "no-referrer".
        mode: here always "websocket".
        destination: what the response is for; for a WebSocket the empty string, as for `fetch()`.
        credentials_mode: whether cookies go along.
        cache_mode: how a cache is used.
        redirect_mode: what a redirect does.
        target_ip_address_space: the address space that the server has to be in, if any; see
            :mod:`.local_network_access`.
        header_list: the headers.
        reported_policies: the Content Security Policies that only report, and have reported the
            request.
        upgraded_since: why the scheme of the URL is https though the page asked for http; for the
            log only, and empty where the scheme is the page's.
        prompt: the traversable for user prompts: who answers a 401. None until there is one.

    Source: https://fetch.spec.whatwg.org/#concept-request
    """

    url: UrlRecord
    client: EnvironmentSettings
    service_workers_mode: str = "none"
    referrer: str = "no-referrer"
    mode: str = "websocket"
    destination: str = ""
    credentials_mode: str = "include"
    cache_mode: str = "no-store"
    redirect_mode: str = "error"
    target_ip_address_space: str | None = None
    header_list: HeaderList = field(default_factory=HeaderList)
    reported_policies: "list[Policy]" = field(default_factory=list)
    upgraded_since: str = ""
    prompt: "UserPrompt | None" = None

    @algorithm("concept-request-clone", "clone")
    def clone(self) -> "Request":
        """Make a request that is sent in place of this one, with headers of its own.

        Source: https://fetch.spec.whatwg.org/#concept-request-clone
        """
        # 1. All else is copied as it is.
        clone = replace(self, header_list=self.header_list.copy())
        # 2. n/a: no WebDriver tells requests apart.
        # 3. The request has no body.
        # 4. The clone is sent.
        return clone  # noqa: RET504 (it is returned by another step)


def resource_name(request: Request) -> bytes:
    """Return path and query of the URL, as the request names them.

    Source: RFC 6455 section 3
    """
    url = request.url
    # § rfc6455-3-2. A URL record keeps what is percent-encoded, and has no other number sign here.
    return (url.path if url.query is None else f"{url.path}?{url.query}").encode("ascii")
