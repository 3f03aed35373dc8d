"""Markdown, as the pages are written in it."""

import re
from collections.abc import Iterable

WIDE = "---\nhide-toc: true\n---\n"
"""A page that leaves its own table of contents out, and so has more room."""


def md(text: str) -> str:
    """Return a text such that Markdown takes every character as it is."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", text)


def breakable(text: str) -> str:
    """Return a name such that its long words may be broken where a part of them begins.

    "ReadableStreamDefaultControllerEnqueue" would push what stands beside it out of sight.
    """
    parts = re.split(r"(\w{20,})", text)
    parts[1::2] = [re.sub(r"(?<=[a-z])(?=[A-Z])", "<wbr>", each) for each in parts[1::2]]
    return "<wbr>".join(md(each) for each in "".join(parts).split("<wbr>"))


def words(text: str) -> str:
    """Return words of ours, in which backticks are code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else md(part) for part in parts)


def source(target: str) -> str:
    """Return a link to a line of code, or to a file."""
    return f"{{source}}`{target}`"


def page(*parts: str) -> str:
    """Return a page of parts."""
    return "\n\n".join(parts) + "\n"


def table(heads: Iterable[str], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a table."""
    lines = [tuple(heads)]
    lines.append(tuple("---" for _ in lines[0]))
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in [*lines, *rows])


def toctree(names: Iterable[str]) -> str:
    """Return a table of contents that nobody sees on the page."""
    return "\n".join(["```{toctree}", ":hidden:", ":titlesonly:", "", *names, "```"])
