"""What WPT's server generates around a script: the pages and the workers that run it.

What these have to do is told at https://web-platform-tests.org/writing-tests/testharness.html, and
`GLOBAL` is what tests ask for their scope.
"""

from collections.abc import Callable, Sequence
from html import escape
from json import dumps

from websocket_conformance.wpt.reading import HARNESS, AboutTest

_REPORT = "/resources/testharnessreport.js"

_WINDOW = "isWindow: () => true, isWorker: () => false, isShadowRealm: () => false"
_WORKER = "isWindow: () => false, isWorker: () => true, isShadowRealm: () => false"


def window(script: str, about: AboutTest) -> str:
    """The page that runs a script of several scopes in a window."""
    scripts = [HARNESS, _REPORT, *about.scripts]
    return _page(about, f"self.GLOBAL = {{ {_WINDOW} }};", [*scripts, script])


def window_alone(script: str, about: AboutTest) -> str:
    """The page that runs a script that is for windows alone."""
    return _page(about, "", [HARNESS, _REPORT, *about.scripts, script])


def dedicated_worker(script: str, about: AboutTest) -> str:
    """The page whose dedicated worker runs a script, and whose test results are the worker's."""
    begin = f"fetch_tests_from_worker(new Worker({dumps(script)} + location.search));"
    return _page(about, begin, [HARNESS, _REPORT], is_last=True)


def worker_script(script: str, about: AboutTest) -> str:
    """The script of a dedicated worker that runs a script of several scopes."""
    lines = [f"self.GLOBAL = {{ {_WORKER} }};"]
    lines += [f"importScripts({dumps(each)});" for each in (HARNESS, *about.scripts, script)]
    return "\n".join([*lines, "done();", ""])


def _page(about: AboutTest, inline: str, scripts: Sequence[str], *, is_last: bool = False) -> str:
    """A page with some scripts, and one of its own before them or behind them."""
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
"""How the path ends of what is generated, of the test's file and of the script that is run; of what
type it is, and what writes it. The first that fits counts: ``.any.worker.html`` stands before
``.worker.html``.
"""
