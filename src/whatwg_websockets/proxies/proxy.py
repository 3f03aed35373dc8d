"""One proxy: its kind, its address, and the credentials for it."""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from whatwg_websockets.url.url_record import UrlRecord, parse, without_password

# The scheme `socks` means SOCKS5, as in Chromium and in the settings of desktops.
_DEFAULT_PORTS: Final = {
    "http": 80,
    "https": 443,
    "socks": 1080,
    "socks4": 1080,
    "socks4a": 1080,
    "socks5": 1080,
    "socks5h": 1080,
}

_SCHEME: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)

MOST_BYTES: Final = 255
"""The maximum length of a user name and a password for SOCKS5, RFC 1929 section 2."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy.

    Attributes:
        scheme: ``http`` or ``https`` for the method CONNECT, over TCP or over TLS; ``socks4`` and
            ``socks5``, which are given IP addresses; ``socks4a`` and ``socks5h``, which are given
            names.
        host: a domain, or an IP address without brackets.
        port: the port.
        username: the user name, not percent-encoded; empty if the URL does not have one.
        password: the password, not percent-encoded; empty if the URL does not have one.
    """

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_socks(self) -> bool:
        """Whether the proxy is a SOCKS proxy, of any version."""
        return self.scheme.startswith("socks")

    @property
    def resolves_names(self) -> bool:
        """Whether the proxy is given the names of hosts, and resolves them itself."""
        return self.scheme not in ("socks4", "socks5")

    @property
    def without_credentials(self) -> str:
        """The URL of the proxy, without a user name and a password."""
        return str(replace(self, username="", password=""))

    def __str__(self) -> str:
        """Return the URL of the proxy for people, with ``***`` for a password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        who = self.username + (":***" if self.password else "")
        return f"{self.scheme}://{who}{'@' if who else ''}{host}:{self.port}"


def parse_a_proxy(string: str, place: str) -> Proxy:
    """Parse the URL of a proxy; a URL without a scheme is that of an ``http`` proxy.

    Args:
        string: the URL, such as ``http://name:password@proxy.example:3128``.
        place: the name of the argument or variable, for error messages.

    Raises:
        ValueError: the string is not the URL of a proxy.
        ModuleNotFoundError: the proxy is a SOCKS proxy, and the extra ``proxy`` is not installed.
    """
    match = _SCHEME.fullmatch(string)
    scheme, rest = ("http", string) if match is None else (match[1].lower(), match[2])
    if scheme not in _DEFAULT_PORTS:
        known = ", ".join(_DEFAULT_PORTS)
        raise _bad(place, string, f"{scheme!r} is not a scheme of a proxy; use one of: {known}")
    # The host is parsed like that of an http URL, whatever the scheme is. The URL is parsed with
    # two schemes, since each record lacks the default port of its scheme, and no other port.
    record, other = parse(f"http://{rest}"), parse(f"https://{rest}")
    if record is None or other is None:
        raise _bad(place, string, "it cannot be parsed")
    if record.path != "/" or record.query is not None or record.fragment is not None:
        raise _bad(place, string, "it continues after its host and port")
    ports = [each.port for each in (record, other) if each.port is not None]
    if 0 in ports:
        raise _bad(place, string, "its port is 0")
    proxy = Proxy(
        "socks5h" if scheme == "socks" else scheme,
        (record.host or "").strip("[]"),
        ports[0] if ports else _DEFAULT_PORTS[scheme],
        *_credentials(record, place, string),
    )
    if proxy.is_socks:
        _check_socks(proxy, place, string)
    return proxy


def _credentials(record: UrlRecord, place: str, string: str) -> tuple[str, str]:
    if not (record.username or record.password):
        return "", ""
    from urllib.parse import unquote_to_bytes  # The import takes time, and is rarely needed.

    try:
        username, password = (
            unquote_to_bytes(each).decode() for each in (record.username, record.password)
        )
    except UnicodeDecodeError:
        raise _bad(place, string, "its user name or password is not UTF-8") from None
    # RFC 7617 section 2 refuses control characters; SOCKS4 ends a user name with a NUL.
    if not (username + password).isprintable():
        raise _bad(place, string, "its user name or password has control characters")
    return username, password


def _check_socks(proxy: Proxy, place: str, string: str) -> None:
    """Refuse a user name or a password that SOCKS, or python-socks, cannot send."""
    if not (proxy.username + proxy.password).isascii():
        raise _bad(place, string, "a user name and a password for SOCKS must be ASCII")
    if max(len(proxy.username), len(proxy.password)) > MOST_BYTES:
        why = f"its user name or password is longer than {MOST_BYTES} bytes"
        raise _bad(place, string, why)
    if proxy.scheme.startswith("socks4"):
        if proxy.password:
            raise _bad(place, string, "SOCKS4 does not support passwords")
    elif bool(proxy.username) != bool(proxy.password):
        raise _bad(place, string, "SOCKS5 needs a user name and a password, or neither")
    from importlib.util import find_spec  # The import takes time, and is rarely needed.

    if find_spec("python_socks") is None:
        raise ModuleNotFoundError(
            f"{place}: a SOCKS proxy needs python-socks, which is not installed: "
            'pip install "whatwg-websockets[proxy]"',
            name="python_socks",
        )


def _bad(place: str, string: str, why: str) -> ValueError:
    return ValueError(f"{place}: {without_password(string)!r} is not the URL of a proxy: {why}")
