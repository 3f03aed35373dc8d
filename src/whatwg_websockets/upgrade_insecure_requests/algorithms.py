"""Sections 4.1 and 4.2 of Upgrade Insecure Requests: whether and how a request is upgraded."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm

if TYPE_CHECKING:
    from whatwg_websockets.fetch.request import Request
    from whatwg_websockets.html.environment_settings import EnvironmentSettings


@algorithm("upgrade-request", "upgrade request to a potentially trustworthy URL, if appropriate")
def upgrade_a_request_if_appropriate(request: "Request") -> None:
    """Change a request to https, if the policy of its page is to upgrade insecure requests.

    Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#upgrade-request
    """
    # 1-2.5. n/a: a WebSocket's request is not a navigation, so navigation's rules do not apply.
    # 3. Ask the request's client whether insecure requests are to be upgraded.
    # 4. Return if the client does not upgrade insecure requests.
    if not should_insecure_requests_be_upgraded(request.client):
        return
    # 5. Change the scheme of an http URL to https, and keep a port other than 80.
    if request.url.scheme == "http":
        request.url = request.url.over_tls()
        request.upgraded_since = "the page has upgrade-insecure-requests"


@algorithm("should-upgrade-for-client", "should insecure requests be upgraded for client?")
def should_insecure_requests_be_upgraded(client: "EnvironmentSettings") -> bool:
    """Return whether the policy of a client is to upgrade insecure requests.

    Source: https://w3c.github.io/webappsec-upgrade-insecure-requests/#should-upgrade-for-client
    """
    # 1. Return the insecure requests policy of the settings, which stand for the document.
    # 2. n/a: a program has no browsing contexts, so no embedding document sets the policy.
    # 3. Do not upgrade insecure requests, unless an enforced policy of the settings has the
    #   directive `upgrade-insecure-requests`.
    return client.upgrades_insecure_requests
