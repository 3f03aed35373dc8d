"""The cookie struct, section 5.1.2 of the draft of layered cookies."""

from dataclasses import dataclass
from typing import Final, Literal

SameSite = Literal["strict", "lax", "unset", "none"]
"""What a cookie says about requests that other sites make."""

SameSiteMode = Literal["strict-or-less", "lax-or-less", "unset-or-less", "none"]
"""The strictest kind of cookie that a request may carry."""

FAILURE: Final = ""
"""The host of a cookie whose Domain attribute is none."""


@dataclass(slots=True, kw_only=True)
class Cookie:
    """A piece of state that a server has a client keep and send back.

    Names and values are bytes, as HTTP has them. All times are seconds since 1970 in UTC.

    Attributes:
        name: may be empty.
        value: may be empty, if the name is not.
        secure: whether only a connection over TLS gets it.
        host: a domain or an IP address, serialized as in a URL; None before it is stored.
        host_only: whether hosts below ``host`` do not get it.
        path: serialized, such as ``/chat``; what is below it gets the cookie.
        has_path_attribute: whether the server has said the path.
        same_site: which requests of other sites get it.
        http_only: whether scripts do not get it.
        creation_time: when it was first stored.
        expiry_time: when it ends; None for the end of the session.
        last_access_time: when it was last stored or sent.

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
        """Tell whether the time of the cookie is over."""
        return self.expiry_time is not None and self.expiry_time <= now

    @property
    def is_host_prefix_compatible(self) -> bool:
        """Whether the cookie may have a name that begins with ``__Host-``."""
        return self.secure and self.host_only and self.has_path_attribute and self.path == "/"

    @property
    def is_http_prefix_compatible(self) -> bool:
        """Whether the cookie may have a name that begins with ``__Http-``."""
        return self.secure and self.http_only
