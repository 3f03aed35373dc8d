"""6.7.2.9 to 6.7.2.12: the comparison of a source expression's parts with those of a URL.

Source: https://w3c.github.io/webappsec-csp/#match-schemes
"""

from typing import Final
from urllib.parse import unquote_to_bytes

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.domain import is_domain
from whatwg_websockets.url.url_record import DEFAULT_PORTS, UrlRecord

# The number of digits, after leading zeros, that are read of a port. A number with so many digits
# is larger than every port, and Python refuses to convert numbers with thousands of digits.
_LONGER_THAN_A_PORT: Final = 6


@algorithm("match-schemes", "scheme-part matching")
def scheme_part_matches(a: str, b: str) -> bool:
    """Return whether a scheme in a source expression matches the scheme of a URL.

    Args:
        a: the ``scheme-part`` of the source expression.
        b: the scheme of the URL.

    Source: https://w3c.github.io/webappsec-csp/#match-schemes
    """
    a, b = a.lower(), b.lower()
    # 1. Return "matches" if the scheme of the expression is that of the URL, or stands for it.
    # 1.1. A scheme matches itself, compared case-insensitively.
    is_the_same = a == b
    # 1.2. The scheme "http" matches "https".
    is_https_for_http = a == "http" and b == "https"
    # 1.3. The scheme "ws" matches "wss", and the schemes of a WebSocket's request, "http" and
    #      "https".
    is_for_ws = a == "ws" and b in {"wss", "http", "https"}
    # 1.4. The scheme "wss" matches "https", the scheme of a secure WebSocket's request.
    is_for_wss = a == "wss" and b == "https"
    # 2. Return "does not match" if the scheme of the expression is not that of the URL and does not
    #    stand for it.
    return is_the_same or is_https_for_http or is_for_ws or is_for_wss


@algorithm("match-hosts", "host-part matching")
def host_part_matches(pattern: str, host: str) -> bool:
    """Return whether a host in a source expression matches the host of a URL.

    Source: https://w3c.github.io/webappsec-csp/#match-hosts
    """
    # 1. Return "does not match" for a host that is not a domain.
    if not is_domain(host):
        return False
    # 2. Return "matches" for a pattern that is an asterisk.
    if pattern == "*":
        return True
    # 3. If the pattern begins with an asterisk and a dot, compare the rest of the pattern with the
    #   end of the host.
    if pattern.startswith("*."):
        # 3.1. Remove the asterisk from the pattern and keep the dot, so that the domain behind the
        #      dot does not match by itself.
        remaining = pattern[1:].lower()
        # 3.2. Return "matches" if the host ends with the rest of the pattern, for a subdomain of
        #      any depth.
        # 3.3. Return "does not match" if the host does not end with the rest of the pattern.
        return host.lower().endswith(remaining)
    # 4. Return "does not match" if the pattern and the host differ, compared case-insensitively.
    # 5. Return "matches" if the pattern is the host.
    return pattern.lower() == host.lower()


@algorithm("port-part-matches", "port-part matching")
def port_part_matches(input: str | None, url: UrlRecord) -> bool:  # noqa: A002
    """Return whether a port in a source expression matches the port of a URL.

    Source: https://w3c.github.io/webappsec-csp/#port-part-matches
    """
    # 1. Assert that the port-part is null, an asterisk or digits, as the grammar requires.
    # 2. Return "matches" for a port-part that is an asterisk.
    if input == "*":
        return True
    # 3. Convert the digits of the port-part to a number, which may be larger than every port.
    normalized_input = None if input is None else int(input.lstrip("0")[:_LONGER_THAN_A_PORT] or 0)
    # 4. Return "matches" if the port-part is the URL's port, or both are null.
    if normalized_input == url.port:
        return True
    # 5. Compare the port-part with the default port of the scheme if the URL's port is null.
    if url.port is None:
        # 5.1. Get the default port of the URL's scheme.
        default_port = DEFAULT_PORTS[url.scheme]
        # 5.2. Return "matches" if the port-part is the default port of the URL's scheme.
        if normalized_input == default_port:
            return True
    # 6. Return "does not match" if the port-part is neither the URL's port nor the default port in
    #   place of a null port.
    return False


@algorithm("path-part-match", "path-part matching")
def path_part_matches(path_a: str, path_b: str) -> bool:
    """Return whether a path in a source expression matches the path of a URL.

    Args:
        path_a: the ``path-part`` of the source expression.
        path_b: the path of the URL, serialized.

    Source: https://w3c.github.io/webappsec-csp/#path-part-match
    """
    # 1. Return "matches" if the source expression has no path.
    if not path_a:
        return True
    # 2. Return "matches" if the expression's path is a slash and the URL's path is empty.
    if path_a == "/" and not path_b:
        return True
    # 3. Require an exact match unless the expression's path ends with a slash.
    exact_match = not path_a.endswith("/")
    # 4. Split the expression's path and the URL's path at the slashes.
    path_list_a, path_list_b = path_a.split("/"), path_b.split("/")
    # 5. Return "does not match" if the expression's path has more pieces than the URL's.
    if len(path_list_a) > len(path_list_b):
        return False
    # 6. Return "does not match" if an exact match is required and the paths differ in length.
    if exact_match and len(path_list_a) != len(path_list_b):
        return False
    # 7. Remove the last piece of the expression's path if an exact match is not required.
    if not exact_match:
        # 7.1. Assert that the last piece is empty, as the path ends with a slash.
        # 7.2. Remove the empty piece at the end of the expression's path.
        path_list_a.pop()
    # 8. Compare each piece of the expression's path with the URL's piece at the same position.
    # 8.1. Take the next piece of the URL's path, which has at least as many pieces as the
    #      expression's.
    for piece_a, piece_b in zip(path_list_a, path_list_b, strict=False):
        # 8.2. Percent-decode the piece of the expression's path.
        decoded_piece_a = unquote_to_bytes(piece_a)
        # 8.3. Percent-decode the piece of the URL's path.
        decoded_piece_b = unquote_to_bytes(piece_b)
        # 8.4. Return "does not match" if the two decoded pieces differ.
        if decoded_piece_a != decoded_piece_b:
            return False
    # 9. Return "matches", since all pieces of the expression's path are those of the URL's path.
    return True
