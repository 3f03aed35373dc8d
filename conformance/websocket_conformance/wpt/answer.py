"""The result that a page prints: the status of its test and of each subtest, in WPT's words."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

OK, ERROR, TIMEOUT, CRASH = "OK", "ERROR", "TIMEOUT", "CRASH"
PASS, PRECONDITION_FAILED = "PASS", "PRECONDITION_FAILED"

ANSWERED = (OK, ERROR, TIMEOUT, PRECONDITION_FAILED)
"""The statuses that a page can print for its test; a page that prints no result has `CRASH`."""

SUBTESTS = (PASS, "FAIL", TIMEOUT, "NOTRUN", PRECONDITION_FAILED)
"""The statuses of a subtest."""


@dataclass(frozen=True, slots=True)
class Subtest:
    """The result of a subtest.

    Attributes:
        name: its name.
        status: one of `SUBTESTS`.
        message: why it did not pass; empty if that is not known.
        stack: the stack trace of the failure; empty if that is not known.
    """

    name: str
    status: str
    message: str = ""
    stack: str = ""

    @property
    def passed(self) -> bool:
        """Whether it passed."""
        return self.status == PASS


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The result of a page.

    Attributes:
        status: one of `ANSWERED`, or `CRASH`.
        message: what failed; empty if nothing failed, or that is not known.
        stack: the stack trace of the failure; empty if that is not known.
        subtests: the result of each subtest, in the test's order.
        seconds: how many seconds the page took.
    """

    status: str
    message: str = ""
    stack: str = ""
    subtests: tuple[Subtest, ...] = ()
    seconds: float = 0.0


class NoAnswerError(ValueError):
    """A line is not the result of a page; the message says what was expected, and where."""


def read_answer(line: bytes) -> PageAnswer:
    """Read the line of JSON that a page prints.

    Raises:
        NoAnswerError: the line is not the result of a page.
    """
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NoAnswerError(f"expected a line of JSON: {error}") from error
    status, message, stack = _said(said, "", ANSWERED)
    subtests = said.get("subtests", [])
    if not isinstance(subtests, list):
        raise NoAnswerError("subtests: expected a list")
    found = tuple(_subtest(each, f"subtests[{at}]") for at, each in enumerate(subtests))
    return PageAnswer(status, message, stack, found)


def _subtest(said: Any, where: str) -> Subtest:
    status, message, stack = _said(said, f"{where}.", SUBTESTS)
    return Subtest(_text(said, "name", where + "."), status, message, stack)


def _said(said: Any, where: str, statuses: tuple[str, ...]) -> tuple[str, str, str]:
    """Return the status, the message and the stack of a page or of a subtest."""
    if not isinstance(said, dict):
        raise NoAnswerError(f"{where.rstrip('.') or 'the answer'}: expected an object")
    status = said.get("status")
    if status not in statuses:
        raise NoAnswerError(f"{where}status: expected one of {', '.join(statuses)}")
    return status, _text(said, "message", where, None), _text(said, "stack", where, None)


_NEEDED = object()


def _text(said: Mapping[str, Any], name: str, where: str, absent: object = _NEEDED) -> str:
    """Return a string member of a result; where `absent` is None, return "" for null or absence."""
    value = said.get(name, absent)
    if value is None and absent is None:
        return ""
    if not isinstance(value, str):
        raise NoAnswerError(f"{where}{name}: expected a string")
    return value
