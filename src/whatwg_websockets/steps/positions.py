"""The positions: this project's answers to questions that a standard leaves open."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whatwg_websockets.steps.index import Algorithm, Requirement
from whatwg_websockets.steps.links import anchor_in_code

ASPECTS = {"page": "Page", "wire": "Wire", "when": "When", "not-built": "Not built"}
"""What a position compares with browsers: the keys in its front matter, and words for readers."""

NOT_COMPARED = "not compared"
"""The word of a position for something that was not compared with a browser."""

NONE = "none: "
"""The beginning of the reason in the front matter why no browser was compared."""

FRONT_MATTER = re.compile(r"---\n(?P<fields>.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class Position:
    """A question that the standard leaves open, and this project's answer.

    Attributes:
        path: the file.
        title: the question in short.
        where: the anchors that it is about: those of its standard, or those of another standard
            after that standard's id and "#".
        standard: the short name of its standard.
        code: the code that carries out the answer: files in the package, with the name of a
            function or class.
        browsers: the browsers that it is compared with, each with its version.
        not_asked: why no browser was compared; empty if one was.
        compared: for each of `ASPECTS` "same", "differs" or "not compared": what the page sees,
            what is on the wire, when it comes, and what browsers have that is not built here.
        differs: the questions to which the answer here is not Chromium's.
        tests: the tests of the answer, as pytest writes them.
    """

    path: Path
    title: str
    where: tuple[str, ...]
    standard: str = ""
    code: tuple[str, ...] = ()
    browsers: tuple[str, ...] = ()
    not_asked: str = ""
    compared: Mapping[str, str] = field(
        default_factory=lambda: dict.fromkeys(ASPECTS, NOT_COMPARED)
    )
    differs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text of the position in Markdown, without the front matter."""
        return FRONT_MATTER.sub("", self.path.read_text(encoding="utf-8"), count=1).strip()

    def is_about(self, entry: Algorithm | Requirement) -> bool:
        """Return whether the position names an algorithm, or the place of a requirement."""
        anchor = anchor_in_code(entry)
        full = f"{entry.standard}#{entry.anchor}"
        named = {*self.where, *(f"{self.standard}#{each}" for each in self.where)}
        return bool({anchor, f"#{anchor}", full, entry.url} & named)


def read_positions(folder: Path) -> Iterator[Position]:
    """Read the positions of a folder: Markdown files with ``where:`` in their front matter."""
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        found = FRONT_MATTER.match(text)
        fields = found["fields"] if found else ""
        heading = re.search(r"^# (.+)$", text, re.MULTILINE)
        titles = [*_values(fields, "title"), *([heading[1].strip()] if heading else []), path.stem]
        browsers = _values(fields, "browsers")
        not_asked = browsers and browsers[0].startswith(NONE)
        yield Position(
            path=path,
            title=titles[0],
            where=tuple(_values(fields, "where")),
            standard="".join(_values(fields, "standard")),
            code=tuple(_values(fields, "code")),
            browsers=() if not_asked else tuple(browsers),
            not_asked=browsers[0].removeprefix(NONE) if not_asked else "",
            compared={each: "".join(_values(fields, each)) or NOT_COMPARED for each in ASPECTS},
            differs=tuple(_values(fields, "differs")),
            tests=tuple(_values(fields, "tests")),
        )


def _values(fields: str, key: str) -> list[str]:
    """Return the values of a key in a front matter, on its line or in a list below it."""
    found = re.search(
        rf"^{key}:(?P<line>.*)\n?(?P<list>(?:\s+-.*\n?|-.*\n?)*)", fields, re.MULTILINE
    )
    if found is None:
        return []
    line = found["line"].strip()
    values = line[1:-1].split(",") if line.startswith("[") else [line]
    values += [each.strip().removeprefix("-") for each in found["list"].splitlines()]
    return [value for value in (each.strip().strip("\"'") for each in values) if value]
