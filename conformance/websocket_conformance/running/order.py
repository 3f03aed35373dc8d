"""What a person asks for."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from pathlib import Path

from websocket_conformance.fuzzing.config import Profile

OURS = "whatwg-websockets"


class SuiteName(StrEnum):
    """A suite that can be run."""

    EMBEDDED = "embedded"
    AUTOBAHN = "autobahn"
    API = "api"


class Exit(IntEnum):
    """How the command ends."""

    BEST = 0
    SHORT = 1
    USAGE = 2
    MISSING = 3
    INTERRUPTED = 130


@dataclass(frozen=True)
class Order:
    """A run, or several one after the other.

    Attributes:
        suite: the suite.
        names: the known implementations.
        command: a command of a person's own, empty if there is none.
        agent: what the command's results are filed under.
        profile: how many messages the cases send that send many.
        patterns: the cases.
        jobs: how many cases to play at a time; None for what suits the suite.
        timeout: how long a testee may do nothing; None for what suits the suite.
        baseline: the file of what is known to fall short, None without one.
        writes_baseline: whether the file is to be written instead of held against.
        report_dir: where the report goes.
    """

    suite: SuiteName
    names: tuple[str, ...]
    command: str
    agent: str
    profile: Profile
    patterns: tuple[str, ...]
    jobs: int | None
    timeout: float | None
    baseline: Path | None
    writes_baseline: bool
    report_dir: Path
