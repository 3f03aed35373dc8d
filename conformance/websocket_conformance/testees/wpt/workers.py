"""Workers, as their window sees them: each an agent in a thread of its own."""

import threading
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from websocket_conformance.testees.wpt.calls import PipeMessage

ANSWER_SECONDS: Final = 1.0
"""How long a worker may take to show that no script of its own keeps it busy, in seconds."""


class WorkerAgent(Protocol):
    """What a worker runs in; see `agent.Agent`."""

    trouble: str

    @property
    def is_loud(self) -> bool:
        """Whether more was said on its console than is passed on."""

    def run(self) -> PipeMessage | None:
        """Run until it is ended."""

    def end(self) -> None:
        """End, from any thread."""

    def hear(self, data: str) -> None:
        """Take a message, from any thread."""

    def call_soon(self, steps: Callable[[], object]) -> None:
        """Call something in the thread of the worker, from any thread."""


class Worker:
    """A worker.

    Args:
        agent: what it runs in.
        url: the URL of its script.
        lost: is told what went wrong if the worker ends without being asked to, in its thread.
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
        """Hand it a message."""
        self._agent.hear(data)

    def terminate(self) -> None:
        """End it, whatever it is doing."""
        self._agent.end()
        self._thread.join()

    def is_stuck(self) -> bool:
        """Whether a script of its own keeps it from doing anything else."""
        if not self._thread.is_alive():
            return False
        answered = threading.Event()
        self._agent.call_soon(answered.set)
        return not answered.wait(ANSWER_SECONDS)

    @property
    def is_loud(self) -> bool:
        """Whether more was said on its console than is passed on."""
        return self._agent.is_loud


def stuck(workers: Iterable[Worker]) -> str:
    """Say which workers have a script that does not end; empty for none."""
    told = [
        f"a script of the worker {worker.url} did not end"
        + (", and floods its console" if worker.is_loud else "")
        for worker in workers
        if worker.is_stuck()
    ]
    return "; ".join(told)
