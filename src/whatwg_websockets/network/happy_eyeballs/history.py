"""The history of the addresses that were connected to, RFC 8305 section 4."""

from time import monotonic
from typing import TYPE_CHECKING

from whatwg_websockets.network.target import Target

if TYPE_CHECKING:
    from whatwg_websockets.html.environment_settings import EnvironmentSettings

MOST_ADDRESSES = 1_000
"""The maximum number of remembered addresses. The least recently used is forgotten first."""

REMEMBERED_FOR = 600.0
"""Seconds for which an address is remembered after it was used."""

NOT_USED = (True, 0.0)


class History:
    """The addresses that were connected to with one settings object.

    An entry applies to an address together with the source address of the connection. If the
    machine joins another network, or uses another interface, the source address is another one.
    """

    __slots__ = ("_used",)

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[float, float]] = {}

    def connected(self, target: Target, source: str, round_trip_time: float) -> None:
        """Remember that an address was connected to.

        Args:
            target: the address.
            source: the address of this machine.
            round_trip_time: the number of seconds that the TCP handshake took.
        """
        # § rfc8305-4-4, -5. The history is kept for each interface and network, which the source
        #   address identifies.
        key = target.address[0], source
        self._used.pop(key, None)
        self._used[key] = round_trip_time, monotonic() + REMEMBERED_FOR
        if len(self._used) > MOST_ADDRESSES:
            del self._used[next(iter(self._used))]

    def what_is_known(self, target: Target, source: str) -> tuple[bool, float]:
        """Return whether the address was not used before, and its round-trip time in seconds."""
        found = self._used.get((target.address[0], source))
        if found is None or found[1] < monotonic():
            return NOT_USED
        return False, found[0]


def history_of(settings: "EnvironmentSettings") -> History:
    """Return the history of a settings object, which is created on first use."""
    if settings.history_of_addresses is None:
        settings.history_of_addresses = History()
    return settings.history_of_addresses
