"""The grammar of step comments: what they name, which mark they have, and what a sentence is.

``spec/README.md`` describes it. :mod:`.check` looks whether the index has what a comment names.
"""

import re
from enum import StrEnum

_STEP = r"\d+[a-z]?(?:\.\d+[a-z]?)*"
_ID = r"[\w.-]*\w"

STEP_COMMENT = re.compile(rf"(?P<indent>\s*)# (?P<number>{_STEP}(?:-{_STEP})?)\. (?P<text>.+)")

REQUIREMENT_COMMENT = re.compile(
    rf"(?P<indent>\s*)# § (?P<number>{_ID}(?:(?:, {_ID})+| to {_ID})?)\. (?P<text>.+)"
)

NAMES_A_REQUIREMENT = re.compile(r"\s*#\s*§")
"""The beginning of a comment that is meant to name requirements, well written or not."""


class Mark(StrEnum):
    """What a comment says about the steps that it names."""

    CARRIED_OUT = "carried out"
    NOT_APPLICABLE = "n/a"
    NOT_BUILT = "not built"


MARKED = re.compile(r"(?P<case>\([^)]*\)\s*)?(?P<mark>n/a|not built)\b[:,\s]*", re.IGNORECASE)
"""The beginning of a comment that says why there is no code, well written ("n/a: ") or not."""

BRANCH = re.compile(rf"(?:{_STEP}\.)?\d+[a-z]")
"""The number of a branch of a "run the first matching" list."""

CASE = re.compile(r"\([^)]*\)\s*")
"""The case that a branch is for, in front of its sentence."""

CONJUNCTIONS = {"and", "but", "nor", "or", "so", "then", "yet"}
PRONOUNS = {"it", "its", "their", "them", "they", "which", "whose"}
LEANING = CONJUNCTIONS | PRONOUNS
"""A sentence that begins with one of these words needs another one before it."""

STOP = re.compile(r"\.[\"'`)\]”]*$")
"""The end of a sentence; quotation marks and parentheses may close behind its full stop."""


def begins_a_comment(line: str) -> bool:
    """Tell whether a line of a file begins a comment that names steps or requirements."""
    return bool(STEP_COMMENT.fullmatch(line) or REQUIREMENT_COMMENT.fullmatch(line))


def numbers_in(written: str) -> tuple[tuple[str, ...], bool]:
    """Read what stands before the dot of a comment.

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
    """Return the mark of a comment, and its words without the mark: what is done, or the reason."""
    found = MARKED.match(text)
    if found is None:
        return Mark.CARRIED_OUT, text
    return Mark(found["mark"].lower()), (found["case"] or "") + text[found.end() :]


def flaws(text: str, *, is_branch: bool = False) -> list[str]:
    """Say what keeps the words of a comment from being a sentence that stands alone.

    A mark without a reason behind it has no flaw here; :mod:`.check` refuses it.

    Args:
        text: the words.
        is_branch: whether they belong to a branch, and so may have its case before them.

    Returns:
        What is wrong, each as the rest of a sentence about the words.
    """
    mark, words = mark_of(text)
    case = CASE.match(words) if is_branch else None
    if case:
        words = words[case.end() :]
    found: list[str] = []
    has_one_word = len(words.split()) < 2
    if has_one_word and mark is not Mark.CARRIED_OUT:
        return found
    first = re.match(r"[A-Za-z]*", words)[0]  # type: ignore[index]
    if first.lower() in LEANING:
        found.append(f"leans on something said before with its first word {first!r}")
    elif not _may_begin(words, any_case=mark is not Mark.CARRIED_OUT):
        found.append("does not begin with a capital letter, a figure, or a name in quotation marks")
    if has_one_word:
        found.append("is not more than one word")
    if not STOP.search(words):
        found.append("does not end with a full stop")
    return found


def _may_begin(words: str, *, any_case: bool) -> bool:
    """Tell whether a sentence may begin so: a name in code (``readyState``) needs no capital."""
    first = words.split(" ", 1)[0]
    if not first or not (first[0].isalnum() or first[0] in "\"'`“"):
        return False
    return any_case or not first[0].islower() or bool(re.search(r"[A-Z0-9_(]", first))
