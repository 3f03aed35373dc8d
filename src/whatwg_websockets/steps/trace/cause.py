"""What the library's logger says, heard without anybody else hearing more than before."""

import logging
from collections.abc import Callable

LOGGER = "whatwg_websockets"


class Listening(logging.Filter):
    """A filter that hears all that a logger is told, and lets through what was let through before.

    Args:
        tell: is given each message.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell
        self._logger = logging.getLogger(LOGGER)
        self._level = logging.NOTSET
        self._effective = logging.NOTSET

    def start(self) -> None:
        """Begin to hear what is said at INFO and above."""
        self._level, self._effective = self._logger.level, self._logger.getEffectiveLevel()
        self._logger.addFilter(self)
        self._logger.setLevel(min(self._effective, logging.INFO))

    def stop(self) -> None:
        """Leave the logger as it was."""
        self._logger.setLevel(self._level)
        self._logger.removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Hear a record, and tell whether others may."""
        self._tell(record.getMessage())
        return record.levelno >= self._effective
