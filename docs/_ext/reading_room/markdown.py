"""Helpers that write the Markdown of the pages."""

import re
from collections.abc import Iterable

WIDE = "---\nhide-toc: true\n---\n"
"""The head of a page without its own table of contents, which has more room."""


def md(text: str) -> str:
    """Escape a text so that Markdown shows every character unchanged."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", text)


def breakable(text: str) -> str:
    """Return a name whose long words may be broken where one of their parts begins.

    "ReadableStreamDefaultControllerEnqueue" would push the columns beside it out of sight.
    """
    parts = re.split(r"(\w{20,})", text)
    parts[1::2] = [re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", each) for each in parts[1::2]]
    return "<wbr>".join(md(each) for each in "".join(parts).split("<wbr>"))


def words(text: str) -> str:
    """Escape our own words for Markdown, except for code between backticks."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else md(part) for part in parts)


def source(target: str) -> str:
    """Return a link to a line of code, or to a file."""
    return f"{{source}}`{target}`"


def page(*parts: str) -> str:
    """Return the text of a page from its parts."""
    return "\n\n".join(parts) + "\n"


def table(heads: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a table."""
    lines = [tuple(heads)]
    lines.append(tuple("---" for _ in lines[0]))
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in [*lines, *rows])


def toctree(names: Iterable[str]) -> str:
    """Return a table of contents that is hidden on the page."""
    return "\n".join(["```{toctree}", ":hidden:", ":titlesonly:", "", *names, "```"])
