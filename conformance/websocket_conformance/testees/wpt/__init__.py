"""The page of web-platform-tests for this implementation: its classes in a JavaScript engine.

A page is a process: ``python -m websocket_conformance.testees.wpt`` reads one line of JSON, which
says what to load, and prints one line of JSON, which says what the tests found. The engine is
Node.js, in a process of its own. Its realms have the classes of ``whatwg_websockets``, made by
introspection; each constructor, attribute and operation hands over to Python through a pipe, and
Python calls the listeners through the same pipe. One side speaks at a time, so that a script runs
to its end before anything else happens. The event loop is asyncio's; the microtasks are the
engine's.

================== =====================================================================
``__main__.py``    the command
``engine.py``      Node.js: where it is, the process, the pipe
``interfaces.py``  what the classes are, by introspection
``values.py``      values on their way through the pipe
``promises.py``    promises and microtasks, in one order with those of JavaScript
``foreign.py``     objects of JavaScript, as Python sees them
``calls.py``       constructors, attributes and operations, called for JavaScript
``timers.py``      the timers of a page
``agent.py``       an event loop with an engine: realms, timers, requests, workers
``workers.py``     workers, each in a thread of its own
``fetching.py``    requests over HTTP, with names resolved as the task says
``page/``          the page in JavaScript, which other engines run as well
================== =====================================================================

In ``page/``, ``bridge.cjs`` is what runs in Node.js for this package, with ``classes.cjs``,
``pipe.cjs`` and ``values.cjs``; ``native.cjs`` is what runs with an engine's own classes. Either
gives the rest what a page needs of an engine (its ``host``): ``navigation.cjs`` (tabs, frames,
history), ``loading.cjs`` and ``html.cjs`` (documents), ``window.cjs``, ``worker.cjs`` and
``scope.cjs`` (what scripts find, with ``adopted.cjs`` for what the engine has of its own),
``dom.cjs``, ``events.cjs``, ``files.cjs``, ``handlers.cjs`` and ``requests.cjs`` (what is not under
test), and ``report.cjs`` (what testharness.js has found).
"""
