"""The number of subtests that each page had when they were counted.

A test that ends too early passes with the subtests that it ran until then. So a page with fewer
subtests than were counted fails, unless its test has changed since the count.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from json import dumps
from pathlib import Path

from websocket_conformance.counting import counted
from websocket_conformance.wpt.checkout import Checkout
from websocket_conformance.wpt.pages import WptPage

FILE = "counts.toml"


@dataclass(frozen=True)
class SubtestCounts:
    """The numbers of subtests, and the tests in which they were counted.

    Attributes:
        counted_from: the version of the tests that were counted, for display.
        digests: the digest of each test, by its file.
        subtests: how many subtests each page had, by its id.
        handlers: the names of the WebSocket handlers at that version.
    """

    counted_from: str
    digests: Mapping[str, str]
    subtests: Mapping[str, int]
    handlers: Sequence[str] = ()

    def of(self, page: WptPage, checkout: Checkout) -> int | None:
        """Return how many subtests a page had; None if not counted, or if its test has changed."""
        if self.digests.get(page.file) != checkout.digest(page.file):
            return None
        return self.subtests.get(page.id)

    def lacking(self, pages: Iterable[WptPage], checkout: Checkout) -> str:
        """Return a warning about handlers that the checkout lacks; empty without such handlers.

        If every test has changed since the count, no warning is given, as nothing is known of them.
        """
        gone = sorted({*self.handlers} - {*checkout.handlers})
        if not gone or all(self.of(page, checkout) is None for page in pages):
            return ""
        return (
            f"The checkout does not have the WebSocket handlers {', '.join(gone)}, which "
            f"{self.counted_from} has; tests that connect to them fail."
        )

    def remark(self, pages: Iterable[WptPage], checkout: Checkout) -> str:
        """Return a remark about tests that have changed since the count; empty without changes."""
        files = {page.file for page in pages}
        others = [file for file in files if self.digests.get(file) != checkout.digest(file)]
        if not others:
            return ""
        return (
            f"The numbers of subtests were counted from {self.counted_from}. Of the "
            f"{counted(len(files), 'test')} here {len(others)} are not as they were then, so the "
            "number of their subtests is not checked."
        )


@cache
def known_counts() -> SubtestCounts:
    """Return the counts in the file beside this module."""
    text = (files("websocket_conformance.wpt") / FILE).read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return SubtestCounts(
        content["counted-from"], content["digests"], content["subtests"], content["handlers"]
    )


def written(counted_from: str, checkout: Checkout, subtests: Mapping[WptPage, int]) -> str:
    """Return the text of the file with some counts.

    Args:
        counted_from: the version of the tests that were counted, for display.
        checkout: the checkout.
        subtests: how many subtests each page has.
    """
    digests = {page.file: checkout.digest(page.file) for page in subtests}
    lines = [
        "# How many subtests each page of web-platform-tests has, counted by `make wpt-counts`;",
        "# and a digest of each test that was counted, the first 12 digits of its SHA-256,",
        "# with what it includes; and which WebSocket handlers there were.",
        "",
        f"counted-from = {dumps(counted_from)}",
        f"handlers = {dumps(checkout.handlers)}",
        "",
        "[digests]",
        *(f"{dumps(file)} = {dumps(digest)}" for file, digest in sorted(digests.items())),
        "",
        "[subtests]",
        *(f"{dumps(page.id)} = {subtests[page]}" for page in sorted(subtests, key=_by_id)),
        "",
    ]
    return "\n".join(lines)


def _by_id(page: WptPage) -> str:
    return page.id


def counted_in(reports: Iterable[Path], checkout: Checkout) -> dict[WptPage, int]:
    """Return how many subtests each page has in the report with the most subtests of that page.

    Args:
        reports: files that WPT's own runner has written.
        checkout: the checkout that the runner has run.
    """
    most: dict[str, int] = {}
    for report in reports:
        for each in json.loads(report.read_text(encoding="utf-8"))["results"]:
            most[each["test"]] = max(len(each["subtests"]), most.get(each["test"], 0))
    return {page: most[page.id] for page in checkout.pages if most.get(page.id)}


if __name__ == "__main__":
    root, told, *of_runs = sys.argv[1:]
    counted_here = counted_in(map(Path, of_runs), Checkout(Path(root)))
    text = written(told, Checkout(Path(root)), counted_here)
    (Path(__file__).parent / FILE).write_text(text, encoding="utf-8")
