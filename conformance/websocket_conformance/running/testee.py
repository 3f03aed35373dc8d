"""The implementation under test: a known implementation, or the user's own command."""

import importlib.util
import sys
from dataclasses import dataclass, replace

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.implementations import filled_in, implementations
from websocket_conformance.processes import shell_words
from websocket_conformance.running.order import Loop

URL, CASE_URL, JOBS, LOOP = "{url}", "{case_url}", "{jobs}", "{loop}"

FULL_SPEED = 8
"""How many cases a driver is told to play at a time, if it can play several."""


@dataclass(frozen=True)
class Testee:
    """An implementation that can be started to play cases.

    Attributes:
        name: its name in the report.
        version: its version, empty if unknown.
        runtime: what it runs on, empty if unknown.
        words: the command, with placeholders in braces, which are filled in when it is started.
        most_jobs: how many cases it can play at a time by itself.
        loop: the event loop that it runs on, if the command can select one.
    """

    __test__ = False

    name: str
    version: str
    runtime: str
    words: tuple[str, ...]
    most_jobs: int = FULL_SPEED
    loop: Loop = Loop.ASYNCIO

    @property
    def plays_one_case(self) -> bool:
        """Whether each start of the command plays a single case."""
        return any(CASE_URL in word for word in self.words)

    @property
    def plays_side_by_side(self) -> bool:
        """Whether the command can be told to play several cases at a time."""
        return any(JOBS in word for word in self.words)

    def command(self, url: str, case_url: str, jobs: int) -> list[str]:
        """Return the command to be started.

        Args:
            url: the URL of the fuzzing server.
            case_url: the URL of the first of its cases.
            jobs: how many cases to play at a time.
        """
        values = {
            "url": url,
            "case_url": case_url,
            "agent": self.name,
            "jobs": str(min(jobs, self.most_jobs)),
            "loop": self.loop,
            "cases": "",
        }
        return [filled_in(word, values) for word in self.words]


def known(name: str) -> Testee:
    """Return a known implementation by its name.

    Raises:
        UsageError: no implementation has that name, or it plays no cases.
        MissingError: it is not installed.
    """
    every = implementations()
    if name not in every:
        names = ", ".join(every)
        raise UsageError(f"no known implementation is called {name!r}; the known ones are {names}")
    implementation = every[name]
    if not implementation.start and implementation.serve:
        raise UsageError(f"{name} is a server; write --server {name}")
    if not implementation.start:
        raise UsageError(f"{name} plays only the scenarios at the API; write --suite api")
    version = implementation.version_here()
    words = tuple(implementation.filled(implementation.start))
    return Testee(name, version, implementation.runtime(), words, implementation.jobs)


def on_loop(testee: Testee, loop: Loop) -> Testee:
    """Return the same testee, with a command that selects an event loop.

    Raises:
        UsageError: the testee's command cannot select an event loop.
        MissingError: the loop is not installed.
    """
    if not any(LOOP in word for word in testee.words):
        raise UsageError(
            f"--loop cannot be passed to {testee.name}: its command has no placeholder {LOOP}"
        )
    if loop is Loop.UVLOOP and importlib.util.find_spec("uvloop") is None:
        raise MissingError('uvloop is not installed; pip install "whatwg-websockets[fast]"')
    return replace(testee, loop=loop, runtime=", ".join(filter(None, (testee.runtime, loop))))


def own(command: str, agent: str, version: str = "") -> Testee:
    """Return the testee that is the user's own command.

    Raises:
        UsageError: the command cannot be parsed, or has no placeholder for the URL.
    """
    words = tuple(shell_words(command))
    if not any(URL in word or CASE_URL in word for word in words):
        raise UsageError(
            f"the command has no {URL}, which stands for the fuzzing server, and no {CASE_URL}, "
            "which stands for one case"
        )
    return Testee(agent, version, "", words, most_jobs=sys.maxsize)
