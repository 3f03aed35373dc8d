"""Hosts that are known before they have said anything, from a list that browsers come with.

Source: RFC 6797 section 12.3
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Self

from whatwg_websockets.url.domain import superdomains

if TYPE_CHECKING:
    import datetime


class PreloadList:
    """Hosts that are known HSTS hosts though they have said nothing yet.

    A list is as good as it is new: hosts join it, and a few leave it. So it says its date.

    Args:
        covers: tells whether a host is on the list, itself or by a domain above it. The host is a
            domain in lower case and ASCII, or an IP address, which no list has.
        date: of which day the list is.
        source: where it comes from, for people.
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
        """Read a list in the form of Chromium's ``transport_security_state_static.json``.

        Args:
            path: where the file is.
            date: of which day it is; the file itself does not say so.

        Raises:
            OSError: the file cannot be read.
            ValueError: it is no such list; the error says where and why.
        """
        # Who has no such list is spared the time that it takes to import this.
        from whatwg_websockets.hsts.chromium_list import entries_of
        from whatwg_websockets.hsts.json_text import read_text

        source = os.fspath(path)
        listed = entries_of(read_text(path), source)

        def covers(host: str) -> bool:
            return host in listed or any(listed.get(above, False) for above in superdomains(host))

        return cls(covers, date=date, source=source)

    @classmethod
    def from_hstspreload(cls) -> Self:
        """Return Chromium's list as the package hstspreload has it, of the day of its version.

        Raises:
            ModuleNotFoundError: hstspreload is not installed.
        """
        import datetime

        import hstspreload

        year, month, day = map(int, hstspreload.__version__.split(".")[:3])
        date = datetime.date(year, month, day)
        source = f"hstspreload {hstspreload.__version__}"
        return cls(hstspreload.in_hsts_preload, date=date, source=source)
