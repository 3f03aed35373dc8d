"""Sections 4.3 to 4.5 of Mixed Content: whether a request, or its response, is blocked."""

from typing import TYPE_CHECKING

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.secure_contexts.potentially_trustworthy import (
    is_origin_potentially_trustworthy,
    is_url_potentially_trustworthy,
)
from whatwg_websockets.url.url_record import UrlRecord

if TYPE_CHECKING:
    from whatwg_websockets.html.environment_settings import EnvironmentSettings


@algorithm("categorize-settings-object", "does settings prohibit mixed security contexts?")
def prohibits_mixed_security_contexts(settings: "EnvironmentSettings") -> bool:
    """Return whether a page may make requests to potentially trustworthy URLs only.

    Source: https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object
    """
    # 1. Return true if the settings' origin is potentially trustworthy.
    # 2-2.2.1. n/a: a program has no windows, so no ancestor's origin prohibits mixed content.
    # 3. Return false if the settings' origin is not potentially trustworthy.
    return is_origin_potentially_trustworthy(settings.origin_record)


@algorithm("should-block-fetch", "should fetching request be blocked as mixed content?")
def should_fetching_be_blocked_as_mixed_content(
    client: "EnvironmentSettings", url: UrlRecord
) -> bool:
    """Return whether a request is blocked before it is made.

    Args:
        client: the settings of the page that makes the request.
        url: the current URL of the request.

    Source: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    """
    # 1. Allow the request if its client does not prohibit mixed security contexts, or if its URL is
    #    potentially trustworthy.
    # 1.1. Allow the request if its client does not prohibit mixed security contexts.
    if not prohibits_mixed_security_contexts(client):
        return False
    # 1.2. Allow the request if its current URL is potentially trustworthy.
    # 1.3. The settings have no option that allows mixed content in a request, as browsers have.
    # 1.4. A WebSocket's request is not a navigation request, which would be allowed at the top
    #      level.
    # 2. Block the request if its client prohibits mixed security contexts, and its URL is not
    #    potentially trustworthy.
    return not is_url_potentially_trustworthy(url)


@algorithm(
    "should-block-response",
    "should response to request be blocked as mixed content?",
)
def should_response_be_blocked_as_mixed_content(
    client: "EnvironmentSettings", url: UrlRecord
) -> bool:
    """Return whether a response is blocked.

    Args:
        client: the settings of the page that made the request.
        url: the URL of the response.

    Source: https://w3c.github.io/webappsec-mixed-content/#should-block-response
    """
    # 1. Allow the response if the request's client does not prohibit mixed security contexts, or if
    #    the response's URL is potentially trustworthy.
    # 1.1. Allow the response if the request's client does not prohibit mixed security contexts.
    if not prohibits_mixed_security_contexts(client):
        return False
    # 1.2. Allow the response if its URL is potentially trustworthy.
    # 1.3. The settings have no option that allows mixed content in a response, as browsers have.
    # 1.4. A WebSocket's request is not a navigation request, whose response would be allowed.
    # 2. Block the response if the request's client prohibits mixed security contexts, and the
    #    response's URL is not potentially trustworthy.
    return not is_url_potentially_trustworthy(url)
