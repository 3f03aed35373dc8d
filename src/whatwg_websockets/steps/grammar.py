"""The grammar of step comments: the steps that they name, and their marks.

``spec/README.md`` describes it. :mod:`.sentences` checks the words of comments, and :mod:`.check`
whether the index has what they name.
"""

import re
from enum import StrEnum

_STEP = r"\d+[a-z]?(?:\.\d+[a-z]?)*"
_ID = r"[\w.-]*\w"

STEP_COMMENT = re.compile(rf"(?P<indent>\s*)# (?P<number>{_STEP}(?:-{_STEP})?)\. (?P<text>.+)")

REQUIREMENT_COMMENT = re.compile(
    rf"(?P<indent>\s*)# § (?P<number>{_ID}(?:(?:, {_ID})+| to {_ID})?)\. (?P<text>.+)"
)

_ANOTHER_STEP = rf"\s*(?:[-\u2013,;]|and\b|to\b)\s*-?{_STEP}"

NAMES_SEVERAL_STEPS = re.compile(rf"\s*#\s*{_STEP}(?:{_ANOTHER_STEP})+\.\s")
"""The beginning of a comment that is meant to name several steps, even if it is malformed."""

NEARLY_A_STEP = re.compile(
    rf"\s*(?P<written># ?{_STEP}(?:-{_STEP})?[.:)]? ?)(?=[\"'`“]?[A-Z]|\(|n/a\b|not built\b)"
)
"""The beginning of a comment that is meant to name a step, even if a dot or a space is missing."""

NAMES_A_REQUIREMENT = re.compile(r"\s*#\s*§")
"""The beginning of a comment that is meant to name requirements, even if it is malformed."""


class Mark(StrEnum):
    """The mark of a comment, which says whether the steps that it names are carried out."""

    CARRIED_OUT = "carried out"
    NOT_APPLICABLE = "n/a"
    NOT_BUILT = "not built"


MARKED = re.compile(r"(?P<case>\([^)]*\)\s*)?(?P<mark>n/a|not built)\b[:,\s]*", re.IGNORECASE)
"""The beginning of a comment that says why there is no code, even if it is not "n/a: "."""

BRANCH = re.compile(rf"(?:{_STEP}\.)?\d+[a-z]")
"""The number of a branch of a "run the first matching" list."""

CASE = re.compile(r"\([^)]*\)\s*")
"""The case of a branch, in front of its sentence."""


def begins_a_comment(line: str) -> bool:
    """Return whether a line of a file begins a comment that names steps or requirements."""
    return bool(STEP_COMMENT.fullmatch(line) or REQUIREMENT_COMMENT.fullmatch(line))


def numbers_in(written: str) -> tuple[tuple[str, ...], bool]:
    """Read the numbers or ids in front of the dot of a comment.

    Args:
        written: a step's number ("3a"), two with a hyphen between them ("8.5-8.10"), ids with
            commas between them ("rfc6455-4.1-23, -24"), or two with "to" between them. An id that
            begins with a hyphen has the beginning of the one before it, up to its last hyphen.

    Returns:
        The numbers or ids in full, and whether they are the two ends of a range.
    """
    if re.fullmatch(rf"{_STEP}-{_STEP}", written):
        return tuple(written.split("-")), True
    numbers: list[str] = []
    for each in re.split(", | to ", written):
        beginning = numbers[-1].rpartition("-")[0] if numbers and each.startswith("-") else ""
        numbers.append(beginning + each)
    return tuple(numbers), " to " in written


def mark_of(text: str) -> tuple[Mark, str]:
    """Return the mark of a comment, and its words without the mark."""
    found = MARKED.match(text)
    if found is None:
        return Mark.CARRIED_OUT, text
    return Mark(found["mark"].lower()), (found["case"] or "") + text[found.end() :]
