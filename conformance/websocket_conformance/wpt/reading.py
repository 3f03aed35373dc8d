"""Reads the metadata of a test: the ``META`` lines of a script, or the elements of a page."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_META = re.compile(rb"^\s*//\s*META:\s*(\w*)=(.*)$")
_IMPORTED = re.compile(rb"""importScripts\(\s*(["'])([^"']+)\1""")

HARNESS = "/resources/testharness.js"
"""The path of WPT's test harness, which every page of a test includes."""


@dataclass
class AboutTest:
    """The metadata of a test.

    Attributes:
        globals: its scopes, in the words of its ``global``; empty if it does not name any.
        variants: its variants; empty if the test has one page.
        scripts: the URLs of the scripts that it includes, as the test has them.
        is_long: whether it is one of WPT's long tests.
        title: its title; empty if it has none.
        includes_harness: whether it is a page that includes WPT's test harness.
    """

    globals: str = ""
    variants: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    is_long: bool = False
    title: str = ""
    includes_harness: bool = False


def read_script(source: bytes) -> AboutTest:
    """Return the metadata in the ``META`` lines at the start of a script, and its imports."""
    about = AboutTest()
    for line in source.splitlines():
        found = _META.match(line)
        if not found:
            break
        key, value = (part.decode(errors="replace").strip() for part in found.groups())
        if key == "global":
            about.globals = value
        elif key == "variant":
            about.variants.append(value)
        elif key == "script":
            about.scripts.append(value)
        elif key == "title":
            about.title = value
        elif key == "timeout":
            about.is_long = value == "long"
    about.scripts += [name.decode(errors="replace") for _, name in _IMPORTED.findall(source)]
    return about


def read_page(source: bytes) -> AboutTest:
    """Return the metadata in the elements of a page.

    WPT's names and URLs are ASCII, so the page can be decoded as Latin-1, whatever its encoding.
    """
    reader = _Reader()
    reader.feed(source.decode("latin-1"))
    reader.close()
    return reader.about


class _Reader(HTMLParser):
    """Collects the metadata of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.about = AboutTest()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "meta" and values.get("name") == "variant":
            self.about.variants.append(values.get("content", ""))
        elif tag == "meta" and values.get("name") == "timeout":
            self.about.is_long = values.get("content") == "long"
        elif tag == "script" and values.get("src"):
            self.about.scripts.append(values["src"])
            self.about.includes_harness |= values["src"] == HARNESS
