"""Tables, lists and dates in Markdown."""

from collections.abc import Iterable, Sequence
from datetime import date


def table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown, with words aligned left and numbers right."""
    every = [list(map(str, row)) for row in rows]
    is_words = [any(_is_word(row[at]) for row in every) for at in range(len(header))]
    lines = [header, ["---" if words else "---:" for words in is_words], *every]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def _is_word(cell: str) -> bool:
    return any(letter.isalpha() for letter in cell)


def listed(words: Sequence[str]) -> str:
    """Return a list such as ``"a, b and c"``."""
    return ", ".join(words[:-1]) + " and " + words[-1] if len(words) > 1 else "".join(words)


def day(when: date) -> str:
    """Return a date for people, such as 29 November 2026."""
    return f"{when.day} {when:%B %Y}"
