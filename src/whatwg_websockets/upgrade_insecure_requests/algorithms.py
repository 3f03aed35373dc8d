"""Sections 4.1 and 4.2 of Upgrade Insecure Requests: whether and how a request is upgraded."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.html.environment_settings import EnvironmentSettings


@algorithm("upgrade-request", "upgrade request to a potentially trustworthy URL, if appropriate")
def upgrade_a_request_if_appropriate(request: "Request") -> None:
    """Have a request made over TLS, if its page wants it so.

    Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
    """
    # 1-1.2. n/a: a WebSocket's request is no navigation.
    # 2-2.5. n/a: a WebSocket's request is no navigation.
    # 3. The client says whether insecure requests are upgraded.
    # 4. Without the directive the request stays as it is.
    if not should_insecure_requests_be_upgraded(request.client):
        return
    # 5. A request of http becomes one of https; another port than 80 stays.
    if request.url.scheme == "http":
        request.url = request.url.over_tls()
        request.upgraded_since = "the page has upgrade-insecure-requests"


@algorithm("should-upgrade-for-client", "should insecure requests be upgraded for client?")
def should_insecure_requests_be_upgraded(client: "EnvironmentSettings") -> bool:
    """Tell whether the policy of a client is to upgrade insecure requests.

    Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#should-upgrade-for-client
    """
    # 1. The settings stand for the document, and hold its insecure requests policy.
    # 2. n/a: a program has no browsing contexts.
    # 3. By default insecure requests are not upgraded.
    return client.upgrades_insecure_requests
