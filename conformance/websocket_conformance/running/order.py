"""The options of a run, as the user gives them."""

import shlex
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import typer

from websocket_conformance.autobahn.find import Source
from websocket_conformance.cases.profile import Profile
from websocket_conformance.running.invocation import invocation

REPORT_DIR = Path("conformance/reports/run")
"""The folder of the report by default."""

CLIENT, SERVER = "client", "server"
"""The usual names of targets without a name."""

PORT = "{port}"
"""The placeholder in a server's command for the port to listen on."""


PROFILE = typer.Option(
    help="Few messages and short pauses, or as many and as long as Autobahn's.",
    show_default=Profile.QUICK,
)
"""The option ``--profile`` of all commands."""


class SuiteName(StrEnum):
    """A suite that can be run."""

    EMBEDDED = "embedded"
    AUTOBAHN = "autobahn"
    API = "api"
    WPT = "wpt"


class Loop(StrEnum):
    """An event loop that a driver in Python can run on."""

    ASYNCIO = "asyncio"
    UVLOOP = "uvloop"


class Option(StrEnum):
    """An option that names something to be tested."""

    IMPLEMENTATION = "--implementation"
    COMMAND = "--command"
    SERVER = "--server"
    URL = "--url"


@dataclass(frozen=True)
class Target:
    """Something to be tested.

    Attributes:
        option: the option that names it.
        value: the option's value: a known implementation, a command, or a URL.
        agent: its name in the report; empty for a known implementation, which has its own name.
        version: the version of the user's own program, if the user gives one.
    """

    option: Option
    value: str
    agent: str = ""
    version: str = ""

    @property
    def is_server(self) -> bool:
        """Whether it is tested as a server, and not as a client."""
        return self.option in (Option.SERVER, Option.URL)

    @property
    def usual_name(self) -> str:
        """The usual name of the user's own program; empty for a known implementation."""
        if self.option is Option.IMPLEMENTATION:
            return ""
        if self.option is Option.SERVER and PORT not in self.value:
            return ""
        return SERVER if self.is_server else CLIENT

    @property
    def words(self) -> list[str]:
        """The options that select it."""
        words = [self.option, self.value]
        words += [] if self.agent == self.usual_name else ["--agent", self.agent]
        return words + (["--agent-version", self.version] if self.version else [])


@dataclass(frozen=True)
class Order:
    """A run, or several runs one after the other. An option that was not given is None.

    Attributes:
        suite: the suite.
        targets: the implementations to be tested.
        source: the source of the real suite.
        profile: how many messages the long cases send.
        patterns: the cases.
        excluded: the cases that are not to be played.
        jobs: how many cases to play at a time.
        loop: the event loop of the drivers.
        timeout: how long a testee may do nothing, in seconds.
        baseline: the file with the cases that are known to fall short.
        writes_baseline: whether the file is to be written instead of compared with.
        report_dir: the folder of the report.
        autobahn_files: whether the report includes Autobahn's own files.
        root: the checkout of web-platform-tests.
        fetches: whether the checkout is to be fetched first.
        expectations: the file with the subtests that are not expected to pass.
    """

    suite: SuiteName
    targets: tuple[Target, ...]
    source: Source | None
    profile: Profile | None
    patterns: tuple[str, ...]
    excluded: tuple[str, ...]
    jobs: int | None
    loop: Loop | None
    timeout: float | None
    baseline: Path | None
    writes_baseline: bool
    report_dir: Path
    autobahn_files: bool | None
    root: Path | None
    fetches: bool
    expectations: Path | None

    @property
    def is_part(self) -> bool:
        """Whether only some cases are selected, not the whole suite."""
        return self.patterns != ("*",) or bool(self.excluded)

    @property
    def keeps_autobahn_files(self) -> bool:
        """Whether the report includes Autobahn's files; by default, if it ran the real suite."""
        is_real = self.suite is SuiteName.AUTOBAHN
        return is_real if self.autobahn_files is None else self.autobahn_files

    def command_line(self, target: Target) -> str:
        """Return the command line that repeats the run for one target, without the cases.

        It begins with the words by which the caller can start this program again.
        """
        usual = {Source.AUTO, Profile.QUICK, SuiteName.EMBEDDED, REPORT_DIR, None}
        options = {
            "--suite": self.suite,
            "--root": self.root,
            "--expectations": self.expectations,
            "--source": self.source,
            "--profile": self.profile,
            "--loop": self.loop,
            "--jobs": self.jobs,
            "--timeout": None if self.timeout is None else f"{self.timeout:g}",
            "--report-dir": self.report_dir,
        }
        words = ["conformance", "run", *target.words]
        for name, value in options.items():
            words += [] if value in usual else [name, str(value)]
        return f"{invocation()} {shlex.join(words)}"
