"""The pages of web-platform-tests: where each is, and in which scope its test runs.

The rules are those of WPT's manifest: https://web-platform-tests.org/writing-tests/testharness.html
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit


class WptScope(StrEnum):
    """Where a test runs, in the words of WPT's ``global``."""

    WINDOW = "window"
    DEDICATED_WORKER = "dedicatedworker"
    SHARED_WORKER = "sharedworker"
    SERVICE_WORKER = "serviceworker"
    OTHER = "other"


SUFFIXES = {
    WptScope.WINDOW: ".any.html",
    WptScope.DEDICATED_WORKER: ".any.worker.html",
    WptScope.SHARED_WORKER: ".any.sharedworker.html",
    WptScope.SERVICE_WORKER: ".any.serviceworker.html",
}
"""How the page of a test ends whose file ends in ``.any.js``: it can run in several scopes."""

DEFAULT_GLOBALS = "window,dedicatedworker"
"""Where such a test runs if it does not say."""

_GROUPS = {
    "window": (WptScope.WINDOW,),
    "dedicatedworker": (WptScope.DEDICATED_WORKER,),
    "sharedworker": (WptScope.SHARED_WORKER,),
    "serviceworker": (WptScope.SERVICE_WORKER,),
    "worker": (WptScope.DEDICATED_WORKER, WptScope.SHARED_WORKER, WptScope.SERVICE_WORKER),
}


@dataclass(frozen=True, slots=True)
class WptPage:
    """A page that a browser would load to run a test.

    Attributes:
        id: its path and its variant, as WPT and wpt.fyi name it: ``/websockets/x.any.html?wss``.
        file: the test's file, from the checkout's root.
        scope: where the test runs.
        is_secure: whether it is loaded over HTTPS.
        is_long: whether it may take as long as WPT's long tests.
        lacks: what the test includes and the checkout does not have, by path.
        fault: what is wrong with what the test says of itself; empty for nothing.
    """

    id: str
    file: str
    scope: WptScope
    is_secure: bool = False
    is_long: bool = False
    lacks: tuple[str, ...] = ()
    fault: str = ""

    @property
    def folder(self) -> str:
        """The folder of its test."""
        return self.file.rpartition("/")[0]

    @property
    def path(self) -> str:
        """Its path, without its variant."""
        return urlsplit(self.id).path

    @property
    def variant(self) -> str:
        """Its variant: what follows its path, such as ``?wss``; empty for none."""
        return self.id[len(self.path) :]

    @property
    def flags(self) -> frozenset[str]:
        """WPT's flags: those in the name of its file, and those of its variant."""
        name = self.file.rpartition("/")[2]
        return frozenset(name.split(".")[1:-1]) | flags_of_variant(self.variant)


def flags_of_variant(variant: str) -> frozenset[str]:
    """The flags that a variant has, as in ``?wss&wpt_flags=h2``."""
    return frozenset(parse_qs(variant.removeprefix("?")).get("wpt_flags", []))


def scopes(globals_: str) -> list[WptScope]:
    """The scopes that the ``global`` of a test names, each once, in the order of `WptScope`."""
    named: set[WptScope] = set()
    for word in filter(None, (word.strip() for word in globals_.split(","))):
        named.update(_GROUPS.get(word, (WptScope.OTHER,)))
    return [scope for scope in WptScope if scope in named]


def page_path(file: str, scope: WptScope) -> str:
    """The path of the page on which the test of a file runs in a scope."""
    stem, name = file.rpartition(".any.js")[0], f"/{file}"
    if stem:
        return f"/{stem}{SUFFIXES.get(scope, f'.any.{scope}.html')}"
    return f"{name[:-3]}.html" if name.endswith((".window.js", ".worker.js")) else name
