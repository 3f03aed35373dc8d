"""Nodes that show the recorded tests of a step below its words."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from docutils import nodes

from reading_room.sources import link_to
from reading_room.words import inline
from whatwg_websockets.steps.links import series
from whatwg_websockets.steps.mutants import EMPTIED, TAKEN_OUT, TURNED_ROUND

if TYPE_CHECKING:
    from pathlib import Path

    from reading_room.evidence import Evidence
    from reading_room.house import Room
    from whatwg_websockets.steps.mutant_record import Entry
    from whatwg_websockets.steps.step_tests import RanBy

WITHOUT = {
    TAKEN_OUT: "Without the statement of {}",
    TURNED_ROUND: "With the condition of {} turned round",
    EMPTIED: "With the body of {} emptied",
}
"""The beginnings of the sentences about the result of a mutant."""


class Tested:
    """Shows the recorded tests of the steps.

    Args:
        room: the content of the reading room.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._records = room.records

    def about(self, path: "Path", line: int) -> Iterator[nodes.Node]:
        """Return a note if the code of a function has changed since its tests were recorded."""
        commit = self._records.commit_of_tests
        if commit is not None and not self._records.are_of(path, line):
            yield _soft(
                "The code of this function has changed since it was recorded, at commit"
                f" {commit}, which tests ran its steps."
            )

    def missing(self) -> Iterator[nodes.Node]:
        """Return a note for each record that is missing."""
        if self._records.commit_of_tests is None:
            yield _soft(
                "Which tests ran each step is not recorded; `make test` and then `make keep-steps`"
                " record it."
            )
        if self._records.commit_of_mutants is None:
            yield _soft(
                "What fails without each step is not recorded; `make test` and then `make mutants`"
                " record it."
            )

    def of(self, path: "Path", line: int) -> Iterator[nodes.Node]:
        """Return the records of a step, folded; nothing without records."""
        evidence = self._records.of(path, line)
        if evidence is None:
            return
        summary = "; ".join(_summary(evidence))
        if not summary:
            return
        yield nodes.raw("", f'<details class="tested"><summary>{summary}</summary>', format="html")
        if evidence.tests is not None:
            yield from self._tests(evidence.tests)
        if evidence.mutant is not None:
            yield self._mutant(evidence, evidence.mutant)
        yield nodes.raw("", "</details>", format="html")

    def _tests(self, tests: "RanBy") -> Iterator[nodes.Node]:
        """Return the tests that are nearest to a step."""
        if not tests.ran:
            return
        if not tests.count:
            text = "The statement runs when its module is imported, and under no single test."
            yield nodes.paragraph("", text)
            return
        named = nodes.bullet_list("")
        for test in tests.nearest:
            named += nodes.list_item("", nodes.paragraph("", "", self._link(test)))
        others = tests.count - len(tests.nearest)
        if others:
            text = f"and {_counted(others, 'other test')}"
            named += nodes.list_item("", nodes.paragraph("", text))
        yield named

    def _mutant(self, evidence: "Evidence", entry: "Entry") -> nodes.paragraph:
        """Return a paragraph about the result of the code without a step."""
        if evidence.is_changed:
            return nodes.paragraph(
                "",
                "The statement has changed since it was tried without it, at commit"
                f" {self._records.commit_of_mutants}.",
            )
        together = f" and of {series(evidence.together)}" if evidence.together else ""
        without = WITHOUT[entry["what"]].format(f"this {evidence.what}{together}")
        said = nodes.paragraph("", f"{without}, ")
        if not entry["survived"] and entry["noticed_by"]:
            said += [self._link(entry["noticed_by"]), nodes.Text(" fails.")]
        elif not entry["survived"]:
            said += nodes.Text("a test hangs.")
        elif entry["reason"]:
            said += [nodes.Text("no test fails. "), *inline(entry["reason"])]
        else:
            said += nodes.Text("no test fails, and no reason is recorded.")
        return said

    def _link(self, test: str) -> nodes.Node:
        name = test.partition("[")[0]
        place = self._room.place(name)
        shown = test.removeprefix("tests/")
        return link_to(place, shown) if place else nodes.literal("", shown)


def _summary(evidence: "Evidence") -> Iterator[str]:
    """Return the records of a step in a few words."""
    tests, mutant = evidence.tests, evidence.mutant
    if tests is not None:
        yield (
            f"{_counted(tests.count, 'test')} ran this {evidence.what}"
            if tests.count
            else ("runs at import" if tests.ran else f"no test ran this {evidence.what}")
        )
    if mutant is not None and evidence.is_changed:
        yield "changed since it was tried without it"
    elif mutant is not None:
        yield "no test fails without it" if mutant["survived"] else "a test fails without it"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _soft(text: str) -> nodes.paragraph:
    return nodes.paragraph("", "", *inline(text), classes=["soft", "recorded"])
