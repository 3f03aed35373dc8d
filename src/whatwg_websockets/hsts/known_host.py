"""The entry of a known HSTS host."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownHost:
    """The policy of a known HSTS host.

    Attributes:
        expires: when the policy expires, in seconds since the beginning of 1970.
        include_subdomains: whether the policy applies to each name below the host, too.
    """

    expires: float
    include_subdomains: bool
