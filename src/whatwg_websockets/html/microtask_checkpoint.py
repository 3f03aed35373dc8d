"""The microtask checkpoint: everything that a listener made ready runs before the next task.

HTML performs a microtask checkpoint after each callback: the reactions of promises run, and the
reactions that those add, until the queue is empty. asyncio has no microtasks. It has one queue of
ready callbacks, which contains both the reactions of page code and the work of the rest of the
program.

**What counts as a microtask.** While a listener runs, ``call_soon`` of the asyncio loop is replaced
on the loop object. Everything that the listener makes ready passes through the replacement: the
wake-up of a task and the callbacks of a future, even if C code schedules them. Each such callback
is wrapped, so that ``call_soon`` is replaced while the callback runs, and so on, at any depth. Work
of the rest of the program never passes through the replacement, and is neither counted nor waited
for. ``call_soon_threadsafe`` counts as well if page code calls it in the loop's own thread, as a
``concurrent.futures.Future`` does.

**The script that creates a socket.** The callbacks that the asyncio task that constructs a socket
makes ready in the rest of its step count in the same way, at any depth: HTML performs the
microtasks of a script before the next task as well. Until the step is over, the calls of that task
are distinguished from those of other code by ``asyncio.current_task()``.

**When the checkpoint is over.** asyncio's queue is first in, first out. A callback of the
checkpoint is queued after the microtasks, and runs after them. If a microtask has made something
ready in the meantime, the callback is queued once more; if none has, the checkpoint is over. A flag
records which is the case. A count would wait for ever for a callback that was cancelled.

The reactions of this package's promises are in a queue of their own (:mod:`.microtask_queue`), and
the checkpoint is not over before that queue is empty.

If the reactions of a page do not come to rest within :data:`TURNS_TO_REST` turns of the loop, the
event loop no longer waits for them.

The replacement costs a batch of tasks 0.2 µs. A loop without sockets runs unchanged. A loop with
idle sockets calls its own method, which is an attribute of the loop object once a listener has run,
and its ``call_soon_threadsafe`` checks a flag.

Source: https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint
"""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any, Final

from whatwg_websockets.algorithm import algorithm
from whatwg_websockets.html.microtask_queue import MicrotaskQueue

logger = logging.getLogger("whatwg_websockets")

TURNS_TO_REST: Final = 1_000

_NAME: Final = "call_soon"


class Microtasks:
    """The microtasks that page code makes ready on one asyncio loop.

    Attributes:
        call_soon: the loop's own ``call_soon``, whose callbacks do not count as microtasks.
        queue: the microtasks of promises.
        are_queued: whether page code has made something ready since the attribute was last set to
            False.
    """

    __slots__ = (
        "_asyncio_loop",
        "_attributes",
        "_call_soon_threadsafe",
        "_follow",
        "_generation",
        "_has_warned",
        "_is_following",
        "_outside",
        "_replaced",
        "_script",
        "_turns_left",
        "are_queued",
        "call_soon",
        "queue",
    )

    def __init__(self, asyncio_loop: asyncio.AbstractEventLoop, queue: MicrotaskQueue) -> None:
        self.queue = queue
        # A callback that runs in this context can enter the context of any task, which would fail
        # if that context were entered already.
        self._outside = Context()
        self.call_soon: Callable[..., asyncio.Handle] = getattr(type(asyncio_loop), _NAME).__get__(
            asyncio_loop
        )
        self.are_queued = False
        self._asyncio_loop = asyncio_loop
        # The attributes of the loop object, which take precedence over the methods of its class.
        self._attributes: dict[str, Any] = vars(asyncio_loop)
        self._follow = self._queue_a_microtask
        self._is_following = False
        self._script: asyncio.Task[Any] | None = None
        self._replaced: Any = None
        self._generation = 0
        self._turns_left = TURNS_TO_REST
        self._has_warned = False
        self._call_soon_threadsafe = asyncio_loop.call_soon_threadsafe
        self._attributes["call_soon_threadsafe"] = self._queue_from_any_thread

    def begin_to_follow(self) -> None:
        """Begin to count callbacks that are made ready as microtasks."""
        attributes = self._attributes
        self._is_following = True
        self._script = None
        # Other code may have replaced call_soon as well. Its replacement is restored later.
        replaced = attributes.get(_NAME)
        self._replaced = None if replaced is self._follow else replaced
        attributes[_NAME] = self._follow

    def stop_following(self) -> None:
        """Stop counting callbacks that are made ready as microtasks."""
        attributes = self._attributes
        self._is_following = False
        if attributes.get(_NAME) is not self._follow:
            return  # The page has replaced call_soon, and its replacement stays.
        # If no other code has replaced call_soon, the loop's own method becomes an attribute of the
        # loop object. Deleting the attribute would invalidate CPython's caches of the loop's
        # methods after each batch, which takes 2 µs of 50 for a message of 100 bytes on asyncio.
        attributes[_NAME] = self._replaced or self.call_soon

    def begin_to_follow_the_script(self) -> bool:
        """Count callbacks that the current asyncio task makes ready, until the end of its step.

        Returns:
            False if no asyncio task is running, or if callbacks are counted already.
        """
        script = None if self._is_following else asyncio.current_task(self._asyncio_loop)
        if script is None:
            return False
        self.begin_to_follow()
        self._script = script
        return True

    def stop_following_the_script(self) -> None:
        """Stop counting the callbacks of the script, since its step is over."""
        if self._script is not None:
            self.stop_following()
            self._script = None

    def set_aside(self, steps: Callable[..., None], *arguments: Any) -> None:
        """Call a function of this package, whose callbacks do not count as microtasks."""
        if not self._is_following:
            steps(*arguments)
            return
        script = self._script
        self.stop_following()
        try:
            steps(*arguments)
        finally:
            self.begin_to_follow()
            self._script = script

    @algorithm("queue-a-microtask", "queue a microtask")
    def _queue_a_microtask(
        self, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Replace the loop's ``call_soon`` while page code runs.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-microtask
        """
        if not self._is_following or (self._script is not None and not self._is_in_the_script()):
            # A replacement by the page calls this method even when callbacks are not counted.
            return self.call_soon(callback, *arguments, context=context)
        self.are_queued = True
        replaced, self._replaced = self._replaced, None
        # 1. Page code runs in the thread of its event loop, so the surrounding agent exists.
        # 2. The event loop is the asyncio loop whose call_soon() is replaced.
        call_soon = replaced or self.call_soon
        try:
            # 3. n/a: a program has no documents, so a microtask belongs to no document.
            # 4. Create the microtask as a callback of asyncio.
            # 5. Set the microtask's steps to the callback that the page has made ready.
            # 6. Each callback that the page passes to call_soon() has the microtask task source.
            # 7. n/a: a program has no documents, so a microtask belongs to no document.
            # 8. n/a: a program has no frames, so no script evaluation environment is recorded.
            # 9. Append the microtask to the queue of asyncio.
            return call_soon(
                self._run,
                self._generation,
                copy_context() if context is None else context,
                callback,
                *arguments,
                context=self._outside.copy(),
            )
        finally:
            self._replaced = replaced

    def _is_in_the_script(self) -> bool:
        return asyncio.current_task(self._asyncio_loop) is self._script

    def _queue_from_any_thread(
        self, callback: Callable[..., object], *arguments: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Replace the loop's ``call_soon_threadsafe``.

        A call counts only in the loop's own thread, in which page code runs.
        """
        if self._is_following and asyncio._get_running_loop() is self._asyncio_loop:
            return self._queue_a_microtask(callback, *arguments, context=context)
        return self._call_soon_threadsafe(callback, *arguments, context=context)

    def _run(
        self,
        generation: int,
        context: Context,
        callback: Callable[..., object],
        *arguments: Any,
    ) -> None:
        if generation != self._generation:
            # The event loop no longer waits for the page that has scheduled the callback.
            context.run(callback, *arguments)
            return
        self.begin_to_follow()
        try:
            context.run(callback, *arguments)
            if self.are_waiting():
                self.queue.perform()
        finally:
            self.stop_following()

    def are_waiting(self) -> bool:
        """Return whether promises have queued microtasks for which the next task must wait."""
        return bool(self.queue.waiting) and not self.queue.is_let_go

    def perform(self) -> None:
        """Perform the microtasks of promises, and count the callbacks that these make ready."""
        if self.queue.is_let_go:
            self.queue.perform()
            return
        self.begin_to_follow()
        try:
            self.queue.perform()
        finally:
            self.stop_following()

    def begin_a_checkpoint(self) -> None:
        """Begin to count the turns that the microtasks take."""
        self.are_queued = False
        self._turns_left = TURNS_TO_REST

    def are_at_rest(self, *, an_event_waits: bool) -> bool:
        """Return, after all queued microtasks have run, whether they have queued no others.

        The result is also True when the microtasks have not come to rest for too many turns.

        Args:
            an_event_waits: whether a task is waiting for the microtasks. Only in that case is a
                warning logged when the event loop stops waiting for them.
        """
        if not (self.are_queued or self.are_waiting()):
            return True
        self.are_queued = False
        self._turns_left -= 1
        if self._turns_left:
            return False
        self._let_go(an_event_waits)
        return True

    def _let_go(self, an_event_waits: bool) -> None:
        """Stop counting the page's reactions, and stop waiting for those of promises."""
        self._generation += 1
        self.queue.is_let_go = bool(self.queue.waiting)
        if an_event_waits and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "A WebSocket listener, the task that made a WebSocket, or code that awaited a "
                "promise of a stream, began work that does not come to rest in %d turns of the "
                "event loop; the next event is dispatched without waiting for it any longer",
                TURNS_TO_REST,
            )
