"""How Fetch applies the list of known HSTS hosts, and adds hosts to it."""

import ssl

from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.hsts.known_hosts import HstsList
from whatwg_websockets.url.domain import is_domain, is_localhost
from whatwg_websockets.url.url_record import UrlRecord


def keep_to_known_hsts_hosts(request: Request, hsts: HstsList) -> str | None:
    """Change a request to a known HSTS host to https.

    Returns:
        None, or the reason why a request to the known HSTS host cannot be made.

    Source: RFC 6797 sections 8.3 and 8.4
    """
    if not _is_known(request.url, hsts):
        return None
    if request.url.scheme == "http":
        # § rfc6797-8.3-1. Replace the scheme http of a known HSTS host with https.
        # § rfc6797-8.3-2, -4. Replace port 80 with 443, without adding a port. A URL record has
        #   null as its port for the default port of either scheme, so the port stays null.
        # § rfc6797-8.3-3. Keep a port of the URL other than 80.
        request.url = request.url.over_tls()
        request.upgraded_since = f"{request.url.host} is a known HSTS host"
    # § rfc6797-8.4-1, rfc6797-12.1-1. End the connection to a known HSTS host at each TLS error. No
    #   connection to a known HSTS host is made with a TLS context that ignores errors.
    if not _checks_everything(request.client.tls):
        return (
            f"{request.url.host} is a known HSTS host, and the TLS context of the settings does "
            "not check its certificate and its name"
        )
    return None


def _is_known(url: UrlRecord, hsts: HstsList) -> bool:
    """Return whether the host of a URL is a known HSTS host, with the exceptions in Fetch."""
    host = url.host or ""
    # If localhost is the public suffix of a host, it is the last label.
    return is_domain(host) and not is_localhost(host) and hsts.matches(host)


def note_what_a_response_says(request: Request, response: Response, hsts: HstsList) -> None:
    """Add the host of a response to the list, or remove it, as the response asks.

    Args:
        request: the request.
        response: the response, whatever its status is.
        hsts: the list.

    Source: RFC 6797 section 8.1
    """
    host = request.url.host or ""
    # § rfc6797-8.1-4. Ignore a Strict-Transport-Security field that was received without TLS, or
    #   over TLS with a context that ignores errors.
    if request.url.scheme != "https" or not _checks_everything(request.client.tls):
        return
    # § rfc6797-8.1.1-1. Do not note an IP address as a known HSTS host.
    if is_domain(host):
        # § rfc6797-8.5-1. Read the policy from the header field only, since no body is read.
        hsts.process(host, response.header_list.values(b"Strict-Transport-Security"))


def _checks_everything(tls: ssl.SSLContext) -> bool:
    return tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname
