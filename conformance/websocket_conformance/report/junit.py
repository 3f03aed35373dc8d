"""Write runs as JUnit XML, the format that CI services read."""

from collections.abc import Collection, Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from websocket_conformance.report.baseline import Baseline, new_failures
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

_TOTALS = {"errors": "error", "failures": "failure", "skipped": "skipped"}
"""The totals of a suite, and the elements that they count."""


def junit(runs: Sequence[Run], baseline: Baseline | None = None) -> bytes:
    """Return runs as XML: a suite for each section, a failure for each case that falls short.

    A case without a report from the suite is an error. A case that was not played is skipped, and
    so is a case that is known to fall short.

    Args:
        runs: the runs.
        baseline: the cases that are known to fall short.
    """
    root = Element("testsuites", name="WebSocket conformance")
    for run in runs:
        news = run.short if baseline is None else new_failures(run, baseline)
        root.extend(_suite(run, section, news) for section in run.sections)
    for total in ("tests", *_TOTALS):
        root.set(total, str(sum(int(suite.get(total, 0)) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', 0)) for suite in root):.3f}")
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _suite(run: Run, section: Heading, news: Collection[Result]) -> Element:
    """Return the element of a section, of whose cases some have newly failed."""
    results = {result.case: result for result in run.results if result.section == section.id}
    name = f"{run.implementation}: {run.suite}: {section.id} {section.title}"
    suite = Element("testsuite", name=_printable(name))
    suite.set("timestamp", run.started.isoformat(timespec="seconds"))
    for result in results.values():
        suite.append(_testcase(run, result, _outcome(result, is_news=result in news)))
    suite.set("tests", str(len(results)))
    for total, outcome in _TOTALS.items():
        suite.set(total, str(len(suite.findall(f"testcase/{outcome}"))))
    suite.set("time", f"{sum(result.seconds or 0 for result in results.values()):.3f}")
    return suite


def _outcome(result: Result, *, is_news: bool) -> str:
    """Return the name of the element for the end of a case; empty for a success."""
    if result.is_good:
        return ""
    if not is_news:
        return "skipped"
    return "error" if result.verdict is Verdict.NO_RESULT else "failure"


def _testcase(run: Run, result: Result, outcome: str) -> Element:
    class_name = _printable(f"{run.implementation}.{run.suite}.{result.section}")
    seconds = f"{result.seconds or 0:.3f}"
    element = Element("testcase", name=result.case, classname=class_name, time=seconds)
    if outcome:
        words = {"type": str(result.verdict), "message": _printable(result.reason)}
        SubElement(element, outcome, words).text = "\n".join(_lines(run, result)) or None
    if result.aftermath is not None:
        SubElement(element, "system-err").text = _printable(str(result.aftermath))
    return element


def _lines(run: Run, result: Result) -> Iterator[str]:
    """Return what the judge does in a case, and the command line that plays the case again."""
    if result.subject:
        yield f"What the judge does: {_printable(result.subject)}"
    if again := run.repeat(result.case):
        yield f"Again: {_printable(again)}"


def _printable(text: str) -> str:
    """Return the text without the characters that XML does not allow."""
    return "".join(char if char.isprintable() else " " for char in text)
