"""Port blocking: ports of other protocols, which no request may be tricked into talking to.

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
    """Tell whether a request to the URL is to be blocked for its port.

    Source: https://fetch.spec.whatwg.org/#block-bad-port
    """
    # 1. The request is known here by its current URL.
    # 2. Only HTTP(S) URLs have ports worth a look, and no other comes here.
    # 3. A URL without a port has its scheme's own, which is a good one.
    return url.port in BAD_PORTS
