"""Known HSTS hosts: which they are, who becomes one, and who is one no longer.

Source: RFC 6797 sections 8.1 and 8.2
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Self

from whatwg_websockets.files import replace_file
from whatwg_websockets.hsts.domain_names import canonical, domain_of
from whatwg_websockets.hsts.known_host import KnownHost
from whatwg_websockets.hsts.preload_list import PreloadList
from whatwg_websockets.hsts.strict_transport_security import (
    MAX_AGE_AT_MOST,
    parse_strict_transport_security,
)
from whatwg_websockets.url.domain import superdomains


class HstsList:
    """The hosts that are spoken to over TLS alone: known HSTS hosts, as RFC 6797 calls them.

    A host becomes one by what it says in a response over TLS (``Strict-Transport-Security``), by a
    list that was loaded, by ``note()``, or by a preload list. ``EnvironmentSettings(hsts=...)`` has
    its sockets keep to the list and add to it; several settings may share one.

    Args:
        preloaded: hosts that are known without having said anything; none by default. What a host
            says changes nothing about it.
        clock: says the time, in seconds since the beginning of 1970.

    Source: https://www.rfc-editor.org/rfc/rfc6797
    """

    def __init__(
        self, *, preloaded: PreloadList | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.preloaded = preloaded
        self._clock = clock
        self._hosts: dict[str, KnownHost] = {}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names that are noted, without those of the preload list."""
        self._evict_what_has_expired()
        return iter(tuple(self._hosts))

    def __len__(self) -> int:
        """Return how many names are noted, without those of the preload list."""
        self._evict_what_has_expired()
        return len(self._hosts)

    def __repr__(self) -> str:
        preloaded = "" if self.preloaded is None else f", {self.preloaded!r}"
        return f"<HstsList: {len(self)} noted{preloaded}>"

    def is_known(self, host: str) -> bool:
        """Tell whether a host is spoken to over TLS alone.

        Args:
            host: a domain, as people write it or as a URL has it. An IP address never is known.

        Raises:
            ValueError: it is no host.
        """
        return self.matches(canonical(host))

    def note(self, host: str, *, max_age: float, include_subdomains: bool = False) -> None:
        """Note a host, as though it had said so itself: RFC 6797 section 12.2.

        Args:
            host: a domain.
            max_age: for how many seconds from now; 0 to know the host no longer.
            include_subdomains: whether this holds for each name below the host's, too.

        Raises:
            ValueError: the host is no domain, or the time is below 0.
        """
        if not max_age >= 0:
            raise ValueError(f"max_age is a number of seconds from 0 on, not {max_age!r}")
        self._note(domain_of(host), max_age, include_subdomains)

    def forget(self, host: str) -> None:
        """Note a host no longer: RFC 6797 section 12.5.

        Names above and below it, and the preload list, stay as they are.

        Raises:
            ValueError: the host is no domain.
        """
        self._hosts.pop(domain_of(host), None)

    def to_json(self) -> str:
        """Write the hosts that are noted as JSON, without the preload list."""
        # Who keeps no list is spared the time that it takes to import this.
        from whatwg_websockets.hsts.hosts_file import to_json

        self._evict_what_has_expired()
        return to_json(self._hosts)

    @classmethod
    def from_json(
        cls,
        text: str,
        *,
        preloaded: PreloadList | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Make a list of what ``to_json()`` has written. What has expired since is left out.

        Raises:
            ValueError: the text is no such list; the error says where and why.
        """
        from whatwg_websockets.hsts.hosts_file import from_json

        return cls._of(from_json(text, "the HSTS list"), preloaded, clock)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the hosts that are noted to a file, as JSON, without the preload list.

        Whoever reads the file meanwhile finds what it had before, or all that is written now.

        Raises:
            OSError: the file cannot be written; it stays as it was.
        """
        replace_file(path, self.to_json().encode("utf-8"))

    @classmethod
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        preloaded: PreloadList | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Self:
        """Make a list of a file that ``save()`` has written. What has expired since is left out.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file is no such list; the error says where and why.
        """
        from whatwg_websockets.hsts.hosts_file import from_json
        from whatwg_websockets.hsts.json_text import read_text

        return cls._of(from_json(read_text(path), os.fspath(path)), preloaded, clock)

    @classmethod
    def _of(
        cls,
        hosts: dict[str, KnownHost],
        preloaded: PreloadList | None,
        clock: Callable[[], float],
    ) -> Self:
        made = cls(preloaded=preloaded, clock=clock)
        # A file may say no longer time than a host itself may.
        latest = clock() + MAX_AGE_AT_MOST
        for name, known in hosts.items():
            made._hosts[name] = replace(known, expires=min(known.expires, latest))
        made._evict_what_has_expired()
        return made

    def matches(self, host: str) -> bool:
        """Tell whether a host, as a URL record has it, is known.

        Source: RFC 6797 section 8.2
        """
        name = host.removesuffix(".")
        # § rfc6797-8.2-1. The host is known where the name itself is noted, or a domain above it
        #   with its subdomains; so it is where the preload list covers it.
        if self._noted(name) is not None:
            return True
        above = (self._noted(each) for each in superdomains(name))
        if any(noted is not None and noted.include_subdomains for noted in above):
            return True
        return self.preloaded is not None and self.preloaded.covers(name)

    def process(self, host: str, fields: Sequence[bytes]) -> None:
        """Note what a host says in a response that came over TLS without any error.

        Args:
            host: the host of the request, as a URL record has it; no IP address.
            fields: the values of the Strict-Transport-Security fields of the response, in order.

        Source: RFC 6797 section 8.1
        """
        # § rfc6797-8.6-1. Where the response has no such field, the host stays as known as it was.
        if not fields:
            return
        # § rfc6797-8.1-3. Of several fields the first counts, even if the grammar refuses it.
        said = parse_strict_transport_security(fields[0])
        if said is not None:
            # § rfc6797-8.1-1. What the host says replaces what it said before.
            self._note(host.removesuffix("."), said.max_age, said.include_subdomains)

    def _note(self, name: str, max_age: float, include_subdomains: bool) -> None:
        self._evict_what_has_expired()
        if max_age == 0:
            # § rfc6797-8.1-2. A max-age of 0 takes back what was noted of the host.
            self._hosts.pop(name, None)
        else:
            # § rfc6797-8.1.1-2. The note is the host's own, and no domain above it is touched.
            expires = self._clock() + min(max_age, MAX_AGE_AT_MOST)
            self._hosts[name] = KnownHost(expires, include_subdomains)

    def _noted(self, name: str) -> KnownHost | None:
        noted = self._hosts.get(name)
        # § rfc6797-8.1.1-3. A host whose time is over is known no longer.
        return None if noted is None or noted.expires <= self._clock() else noted

    def _evict_what_has_expired(self) -> None:
        # § rfc6797-8.1.1-3. What has expired is evicted with the next note at the latest.
        now = self._clock()
        # Another thread may note a host meanwhile, and that note is not to be lost.
        for name, noted in tuple(self._hosts.items()):
            if noted.expires <= now and self._hosts.get(name) is noted:
                self._hosts.pop(name, None)
