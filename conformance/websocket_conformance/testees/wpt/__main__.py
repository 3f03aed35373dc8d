"""The command that runs a page: it reads one line of JSON and prints one line of JSON."""

import json
import logging
import sys
import threading
from typing import Any, Final

from websocket_conformance.errors import Exit, MissingError
from websocket_conformance.testees.wpt.agent import Agent
from websocket_conformance.testees.wpt.engine import EngineGoneError, find_node
from websocket_conformance.testees.wpt.fetching import Surroundings

GRACE: Final = 2.0
"""How long after the test's timeout the results of a page are collected, in seconds."""

FRAMES: Final = 10_000
"""How deeply functions of Python may be nested."""


def play(task: dict[str, Any]) -> dict[str, Any]:
    """Load a page, and return what its tests have found.

    Raises:
        EngineGoneError: the engine of the page or of a worker has ended early; the message says
            which and how.
        MissingError: Node.js is not installed.
    """
    timeout = float(task["timeout"])
    surroundings = Surroundings(task["hosts"], task["ca"], timeout)
    page = {"url": task["url"], "timeout": timeout}
    agent = Agent(find_node(), surroundings, "open", page)
    was_late = threading.Event()

    def end() -> None:
        was_late.set()
        agent.end()

    # A script that never returns keeps the event loop from noticing its timeouts.
    deadline = threading.Timer(timeout + 2 * GRACE, end)
    deadline.daemon = True
    deadline.start()
    result = agent.run(timeout + GRACE)
    deadline.cancel()
    if result is None and was_late.is_set():
        return {
            "status": "TIMEOUT",
            "message": "a script did not end",
            "stack": None,
            "subtests": [],
        }
    if result is None:
        raise EngineGoneError(agent.trouble or "The JavaScript engine ended")
    if agent.missing:
        return {
            **result,
            "status": "ERROR",
            "message": f"the page asks for what is not there: {', '.join(agent.missing)}",
        }
    return result


def read_task(line: str) -> dict[str, Any]:
    """Read the line that says what to load.

    Raises:
        ValueError: the line is invalid; the message says what is wrong.
    """
    task = json.loads(line)
    missing = {"url", "hosts", "ca", "timeout"} - set(task if isinstance(task, dict) else ())
    if missing:
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    return dict(task)


def main() -> int:
    """Run the command.

    Returns:
        0; 1 if an engine has ended too early, 2 if the task is invalid, 3 if there is no engine,
        130 if it was interrupted.
    """
    # The calls between scripts and Python may be nested some hundred times.
    sys.setrecursionlimit(FRAMES)
    # Tests let connections fail on purpose, so the failures are not reported.
    logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
    try:
        task = read_task(sys.stdin.readline())
    except ValueError as error:
        print(f"The line on standard input does not say what to load: {error}.", file=sys.stderr)
        print('A line is {"url": …, "hosts": {…}, "ca": …, "timeout": …}.', file=sys.stderr)
        return Exit.USAGE
    try:
        result = play(task)
    except MissingError as error:
        print(error, file=sys.stderr)
        return Exit.MISSING
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except EngineGoneError as error:
        print(f"{error} before the page was finished.", file=sys.stderr)
        return Exit.SHORT
    print(json.dumps(result), flush=True)
    return Exit.BEST


if __name__ == "__main__":
    sys.exit(main())
