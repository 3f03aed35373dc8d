"""The page of web-platform-tests for this implementation: its classes in a JavaScript engine.

A page is a process: ``python -m websocket_conformance.testees.wpt`` reads one line of JSON, which
says what to load, and prints one line of JSON, which says what the tests found. The engine is
Node.js, in a process of its own. Its realms have the classes of ``whatwg_websockets``, made by
introspection. Each constructor, attribute and operation calls Python through a pipe, and Python
calls the listeners through the same pipe. Only one side runs at a time, so a script runs to its end
before anything else happens. The event loop is asyncio's; the microtasks are the engine's.

================== =====================================================================
``__main__.py``    the command
``engine.py``      Node.js: its path, its process, the pipe
``interfaces.py``  the interfaces of the classes, by introspection
``values.py``      values as they are sent through the pipe
``promises.py``    promises and microtasks, in one order with those of JavaScript
``foreign.py``     objects of JavaScript in Python
``calls.py``       constructors, attributes and operations, called for JavaScript
``timers.py``      the timers of a page
``agent.py``       an event loop with an engine: realms, timers, requests, workers
``workers.py``     workers, each in a thread of its own
``fetching.py``    requests over HTTP, with names resolved as the task says
``page/``          the page in JavaScript, which other engines run as well
================== =====================================================================

In ``page/``, ``bridge.cjs`` runs in Node.js for this package, with ``classes.cjs``, ``pipe.cjs``
and ``values.cjs``; ``native.cjs`` runs with an engine's own classes. Either of them provides the
parts of an engine that a page needs (its ``host``) to the other files: ``navigation.cjs`` (tabs,
frames, history), ``loading.cjs`` and ``html.cjs`` (documents), ``window.cjs``, ``worker.cjs`` and
``scope.cjs`` (what scripts find, with ``adopted.cjs`` for the engine's own objects), ``dom.cjs``,
``events.cjs``, ``files.cjs``, ``handlers.cjs`` and ``requests.cjs`` (what is not under test), and
``report.cjs`` (what testharness.js has found).
"""
