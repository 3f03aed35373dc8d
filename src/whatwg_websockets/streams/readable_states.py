"""The states of a readable stream.

Source: https://streams.spec.whatwg.org/#rs-internal-slots
"""

from typing import Final

READABLE: Final = "readable"
CLOSED: Final = "closed"
ERRORED: Final = "errored"
