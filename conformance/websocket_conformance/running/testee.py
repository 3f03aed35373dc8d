"""What is tested: an implementation that is known, or a command of a person's own."""

import importlib.util
import sys
from dataclasses import dataclass, replace

from websocket_conformance.errors import MissingError, UsageError
from websocket_conformance.implementations import filled_in, implementations
from websocket_conformance.processes import shell_words
from websocket_conformance.running.order import Loop

URL, CASE_URL, JOBS, LOOP = "{url}", "{case_url}", "{jobs}", "{loop}"

FULL_SPEED = 8
"""How many cases a driver that can do so is asked to play at a time."""


@dataclass(frozen=True)
class Testee:
    """An implementation that can be started to play cases.

    Attributes:
        name: its name, under which its results are filed.
        version: its version, empty if unknown.
        runtime: what it runs on, empty if unknown.
        words: the command, with names in braces for what is known only when it is started.
        most_jobs: how many cases it can play at a time by itself.
        loop: the event loop that it runs on, if it can be told.
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
        """The command to be started.

        Args:
            url: the fuzzing server.
            case_url: the first of its cases.
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
    """An implementation that is known by name.

    Raises:
        UsageError: no implementation has the name, or it plays no cases.
        MissingError: it is not installed.
    """
    every = implementations()
    if name not in every:
        names = ", ".join(every)
        raise UsageError(f"no implementation is called {name!r}; known are {names}")
    implementation = every[name]
    if not implementation.start and implementation.serve:
        raise UsageError(f"{name} is a server: --server {name}")
    if not implementation.start:
        raise UsageError(f"{name} plays only the scenarios at the API: --suite api")
    version = implementation.version_here()
    words = tuple(implementation.filled(implementation.start))
    return Testee(name, version, implementation.runtime(), words, implementation.jobs)


def on_loop(testee: Testee, loop: Loop) -> Testee:
    """The same testee, told which event loop to run on.

    Raises:
        UsageError: it cannot be told.
        MissingError: the loop is not installed.
    """
    if not any(LOOP in word for word in testee.words):
        raise UsageError(
            f"{testee.name} cannot be told its event loop: a command is told it where it has {LOOP}"
        )
    if loop is Loop.UVLOOP and importlib.util.find_spec("uvloop") is None:
        raise MissingError('uvloop is not installed; pip install "whatwg-websockets[fast]"')
    return replace(testee, loop=loop, runtime=", ".join(filter(None, (testee.runtime, loop))))


def own(command: str, agent: str, version: str = "") -> Testee:
    """A command of a person's own.

    Raises:
        UsageError: it is not a command, or does not say where the URL belongs.
    """
    words = tuple(shell_words(command))
    if not any(URL in word or CASE_URL in word for word in words):
        raise UsageError(
            f"the command has no {URL}, which stands for the fuzzing server, and no {CASE_URL}, "
            "which stands for one case"
        )
    return Testee(agent, version, "", words, most_jobs=sys.maxsize)
