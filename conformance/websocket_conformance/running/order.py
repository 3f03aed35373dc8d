"""What a person asks for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from websocket_conformance.autobahn.find import Source
from websocket_conformance.cases.profile import Profile


class SuiteName(StrEnum):
    """A suite that can be run."""

    EMBEDDED = "embedded"
    AUTOBAHN = "autobahn"
    API = "api"


class Loop(StrEnum):
    """An event loop that a driver in Python can run on."""

    ASYNCIO = "asyncio"
    UVLOOP = "uvloop"


@dataclass(frozen=True)
class Order:
    """A run, or several one after the other.

    Attributes:
        suite: the suite.
        source: where the real suite may be taken from.
        names: the known implementations.
        command: a command of a person's own, empty if there is none.
        servers: the servers to be started: known implementations, or commands.
        url: a server that runs already, empty if there is none.
        agent: what the results of a command, or of a URL, are filed under; empty for the usual.
        profile: how many messages the cases send that send many.
        patterns: the cases.
        jobs: how many cases to play at a time; None for what suits the suite.
        loop: the event loop of the drivers; None for what is usual.
        timeout: how long a testee may do nothing; None for what suits the suite.
        baseline: the file of what is known to fall short, None without one.
        writes_baseline: whether the file is to be written instead of held against.
        report_dir: where the report goes.
        autobahn_files: whether Autobahn's own files belong to the report.
    """

    suite: SuiteName
    source: Source
    names: tuple[str, ...]
    command: str
    servers: tuple[str, ...]
    url: str
    agent: str
    profile: Profile
    patterns: tuple[str, ...]
    jobs: int | None
    loop: Loop | None
    timeout: float | None
    baseline: Path | None
    writes_baseline: bool
    report_dir: Path
    autobahn_files: bool
