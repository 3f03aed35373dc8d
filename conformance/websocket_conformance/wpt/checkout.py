"""A checkout of web-platform-tests: its tests, its commit and its version."""

import hashlib
import re
import subprocess
from collections.abc import Iterator, Sequence
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

WHOLE = ("websockets", "streams")
"""The folders from which every test is run."""

WITHOUT_DOCUMENT = ("FileAPI/blob", "dom/abort", "dom/events")
"""The folders from which only tests that need no document are run."""

REWRITTEN = {"/resources/WebIDLParser.js": "/resources/webidl2/lib/webidl2.js"}
"""The paths for which WPT's server serves another file."""

HANDLERS = "websockets/handlers"
"""The folder of WPT's WebSocket handlers, one for each resource."""

_HANDLER = "_wsh.py"
_ABOUT_EVERY_TEST = (HARNESS[1:], "resources/testharnessreport.js")
_IDL = re.compile(rb"\bidl_test\(\s*\[([^\]]*)\]\s*,\s*\[([^\]]*)\]")
_STRING = re.compile(rb"""["']([^"']+)["']""")
_SCRIPTS = (".any.js", ".window.js", ".worker.js")
_ANYWHERE = (".any.js", ".worker.js")
_PAGES = (".html", ".htm", ".xhtml", ".xht")
_NO_TESTS = frozenset({"resources", "support", "tools", "handlers", "crashtests"})
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
        """Every page of the tests in scope, in order, including the pages that are left out."""
        pages = (page for file in self._files() for page in self._pages(file))
        return tuple(sorted(pages, key=lambda page: (page.folder, page.file, page.id)))

    @property
    def absent(self) -> tuple[str, ...]:
        """The folders of tests in scope that the checkout does not have."""
        return tuple(
            each for each in (*WHOLE, *WITHOUT_DOCUMENT) if not (self.root / each).is_dir()
        )

    @cached_property
    def commit(self) -> str:
        """The commit and its date; empty if git does not know it."""
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
        """The version of the checkout, for display."""
        known = f"commit {self.commit}" if self.commit else "of an unknown commit"
        return f"web-platform-tests, {known}"

    @property
    def handlers(self) -> tuple[str, ...]:
        """The names of the WebSocket handlers, in order."""
        found = (self.root / HANDLERS).glob(f"*{_HANDLER}")
        return tuple(sorted(file.name.removesuffix(_HANDLER) for file in found))

    def digest(self, file: str) -> str:
        """Return a short digest of a test, by which a changed test is recognized.

        The digest covers the test's file, the scripts that it includes, except the harness, and the
        files of interfaces with which it compares an implementation.
        """
        if file not in self._digests:
            source = (self.root / file).read_bytes()
            about = _read(file, source)
            named = [self._path(file, script) for script in dict.fromkeys(about.scripts)]
            parts = [self.root / path for path in named if path and path not in _ABOUT_EVERY_TEST]
            parts += [self.root / "interfaces" / f"{name}.idl" for name in _interfaces(source)]
            whole = hashlib.sha256(source)
            for part in filter(Path.is_file, parts):
                whole.update(part.read_bytes())
            self._digests[file] = whole.hexdigest()[:_DIGITS]
        return self._digests[file]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    def _files(self) -> Iterator[str]:
        for folder in (*WHOLE, *WITHOUT_DOCUMENT):
            endings = _ANYWHERE if folder in WITHOUT_DOCUMENT else (*_SCRIPTS, *_PAGES)
            for file in sorted((self.root / folder).rglob("*")):
                parts = file.relative_to(self.root).parts
                if file.name.endswith(endings) and not _NO_TESTS.intersection(parts):
                    yield "/".join(parts)

    def _pages(self, file: str) -> Iterator[WptPage]:
        source = (self.root / file).read_bytes()
        about = _read(file, source)
        if file.endswith(_PAGES) and not _is_test(file, about):
            return
        lacks = tuple(self._lacking(file, about))
        fault = _fault(about.variants)
        variants = [each for each in about.variants if not _is_wrong(each)]
        if fault and "" not in variants:
            variants.append("")
        for scope in _scopes(file, about):
            path = page_path(file, scope)
            for variant in variants or [""]:
                yield WptPage(
                    f"{path}{variant}",
                    file,
                    scope,
                    is_secure=_is_secure(path, scope, variant),
                    is_long=about.is_long,
                    lacks=lacks,
                    fault=fault if variant == "" else "",
                )

    def _lacking(self, file: str, about: AboutTest) -> Iterator[str]:
        """Yield the paths of included scripts that are missing, except scripts of other hosts."""
        for script in dict.fromkeys(about.scripts):
            path = self._path(file, script)
            if path and not (self.root / path).is_file():
                yield urljoin(f"/{file}", urlsplit(script).path)

    def _path(self, file: str, script: str) -> str:
        """Return the path of an included script from the root; empty if it is on another host."""
        url = urlsplit(script)
        if url.scheme or url.netloc or not url.path:
            return ""
        path = urljoin(f"/{file}", url.path)
        return REWRITTEN.get(path, path).lstrip("/")


def _read(file: str, source: bytes) -> AboutTest:
    return read_script(source) if file.endswith(_SCRIPTS) else read_page(source)


def _interfaces(source: bytes) -> list[str]:
    """Return the names of the interfaces' files that a test names, with their dependencies."""
    named = [
        name for both in _IDL.findall(source) for part in both for name in _STRING.findall(part)
    ]
    return [name.decode(errors="replace") for name in named]


def _is_wrong(variant: str) -> bool:
    return bool(variant) and (variant[0] not in "?#" or len(variant) == 1)


def _fault(variants: Sequence[str]) -> str:
    """Return what is wrong with some variants; each has to be a URL's query or fragment."""
    wrong = [repr(each) for each in variants if _is_wrong(each)]
    if not wrong:
        return ""
    return (
        f"Not a variant: {', '.join(wrong)}. A variant is empty, or begins with ? or # and goes on."
    )


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
    """Return the checkout in a folder.

    Raises:
        MissingError: the folder does not have a checkout.
    """
    for needed in (HARNESS, "/websockets"):
        if not (root / needed.lstrip("/")).exists():
            raise MissingError(
                f"{root} is not a checkout of web-platform-tests: it has no {needed.lstrip('/')}.\n"
                f"{HOW_TO_GET}"
            )
    return Checkout(root)


HOW_TO_GET = (
    "To fetch the needed part of it with git:\n"
    "  whatwg-websockets conformance run --suite wpt --fetch\n"
    "or name an existing checkout: --root PATH, or WPT=PATH in the environment"
)
"""The end of the message that there is no checkout."""


def chosen(pages: tuple[WptPage, ...], pattern: str) -> list[WptPage]:
    """Return the pages that a pattern names by their id, or by the file or a folder of their tests.

    ``*`` matches any text, including slashes, and ``?`` matches only itself.
    """
    wanted = pattern.lstrip("/").replace("[", "[[]").replace("?", "[?]")
    folder = wanted.rstrip("/") + "/*"
    return [
        page
        for page in pages
        if any(fnmatchcase(name, wanted) for name in (page.id[1:], page.path[1:], page.file))
        or fnmatchcase(page.file, folder)
    ]
