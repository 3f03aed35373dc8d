"""The entries of a trace, in the order in which things happened."""

from collections.abc import Callable, Mapping
from typing import Protocol

from whatwg_websockets.steps.places import MAIN_FLOOR
from whatwg_websockets.steps.trace.entry import Entry, State
from whatwg_websockets.steps.trace.sockets import Sockets


class Listener(Protocol):
    """Hears of each entry while the connection lives.

    It is called in the middle of what it hears of. So it must not raise, nor take long.
    """

    def added(self, entry: Entry) -> None:
        """An entry has been added; its result, and more values, may follow."""

    def changed(self, entry: Entry, values: Mapping[str, str], result: str) -> None:
        """An entry that was added before has new values, or its result.

        Args:
            entry: the entry, with all its values.
            values: those that are new.
            result: what was returned or raised; empty where nothing was, or not yet.
        """


class Record:
    """The entries so far, and the sockets that they are about.

    Args:
        clock: tells the time in seconds.
        listener: hears of each entry at once; None where nothing does.

    Attributes:
        entries: the entries.
        sockets: the sockets.
    """

    def __init__(self, clock: Callable[[], float], listener: Listener | None = None) -> None:
        self.entries: list[Entry] = []
        self.sockets = Sockets()
        self._clock = clock
        self._began = clock()
        self._listener = listener
        self._ready_states: dict[int, str] = {}

    def time(self) -> float:
        """Return the seconds since the trace began."""
        return self._clock() - self._began

    def add(self, entry: Entry) -> Entry:
        """Add an entry, and before it one for the ready state if that has changed.

        The two have the same time, as the ready state changed before what the entry tells.
        """
        state = self.sockets.state()
        self._note_ready_state(state, entry.time)
        return self._append(entry, state)

    def change(self, entry: Entry, values: Mapping[str, str], result: str = "") -> None:
        """Give an entry more values, or its result."""
        entry.values |= values
        entry.result = result or entry.result
        if self._listener is not None and (values or result):
            self._listener.changed(entry, values, result)

    def note_state(self) -> None:
        """Let the newest entry have the state as it is now."""
        state = self.sockets.state()
        if self.entries and state is not None:
            self.entries[-1].state = state
        self._note_ready_state(state, self.time())

    def _note_ready_state(self, state: State | None, time: float) -> None:
        if state is None or self._ready_states.get(state.socket) == state.ready_state:
            return
        before = self._ready_states.get(state.socket)
        self._ready_states[state.socket] = state.ready_state
        text = f"{before} → {state.ready_state}" if before else state.ready_state
        self._append(Entry(time, "state", text, MAIN_FLOOR), state)

    def _append(self, entry: Entry, state: State | None) -> Entry:
        entry.state = state
        self.entries.append(entry)
        if self._listener is not None:
            self._listener.added(entry)
        return entry
