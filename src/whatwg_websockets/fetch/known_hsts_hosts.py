"""How Fetch keeps to the list of known HSTS hosts, and adds to it."""

import ssl

from whatwg_websockets.fetch.request import Request
from whatwg_websockets.fetch.response import Response
from whatwg_websockets.hsts.known_hosts import HstsList
from whatwg_websockets.url.domain import is_domain, is_localhost
from whatwg_websockets.url.url_record import UrlRecord


def keep_to_known_hsts_hosts(request: Request, hsts: HstsList) -> str | None:
    """Have a request to a known HSTS host made over TLS.

    Returns:
        None, or why such a request cannot be made at all.

    Source: RFC 6797 sections 8.3 and 8.4
    """
    if not _is_known(request.url, hsts):
        return None
    if request.url.scheme == "http":
        # § rfc6797-8.3-1. The scheme becomes https.
        # § rfc6797-8.3-2, -4. The port 80 is no part of a URL record whose scheme is http, so there
        #   is no port, which means 443 now.
        # § rfc6797-8.3-3. Another port stays.
        request.url = request.url.over_tls()
        request.upgraded_since = f"{request.url.host} is a known HSTS host"
    # § rfc6797-8.4-1, rfc6797-12.1-1. Each error of TLS ends a connection here, unless a context of
    #   the program's own overlooks errors; with such a context no connection is made to a known
    #   HSTS host.
    if not _checks_everything(request.client.tls):
        return (
            f"{request.url.host} is a known HSTS host, and the TLS context of the settings does "
            "not check its certificate and its name"
        )
    return None


def _is_known(url: UrlRecord, hsts: HstsList) -> bool:
    """Tell whether the host of a URL is a known HSTS host, with the exceptions that Fetch makes."""
    host = url.host or ""
    # A public suffix that is localhost is the last label of the host.
    return is_domain(host) and not is_localhost(host) and hsts.matches(host)


def note_what_a_response_says(request: Request, response: Response, hsts: HstsList) -> None:
    """Note what a response says of its host.

    Args:
        request: what was asked for.
        response: the answer, whatever its status.
        hsts: the list.

    Source: RFC 6797 section 8.1
    """
    host = request.url.host or ""
    # § rfc6797-8.1-4. What came without TLS says nothing; neither does it where errors of TLS would
    #   have been overlooked.
    if request.url.scheme != "https" or not _checks_everything(request.client.tls):
        return
    # § rfc6797-8.1.1-1. An IP address is no host that could be noted.
    if is_domain(host):
        # § rfc6797-8.5-1. Only the header field counts, since nothing here reads a body.
        hsts.process(host, response.header_list.values(b"Strict-Transport-Security"))


def _checks_everything(tls: ssl.SSLContext) -> bool:
    return tls.verify_mode is ssl.CERT_REQUIRED and tls.check_hostname
