"""The pages of web-platform-tests: their paths, and the scopes in which their tests run.

The rules are those of WPT's manifest: https://web-platform-tests.org/writing-tests/testharness.html
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit


class WptScope(StrEnum):
    """The scope in which a test runs, in the words of WPT's ``global``."""

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
"""The ends of the pages' paths, by scope, for a test whose file ends in ``.any.js``."""

DEFAULT_GLOBALS = "window,dedicatedworker"
"""The scopes in which an ``.any.js`` test runs if it does not name any."""

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
        is_long: whether its test is one of WPT's long tests.
        lacks: the paths of included scripts that the checkout does not have.
        fault: what is wrong with the test's metadata; empty if it is valid.
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
        """Its variant: the part after its path, such as ``?wss``; empty without a variant."""
        return self.id[len(self.path) :]

    @property
    def flags(self) -> frozenset[str]:
        """WPT's flags: those in the name of its file, and those of its variant."""
        name = self.file.rpartition("/")[2]
        return frozenset(name.split(".")[1:-1]) | flags_of_variant(self.variant)


def flags_of_variant(variant: str) -> frozenset[str]:
    """Return the flags in a variant, as in ``?wss&wpt_flags=h2``."""
    return frozenset(parse_qs(variant.removeprefix("?")).get("wpt_flags", []))


def scopes(globals_: str) -> list[WptScope]:
    """Return the scopes in a test's ``global``, each once, in the order of `WptScope`."""
    named: set[WptScope] = set()
    for word in filter(None, (word.strip() for word in globals_.split(","))):
        named.update(_GROUPS.get(word, (WptScope.OTHER,)))
    return [scope for scope in WptScope if scope in named]


def page_path(file: str, scope: WptScope) -> str:
    """Return the path of the page that runs a file's test in a scope."""
    stem, name = file.rpartition(".any.js")[0], f"/{file}"
    if stem:
        return f"/{stem}{SUFFIXES.get(scope, f'.any.{scope}.html')}"
    return f"{name[:-3]}.html" if name.endswith((".window.js", ".worker.js")) else name
