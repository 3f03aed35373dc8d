"""Port blocking: the ports of other protocols, to which no request may be sent.

Section 2.9 of the Fetch Standard.
"""

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.url.url_record import UrlRecord

BAD_PORTS = frozenset(
    (
        0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95,
        101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179,
        389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601,
        636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
        6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    )
)  # fmt: skip


@algorithm("block-bad-port", "should request be blocked due to a bad port")
def should_be_blocked_due_to_a_bad_port(url: UrlRecord) -> bool:
    """Return whether a request to a URL is blocked because of its port.

    Source: https://fetch.spec.whatwg.org/#block-bad-port
    """
    # 1. Take the request's current URL, which is passed in place of the request.
    # 2. Check the port of the URL, since the scheme is http or https.
    # 3. Block the request if the URL's port is a bad port. A null port is the scheme's default
    #    port, which is not a bad port.
    return url.port in BAD_PORTS
