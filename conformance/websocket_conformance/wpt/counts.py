"""How many subtests each page had when they were counted.

A test that ends too early passes with the few subtests that it came to. So fewer subtests than were
counted are a failure, unless the test is another than the one that was counted.
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
    """What was counted.

    Attributes:
        counted_from: the tests that were counted, for people.
        digests: a digest of each test, by its file.
        subtests: how many subtests each page had, by its id.
        handlers: the names of the WebSocket handlers that there were.
    """

    counted_from: str
    digests: Mapping[str, str]
    subtests: Mapping[str, int]
    handlers: Sequence[str] = ()

    def of(self, page: WptPage, checkout: Checkout) -> int | None:
        """How many subtests a page has; None if it was not counted, or its test is another now."""
        if self.digests.get(page.file) != checkout.digest(page.file):
            return None
        return self.subtests.get(page.id)

    def lacking(self, pages: Iterable[WptPage], checkout: Checkout) -> str:
        """What to say of the handlers that are not there any more; empty for none.

        Of tests among which none is as it was when it was counted, nothing is known.
        """
        gone = sorted({*self.handlers} - {*checkout.handlers})
        if not gone or all(self.of(page, checkout) is None for page in pages):
            return ""
        return (
            f"The checkout does not have the WebSocket handlers {', '.join(gone)}, which "
            f"{self.counted_from} has; what connects to them fails."
        )

    def remark(self, pages: Iterable[WptPage], checkout: Checkout) -> str:
        """What to say of the tests that are others than those that were counted; empty for none."""
        files = {page.file for page in pages}
        others = [file for file in files if self.digests.get(file) != checkout.digest(file)]
        if not others:
            return ""
        return (
            f"The numbers of subtests were counted from {self.counted_from}. Of the "
            f"{counted(len(files), 'test')} here {len(others)} are not as they were then, and may "
            "have as few subtests as they like."
        )


@cache
def known_counts() -> SubtestCounts:
    """What is kept beside this module."""
    text = (files("websocket_conformance.wpt") / FILE).read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return SubtestCounts(
        content["counted-from"], content["digests"], content["subtests"], content["handlers"]
    )


def written(counted_from: str, checkout: Checkout, subtests: Mapping[WptPage, int]) -> str:
    """The file of some counts.

    Args:
        counted_from: the tests that were counted, for people.
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
    """How many subtests each page has in the report that has most of it.

    Args:
        reports: files as WPT's own runner writes them.
        checkout: the checkout of which they are.
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
