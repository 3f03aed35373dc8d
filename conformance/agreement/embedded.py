"""The embedded suite as a server that is started like the real suite."""

import asyncio
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from websocket_conformance.autobahn.suites import HOST, RealSuite
from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing
from websocket_conformance.report import autobahn_files

_MODULE = "agreement.embedded"


@dataclass(frozen=True)
class EmbeddedServer(RealSuite):
    """The embedded suite in its own process.

    Attributes:
        profile: how many messages the long cases send, and how long they pause.
    """

    profile: Profile = Profile.FULL

    @property
    def label(self) -> str:
        """The name of the suite."""
        return f"embedded ({self.profile.value})"

    def command(self, name: str, port: int, reports: Path) -> list[str]:
        """Return the command that serves all cases on a port of the loopback interface."""
        return [sys.executable, "-m", _MODULE, str(port), str(reports), self.profile.value]


async def serve(port: int, directory: Path, profile: Profile) -> None:
    """Serve all cases until a client requests that the server stops."""
    cases = tuple(catalogue.by_number(profile).values())
    fuzzing = Fuzzing(cases, write=autobahn_files.Reports(directory).write)
    server = await asyncio.get_running_loop().create_server(
        lambda: ConnectionFromClient(fuzzing), HOST, port, backlog=1024
    )
    async with server:
        await fuzzing.stopped.wait()


def _leave_when_input_ends() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Serve all cases on the port that the command line names."""
    threading.Thread(target=_leave_when_input_ends, daemon=True).start()
    port, directory, profile = sys.argv[1:]
    asyncio.run(serve(int(port), Path(directory), Profile(profile)))


if __name__ == "__main__":
    main()
