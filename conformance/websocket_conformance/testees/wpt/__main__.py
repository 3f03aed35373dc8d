"""The command that is a page: one line of JSON in, one line of JSON out."""

import json
import logging
import sys
import threading
from typing import Any, Final

from websocket_conformance.errors import MissingError
from websocket_conformance.testees.wpt.agent import Agent
from websocket_conformance.testees.wpt.engine import find_node
from websocket_conformance.testees.wpt.fetching import Surroundings

GRACE: Final = 2.0
"""How long after the time of the test a page is asked for what it has, in seconds."""


def play(task: dict[str, Any]) -> dict[str, Any] | None:
    """Load a page, and return what its tests have found; None where the engine has crashed.

    Raises:
        MissingError: there is no Node.js.
    """
    timeout = float(task["timeout"])
    surroundings = Surroundings(task["hosts"], task["ca"], timeout)
    page = {"url": task["url"], "timeout": timeout}
    agent = Agent(find_node(), surroundings, "open", page)
    was_late = threading.Event()

    def end() -> None:
        was_late.set()
        agent.end()

    # A script that never returns keeps the event loop from looking at its clock.
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
    if result is not None and agent.missing:
        return {
            **result,
            "status": "ERROR",
            "message": f"the page asks for what is not there: {', '.join(agent.missing)}",
        }
    return result


def main() -> int:
    """Run the command.

    Returns:
        0, or 1 where the engine has crashed, or 3 where there is none.
    """
    # A connection that is to fail fails as it should.
    logging.getLogger("whatwg_websockets").addHandler(logging.NullHandler())
    try:
        result = play(json.loads(sys.stdin.readline()))
    except MissingError as error:
        print(error, file=sys.stderr)
        return 3
    if result is None:
        print("The JavaScript engine has ended before the page was finished.", file=sys.stderr)
        return 1
    print(json.dumps(result), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
