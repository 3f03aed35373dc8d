"""The pages and workers that WPT's server generates to run a script.

They are described at https://web-platform-tests.org/writing-tests/testharness.html. Tests use the
object `GLOBAL` to find out in which scope they run.
"""

from collections.abc import Callable, Sequence
from html import escape
from json import dumps

from websocket_conformance.wpt.reading import HARNESS, AboutTest

_REPORT = "/resources/testharnessreport.js"

_WINDOW = "isWindow: () => true, isWorker: () => false, isShadowRealm: () => false"
_WORKER = "isWindow: () => false, isWorker: () => true, isShadowRealm: () => false"


def window(script: str, about: AboutTest) -> str:
    """Return the page that runs an ``.any.js`` script in a window."""
    scripts = [HARNESS, _REPORT, *about.scripts]
    return _page(about, f"self.GLOBAL = {{ {_WINDOW} }};", [*scripts, script])


def window_alone(script: str, about: AboutTest) -> str:
    """Return the page that runs a ``.window.js`` script."""
    return _page(about, "", [HARNESS, _REPORT, *about.scripts, script])


def dedicated_worker(script: str, about: AboutTest) -> str:
    """Return the page that runs a script in a dedicated worker, and shows the worker's results."""
    begin = f"fetch_tests_from_worker(new Worker({dumps(script)} + location.search));"
    return _page(about, begin, [HARNESS, _REPORT], is_last=True)


def worker_script(script: str, about: AboutTest) -> str:
    """Return the script of a dedicated worker that runs an ``.any.js`` script."""
    lines = [f"self.GLOBAL = {{ {_WORKER} }};"]
    lines += [f"importScripts({dumps(each)});" for each in (HARNESS, *about.scripts, script)]
    return "\n".join([*lines, "done();", ""])


def _page(about: AboutTest, inline: str, scripts: Sequence[str], *, is_last: bool = False) -> str:
    """Return a page with some scripts, and an inline script before or after them."""
    elements = [f'<script src="{escape(each)}"></script>' for each in scripts]
    if inline:
        elements.insert(len(elements) if is_last else 0, f"<script>{inline}</script>")
    head = ["<!DOCTYPE html>", '<meta charset="utf-8">']
    head += [f"<title>{escape(about.title)}</title>"] if about.title else []
    head += ['<meta name="timeout" content="long">'] if about.is_long else []
    return "\n".join([*head, *elements[:-1], '<div id="log"></div>', elements[-1], ""])


Writer = Callable[[str, AboutTest], str]

GENERATED: tuple[tuple[str, str, str, str, Writer], ...] = (
    (".any.html", ".any.js", ".any.js", "text/html", window),
    (".any.worker.html", ".any.js", ".any.worker.js", "text/html", dedicated_worker),
    (".any.worker.js", ".any.js", ".any.js", "text/javascript", worker_script),
    (".window.html", ".window.js", ".window.js", "text/html", window_alone),
    (".worker.html", ".worker.js", ".worker.js", "text/html", dedicated_worker),
)
"""The generated resources: the end of the path, of the test's file and of the script that is run;
the media type; and the function that writes it. The first entry that matches is used, so
``.any.worker.html`` stands before ``.worker.html``.
"""
