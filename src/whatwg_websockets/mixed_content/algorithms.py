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
    """Tell whether a page may ask only for what arrives as it was sent.

    Source: https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object
    """
    # 1. Settings with a potentially trustworthy origin prohibit mixed security contexts.
    # 2-2.2.1. n/a: a program has no windows, and so no window around another.
    # 3. Settings with any other origin do not restrict them, and neither do those without one.
    return is_origin_potentially_trustworthy(settings.origin_record)


@algorithm("should-block-fetch", "should fetching request be blocked as mixed content?")
def should_fetching_be_blocked_as_mixed_content(
    client: "EnvironmentSettings", url: UrlRecord
) -> bool:
    """Tell whether a request is blocked before it is made.

    Args:
        client: who asks.
        url: the current URL of the request.

    Source: https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    """
    # 1. One of these is enough for the request to be allowed.
    # 1.1. The client does not restrict mixed security contexts.
    if not prohibits_mixed_security_contexts(client):
        return False
    # 1.2. The current URL of the request is potentially trustworthy.
    # 1.3. The settings have no way to allow mixed content, as a user of a browser may have.
    # 1.4. A WebSocket's request is no navigation.
    # 2. Every other request is blocked.
    return not is_url_potentially_trustworthy(url)


@algorithm(
    "should-block-response",
    "should response to request be blocked as mixed content?",
)
def should_response_be_blocked_as_mixed_content(
    client: "EnvironmentSettings", url: UrlRecord
) -> bool:
    """Tell whether a response is blocked.

    Args:
        client: who asked.
        url: the URL of the response.

    Source: https://w3c.github.io/webappsec-mixed-content/#should-block-response
    """
    # 1. One of these is enough for the response to be allowed.
    # 1.1. The client does not restrict mixed security contexts.
    if not prohibits_mixed_security_contexts(client):
        return False
    # 1.2. The URL of the response is potentially trustworthy.
    # 1.3. The settings have no way to allow mixed content, as a user of a browser may have.
    # 1.4. A WebSocket's request is no navigation.
    # 2. Every other response is blocked.
    return not is_url_potentially_trustworthy(url)
