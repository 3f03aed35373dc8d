"""Known HSTS hosts: which hosts are known, and how hosts are noted and removed.

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
    """The hosts that are connected to over TLS only: known HSTS hosts in the terms of RFC 6797.

    A host becomes known by the header field ``Strict-Transport-Security`` in a response over TLS,
    by a list that was loaded, by ``note()``, or by a preload list. Sockets of
    ``EnvironmentSettings(hsts=...)`` apply the list and add to it; several settings may share one.

    Args:
        preloaded: hosts that are known from the beginning; none by default. A response of such a
            host does not change its preloaded entry.
        clock: returns the time, in seconds since the beginning of 1970.

    Source: https://www.rfc-editor.org/rfc/rfc6797
    """

    def __init__(
        self, *, preloaded: PreloadList | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.preloaded = preloaded
        self._clock = clock
        self._hosts: dict[str, KnownHost] = {}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names that were noted, without those of the preload list."""
        self._evict_what_has_expired()
        return iter(tuple(self._hosts))

    def __len__(self) -> int:
        """Return the number of names that were noted, without those of the preload list."""
        self._evict_what_has_expired()
        return len(self._hosts)

    def __repr__(self) -> str:
        preloaded = "" if self.preloaded is None else f", {self.preloaded!r}"
        return f"<HstsList: {len(self)} noted{preloaded}>"

    def is_known(self, host: str) -> bool:
        """Return whether a host is connected to over TLS only.

        Args:
            host: a domain, as people write it or as in a URL. An IP address is never known.

        Raises:
            ValueError: the text is not a host.
        """
        return self.matches(canonical(host))

    def note(self, host: str, *, max_age: float, include_subdomains: bool = False) -> None:
        """Note a host, as though its response had asked for it: RFC 6797 section 12.2.

        Args:
            host: a domain.
            max_age: how long the host stays known, in seconds from now; 0 removes it.
            include_subdomains: whether the policy applies to each name below the host, too.

        Raises:
            ValueError: the host is not a domain, or the time is negative.
        """
        if not max_age >= 0:
            raise ValueError(f"max_age must be a number of seconds from 0 on, not {max_age!r}")
        self._note(domain_of(host), max_age, include_subdomains)

    def forget(self, host: str) -> None:
        """Remove a host: RFC 6797 section 12.5.

        Names above and below it, and the preload list, are not changed.

        Raises:
            ValueError: the host is not a domain.
        """
        self._hosts.pop(domain_of(host), None)

    def to_json(self) -> str:
        """Return the noted hosts as JSON, without the preload list."""
        # The module is imported here, since a program that saves no list does not need it.
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
        """Make a list from the JSON that ``to_json()`` has returned, without expired hosts.

        Raises:
            ValueError: the text is not such a list; the message says where and why.
        """
        from whatwg_websockets.hsts.hosts_file import from_json

        return cls._of(from_json(text, "the HSTS list"), preloaded, clock)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the noted hosts to a file as JSON, without the preload list.

        A program that reads the file meanwhile finds either its old or its new contents, complete.

        Raises:
            OSError: the file cannot be written; it is unchanged.
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
        """Make a list from a file that ``save()`` has written, without expired hosts.

        Raises:
            OSError: the file cannot be read.
            ValueError: the file is not such a list; the message says where and why.
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
        # The expiry times in a file are limited as the max-age of a response is.
        latest = clock() + MAX_AGE_AT_MOST
        for name, known in hosts.items():
            made._hosts[name] = replace(known, expires=min(known.expires, latest))
        made._evict_what_has_expired()
        return made

    def matches(self, host: str) -> bool:
        """Return whether a host, as in a URL record, is known.

        Source: RFC 6797 section 8.2
        """
        name = host.removesuffix(".")
        # § rfc6797-8.2-1. Match a known HSTS host, a subdomain of a host that was noted with
        #   includeSubDomains, or a host that the preload list covers.
        if self._noted(name) is not None:
            return True
        above = (self._noted(each) for each in superdomains(name))
        if any(noted is not None and noted.include_subdomains for noted in above):
            return True
        return self.preloaded is not None and self.preloaded.covers(name)

    def process(self, host: str, fields: Sequence[bytes]) -> None:
        """Note the policy of a host from a response that came over TLS without any error.

        Args:
            host: the host of the request, as in a URL record; not an IP address.
            fields: the values of the Strict-Transport-Security fields of the response, in order.

        Source: RFC 6797 section 8.1
        """
        # § rfc6797-8.6-1. Keep the entry of the host if the response has no
        #   Strict-Transport-Security field.
        if not fields:
            return
        # § rfc6797-8.1-3. Process the first Strict-Transport-Security field only, even if its value
        #   is not valid.
        said = parse_strict_transport_security(fields[0])
        if said is not None:
            # § rfc6797-8.1-1. Note the new policy of the host, in place of an earlier policy.
            self._note(host.removesuffix("."), said.max_age, said.include_subdomains)

    def _note(self, name: str, max_age: float, include_subdomains: bool) -> None:
        self._evict_what_has_expired()
        if max_age == 0:
            # § rfc6797-8.1-2. Remove the entry of the host if the max-age is 0.
            self._hosts.pop(name, None)
        else:
            # § rfc6797-8.1.1-2. Note the host under its own name, without changing the entry of a
            #   domain above it.
            expires = self._clock() + min(max_age, MAX_AGE_AT_MOST)
            self._hosts[name] = KnownHost(expires, include_subdomains)

    def _noted(self, name: str) -> KnownHost | None:
        noted = self._hosts.get(name)
        # § rfc6797-8.1.1-3. Do not match a host whose policy has expired.
        return None if noted is None or noted.expires <= self._clock() else noted

    def _evict_what_has_expired(self) -> None:
        # § rfc6797-8.1.1-3. Evict the expired hosts, at the latest when the next host is noted.
        now = self._clock()
        # Another thread may note a host meanwhile, and its new entry must not be removed.
        for name, noted in tuple(self._hosts.items()):
            if noted.expires <= now and self._hosts.get(name) is noted:
                self._hosts.pop(name, None)
