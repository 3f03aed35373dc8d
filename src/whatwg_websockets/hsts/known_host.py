"""What is noted of a known HSTS host."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownHost:
    """What is noted of a host.

    Attributes:
        expires: until when, in seconds since the beginning of 1970.
        include_subdomains: whether it holds for each name below the host's, too.
    """

    expires: float
    include_subdomains: bool
