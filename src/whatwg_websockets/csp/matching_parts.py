"""6.7.2.9 to 6.7.2.12: whether the parts of a source expression match those of a URL.

Source: https://w3c.github.io/webappsec-csp/#match-schemes
"""

from typing import Final
from urllib.parse import unquote_to_bytes

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.url_record import DEFAULT_PORTS, UrlRecord

# Of the digits of a larger number, so many are larger than any port too. Python refuses to convert
# some thousands of them.
_LONGER_THAN_A_PORT: Final = 6


@algorithm("match-schemes", "scheme-part matching")
def scheme_part_matches(a: str, b: str) -> bool:
    """Tell whether a scheme in a source expression matches the scheme of a URL.

    Args:
        a: the ``scheme-part`` of the source expression.
        b: the scheme of the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-schemes
    """
    a, b = a.lower(), b.lower()
    # 1. One of four conditions is enough.
    # 1.1. A scheme matches itself, whichever case its letters have.
    is_the_same = a == b
    # 1.2. The scheme "http" matches its secure variant.
    is_https_for_http = a == "http" and b == "https"
    # 1.3. The scheme "ws" matches its secure variant, and those that the URL of a WebSocket's
    #      request has.
    is_for_ws = a == "ws" and b in {"wss", "http", "https"}
    # 1.4. The scheme "wss" matches that of a secure WebSocket's request.
    is_for_wss = a == "wss" and b == "https"
    # 2. Any other pair of schemes does not match.
    return is_the_same or is_https_for_http or is_for_ws or is_for_wss


@algorithm("match-hosts", "host-part matching")
def host_part_matches(pattern: str, host: str) -> bool:
    """Tell whether a host in a source expression matches the host of a URL.

    Source: https://w3c.github.io/webappsec-csp/#match-hosts
    """
    # 1. No pattern matches an IP address.
    if not is_domain(host):
        return False
    # 2. An asterisk alone matches each domain.
    if pattern == "*":
        return True
    # 3. An asterisk and a dot stand for each subdomain.
    if pattern.startswith("*."):
        # 3.1. The dot remains, so that the domain itself is not matched.
        remaining = pattern[1:].lower()
        # 3.2. A subdomain at any depth ends with what remains.
        # 3.3. Any other host does not match.
        return host.lower().endswith(remaining)
    # 4. The letters of a host may have either case.
    # 5. The host is the same.
    return pattern.lower() == host.lower()


@algorithm("port-part-matches", "port-part matching")
def port_part_matches(input: str | None, url: UrlRecord) -> bool:  # noqa: A002
    """Tell whether a port in a source expression matches the port of a URL.

    Source: https://w3c.github.io/webappsec-csp/#port-part-matches
    """
    # 1. The grammar lets nothing else through than digits, an asterisk, or no port.
    # 2. An asterisk matches each port.
    if input == "*":
        return True
    # 3. The digits of the port are a decimal number, which may be larger than any port.
    normalized_input = None if input is None else int(input.lstrip("0")[:_LONGER_THAN_A_PORT] or 0)
    # 4. Both ports are the same, or neither is written.
    if normalized_input == url.port:
        return True
    # 5. A URL without a port has the one of its scheme.
    if url.port is None:
        # 5.1. The scheme of the URL has a default port.
        default_port = DEFAULT_PORTS[url.scheme]
        # 5.2. The source expression may write the default port out.
        if normalized_input == default_port:
            return True
    # 6. Any other port does not match.
    return False


@algorithm("path-part-match", "path-part matching")
def path_part_matches(path_a: str, path_b: str) -> bool:
    """Tell whether a path in a source expression matches the path of a URL.

    Args:
        path_a: the ``path-part`` of the source expression.
        path_b: the path of the URL, serialized.

    Source: https://w3c.github.io/webappsec-csp/#path-part-match
    """
    # 1. An expression without a path matches each path.
    if not path_a:
        return True
    # 2. A slash matches the empty path.
    if path_a == "/" and not path_b:
        return True
    # 3. A slash at the end stands for all that is below it.
    exact_match = not path_a.endswith("/")
    # 4. The pieces of both paths are compared one by one.
    path_list_a, path_list_b = path_a.split("/"), path_b.split("/")
    # 5. A path that is shorter than the expression does not match.
    if len(path_list_a) > len(path_list_b):
        return False
    # 6. Without a slash at the end, both paths have to be of the same length.
    if exact_match and len(path_list_a) != len(path_list_b):
        return False
    # 7. What stands behind the slash at the end is not compared.
    if not exact_match:
        # 7.1. A string that ends with a slash has nothing behind it.
        # 7.2. The empty piece at the end is taken away.
        path_list_a.pop()
    # 8. Each piece of the expression is compared with the piece of the URL in the same place.
    # 8.1. The URL has at least as many pieces as the expression.
    for piece_a, piece_b in zip(path_list_a, path_list_b, strict=False):
        # 8.2. The piece of the expression is percent-decoded.
        decoded_piece_a = unquote_to_bytes(piece_a)
        # 8.3. The piece of the URL is percent-decoded as well.
        decoded_piece_b = unquote_to_bytes(piece_b)
        # 8.4. Two pieces that differ after that do not match.
        if decoded_piece_a != decoded_piece_b:
            return False
    # 9. All pieces of the expression are those of the URL.
    return True
