"""``with trace() as t:``: trace a connection while it lives."""

import sys
from collections.abc import Collection
from time import perf_counter
from typing import Self

from whatwg_websockets.steps.trace.cause import Listening
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.observe import observer_for
from whatwg_websockets.steps.trace.plan import the_plans
from whatwg_websockets.steps.trace.record import Listener
from whatwg_websockets.steps.trace.recorder import Recorder


class trace:  # noqa: N801
    """Tells what the algorithms do, step by step, while the ``with`` lasts.

    ::

        with trace() as t:
            socket = WebSocket("wss://example.com/")
            ...
        for entry in t.entries:
            print(entry.time, entry.algorithm, entry.number, entry.text)

    It looks on from outside, in the thread that entered it. The algorithms hold no code for it, and
    cost nothing more once the ``with`` is left. While it lasts each entry takes some tens of
    microseconds, so that a message sent and received takes milliseconds instead of 20 µs; and
    another trace function of this thread, such as a debugger's, is set aside before Python 3.12.

    Args:
        only: the folders of the house whose algorithms and steps are told, such as ``"rfc6455"``,
            ``"fetch"``, ``"dom"``; ``"websockets"`` is the main floor. By default all of them.
            Frames, the opening handshake, events, ready states and the log always are.
        listener: hears of each entry at once; None where nothing does.

    Raises:
        ValueError: ``only`` names a folder that does not exist.
        RuntimeError: on entering: all of Python's places for monitoring tools are taken.
    """

    def __init__(self, only: Collection[str] = (), listener: Listener | None = None) -> None:
        plans = the_plans()
        folders = {plan.folder for plan in plans.values()}
        unknown = sorted(set(only) - folders)
        if unknown:
            raise ValueError(f"no folder {unknown[0]!r}; there are {', '.join(sorted(folders))}")
        self._recorder = Recorder(plans, perf_counter, only, listener)
        self._observer = observer_for(plans, self._recorder, getattr(sys, "monitoring", None))
        self._listening = Listening(self._recorder.log)

    @property
    def entries(self) -> list[Entry]:
        """What has happened so far, in order."""
        return self._recorder.entries

    def __enter__(self) -> Self:
        self._listening.start()
        try:
            self._observer.start()
        except BaseException:
            self._listening.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._observer.stop()
        self._listening.stop()
