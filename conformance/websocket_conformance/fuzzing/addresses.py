"""Check values of a configuration that go into a URL, a request or TLS."""

import errno
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_PORTS = {"ws": 80, "wss": 443}
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_LONGEST_NAME = 253
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD = re.compile(r"[!-~]*( +[!-~]+)*")
_PLAIN = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True)
class Address:
    """The address of a server.

    Attributes:
        host: the host.
        port: the port.
        secure: whether to use TLS.
        resource: the path and the query.
    """

    host: str
    port: int
    secure: bool = False
    resource: str = "/"

    @property
    def url(self) -> str:
        """The URL, without its path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ws{'s' if self.secure else ''}://{host}:{self.port}"


def address_of(url: str) -> Address:
    """Return the address in a URL, with its path and query percent-encoded as UTF-8.

    Source: RFC 6455, section 3.

    Raises:
        ValueError: it is not the URL of a WebSocket.
    """
    parts = urlsplit(url)
    port = parts.port
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("no ws: or wss: with a host")
    resource = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(
        host_of(parts.hostname),
        _PORTS[parts.scheme] if port is None else port,
        parts.scheme == "wss",
        quote(resource, safe=_PLAIN),
    )


def host_of(host: str) -> str:
    """Return a host in the form in which it is resolved: an IP address, or a name in ASCII.

    Source: RFC 1035, section 2.3.4, and RFC 3490, section 4.1.

    Raises:
        ValueError: it is not a valid name.
    """
    if ":" in host:
        ipaddress.ip_address(host)
        return host
    name = host.encode("idna").decode("ascii").lower()
    if not _NAME.fullmatch(name) or len(name.removesuffix(".")) > _LONGEST_NAME:
        raise ValueError("no name of a host")
    return name


def why_not_listening(error: OSError, address: Address) -> str:
    """Return the sentence that says why a server cannot listen at an address."""
    where = f"port {address.port} of {address.host}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is in use; --port 0 takes a free one."
    return f"{where} cannot be listened on: {error.strerror or error}"


def is_field(text: str) -> bool:
    """Return whether a text can be a header field's value.

    Source: RFC 7230, section 3.2.
    """
    return _FIELD.fullmatch(text) is not None


def are_protocols(names: Sequence[str]) -> bool:
    """Return whether some texts can be subprotocols.

    Source: RFC 6455, section 4.1: tokens, each once.
    """
    return len(set(names)) == len(names) and all(map(_TOKEN.fullmatch, names))
