"""Hosts that are known from the beginning, from a preload list such as those of browsers.

Source: RFC 6797 section 12.3
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from whatwg_websockets.url.domain import superdomains

if TYPE_CHECKING:
    import datetime


class PreloadList:
    """Hosts that are known HSTS hosts before the first connection to them.

    A list becomes outdated: hosts are added to it, and a few are removed. So it has a date.

    Args:
        covers: returns whether a host is on the list, itself or through a domain above it. The host
            is a domain in lower case and ASCII, or an IP address, which is never on a list.
        date: the date of the list.
        source: the source of the list, for people.
    """

    def __init__(
        self, covers: Callable[[str], bool], *, date: "datetime.date", source: str
    ) -> None:
        self.covers = covers
        self.date = date
        self.source = source

    def __repr__(self) -> str:
        return f"<PreloadList of {self.date.isoformat()} from {self.source}>"

    @classmethod
    def from_chromium(cls, path: str | os.PathLike[str], *, date: "datetime.date") -> Self:
        """Read a list in the format of Chromium's ``transport_security_state_static.json``.

        Args:
            path: the path of the file.
            date: the date of the list, which the file does not contain.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file is not such a list; the message says where and why.
        """
        # The module is imported here, since a program without such a list does not need it.
        from whatwg_websockets.hsts.chromium_list import entries_of
        from whatwg_websockets.hsts.json_text import read_text

        source = os.fspath(path)
        listed = entries_of(read_text(path), source)

        def covers(host: str) -> bool:
            return host in listed or any(listed.get(above, False) for above in superdomains(host))

        return cls(covers, date=date, source=source)

    @classmethod
    def from_hstspreload(cls) -> Self:
        """Return Chromium's list from the package hstspreload; its date is that of the version.

        Raises:
            ModuleNotFoundError: hstspreload is not installed.
        """
        import datetime

        import hstspreload

        year, month, day = map(int, hstspreload.__version__.split(".")[:3])
        date = datetime.date(year, month, day)
        source = f"hstspreload {hstspreload.__version__}"
        return cls(hstspreload.in_hsts_preload, date=date, source=source)
