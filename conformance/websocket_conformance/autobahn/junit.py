"""Writes a run as JUnit XML, the form that CI services read."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from websocket_conformance.autobahn.catalogue import CATEGORIES, Category
from websocket_conformance.autobahn.run import Run
from websocket_conformance.autobahn.verdicts import Result, Verdict


def junit(run: Run) -> bytes:
    """The run as XML: a suite for each category, and a failure for each verdict short of the best.

    A case that the suite gave no report of is an error, not a failure.
    """
    results = {result.case: result for result in run.results}
    root = Element("testsuites", name=f"autobahn: {run.settings.agent}")
    for category in CATEGORIES:
        played = [results[case] for case in category.cases if case in results]
        if played:
            root.append(_suite(category, played))
    _count(root, list(run.results))
    ElementTree.indent(root)
    xml: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _suite(category: Category, played: list[Result]) -> Element:
    suite = Element("testsuite", name=f"{category.number} {category.title}")
    for result in played:
        suite.append(_case(result, f"autobahn.{category.number}"))
    _count(suite, played)
    return suite


def _count(element: Element, results: list[Result]) -> None:
    errors = sum(result.verdict is Verdict.NO_RESULT for result in results)
    element.set("tests", str(len(results)))
    element.set("errors", str(errors))
    element.set("failures", str(sum(not result.is_best for result in results) - errors))
    element.set("time", f"{sum(result.seconds for result in results):.3f}")


def _case(result: Result, class_name: str) -> Element:
    seconds = f"{result.seconds:.3f}"
    case = Element("testcase", name=result.case, classname=class_name, time=seconds)
    if not result.is_best:
        kind = "error" if result.verdict is Verdict.NO_RESULT else "failure"
        SubElement(case, kind, type=result.verdict, message=_printable(result.explanation))
    return case


def _printable(text: str) -> str:
    """The text without the characters that XML cannot hold."""
    return "".join(char if char.isprintable() else " " for char in text)
