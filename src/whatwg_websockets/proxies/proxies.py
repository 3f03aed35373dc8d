"""The proxies of an environment: which proxy is used for which connection."""

import os
import ssl
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from whatwg_websockets.proxies.host_list import HostList
from whatwg_websockets.proxies.proxy import Proxy, parse_a_proxy
from whatwg_websockets.tls.context import default_context
from whatwg_websockets.url.url_record import UrlRecord

SCHEMES: Final = ("ws", "wss", "http", "https", "all")

PROXY_VARIABLES: Final = frozenset(
    name for each in SCHEMES for name in (f"{each}_proxy", f"{each}_proxy".upper())
)
VARIABLES: Final = PROXY_VARIABLES | {"no_proxy", "NO_PROXY"}


class Proxies:
    """The proxies for connections, by the scheme of the URL.

    A proxy is a URL: ``http://host:port`` or ``https://host:port``, which is used with the method
    CONNECT; ``socks5h://`` or ``socks4a://``, which resolve names themselves; ``socks5://`` or
    ``socks4://``, which are given IP addresses. SOCKS proxies need the extra ``proxy``. A user name
    and a password are written before the host, percent-encoded: ``http://name:password@host:port``.

    The proxy for ``ws`` or for ``wss`` comes first. Without one, RFC 6455 section 4.1 and browsers
    do not distinguish the two: the first SOCKS proxy among ``all``, ``https`` and ``http`` is used,
    or else that for ``https``, that for ``http``, and that for ``all``.

    Args:
        ws: the proxy for ``ws:`` only.
        wss: the proxy for ``wss:`` only.
        http: the proxy for ``http:``, as other programs use it.
        https: the proxy for ``https:``, as other programs use it.
        all: the proxy for every scheme without another proxy.
        no_proxy: the hosts that are connected to directly, in one string, separated by commas or
            white space, or in several strings. An entry is a domain, which includes all domains
            below it; an IP address; a network such as ``10.0.0.0/8``; one of these with a port; a
            pattern with ``*``; or ``<local>``, for names without a dot. Connections to
            ``localhost``, to loopback addresses and to link-local addresses are direct, too, unless
            an entry is ``<-loopback>``.
        script: a function that is called with the URL of each WebSocket, without user name,
            password and fragment, and returns the URL of a proxy, or None for a direct connection.
            It is called for hosts that are not in ``no_proxy``, and the other proxies are not used.
            It runs within the constructor, so it must be fast.
        tls: the context for ``https://`` proxies; by default the system's certificates, checked.

    Raises:
        ValueError: a string is not the URL of a proxy, or an entry of ``no_proxy`` is not valid;
            the message says which. It never contains a password.
        ModuleNotFoundError: a proxy is a SOCKS proxy, and the extra ``proxy`` is not installed.
    """

    __slots__ = ("_by_scheme", "_no_proxy", "_script", "_tls")

    def __init__(
        self,
        *,
        ws: str | None = None,
        wss: str | None = None,
        http: str | None = None,
        https: str | None = None,
        all: str | None = None,  # noqa: A002 (it is called so wherever proxies are configured)
        no_proxy: str | Iterable[str] = (),
        script: Callable[[str], str | None] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        given = {"ws": ws, "wss": wss, "http": http, "https": https, "all": all}
        self._take(given, {each: each for each in SCHEMES}, HostList(no_proxy, "no_proxy"))
        self._script = script
        self._tls = tls

    def _take(
        self, urls: Mapping[str, str | None], places: Mapping[str, str], no_proxy: HostList
    ) -> None:
        self._no_proxy = no_proxy
        self._by_scheme = {
            scheme: parse_a_proxy(url, places[scheme])
            for scheme, url in urls.items()
            if url is not None
        }

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Proxies | None":
        """Return the proxies in the environment variables; None if no variable is set.

        The variables are ``ws_proxy``, ``wss_proxy``, ``http_proxy``, ``https_proxy``,
        ``all_proxy`` and ``no_proxy``, in lower or in upper case. The variable in lower case takes
        precedence, even if it is empty; an empty variable counts as unset. In a CGI program, where
        ``REQUEST_METHOD`` is set, ``HTTP_PROXY`` is ignored, since a client can set it with a
        header field named ``Proxy``.

        Args:
            environ: the variables; by default those of the process.

        Raises:
            ValueError: as for the constructor, with the name of the variable.
            ModuleNotFoundError: as for the constructor.
        """
        variables = os.environ if environ is None else environ
        if not any(each in variables for each in PROXY_VARIABLES):
            return None  # The general search below takes longer.
        # The names are intersected, since `in` is case-insensitive on Windows.
        names = VARIABLES.intersection(variables)
        if "REQUEST_METHOD" in variables:
            names -= {"HTTP_PROXY"}
        chosen = {each: _name_of(each, names) for each in (*SCHEMES, "no")}
        values = {each: variables.get(name, "").strip() for each, name in chosen.items()}
        urls = {each: values[each] for each in SCHEMES if values[each]}
        if not urls:
            return None
        places = {each: f"the environment variable {name}" for each, name in chosen.items()}
        proxies = cls()
        proxies._take(urls, places, HostList(values["no"], places["no"]))
        return proxies

    def proxy_for(self, url: UrlRecord, port: int) -> Proxy | None:
        """Return the proxy for a connection; None for a direct one.

        Args:
            url: the URL of the request, whose scheme is ``http`` or ``https``.
            port: its port, or the default port of its scheme.

        Raises:
            ValueError: the script has returned a string that is not the URL of a proxy.
        """
        if self._no_proxy.has(url.host or "", port):
            return None
        url = url.of_the_websocket()
        if self._script is not None:
            # § rfc6455-4.1-11. Call the script with the WebSocket URL, made of the host, the port,
            #   the resource name and the secure flag.
            given = replace(url, username="", password="", fragment=None)
            returned = self._script(given.serialize())
            return None if returned is None else parse_a_proxy(returned, "script")
        own = self._by_scheme.get(url.scheme)
        if own is not None:
            return own
        others = (self._by_scheme.get(each) for each in ("https", "http", "all"))
        proxies = [each for each in others if each is not None]
        # RFC 6455 section 4.1: a SOCKS proxy is preferred, then that for HTTPS, then that for HTTP.
        socks = [each for each in reversed(proxies) if each.is_socks]
        return next(iter(socks + proxies), None)

    @property
    def tls(self) -> ssl.SSLContext:
        """The context for ``https://`` proxies; the default one is made when it is first used."""
        if self._tls is None:
            self._tls = default_context()
        return self._tls

    def __repr__(self) -> str:
        parts = [f"{scheme}={str(proxy)!r}" for scheme, proxy in self._by_scheme.items()]
        if str(self._no_proxy):
            parts.append(f"no_proxy={str(self._no_proxy)!r}")
        if self._script is not None:
            parts.append(f"script={self._script!r}")
        return f"Proxies({', '.join(parts)})"


def _name_of(what: str, names: AbstractSet[str]) -> str:
    lower = f"{what}_proxy"
    return lower if lower in names or lower.upper() not in names else lower.upper()


FROM_ENVIRONMENT: Final = Proxies()
"""Represents the proxies in the environment variables at the time when the settings are made."""


def proxies_of_settings(given: Proxies | None) -> Proxies | None:
    """Return the proxies of settings that are being made.

    Args:
        given: the argument ``proxies`` of the settings.

    Raises:
        TypeError: the argument has another type.
        ValueError: the value of an environment variable is not the URL of a proxy.
        ModuleNotFoundError: a variable names a SOCKS proxy, and the extra ``proxy`` is missing.
    """
    if given is FROM_ENVIRONMENT:
        return Proxies.from_environment()
    if given is not None and not isinstance(given, Proxies):
        kind = type(given).__name__
        raise TypeError(f"proxies must be a Proxies, such as Proxies(all=...), or None, not {kind}")
    return given
