"""Requests, section 2.2.5 of the Fetch Standard: the members that a WebSocket's request uses."""

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
        url: the URL, which is also the current URL, since no redirect is followed.
        client: the environment settings object that makes the request.
        service_workers_mode: whether service workers handle the request; always "none" here.
        referrer: always "no-referrer" here.
        mode: always "websocket" here.
        destination: the purpose of the response; the empty string for a WebSocket, as for
            ``fetch()``.
        credentials_mode: whether cookies and credentials are included.
        cache_mode: how a cache is used.
        redirect_mode: how a redirect is handled.
        target_ip_address_space: the address space that the server has to be in; None for any. See
            :mod:`.local_network_access`.
        header_list: the headers.
        reported_policies: the report-only Content Security Policies that have reported the request.
        upgraded_since: why the scheme of the URL is https though the page's URL had http; for the
            log only. Empty if the scheme was not changed.
        prompt: the traversable for user prompts, which answers a 401; None until there is a 401.

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
        """Return a copy of the request with a header list of its own, which is sent in its place.

        Source: https://fetch.spec.whatwg.org/#concept-request-clone
        """
        # 1. Copy the request's members and its header list.
        clone = replace(self, header_list=self.header_list.copy())
        # 2. n/a: a program has no WebDriver, so the clone needs no identifier of its own.
        # 3. A WebSocket's request has no body to clone.
        # 4. Return the clone of the request.
        return clone  # noqa: RET504 (a later step returns it)


def resource_name(request: Request) -> bytes:
    """Return the path and the query of the URL, as they are sent in the request.

    Source: RFC 6455 section 3
    """
    url = request.url
    # § rfc6455-3-2. Send a resource name without a number sign: in a URL record's path and query,
    #   number signs are percent-encoded.
    return (url.path if url.query is None else f"{url.path}?{url.query}").encode("ascii")
