"""The subtests of web-platform-tests that an implementation is not expected to pass, and why.

The file is TOML, a table ``[[expected]]`` for the subtests that fail for the same reason::

    [[expected]]
    pages = ["/websockets/cookies/001.html?default", "/websockets/cookies/001.html?wss"]
    subtests = ["WebSockets: Cookie in request"]
    status = "FAIL"
    reason = "Cookies are not sent."
    position = "set-cookie"

Without ``subtests``, the entry is about the page as a whole, whose status is then not ``OK``. The
position is the name of one of the positions, or a URL in the standard that is not carried out.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from websocket_conformance.errors import ReportError
from websocket_conformance.report.conversion import NotOfTheKind, made
from websocket_conformance.wpt.answer import ANSWERED, CRASH, OK, PASS, SUBTESTS


@dataclass(frozen=True)
class Expectation:
    """Subtests that are expected to have another status than the best.

    Attributes:
        pages: the ids of their pages.
        status: the status of each of them, in WPT's words.
        reason: why they have that status.
        position: the position, or the URL in the standard, that explains it.
        subtests: their names; none for the pages as a whole.
    """

    pages: tuple[str, ...]
    status: str
    reason: str
    position: str
    subtests: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The reason, with the place where more is said."""
        return f"{self.reason} See {self.position}."


Place = tuple[str, str]
"""The id of a page, and the name of a subtest, which is empty for the page as a whole."""


@dataclass(frozen=True)
class Expectations:
    """The expectations for one implementation.

    Attributes:
        places: each subtest and each page with another expected status than the best.
    """

    places: Mapping[Place, Expectation] = field(default_factory=dict)

    def of(self, page: str, subtest: str = "") -> Expectation | None:
        """Return the expectation for a subtest or a whole page; None if it should pass."""
        return self.places.get((page, subtest))


def load_expectations(file: Path) -> Expectations:
    """Read a file of expectations.

    Raises:
        ReportError: it cannot be read, or is not such a file; the message says what is wrong and
            where.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{file}: {error.strerror}") from error
    except ValueError as error:
        raise ReportError(f"{file}: not valid TOML: {error}") from error
    try:
        return Expectations(_places(made(_File, content)))
    except NotOfTheKind as error:
        raise ReportError(f"{file}: {error}") from error


@dataclass(frozen=True)
class _File:
    """Return the expectations in a file."""

    expected: tuple[Expectation, ...] = ()


def _places(file: _File) -> dict[Place, Expectation]:
    places: dict[Place, Expectation] = {}
    for at, each in enumerate(file.expected):
        where = f"expected[{at}]"
        _check(each, where)
        for place in ((page, name) for page in each.pages for name in each.subtests or ("",)):
            if place in places:
                named = " | ".join(filter(None, place))
                raise NotOfTheKind(f"{where}: an earlier table already names {named}")
            places[place] = each
    return places


def _check(each: Expectation, where: str) -> None:
    """Refuse a table without the necessary values."""
    for name in ("pages", "reason", "position"):
        if not getattr(each, name):
            raise NotOfTheKind(f"{where}.{name}: expected a value that is not empty")
    statuses = SUBTESTS if each.subtests else (*ANSWERED, CRASH)
    short = [status for status in statuses if status not in (PASS, OK)]
    if each.status not in short:
        raise NotOfTheKind(f"{where}.status: expected one of {', '.join(short)}")
