"""An agent: an event loop, and an engine whose scripts run in it. A worker has its own agent."""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Final

from websocket_conformance.processes import ending
from websocket_conformance.testees.wpt.buffers import EngineBuffers
from websocket_conformance.testees.wpt.calls import Calls, PipeMessage
from websocket_conformance.testees.wpt.engine import Engine, EngineGoneError
from websocket_conformance.testees.wpt.fetching import PageLoop, Surroundings, in_a_thread
from websocket_conformance.testees.wpt.foreign import Foreign, thrown
from websocket_conformance.testees.wpt.interfaces import UNFORGEABLE, interfaces
from websocket_conformance.testees.wpt.promises import EngineMicrotasks
from websocket_conformance.testees.wpt.timers import Timers
from websocket_conformance.testees.wpt.values import FIRST, PipeValues
from websocket_conformance.testees.wpt.workers import Worker, stuck
from whatwg_websockets import EnvironmentSettings, Event, undefined
from whatwg_websockets.html.event_loop import the_event_loop

LOUDEST: Final = 1_000
"""How many lines of a page's console are written to standard error."""

DEEPEST: Final = 200
"""How deeply calls from Python to JavaScript and back may be nested."""

TO_REPORT: Final = 10
"""How much deeper they may be nested while an exception is reported."""


class Agent:
    """An event loop with an engine.

    Args:
        node: the path of Node.js.
        surroundings: what the task says of the network.
        what: the engine's first action.
        members: the arguments of that action.
        parent: called with what a worker sends: its data, or its error.

    Attributes:
        result: what the tests have found, or None.
        missing: the URLs of scripts that the page requested and did not get.
        trouble: what ended the agent before it was finished: its own engine, or that of a worker;
            empty if nothing did.
    """

    def __init__(
        self,
        node: str,
        surroundings: Surroundings,
        what: str,
        members: PipeMessage,
        parent: Callable[[PipeMessage], None] | None = None,
    ) -> None:
        self.result: PipeMessage | None = None
        self.missing: list[str] = []
        self.trouble = ""
        self._node = node
        self._surroundings = surroundings
        self._parent = parent
        self._engine = Engine(node)
        self._loop = PageLoop(surroundings)
        self._loop.set_exception_handler(self._handle_exception)
        self._loop.call_soon(self._begin, what, members)
        self._finished = asyncio.Event()
        self._values = PipeValues(self)
        self._microtasks = EngineMicrotasks(self._loop, lambda: self.do("checkpoint"))
        self._settings: dict[int, EnvironmentSettings] = {}
        self._calls = Calls(self._values, self._settings)
        self._timers = Timers(self._loop, lambda steps: self.invoke(steps, undefined, ()))
        self._numbers = count(1)
        self._workers: dict[int, Worker] = {}
        self._is_killed = False
        self._said = 0
        self._depth = 0

    # Running the agent.

    def run(self, timeout: float | None = None) -> PipeMessage | None:
        """Run until the page is finished, or the time is over, or the engine has ended.

        Args:
            timeout: how long the run may take, in seconds.

        Returns:
            The results of the tests; None if the engine has ended without results.
        """
        try:
            with (
                asyncio.Runner(loop_factory=lambda: self._loop) as runner,
                suppress(EngineGoneError),
            ):
                runner.run(self._run(timeout))
        finally:
            for worker in self._workers.values():
                worker.terminate()
            how = self._engine.close()
        if self._engine.is_gone and not self._is_killed:
            self.trouble = self.trouble or f"The JavaScript engine {ending(how)}"
        return self.result

    def end(self) -> None:
        """End the agent from any thread, whatever the engine is doing."""
        self._is_killed = True
        self._engine.kill()
        self.call_soon(self._stop)

    def call_soon(self, steps: Callable[[], object]) -> None:
        """Call steps soon in the thread of this agent; do nothing if the agent has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(steps)

    @property
    def is_loud(self) -> bool:
        """Whether the scripts wrote more to the console than is passed on."""
        return self._said > LOUDEST

    def _begin(self, what: str, members: PipeMessage) -> None:
        event_loop = the_event_loop()
        event_loop.hand_microtasks_to(self._microtasks)
        event_loop.array_buffers = EngineBuffers(self, lambda: self._values.realm or FIRST)
        self.do(what, **members)

    async def _run(self, seconds: float | None) -> None:
        # Outside of calls the engine's only message is that it has ended.
        self._loop.add_reader(self._engine.output, self._hear_the_end)
        try:
            async with asyncio.timeout(seconds):
                await self._finished.wait()
        except TimeoutError:
            had = {"message": None, "stack": None, "subtests": json.loads(self.do("unfinished"))}
            self.result = {"status": "TIMEOUT", **had}
        finally:
            self._loop.remove_reader(self._engine.output)
        if self.result and self.result["status"] == "TIMEOUT" and not self.result["message"]:
            self.result["message"] = stuck(self._workers.values()) or None

    def _hear_the_end(self) -> None:
        with suppress(EngineGoneError):
            self._engine.receive()
        self._stop()

    def _lose_a_worker(self, trouble: str) -> None:
        self.trouble = trouble
        self._stop()

    def _stop(self) -> None:
        self._finished.set()

    def _handle_exception(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        exception = context.get("exception")
        if isinstance(exception, EngineGoneError) or exception is None:
            self._stop()
            return
        callback = context.get("listener")
        error = self._values.encode_exception(exception, 1)
        listener = self._values.encode(callback, 1) if isinstance(callback, Foreign) else None
        # Calls that are nested too deeply are reported at that very depth.
        self._depth -= TO_REPORT
        try:
            self.do("report", error=error, callback=listener)
        except EngineGoneError:
            self._stop()
        finally:
            self._depth += TO_REPORT

    # Requests to the engine, and answers to what the engine asks meanwhile.

    def do(self, what: str, **members: Any) -> Any:
        """Let the engine do something, and return the resulting value.

        Raises:
            ThrownError: a script has thrown something.
            EngineGoneError: the engine has ended.
            RecursionError: scripts and Python call each other too deeply.
        """
        if self._depth >= DEEPEST:
            raise RecursionError("calls are nested too deeply")
        self._depth += 1
        try:
            return self._do(what, members)
        finally:
            self._depth -= 1

    def _do(self, what: str, members: PipeMessage) -> Any:
        self._send({"do": what, **members})
        while True:
            message = self._engine.receive()
            if "returned" in message:
                return self._values.decode(message["returned"])
            if "raised" in message:
                raise thrown(self._values.decode(message["raised"]))
            self._answer(message)

    def _send(self, message: PipeMessage) -> None:
        queued = self._values.encode_queued(self._microtasks)
        self._engine.send({**message, "queued": queued, "free": self._values.forgotten()})

    def invoke(
        self, function: Foreign, this: object, arguments: tuple[Any, ...], *, awaits: bool = False
    ) -> Any:
        """Call a function of JavaScript; see `foreign.Asks`."""
        realm = self._values.realm_of(this)
        if arguments and isinstance(arguments[0], Event):
            realm = self._values.realm_of(arguments[0].currentTarget)
        encoded = [self._values.encode(each, realm, "Uint8Array") for each in arguments]
        encoded_this = self._values.encode(this, realm)
        number = function._number
        return self.do(
            "call",
            function=number,
            this=encoded_this,
            arguments=encoded,
            awaits=awaits,
            realm=realm,
        )

    def forget(self, number: int) -> None:
        """Let the engine forget an object; see `foreign.Asks`."""
        self._values.forget(number)

    def _answer(self, message: PipeMessage) -> None:
        self._values.let_go(message.get("gone", ()))
        before = self._values.realm
        realm = self._values.realm = message.get("realm", before)
        try:
            answer = {"returned": self._answers()[message["ask"]](message)}
        except EngineGoneError:
            raise
        except Exception as error:
            answer = {"raised": self._values.encode_exception(error, realm or FIRST)}
        self._send(answer)
        self._values.realm = before

    def _answers(self) -> dict[str, Callable[[PipeMessage], Any]]:
        return {
            "construct": self._calls.construct,
            "get": self._calls.get,
            "set": self._calls.set,
            "call": self._calls.call,
            "apply": self._calls.apply,
            "microtask": lambda message: self._microtasks.run(message["number"]),
            "reaction": self._react,
            "describe": self._describe,
            "realm": self._make_realm,
            "unload": self._unload,
            "timer": self._start_timer,
            "stop": lambda message: self._timers.stop(message["timer"]),
            "fetch": self._fetch,
            "cookies": lambda message: self._surroundings.cookies_of_a_page(message["url"]),
            "set cookie": lambda message: self._surroundings.set_cookie_of_a_page(
                message["url"], message["text"]
            ),
            "worker": self._start_worker,
            "post": lambda message: self._workers[message["worker"]].hear(message["data"]),
            "terminate": lambda message: self._workers[message["worker"]].terminate(),
            "answer": self._answer_the_parent,
            "close": lambda _: self._stop(),
            "log": lambda message: self._log(message["text"]),
            "missing": lambda message: self.missing.append(message["url"]),
            "finish": self._finish,
        }

    # Requests of the page.

    def _describe(self, _: PipeMessage) -> PipeMessage:
        described = [interface.description() for interface in interfaces().values()]
        return {"interfaces": described, "unforgeable": UNFORGEABLE}

    def _make_realm(self, message: PipeMessage) -> int:
        number = len(self._settings) + 1
        self._settings[number] = EnvironmentSettings(
            origin=message["origin"],
            api_base_url=message["base"],
            cookie_store=self._surroundings.cookies,
            tls=self._surroundings.tls,
            experimental_options_bag=True,
        )
        return number

    def _unload(self, message: PipeMessage) -> bool:
        """Unload a document; return whether no connection ended with the document."""
        settings = self._settings[message["realm"]]
        may_be_kept = not settings.unloading
        settings.unload()
        return may_be_kept

    def _react(self, message: PipeMessage) -> None:
        result = self._values.decode(message["result"])
        self._microtasks.react(message["number"], message["isFulfilled"], result)

    def _start_timer(self, message: PipeMessage) -> int:
        steps = self._values.decode(message["steps"])
        return self._timers.start(steps, message["delay"] / 1000)

    def _fetch(self, message: PipeMessage) -> Any:
        """Fetch now and return the result, or fetch later and call steps with it."""
        if "steps" not in message:
            return self._surroundings.fetch(message["request"])
        steps = self._values.decode(message["steps"])
        fetched = in_a_thread(self._surroundings.fetch, message["request"])
        fetched.add_done_callback(
            lambda answer: self.invoke(steps, undefined, (json.dumps(answer.result()),))
        )
        return None

    # Workers and messages.

    def _start_worker(self, message: PipeMessage) -> int:
        number = next(self._numbers)

        def heard(said: PipeMessage) -> None:
            self.call_soon(lambda: self.do("heard", worker=number, **said))

        def lost(trouble: str) -> None:
            self.call_soon(lambda: self._lose_a_worker(trouble))

        url = message["url"]
        agent = Agent(self._node, self._surroundings, "work", {"url": url}, heard)
        self._workers[number] = Worker(agent, url, lost)
        return number

    def hear(self, data: str) -> None:
        """Send a message to a worker, from the thread of the window."""
        self.call_soon(lambda: self.do("hear", data=data))

    def _answer_the_parent(self, message: PipeMessage) -> None:
        assert self._parent is not None
        self._parent({name: message[name] for name in ("data", "error") if name in message})

    def _finish(self, message: PipeMessage) -> None:
        if self.result is None:
            self.result = message["result"]
        self._stop()

    def _log(self, text: str) -> None:
        self._said += 1
        if self._said <= LOUDEST:
            print(text[:LOUDEST], file=sys.stderr)
        if self._said == LOUDEST:
            print("The page says more than that; the rest is left out.", file=sys.stderr)
