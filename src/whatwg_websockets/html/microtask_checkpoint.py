"""The microtask checkpoint: everything that a listener made ready runs before the next task.

HTML performs a microtask checkpoint after each callback: the reactions of promises run, and the
reactions that those add, until none is left. asyncio has no microtasks. It has one queue of what
is ready, in which the reactions of page code stand beside the work of the rest of the program.

**What counts as a microtask.** While a listener runs, ``call_soon`` of the asyncio loop is replaced
on the loop object. Whatever the listener makes ready passes through the replacement: the wake-up of
a task, the callbacks of a future, also those that C code schedules. Each such callback is wrapped,
so that ``call_soon`` is replaced again while the callback runs, and so on, at any depth. Work of
the rest of the program never passes through the replacement; it is neither counted nor waited for.
``call_soon_threadsafe`` counts as well where page code calls it in the loop's own thread, as a
``concurrent.futures.Future`` does.

**The script that makes a socket.** What the asyncio task that constructs a socket makes ready in
the rest of its step counts in the same way, with what that makes ready: HTML runs the microtasks of
a script, too, before the next task. Until the step is over, its calls are told from those of other
code by ``asyncio.current_task()``.

**When the checkpoint is over.** asyncio's queue is first in, first out. A callback of our own that
goes in behind the microtasks runs after them. If one of them made something ready in the meantime,
our callback goes in again, behind that; if none did, the checkpoint is over. A flag says which, not
a count: a count would wait for ever for a callback that was cancelled.

What promises have to do is in a queue of its own (:mod:`.microtask_queue`), and the checkpoint is
not over before that queue is empty.

A page whose reactions never come to rest is let go after :data:`TURNS_TO_REST` turns of the loop.

The replacement costs a batch of tasks 0.2 µs. A loop without sockets runs unchanged. One with idle
sockets calls its own method, which stands on the loop object as well once a listener has run; its
``call_soon_threadsafe`` looks at a flag.

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
    """What page code makes ready on one asyncio loop.

    Attributes:
        call_soon: the loop's own ``call_soon``. What it schedules is no microtask.
        queue: the microtasks of promises.
        are_queued: page code has made something ready since this was last set to false.
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
        # What runs here may enter the context of any task, as no task's own context is entered.
        self._outside = Context()
        self.call_soon: Callable[..., asyncio.Handle] = getattr(type(asyncio_loop), _NAME).__get__(
            asyncio_loop
        )
        self.are_queued = False
        self._asyncio_loop = asyncio_loop
        # What is looked up on the loop object is looked up here first.
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
        """Count what is made ready from now on as microtasks."""
        attributes = self._attributes
        self._is_following = True
        self._script = None
        # Somebody else may have replaced it, too, and gets it back.
        replaced = attributes.get(_NAME)
        self._replaced = None if replaced is self._follow else replaced
        attributes[_NAME] = self._follow

    def stop_following(self) -> None:
        """Count nothing of what is made ready from now on."""
        attributes = self._attributes
        self._is_following = False
        if attributes.get(_NAME) is not self._follow:
            return  # The page has replaced it, and keeps what it has put there.
        # Where nobody else has replaced it, the loop's own stays on the loop object. To delete it
        # would let CPython forget where it finds the loop's methods, after each batch: that takes
        # 2 µs more for a message of 100 bytes on asyncio, of 50.
        attributes[_NAME] = self._replaced or self.call_soon

    def begin_to_follow_the_script(self) -> bool:
        """Count what the running asyncio task makes ready, up to the end of its step.

        Returns:
            false where there is no such task, or what runs is followed already.
        """
        script = None if self._is_following else asyncio.current_task(self._asyncio_loop)
        if script is None:
            return False
        self.begin_to_follow()
        self._script = script
        return True

    def stop_following_the_script(self) -> None:
        """Follow the script no longer, if it is followed: its step is over."""
        if self._script is not None:
            self.stop_following()
            self._script = None

    def set_aside(self, steps: Callable[..., None], *arguments: Any) -> None:
        """Call a function of our own for page code; what it makes ready is no microtask."""
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
        """Stand for the loop's ``call_soon`` while page code runs.

        Source: https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-microtask
        """
        if not self._is_following or (self._script is not None and not self._is_in_the_script()):
            # What the page has put there calls what was there before.
            return self.call_soon(callback, *arguments, context=context)
        self.are_queued = True
        replaced, self._replaced = self._replaced, None
        # 1. Page code runs in the thread of its event loop, so there is an agent.
        # 2. The event loop is the asyncio loop whose method this stands for.
        call_soon = replaced or self.call_soon
        try:
            # 3. n/a: only a document can hold microtasks back.
            # 4. The microtask is a callback of asyncio's.
            # 5. The steps are the callback that the page has made ready, with its arguments.
            # 6. A callback that goes through this method is a microtask, whatever its source.
            # 7. n/a: only a document can hold microtasks back.
            # 8. n/a: only the frames of a document are told which scripts ran in a task.
            # 9. The microtask goes to the end of asyncio's queue.
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
        """Stand for the loop's ``call_soon_threadsafe``.

        Only the thread of the loop knows whether page code is running in it.
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
            # The page that it belongs to was let go.
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
        """Tell whether promises have queued microtasks that the next task is to wait for."""
        return bool(self.queue.waiting) and not self.queue.is_let_go

    def perform(self) -> None:
        """Run the microtasks that promises have queued; what they make ready is one as well."""
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
        """Tell, behind all microtasks that were queued, whether none was queued since.

        Args:
            an_event_waits: whether a task has to wait until they are. Where they are let go and
                none does, the program has nothing to hear of.
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
        """Follow the page's reactions no further, and wait for those of promises no longer."""
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
