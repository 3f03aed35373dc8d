"""The two forms in which the suite comes: an image for Docker, a package for Python 2.7."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from websocket_conformance import logged
from websocket_conformance.autobahn import SUITE_VERSION

IMAGE = f"crossbario/autobahn-testsuite:{SUITE_VERSION}"
HOST = "127.0.0.1"
ALL = ("*",)
_ANY = "0.0.0.0"  # noqa: S104 - the address in a container, of which only one port is published

# This program runs under Python 2.7. The suite's own command would listen on every interface, would
# outlive the process that started it, and would spend more time on HTML pages, which the judge does
# not use, than many cases take.
_LAUNCHER = """
import functools, json, os, sys, threading
from autobahntestsuite import fuzzing, wstest
def leave_when_input_ends():
    sys.stdin.read()
    os._exit(0)
watcher = threading.Thread(target=leave_when_input_ends)
watcher.daemon = True
watcher.start()
fuzzing.FuzzingFactory.createReports.__func__.__defaults__ = (False, True)
fuzzing.listenWS = functools.partial(fuzzing.listenWS, interface=sys.argv[2])
spec = json.loads(sys.argv[1])
mode = "fuzzingclient" if "servers" in spec else "fuzzingserver"
wstest.start({"mode": mode, "webport": 0}, spec)
"""


def _serve(port: int, directory: str, interface: str, cases: Sequence[str]) -> list[str]:
    spec = {"url": f"ws://{HOST}:{port}", "outdir": directory, "cases": list(cases)}
    return ["-u", "-c", _LAUNCHER, json.dumps(spec), interface]


def _visit(url: str, agent: str, directory: str, cases: Sequence[str]) -> list[str]:
    servers = [{"url": url, "agent": agent}]
    spec = {"servers": servers, "outdir": directory, "cases": list(cases)}
    return ["-u", "-c", _LAUNCHER, json.dumps(spec), HOST]


class RealSuite(Protocol):
    """An installed suite that is ready to be started."""

    @property
    def label(self) -> str:
        """What the suite is and where it comes from, for people to read."""

    def command(self, name: str, port: int, reports: Path) -> list[str]:
        """Return the command that serves the suite's cases on a port of the loopback interface.

        Args:
            name: a name that no other server on this machine has.
            port: the TCP port.
            reports: the directory for the server's reports.
        """

    async def fetch(self, name: str, reports: Path, log: Path) -> None:
        """Copy the reports to their directory; by default the suite writes them there."""
        return

    async def clean(self, name: str, log: Path) -> None:
        """Remove what an ended process may have left behind; by default that is nothing."""
        return


@dataclass(frozen=True)
class DockerSuite(RealSuite):
    """The suite's image, run by a Docker engine.

    No directory is shared with the container. So the engine may run on another machine, and no file
    of the report belongs to the container's root user.

    Attributes:
        docker: the path of the engine's client.
        version: the engine's version.
        cases: the cases that are served, or patterns of them.
    """

    docker: str
    version: str
    cases: tuple[str, ...] = ALL

    @property
    def label(self) -> str:
        """The image and the engine's version."""
        return f"autobahntestsuite {SUITE_VERSION} (Docker engine {self.version}, {IMAGE})"

    def command(self, name: str, port: int, reports: Path) -> list[str]:
        """Return the command that runs a container which is removed when it ends."""
        published = f"{HOST}:{port}:{port}"
        run = [self.docker, "run", "--rm", "--interactive", "--name", name, "--publish", published]
        return [*run, IMAGE, "python", *_serve(port, _IN_CONTAINER, _ANY, self.cases)]

    def visiting_command(self, name: str, url: str, agent: str, reports: Path) -> list[str]:
        """Return the command that plays with a server, in a container on this machine's network.

        The container remains until `clean` removes it, so that its reports can be fetched.

        Args:
            name: a name that no other container on this machine has.
            url: the server.
            agent: the name under which the results are filed.
            reports: the directory for the reports.
        """
        run = [self.docker, "run", "--interactive", "--name", name, "--network", "host"]
        return [*run, IMAGE, "python", *_visit(url, agent, _IN_CONTAINER, self.cases)]

    async def fetch(self, name: str, reports: Path, log: Path) -> None:
        """Copy the reports out of the container."""
        source = f"{name}:{_IN_CONTAINER}/."
        await logged.run([self.docker, "cp", source, str(reports)], log)

    async def clean(self, name: str, log: Path) -> None:
        """Remove the container if it still exists."""
        await logged.run([self.docker, "rm", "--force", name], log)


_IN_CONTAINER = "/tmp/reports"  # noqa: S108


@dataclass(frozen=True)
class PythonSuite(RealSuite):
    """The suite's package, installed in an environment of Python 2.7.

    Attributes:
        python: the environment's interpreter.
        version: its version.
        cases: the cases that are served, or patterns of them.
    """

    python: Path
    version: str
    cases: tuple[str, ...] = ALL

    @property
    def label(self) -> str:
        """The package and the interpreter's version."""
        return f"autobahntestsuite {SUITE_VERSION} (Python {self.version})"

    def command(self, name: str, port: int, reports: Path) -> list[str]:
        """Return the command that runs the suite with the environment's interpreter."""
        return [str(self.python), *_serve(port, str(reports), HOST, self.cases)]

    def visiting_command(self, name: str, url: str, agent: str, reports: Path) -> list[str]:
        """Return the command that plays with a server; see `DockerSuite.visiting_command`."""
        return [str(self.python), *_visit(url, agent, str(reports), self.cases)]


def python2_environ() -> Mapping[str, str]:
    """Return this process's environment without the variables that would mislead a Python 2.7."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name != "VIRTUAL_ENV"
    }
