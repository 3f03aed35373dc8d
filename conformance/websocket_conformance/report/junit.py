"""Writes runs as JUnit XML, the form that CI services read."""

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from websocket_conformance.report.model import CaseResult, Run, Section
from websocket_conformance.report.verdicts import Verdict


def junit(runs: Sequence[Run]) -> bytes:
    """Runs as XML: a suite for each section, and a failure for each verdict short of the best.

    A case that the suite gave no report of is an error, one that was not played is skipped.
    """
    root = Element("testsuites", name="WebSocket conformance")
    for run in runs:
        for section in run.sections:
            results = [result for result in run.results if result.section == section.id]
            root.append(_suite(run, section, results))
    _count(root, [result for run in runs for result in run.results])
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml + b"\n"


def _suite(run: Run, section: Section, results: list[CaseResult]) -> Element:
    name = f"{run.implementation}: {run.suite}: {section.id} {section.title}"
    suite = Element("testsuite", name=_printable(name))
    suite.set("timestamp", run.started.isoformat(timespec="seconds"))
    class_name = f"{run.implementation}.{run.suite}.{section.id}"
    suite.extend(_case(result, class_name) for result in results)
    _count(suite, results)
    return suite


def _count(element: Element, results: list[CaseResult]) -> None:
    errors = sum(result.verdict is Verdict.NO_RESULT for result in results)
    short = sum(result.is_played and not result.is_good for result in results)
    element.set("tests", str(len(results)))
    element.set("errors", str(errors))
    element.set("failures", str(short - errors))
    element.set("skipped", str(sum(not result.is_played for result in results)))
    element.set("time", f"{sum(result.seconds or 0 for result in results):.3f}")


def _case(result: CaseResult, class_name: str) -> Element:
    seconds = f"{result.seconds or 0:.3f}"
    case = Element("testcase", name=result.case, classname=_printable(class_name), time=seconds)
    if not result.is_good:
        kind = {Verdict.NO_RESULT: "error", Verdict.SKIPPED: "skipped"}.get(result.verdict)
        words = {"type": str(result.verdict), "message": _printable(result.reason)}
        SubElement(case, kind or "failure", words)
    return case


def _printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(char if char.isprintable() else " " for char in text)
