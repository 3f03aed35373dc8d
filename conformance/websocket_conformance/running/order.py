"""What a person asks for."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from websocket_conformance.autobahn.find import Source
from websocket_conformance.cases.profile import Profile
from websocket_conformance.running.invocation import invocation

REPORT_DIR = Path("conformance/reports/run")
"""Where a report goes if nothing else is asked for."""

CLIENT, SERVER = "client", "server"
"""The usual names of what has none."""


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
        command_agent: what the results of the command are filed under.
        server_agents: what those of each server are filed under; empty for one that is known, which
            has a name of its own.
        url_agent: what the results of the URL are filed under.
        agent_version: the version that a person gives to a program of their own, if any.
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
    command_agent: str
    server_agents: tuple[str, ...]
    url_agent: str
    profile: Profile
    patterns: tuple[str, ...]
    jobs: int | None
    loop: Loop | None
    timeout: float | None
    baseline: Path | None
    writes_baseline: bool
    report_dir: Path
    autobahn_files: bool
    agent_version: str = ""

    @property
    def is_part(self) -> bool:
        """Whether some cases are asked for, and not the suite as a whole."""
        return self.patterns != ("*",)

    @property
    def command_lines(self) -> list[str]:
        """The command lines that ask for the same, but for the cases, of one implementation each.

        They begin with how the caller can start this program again, and are in the order in which
        the implementations are played.
        """
        targets = [["--implementation", name] for name in self.names]
        if self.command:
            targets.append(["--command", self.command, *self._own(self.command_agent, CLIENT)])
        for server, agent in zip(self.servers, self.server_agents, strict=True):
            targets.append(["--server", server, *(self._own(agent, SERVER) if agent else [])])
        if self.url:
            targets.append(["--url", self.url, *self._own(self.url_agent, SERVER)])
        return [self._command_line(target) for target in targets]

    def _own(self, agent: str, usual: str) -> list[str]:
        """The options for the name and the version of a program of a person's own."""
        words = [] if agent == usual else ["--agent", agent]
        return words + (["--agent-version", self.agent_version] if self.agent_version else [])

    def _command_line(self, target: Sequence[str]) -> str:
        words = ["conformance", "run", *target]
        words += [] if self.suite is SuiteName.EMBEDDED else ["--suite", self.suite]
        words += ["--source", self.source] if self.source is not Source.AUTO else []
        words += ["--profile", self.profile] if self.profile is not Profile.QUICK else []
        words += ["--loop", self.loop] if self.loop else []
        words += [] if self.jobs is None else ["--jobs", str(self.jobs)]
        words += [] if self.timeout is None else ["--timeout", f"{self.timeout:g}"]
        words += [] if self.report_dir == REPORT_DIR else ["--report-dir", str(self.report_dir)]
        return f"{invocation()} {shlex.join(words)}"
