"""Workers, each of which is an agent in its own thread."""

import threading
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from websocket_conformance.testees.wpt.calls import PipeMessage

ANSWER_SECONDS: Final = 1.0
"""How long a worker may take to show that no script keeps it busy, in seconds."""


class WorkerAgent(Protocol):
    """The agent of a worker; see `agent.Agent`."""

    trouble: str

    @property
    def is_loud(self) -> bool:
        """Whether the scripts wrote more to the console than is passed on."""

    def run(self) -> PipeMessage | None:
        """Run until the worker is ended."""

    def end(self) -> None:
        """End the agent, from any thread."""

    def hear(self, data: str) -> None:
        """Receive a message, from any thread."""

    def call_soon(self, steps: Callable[[], object]) -> None:
        """Call steps in the thread of the worker, from any thread."""


class Worker:
    """A worker.

    Args:
        agent: the worker's agent.
        url: the URL of its script.
        lost: called with the reason, in the worker's thread, if the worker ends unexpectedly.
    """

    def __init__(self, agent: WorkerAgent, url: str, lost: Callable[[str], None]) -> None:
        self.url = url
        self._agent = agent
        self._lost = lost
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._agent.run()
        if self._agent.trouble:
            self._lost(f"{self._agent.trouble} in the worker {self.url}")

    def hear(self, data: str) -> None:
        """Send a message to the worker."""
        self._agent.hear(data)

    def terminate(self) -> None:
        """End the worker, whatever it is doing."""
        self._agent.end()
        self._thread.join()

    def is_stuck(self) -> bool:
        """Whether a script of the worker keeps it from doing anything else."""
        if not self._thread.is_alive():
            return False
        answered = threading.Event()
        self._agent.call_soon(answered.set)
        return not answered.wait(ANSWER_SECONDS)

    @property
    def is_loud(self) -> bool:
        """Whether the scripts wrote more to the console than is passed on."""
        return self._agent.is_loud


def stuck(workers: Iterable[Worker]) -> str:
    """Return a text that names the workers whose script does not end; else an empty text."""
    told = [
        f"a script of the worker {worker.url} did not end"
        + (", and floods its console" if worker.is_loud else "")
        for worker in workers
        if worker.is_stuck()
    ]
    return "; ".join(told)
