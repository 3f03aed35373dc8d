"""What pytest prints about the tests that fail."""

from collections.abc import Iterable


def failures_in(lines: Iterable[str]) -> list[str]:
    """Return the names of the tests that failed, from the lines that pytest printed."""
    kinds = ("FAILED ", "ERROR ")
    found = [line.partition(" ")[2] for line in lines if line.startswith(kinds)]
    return [each.partition(" - ")[0].strip() for each in found]
