"""Writes runs as JUnit XML, the form that CI services read."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from websocket_conformance.report.baseline import Baseline, new_failures
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

_TOTALS = {"errors": "error", "failures": "failure", "skipped": "skipped"}
"""The totals of a suite, and the element that each of them counts."""


def junit(runs: Sequence[Run], baseline: Baseline | None = None) -> bytes:
    """Runs as XML: a suite for each section, and a failure for each verdict short of the best.

    A case that the suite gave no report of is an error; one that was not played is skipped, and so
    is one that is known to fall short, which is no news to a CI service.

    Args:
        runs: the runs.
        baseline: what is known to fall short.
    """
    root = Element("testsuites", name="WebSocket conformance")
    for run in runs:
        news = run.short if baseline is None else new_failures(run, baseline)
        cases = {
            result.case: _Case(result, result in news, run.repeat(result.case))
            for result in run.results
        }
        for section in run.sections:
            some = [case for case in cases.values() if case.result.section == section.id]
            root.append(_suite(run, section, some))
    _sum_up(root)
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


@dataclass(frozen=True)
class _Case:
    """A result.

    Attributes:
        result: the result.
        is_news: whether it falls short in a way that was not known.
        again: the command line that plays it again, empty if it is not known.
    """

    result: Result
    is_news: bool
    again: str

    @property
    def outcome(self) -> str:
        """The name of the element that says how it ended; empty for a success."""
        if self.result.is_good:
            return ""
        if not self.is_news:
            return "skipped"
        return "error" if self.result.verdict is Verdict.NO_RESULT else "failure"


def _suite(run: Run, section: Heading, cases: list[_Case]) -> Element:
    name = f"{run.implementation}: {run.suite}: {section.id} {section.title}"
    suite = Element("testsuite", name=_printable(name))
    suite.set("timestamp", run.started.isoformat(timespec="seconds"))
    class_name = f"{run.implementation}.{run.suite}.{section.id}"
    suite.extend(_testcase(case, class_name) for case in cases)
    outcomes = [case.outcome for case in cases]
    suite.set("tests", str(len(cases)))
    for total, outcome in _TOTALS.items():
        suite.set(total, str(outcomes.count(outcome)))
    suite.set("time", f"{sum(case.result.seconds or 0 for case in cases):.3f}")
    return suite


def _sum_up(root: Element) -> None:
    for total in ("tests", *_TOTALS):
        root.set(total, str(sum(int(suite.get(total, 0)) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.3f}")


def _testcase(case: _Case, class_name: str) -> Element:
    result = case.result
    seconds = f"{result.seconds or 0:.3f}"
    element = Element("testcase", name=result.case, classname=_printable(class_name), time=seconds)
    if case.outcome:
        words = {"type": str(result.verdict), "message": _printable(result.reason)}
        again = f"Again: {_printable(case.again)}" if case.again else None
        SubElement(element, case.outcome, words).text = again
    return element


def _printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(char if char.isprintable() else " " for char in text)
