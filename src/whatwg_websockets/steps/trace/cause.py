"""What the library's logger reports, without a change of what its handlers are given."""

import logging
from collections.abc import Callable

LOGGER = "whatwg_websockets"

ATTRIBUTES = ("kind", "why")
"""The attributes of a record that say why a connection ended."""


class Listening(logging.Filter):
    """A filter that hears all messages of a logger, and passes on those that passed before.

    Args:
        tell: called with each message, and with the attributes that
            :mod:`whatwg_websockets.network.console` gives its records: "kind" and "why".
    """

    def __init__(self, tell: Callable[[str, dict[str, str]], None]) -> None:
        super().__init__()
        self._tell = tell
        self._logger = logging.getLogger(LOGGER)
        self._level = logging.NOTSET
        self._effective = logging.NOTSET

    def start(self) -> None:
        """Begin to hear messages of the level INFO and above."""
        self._level, self._effective = self._logger.level, self._logger.getEffectiveLevel()
        self._logger.addFilter(self)
        self._logger.setLevel(min(self._effective, logging.INFO))

    def stop(self) -> None:
        """Leave the logger as it was."""
        self._logger.setLevel(self._level)
        self._logger.removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear a record, and return whether the handlers are given it."""
        attributes = {name: vars(record)[name] for name in ATTRIBUTES if name in vars(record)}
        self._tell(record.getMessage(), attributes)
        return record.levelno >= self._effective
