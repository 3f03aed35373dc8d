"""What the README shows of a run is what the program prints of such a run."""

import io
import re

from report_samples import result, run
from rich.console import Console

from support.chapters import ROOT
from websocket_conformance.cases.catalogue import sections
from websocket_conformance.cases.profile import Profile
from websocket_conformance.report import telling
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.summary import print_summary

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.search(r"```text\n(┏.*?)```", README, re.DOTALL)[1].splitlines()
TABLE = [line for line in SHOWN if line[0] in "┃│"]
WIDTH = 80


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]


def of_its_counts() -> Run:
    """Return a run of Autobahn's cases with as many of each verdict as the README shows."""
    verdicts = [Verdict(word) for word in cells(SHOWN[1])[2:]]
    counts = {
        name.split()[0]: [int(count or 0) for count in rest]
        for name, _, *rest in map(cells, TABLE)
        if name and name.split()[0].isdecimal()
    }
    known = sections(Profile.QUICK)
    results = []
    for section, numbers in counts.items():
        told = [word for word, many in zip(verdicts, numbers, strict=True) for _ in range(many)]
        (cases,) = (each.cases for each in known if str(each.number) == section)
        pairs = zip(cases, told, strict=True)
        results += [result(case.number, verdict) for case, verdict in pairs]
    return run(*results, sections=telling.sections(results))


def printed(one: Run) -> list[str]:
    output = io.StringIO()
    print_summary(Console(file=output, width=WIDTH), one, None)
    return output.getvalue().splitlines()


def test_the_table_is_as_the_program_prints_it():
    table = [line for line in SHOWN if line[0] in "┏┃┡│├└"]
    assert printed(of_its_counts())[: len(table)] == table


def test_the_score_is_that_of_the_table():
    one = of_its_counts()
    (score,) = (line for line in SHOWN if line.startswith("client: "))
    informational = sum(each.verdict is Verdict.INFORMATIONAL for each in one.results)
    fine = sum(each.verdict is Verdict.OK for each in one.results) + informational
    assert score.startswith(f"client: {fine} of {len(one.results)} cases have the best verdict")
