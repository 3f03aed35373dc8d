"""What is remembered of the addresses that were connected to, RFC 8305 section 4."""

from time import monotonic
from typing import TYPE_CHECKING

from whatwg_websockets.network.target import Target

if TYPE_CHECKING:
    from whatwg_websockets.html.environment_settings import EnvironmentSettings

MOST_ADDRESSES = 1_000
"""How many addresses are remembered. Those that were not used for longest are forgotten first."""

REMEMBERED_FOR = 600.0
"""Seconds for which an address is remembered after it was used."""

NOT_USED = (True, 0.0)


class History:
    """The addresses that were connected to from one settings object.

    What is known of an address holds for the source address from which it was connected to. When
    the machine joins another network, or another interface leads there, that is another one.
    """

    __slots__ = ("_used",)

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[float, float]] = {}

    def connected(self, target: Target, source: str, round_trip_time: float) -> None:
        """Remember that an address was connected to.

        Args:
            target: the address.
            source: the address of this machine.
            round_trip_time: seconds that TCP took.
        """
        # § rfc8305-4-4, -5. The address of this machine tells interfaces and networks apart.
        key = target.address[0], source
        self._used.pop(key, None)
        self._used[key] = round_trip_time, monotonic() + REMEMBERED_FOR
        if len(self._used) > MOST_ADDRESSES:
            del self._used[next(iter(self._used))]

    def what_is_known(self, target: Target, source: str) -> tuple[bool, float]:
        """Return what an address is ranked by: whether it was not used, and its round-trip time."""
        found = self._used.get((target.address[0], source))
        if found is None or found[1] < monotonic():
            return NOT_USED
        return False, found[0]


def history_of(settings: "EnvironmentSettings") -> History:
    """Return what a settings object remembers, which is its own."""
    if settings.history_of_addresses is None:
        settings.history_of_addresses = History()
    return settings.history_of_addresses
