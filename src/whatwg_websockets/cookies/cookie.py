"""The cookie struct, section 5.1.2 of the draft of layered cookies."""

from dataclasses import dataclass
from typing import Final, Literal

SameSite = Literal["strict", "lax", "unset", "none"]
"""The SameSite attribute of a cookie, which limits the requests that it is sent with."""

SameSiteMode = Literal["strict-or-less", "lax-or-less", "unset-or-less", "none"]
"""The strictest value of SameSite that a cookie sent with a request may have."""

FAILURE: Final = ""
"""The host of a cookie whose Domain attribute is not a valid host."""


@dataclass(slots=True, kw_only=True)
class Cookie:
    """A piece of state that a server stores at a client, which sends it back.

    Names and values are bytes, as in HTTP. All times are seconds since 1970 in UTC.

    Attributes:
        name: the name; may be empty.
        value: the value; may be empty if the name is not.
        secure: whether the cookie is sent over TLS only.
        host: a domain or an IP address, serialized as in a URL; None before the cookie is stored.
        host_only: whether the cookie is sent to ``host`` only, and not to the hosts below it.
        path: serialized, such as ``/chat``; the cookie is sent with requests for this path and the
            paths below it.
        has_path_attribute: whether the path is that of a Path attribute.
        same_site: which requests of other sites the cookie is sent with.
        http_only: whether the cookie is hidden from scripts.
        creation_time: when the cookie was first stored.
        expiry_time: when the cookie expires; None for the end of the session.
        last_access_time: when the cookie was last stored or sent.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-cookie-struct
    """

    name: bytes
    value: bytes
    secure: bool = False
    host: str | None = None
    host_only: bool = False
    path: str = "/"
    has_path_attribute: bool = False
    same_site: SameSite = "unset"
    http_only: bool = False
    creation_time: float = 0.0
    expiry_time: float | None = None
    last_access_time: float = 0.0

    def is_expired(self, now: float) -> bool:
        """Return whether the cookie has expired."""
        return self.expiry_time is not None and self.expiry_time <= now

    @property
    def is_host_prefix_compatible(self) -> bool:
        """Whether the cookie may have a name that begins with ``__Host-``."""
        return self.secure and self.host_only and self.has_path_attribute and self.path == "/"

    @property
    def is_http_prefix_compatible(self) -> bool:
        """Whether the cookie may have a name that begins with ``__Http-``."""
        return self.secure and self.http_only
