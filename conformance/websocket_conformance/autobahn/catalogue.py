"""The cases of the pinned suite: their numbers, and how long each of them takes.

The numbers are those of the embedded suite up to section 13, which was modelled on this suite.
"""

from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile

CASES: tuple[str, ...] = tuple(catalogue.by_number(Profile.FULL))

_MANY_MESSAGES = frozenset({9, 12, 13})

# Measured values. The cases of categories 12 and 13 send 1,000 messages whose size in KiB depends
# on the case's last number. The time for a KiB depends on the data and the parameters.
_KIB = (1 / 64, 1 / 16, 1 / 4, 1, 4, 8, 16, 32, 64, 128, 8, 16, 32, 64, 128, 128, 128, 128)
_SECONDS_A_KIB = {
    "12.1": 0.06,
    "12.2": 0.28,
    "12.3": 0.35,
    "12.4": 0.13,
    "12.5": 0.32,
    "13.1": 0.10,
    "13.2": 0.12,
    "13.3": 0.18,
    "13.4": 0.09,
    "13.5": 0.15,
    "13.6": 0.08,
    "13.7": 0.15,
}
_SECONDS_OF_COMPRESSION = 1.0
_SECONDS_OF_LARGE = 0.4
_SECONDS_OF_MOST = 0.03


def expected_seconds(case: str) -> float:
    """Estimate how long a case takes, in seconds on a busy machine.

    The estimates are good only relative to each other. They serve to distribute the cases among
    workers, and to estimate the time left.
    """
    group, _, last = case.rpartition(".")
    if group in _SECONDS_A_KIB:
        return _SECONDS_OF_COMPRESSION + _SECONDS_A_KIB[group] * _KIB[int(last) - 1]
    return _SECONDS_OF_LARGE if group.startswith("9.") else _SECONDS_OF_MOST


def patience(case: str) -> float:
    """Return how long a case may take before its client counts as hung, in seconds.

    It is longer than the server's own patience, which for many messages is up to 480 seconds.
    """
    return 500 if int(case.partition(".")[0]) in _MANY_MESSAGES else 120
