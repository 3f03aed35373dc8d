"""The order of the reactions of promises, compared with that in Node.

Each program stands twice, in JavaScript and in Python, and says words in the order in which its
parts run. What Node said is written down beside them; where there is a Node, it is asked again.

https://tc39.es/ecma262/#sec-promise-objects
"""

import asyncio
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from support.loops import errors_heard
from support.page import turns
from websocket_conformance.testees.wpt import engine
from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.promise import (
    Promise,
    a_new_promise,
    a_promise_for_all,
    a_promise_rejected_with,
    a_promise_resolved_with,
    react,
    reject,
    resolve,
)


class Script:
    """What a program has at hand; named as in JavaScript where it is the same."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.agent = the_event_loop("a promise")

    def say(self, *words: object) -> None:
        self.said.append(" ".join(map(str, words)))

    def saying(self, *words: object) -> Any:
        """Return steps that record words, whatever arguments they get."""
        return lambda _: self.say(*words)

    def new(self) -> Promise[Any]:
        return a_new_promise(self.agent)

    def resolved(self, value: object = None) -> Promise[Any]:
        return a_promise_resolved_with(value, self.agent)

    def rejected(self, reason: object) -> Promise[Any]:
        return a_promise_rejected_with(reason, self.agent)

    def call(self, coroutine: Any) -> None:
        """Call an async function and forget its promise."""
        self.agent.start_a_task(coroutine)

    def count(self, name: str, ticks: int) -> None:
        """Say a name with each of so many ticks."""
        promise = self.resolved()
        for tick in range(ticks):
            promise = react(promise, self.saying(name, tick))

    def task(self, steps: Any) -> None:
        self.agent.queue_a_task(lambda *_: steps(), None)


PRELUDE = """
const said = [], say = (...words) => said.push(words.join(" "));
const count = (name, ticks) => {
  let promise = Promise.resolve();
  for (let tick = 0; tick < ticks; tick++) promise = promise.then(() => say(name, tick));
};
process.on("unhandledRejection", () => {});
const newPromise = () => {
  let all;
  const promise = new Promise((resolve, reject) => all = {resolve, reject});
  return Object.assign(promise, all);
};
"""


@dataclass
class Program:
    javascript: str
    python: Any
    said: str


PROGRAMS: dict[str, Program] = {}


def program(javascript: str, said: str) -> Any:
    def add(python: Any) -> Any:
        PROGRAMS[python.__name__] = Program(javascript, python, said)
        return python

    return add


@program(
    """
    Promise.resolve().then(() => say("a1")).then(() => say("a2")).then(() => say("a3"));
    Promise.resolve().then(() => say("b1")).then(() => say("b2")).then(() => say("b3"));
    say("script");
    """,
    "script, a1, b1, a2, b2, a3, b3",
)
def chains_take_turns(s):
    for name in "ab":
        promise = s.resolved()
        for number in (1, 2, 3):
            promise = react(promise, s.saying(f"{name}{number}"))
    s.say("script")


@program(
    """
    const p = newPromise();
    p.then(() => say("followed"));
    p.resolve(Promise.resolve());
    count("tick", 4);
    """,
    "tick 0, tick 1, followed, tick 2, tick 3",
)
def to_follow_a_settled_promise_takes_two_ticks(s):
    promise = s.new()
    react(promise, s.saying("followed"))
    resolve(promise, s.resolved())
    s.count("tick", 4)


@program(
    """
    const p = newPromise(), q = newPromise();
    p.then(value => say("followed", value));
    q.then(() => say("before"));
    p.resolve(q);
    Promise.resolve().then(() => { q.resolve(1); count("tick", 3); });
    """,
    "before, tick 0, followed 1, tick 1, tick 2",
)
def to_follow_a_pending_promise_takes_a_tick_more_than_to_react(s):
    promise, other = s.new(), s.new()
    react(promise, lambda value: s.say("followed", value))
    react(other, s.saying("before"))
    resolve(promise, other)

    def settle(_):
        resolve(other, 1)
        s.count("tick", 3)

    react(s.resolved(), settle)


@program(
    """
    Promise.resolve().then(() => Promise.resolve("inner")).then(say);
    count("tick", 6);
    """,
    "tick 0, tick 1, tick 2, inner, tick 3, tick 4, tick 5",
)
def steps_that_return_a_promise(s):
    react(react(s.resolved(), lambda _: s.resolved("inner")), s.say)
    s.count("tick", 6)


@program(
    """
    (async () => { say("call"); await Promise.resolve(); say("one"); await Promise.resolve();
      say("two"); })();
    count("tick", 3);
    say("script");
    """,
    "call, script, one, tick 0, two, tick 1, tick 2",
)
def to_await_a_settled_promise_takes_one_tick(s):
    async def function():
        s.say("call")
        await s.resolved()
        s.say("one")
        await s.resolved()
        s.say("two")

    s.call(function())
    s.count("tick", 3)
    s.say("script")


@program(
    """
    const p = newPromise();
    for (const name of ["a", "b", "c"])
      (async () => { say("begin", name); say(await p, name); await null; say("end", name); })();
    p.then(() => say("then"));
    (async () => { await p; say("last"); })();
    p.resolve("value");
    """,
    "begin a, begin b, begin c, value a, value b, value c, then, last, end a, end b, end c",
)
def those_who_wait_for_a_promise_go_on_in_their_order(s):
    promise = s.new()

    async def function(name):
        s.say("begin", name)
        s.say(await promise, name)
        await s.resolved()
        s.say("end", name)

    async def last():
        await promise
        s.say("last")

    for name in "abc":
        s.call(function(name))
    react(promise, s.saying("then"))
    s.call(last())
    resolve(promise, "value")


@program(
    """
    const inner = async name => { await Promise.resolve(); say(name); return name; };
    const outer = async name => { say("from", await new Promise(r => r(inner(name)))); };
    outer("a"); outer("b");
    count("tick", 6);
    """,
    "a, b, tick 0, tick 1, from a, from b, tick 2, tick 3, tick 4, tick 5",
)
def async_functions_below_async_functions(s):
    async def inner(name):
        await s.resolved()
        s.say(name)
        return name

    async def outer(name):
        s.say("from", await s.resolved(inner(name)))

    s.call(outer("a"))
    s.call(outer("b"))
    s.count("tick", 6)


@program(
    """
    Promise.reject("reason").then(() => say("never")).then(() => say("never"), say);
    Promise.reject("other").then(null, reason => { say(reason); return "mended"; }).then(say);
    count("tick", 4);
    """,
    "other, tick 0, reason, mended, tick 1, tick 2, tick 3",
)
def a_rejection_passes_through_where_there_are_no_steps_for_it(s):
    def mend(reason):
        s.say(reason)
        return "mended"

    react(react(s.rejected("reason"), s.saying("never")), s.saying("never"), s.say)
    react(react(s.rejected("other"), None, mend), s.say)
    s.count("tick", 4)


@program(
    """
    Promise.resolve().then(() => { throw "thrown"; }).then(() => say("never"))
      .then(null, reason => { say(reason); throw "again"; }).then(null, say);
    count("tick", 5);
    """,
    "tick 0, tick 1, thrown, tick 2, again, tick 3, tick 4",
)
def what_steps_raise_rejects_what_is_derived(s):
    def raising(text):
        def steps(reason):
            if reason is not None:
                s.say(reason)
            raise RuntimeError(text)

        return steps

    promise = react(react(s.resolved(), raising("thrown")), s.saying("never"))
    react(react(promise, None, raising("again")), None, s.say)
    s.count("tick", 5)


@program(
    """
    const fail = async () => { await Promise.resolve(); throw "thrown"; };
    (async () => {
      try { await new Promise(r => r(fail())); } catch (reason) { say("caught", reason); }
      finally { await Promise.resolve(); say("at last"); }
      say("behind");
    })();
    count("tick", 6);
    """,
    "tick 0, tick 1, caught thrown, tick 2, at last, behind, tick 3, tick 4, tick 5",
)
def an_async_function_that_raises(s):
    async def fail():
        await s.resolved()
        raise RuntimeError("thrown")

    async def function():
        try:
            await s.resolved(fail())
        except RuntimeError as reason:
            s.say("caught", reason)
        finally:
            await s.resolved()
            s.say("at last")
        s.say("behind")

    s.call(function())
    s.count("tick", 6)


@program(
    """
    const p = newPromise(), q = newPromise(), r = newPromise();
    p.then(value => say("p", value)); r.then(value => say("r", value));
    p.resolve(q); p.resolve("too late"); p.reject("too late");
    r.resolve(1); r.resolve(2); r.resolve(Promise.resolve(3)); r.reject(4);
    q.resolve("followed");
    """,
    "r 1, p followed",
)
def the_first_resolution_stands(s):
    promise, other, third = s.new(), s.new(), s.new()
    react(promise, lambda value: s.say("p", value))
    react(third, lambda value: s.say("r", value))
    resolve(promise, other)
    resolve(promise, "too late")
    reject(promise, "too late")
    resolve(third, 1)
    resolve(third, 2)
    resolve(third, s.resolved(3))
    reject(third, 4)
    resolve(other, "followed")


@program(
    """
    const p = newPromise();
    p.then(null, reason => say(reason.name));
    p.resolve(p); p.resolve(1);
    count("tick", 2);
    """,
    "TypeError, tick 0, tick 1",
)
def a_promise_that_is_resolved_with_itself(s):
    promise = s.new()
    react(promise, None, lambda reason: s.say(type(reason).__name__))
    resolve(promise, promise)
    resolve(promise, 1)
    s.count("tick", 2)


@program(
    """
    const p = newPromise(), q = newPromise();
    Promise.all([p, q, Promise.resolve("c")]).then(values => say(...values));
    Promise.all([]).then(values => say("none", values.length));
    q.resolve("b"); p.resolve("a");
    Promise.all([q, Promise.reject("bad"), Promise.reject("worse")]).then(null, say);
    count("tick", 4);
    """,
    "none 0, tick 0, a b c, bad, tick 1, tick 2, tick 3",
)
def to_wait_for_all(s):
    promise, other = s.new(), s.new()
    react(
        a_promise_for_all([promise, other, s.resolved("c")], s.agent),
        lambda values: s.say(*values),
    )
    # Promise.all has its result at once where it is given nothing; Web IDL takes a microtask.
    react(s.resolved([]), lambda values: s.say("none", len(values)))
    resolve(other, "b")
    resolve(promise, "a")
    bad = a_promise_for_all([other, s.rejected("bad"), s.rejected("worse")], s.agent)
    react(bad, None, s.say)
    s.count("tick", 4)


@program(
    """
    queueMicrotask(() => { say("m1"); queueMicrotask(() => say("m3"));
      Promise.resolve().then(() => say("p3")); });
    Promise.resolve().then(() => { say("p1"); queueMicrotask(() => say("m4")); });
    queueMicrotask(() => say("m2"));
    (async () => { await null; say("a1"); queueMicrotask(() => say("m5"));
      await null; say("a2"); })();
    """,
    "m1, p1, m2, a1, m3, p3, m4, m5, a2",
)
def microtasks_and_reactions_share_one_queue(s):
    queue = s.agent.queue_a_microtask

    def first(_):
        s.say("m1")
        queue(s.saying("m3"))
        react(s.resolved(), s.saying("p3"))

    def reaction(_):
        s.say("p1")
        queue(s.saying("m4"))

    async def function():
        await s.resolved()
        s.say("a1")
        queue(s.saying("m5"))
        await s.resolved()
        s.say("a2")

    queue(first)
    react(s.resolved(), reaction)
    queue(s.saying("m2"))
    s.call(function())


@program(
    """
    const deep = (name, left) => Promise.resolve().then(() => { say(name, left);
      if (left) deep(name, left - 1); });
    setImmediate(() => { say("task 1"); deep("a", 2); (async () => { await null; say("b"); })(); });
    setImmediate(() => { say("task 2"); Promise.resolve().then(() => say("c")); });
    setImmediate(() => say("task 3"));
    Promise.resolve().then(() => say("of the script"));
    """,
    "of the script, task 1, a 2, b, a 1, a 0, task 2, c, task 3",
)
def all_reactions_run_before_the_next_task(s):
    def deep(name, left):
        def steps(_):
            s.say(name, left)
            if left:
                deep(name, left - 1)

        react(s.resolved(), steps)

    async def function():
        await s.resolved()
        s.say("b")

    def first():
        s.say("task 1")
        deep("a", 2)
        s.call(function())

    def second():
        s.say("task 2")
        react(s.resolved(), s.saying("c"))

    s.task(first)
    s.task(second)
    s.task(lambda: s.say("task 3"))
    react(s.resolved(), s.saying("of the script"))


@program(
    """
    const p = Promise.resolve();
    p.then(() => { say("outer 1"); p.then(() => say("inner 1")); });
    p.then(() => { say("outer 2"); p.then(() => say("inner 2")); });
    count("tick", 3);
    """,
    "outer 1, outer 2, tick 0, inner 1, inner 2, tick 1, tick 2",
)
def steps_that_react_to_the_same_promise(s):
    promise = s.resolved()

    def outer(number):
        def steps(_):
            s.say("outer", number)
            react(promise, s.saying("inner", number))

        return steps

    react(promise, outer(1))
    react(promise, outer(2))
    s.count("tick", 3)


@program(
    """
    const f = async () => Promise.resolve("returned");
    new Promise(r => r(f())).then(say);
    const g = async () => "value";
    new Promise(r => r(g())).then(say);
    count("tick", 6);
    """,
    "tick 0, tick 1, value, tick 2, returned, tick 3, tick 4, tick 5",
)
def async_functions_that_return_at_once(s):
    async def function():
        return s.resolved("returned")

    async def other():
        return "value"

    react(s.resolved(function()), s.say)
    react(s.resolved(other()), s.say)
    s.count("tick", 6)


@program(
    """
    const p = newPromise(), walk = async name => {
      for (let i = 0; i < 3; i++) { await Promise.resolve(); say(name, i); }
      await p; say(name, "end"); };
    walk("a"); walk("b");
    Promise.resolve().then(() => {}).then(() => p.resolve()).then(() => say("resolved"));
    """,
    "a 0, b 0, a 1, b 1, a 2, b 2, resolved, a end, b end",
)
def two_async_functions_go_side_by_side(s):
    promise = s.new()

    async def walk(name):
        for i in range(3):
            await s.resolved()
            s.say(name, i)
        await promise
        s.say(name, "end")

    s.call(walk("a"))
    s.call(walk("b"))
    resolving = react(react(s.resolved(), lambda _: None), lambda _: resolve(promise))
    react(resolving, s.saying("resolved"))


@pytest.mark.parametrize("name", PROGRAMS)
async def test_promises_do_what_they_do_in_node(name):
    script = Script()
    # The program runs where no task does, as a script does in a browser.
    asyncio.get_running_loop().call_soon(PROGRAMS[name].python, script)
    await turns()
    assert ", ".join(script.said) == PROGRAMS[name].said
    assert errors_heard() == []


def test_node_still_does():
    """What is written down above is what Node says."""
    node = os.environ.get("NODE") or shutil.which("node") or engine.node_of_the_wheel()
    if node is None:
        pytest.skip("there is no Node")
    source = PRELUDE + "const later = () => new Promise(r => setTimeout(r, 5));\n(async () => {\n"
    for name, each in PROGRAMS.items():
        source += f"{{ {each.javascript} }}\nawait later();\n"
        source += f"console.log(JSON.stringify([{json.dumps(name)}, said.splice(0)]));\n"
    source += "})();\n"
    done = subprocess.run([node, "-"], input=source, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    answers = dict(json.loads(line) for line in done.stdout.splitlines())
    assert {name: ", ".join(said) for name, said in answers.items()} == {
        name: each.said for name, each in PROGRAMS.items()
    }
