"""A checkout of web-platform-tests: which tests it has, and which it is."""

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from websocket_conformance.errors import MissingError
from websocket_conformance.wpt.pages import (
    DEFAULT_GLOBALS,
    WptPage,
    WptScope,
    flags_of_variant,
    page_path,
    scopes,
)
from websocket_conformance.wpt.reading import HARNESS, AboutTest, read_page, read_script

WHOLE = ("websockets",)
"""The folders of which every test is run."""

WITHOUT_DOCUMENT = ("FileAPI/blob", "dom/abort", "dom/events")
"""The folders of which those tests are run that need no document."""

REWRITTEN = {"/resources/WebIDLParser.js": "/resources/webidl2/lib/webidl2.js"}
"""What WPT's server serves in the place of what is asked for."""

_SCRIPTS = (".any.js", ".window.js", ".worker.js")
_ANYWHERE = (".any.js", ".worker.js")
_PAGES = (".html", ".htm", ".xhtml", ".xht")
_NO_TESTS = frozenset({"resources", "support", "tools", "handlers"})
_OTHER_TESTS = ("-manual", "-visual", "-crash", "-ref", "-notref")
_DIGITS = 12
_GIT_SECONDS = 30


@dataclass(frozen=True)
class Checkout:
    """A checkout of web-platform-tests; see `opened`.

    Attributes:
        root: its folder.
    """

    root: Path

    @cached_property
    def pages(self) -> tuple[WptPage, ...]:
        """Every page of the tests that are in scope, also those that are left out; in order."""
        pages = (page for file in self._files() for page in self._pages(file))
        return tuple(sorted(pages, key=lambda page: (page.folder, page.file, page.id)))

    @property
    def absent(self) -> tuple[str, ...]:
        """The folders with tests in scope that the checkout does not have."""
        return tuple(
            each for each in (*WHOLE, *WITHOUT_DOCUMENT) if not (self.root / each).is_dir()
        )

    @cached_property
    def commit(self) -> str:
        """Its commit, and the commit's date; empty where git does not know it."""
        if not (self.root / ".git").exists():
            return ""
        command = ["git", "-C", str(self.root), "log", "-1", "--format=%h of %cs", "--abbrev=10"]
        try:
            done = subprocess.run(  # noqa: S603
                command, capture_output=True, check=True, text=True, timeout=_GIT_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            return ""
        return done.stdout.strip()

    @property
    def version(self) -> str:
        """Which checkout it is, for people."""
        known = f"commit {self.commit}" if self.commit else "of an unknown commit"
        return f"web-platform-tests, {known}"

    def digest(self, file: str) -> str:
        """A short digest of a file, by which a test that has changed is told."""
        return hashlib.sha256((self.root / file).read_bytes()).hexdigest()[:_DIGITS]

    def _files(self) -> Iterator[str]:
        for folder in (*WHOLE, *WITHOUT_DOCUMENT):
            endings = _ANYWHERE if folder in WITHOUT_DOCUMENT else (*_SCRIPTS, *_PAGES)
            for file in sorted((self.root / folder).rglob("*")):
                parts = file.relative_to(self.root).parts
                if file.name.endswith(endings) and not _NO_TESTS.intersection(parts):
                    yield "/".join(parts)

    def _pages(self, file: str) -> Iterator[WptPage]:
        source = (self.root / file).read_bytes()
        about = read_script(source) if file.endswith(_SCRIPTS) else read_page(source)
        if file.endswith(_PAGES) and not _is_test(file, about):
            return
        lacks = tuple(self._lacking(file, about))
        for scope in _scopes(file, about):
            path = page_path(file, scope)
            for variant in about.variants or [""]:
                yield WptPage(
                    f"{path}{variant}",
                    file,
                    scope,
                    is_secure=_is_secure(path, scope, variant),
                    is_long=about.is_long,
                    lacks=lacks,
                )

    def _lacking(self, file: str, about: AboutTest) -> Iterator[str]:
        """What a test includes that is not there; what comes from elsewhere is not looked for."""
        for script in dict.fromkeys(about.scripts):
            url = urlsplit(script)
            if url.scheme or url.netloc or not url.path:
                continue
            path = urljoin(f"/{file}", url.path)
            if not (self.root / REWRITTEN.get(path, path).lstrip("/")).is_file():
                yield path


def _is_test(file: str, about: AboutTest) -> bool:
    stem = file.rpartition("/")[2].partition(".")[0]
    return about.includes_harness and not stem.endswith(_OTHER_TESTS)


def _scopes(file: str, about: AboutTest) -> list[WptScope]:
    if file.endswith(".any.js"):
        return scopes(about.globals or DEFAULT_GLOBALS)
    if file.endswith(".worker.js"):
        return [WptScope.DEDICATED_WORKER]
    return [WptScope.WINDOW]


def _is_secure(path: str, scope: WptScope, variant: str) -> bool:
    flags = {*path.split("."), *flags_of_variant(variant)}
    return scope is WptScope.SERVICE_WORKER or not flags.isdisjoint({"https", "h2"})


def opened(root: Path) -> Checkout:
    """The checkout in a folder.

    Raises:
        MissingError: there is none.
    """
    for needed in (HARNESS, "/websockets"):
        if not (root / needed.lstrip("/")).exists():
            raise MissingError(
                f"{root} is no checkout of web-platform-tests: it has no {needed.lstrip('/')}.\n"
                f"{HOW_TO_GET}"
            )
    return Checkout(root)


HOW_TO_GET = (
    "To get what is needed of it, with git and a network:\n"
    "  whatwg-websockets conformance run --suite wpt --fetch\n"
    "or name a checkout that is there: --root PATH, or WPT=PATH in the environment"
)
"""What to tell somebody who has no checkout."""


def chosen(pages: tuple[WptPage, ...], pattern: str) -> list[WptPage]:
    """The pages that a pattern names: by their id, or by the file or a folder of their tests.

    ``*`` stands for anything, also for what has a slash in it, and ``?`` for itself.
    """
    wanted = pattern.lstrip("/").replace("[", "[[]").replace("?", "[?]")
    folder = wanted.rstrip("/") + "/*"
    return [
        page
        for page in pages
        if any(fnmatchcase(name, wanted) for name in (page.id[1:], page.path[1:], page.file))
        or fnmatchcase(page.file, folder)
    ]
