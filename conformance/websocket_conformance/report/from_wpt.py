"""Make results of the answers of web-platform-tests' pages: one result per subtest.

A page has a result of its own if it failed as a whole, or had fewer subtests than it should have. A
page that is left out has a result that says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from websocket_conformance.foreign import visible
from websocket_conformance.report.boards import unique
from websocket_conformance.report.expectations import Expectation, Expectations
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import SUBTEST, Heading
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.wpt.answer import OK, PASS, PRECONDITION_FAILED, PageAnswer, Subtest
from websocket_conformance.wpt.left_out import why_left_out
from websocket_conformance.wpt.pages import WptPage

LEFT_OUT = "left out"
"""The section of the pages that are left out."""

_WPT_FYI = "https://wpt.fyi/results"


@dataclass(frozen=True)
class PlayedWptPage:
    """A page and its answer.

    Attributes:
        page: the page.
        answer: the page's answer.
        count: how many subtests the page should have; None if unknown.
    """

    page: WptPage
    answer: PageAnswer
    count: int | None

    @property
    def asked(self) -> int:
        """How many subtests the page should have, or how many it had, whichever is more."""
        return max(len(self.answer.subtests), self.count or 0)


def results(played: PlayedWptPage, expectations: Expectations) -> list[Result]:
    """Return the results of a page: of the page as a whole, if needed, and of its subtests."""
    whole = _whole(played, expectations)
    found = [whole] if whole else []
    names: set[str] = set()
    for subtest in played.answer.subtests:
        case = _case(played.page, subtest.name, names)
        found.append(_subtest(played, subtest, case, expectations))
    return found


def asked(played: PlayedWptPage, found: Sequence[Result]) -> int:
    """Return how many results a page should have, with those that did not come."""
    is_explained = any(
        each.case == played.page.id and each.verdict is Verdict.EXPLAINED for each in found
    )
    missing = 0 if is_explained else played.asked - len(played.answer.subtests)
    return len(found) + missing


def summed_up(played: PlayedWptPage, found: Sequence[Result]) -> Result:
    """Return the result of a page for the progress: the worst of its results."""
    about = _about(played.page, played.page.id, "The page as a whole")
    worst = max((each.verdict for each in found), key=lambda verdict: verdict.rank, default=None)
    return replace(about, behaviour=worst or Verdict.OK)


def left_out(page: WptPage) -> Result:
    """Return the result of a page that is left out."""
    return replace(
        _about(page, page.id, "The page as a whole"),
        section=LEFT_OUT,
        expectation="",
        behaviour=Verdict.SKIPPED,
        explanation=why_left_out(page),
    )


def without_result(page: WptPage, trouble: str) -> Result:
    """Return the result of a page whose outcome is unknown."""
    about = _about(page, page.id, "The page as a whole")
    return replace(about, behaviour=Verdict.NO_RESULT, trouble=trouble)


def sections(found: Iterable[Result]) -> tuple[Heading, ...]:
    """Return the folders of some results, in order; the section of pages left out comes last."""
    folders = dict.fromkeys(result.section for result in found)
    named = [Heading(each, each) for each in folders if each != LEFT_OUT]
    behind = [Heading(LEFT_OUT, "Left out")] if LEFT_OUT in folders else []
    return (*named, *behind)


def _whole(played: PlayedWptPage, expectations: Expectations) -> Result | None:
    """Return the result of a page as a whole; None if the page needs no result of its own."""
    page, answer = played.page, played.answer
    expected = expectations.of(page.id)
    missing = played.asked - len(answer.subtests)
    if answer.status == OK and not missing and not expected:
        return None
    told = [] if answer.status == OK else [_told(answer.status, answer.message)]
    if missing:
        told.append(f"Only {len(answer.subtests)} of its {played.asked} subtests came.")
    about = replace(_about(page, page.id, "The page as a whole"), seconds=answer.seconds)
    return _judged(about, answer.status, OK, expected, " ".join(told), answer.stack)


def _subtest(
    played: PlayedWptPage, subtest: Subtest, case: str, expectations: Expectations
) -> Result:
    about = _about(played.page, case, visible(subtest.name))
    about = replace(about, seconds=played.answer.seconds / len(played.answer.subtests))
    expected = expectations.of(played.page.id, subtest.name)
    told = "" if subtest.passed else _told(subtest.status, subtest.message)
    return _judged(about, subtest.status, PASS, expected, told, subtest.stack)


def _about(page: WptPage, case: str, title: str) -> Result:
    return Result(
        case=case,
        section=page.folder,
        title=title,
        expectation="It passes.",
        source=page.file,
        link=_WPT_FYI + quote(page.id),
    )


def _judged(
    about: Result,
    status: str,
    best: str,
    expected: Expectation | None,
    told: str,
    stack: str,
) -> Result:
    """Return a result from the status and the expectation."""
    conversation = _conversation(told, stack)
    if expected is not None and status == expected.status:
        return replace(
            about,
            behaviour=Verdict.EXPLAINED,
            explanation=expected.told,
            conversation=conversation,
        )
    if expected is not None:
        told = f"Expected {expected.status} and got {status}. {told}".strip()
    elif status == best and not told:
        return replace(about, behaviour=Verdict.OK)
    is_optional = status == PRECONDITION_FAILED
    behaviour = Verdict.UNIMPLEMENTED if is_optional else Verdict.FAILED
    return replace(about, behaviour=behaviour, explanation=told, conversation=conversation)


def _told(status: str, message: str) -> str:
    return f"{status}: {visible(message)}" if message else f"{status}."


def _conversation(told: str, stack: str) -> Transcript:
    lines = [line.strip() for line in stack.splitlines() if line.strip()]
    if not lines:
        return Transcript()
    notes = [told, *lines] if told else lines
    return Transcript.of(Entry(Who.PEER, Kind.NOTE, visible(line)) for line in notes)


def _case(page: WptPage, name: str, taken: set[str]) -> str:
    """Return the name of a subtest: its page, and its title without blanks; unique on its page."""
    wanted = visible("_".join(name.split())) or "unnamed"
    return f"{page.id}{SUBTEST}{unique(wanted, taken, '_')}"
