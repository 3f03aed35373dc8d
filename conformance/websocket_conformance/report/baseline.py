"""The baseline: cases that are known to fall short, so that only new failures count.

The file is JSON that can be read, compared and edited: suite, implementation, case, and the verdict
that the case may have.
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from websocket_conformance.errors import ReportError
from websocket_conformance.foreign import octets
from websocket_conformance.report.conversion import NotOfTheKind, made
from websocket_conformance.report.saved import read_json
from websocket_conformance.results.result import Result
from websocket_conformance.results.run import Run
from websocket_conformance.results.verdict import Verdict

Known = dict[str, Verdict]
"""The verdicts that are known, by case."""


@dataclass(frozen=True)
class Baseline:
    """The verdicts that are known to fall short, by suite, implementation and case."""

    suites: dict[str, dict[str, Known]]

    def known(self, run: Run) -> Known:
        """Return the known verdicts of a run's implementation in its suite."""
        return self.suites.get(run.suite, {}).get(run.implementation, {})

    def with_run(self, run: Run) -> "Baseline":
        """Return a baseline with the results of a run; entries of cases not played stay."""
        played = {result.case for result in run.played}
        known = {case: word for case, word in self.known(run).items() if case not in played}
        known |= {result.case: result.verdict for result in run.short}
        of_suite = {**self.suites.get(run.suite, {}), run.implementation: known}
        return Baseline({**self.suites, run.suite: of_suite})


def new_failures(run: Run, baseline: Baseline) -> tuple[Result, ...]:
    """Return the cases that fall short and are not in the baseline, or have a worse verdict."""
    known = baseline.known(run)
    return tuple(
        result
        for result in run.short
        if result.case not in known or result.verdict.rank > known[result.case].rank
    )


def mended(run: Run, baseline: Baseline) -> tuple[str, ...]:
    """Return the cases that the baseline has and that now are at their best."""
    known = baseline.known(run)
    return tuple(result.case for result in run.results if result.is_good and result.case in known)


def load(file: Path) -> Baseline:
    """Read a baseline.

    Raises:
        ReportError: it cannot be read, or is not a baseline; the message says what is wrong and
            where.
    """
    if not file.exists():
        raise ReportError(
            f"{file}: No such file or directory. --write-baseline writes it, or in pytest "
            "--websocket-write-baseline"
        )
    try:
        return Baseline(made(dict[str, dict[str, Known]], read_json(file)))
    except NotOfTheKind as error:
        raise ReportError(f"{file}: {error}") from error


def to_be_written(file: Path) -> Baseline:
    """Return the baseline in a file, empty if the file does not exist; check that it is writable.

    Raises:
        ReportError: the file is not a baseline.
        OSError: the file cannot be written.
    """
    if file.exists():
        file.open("r+").close()
    tempfile.TemporaryFile(dir=file.parent).close()
    return load(file) if file.exists() and file.stat().st_size else Baseline({})


def save(baseline: Baseline, file: Path) -> None:
    """Write a baseline with a line for each case, which replaces an earlier one.

    Raises:
        OSError: it cannot be written; the earlier one is unchanged.
    """
    text = json.dumps(baseline.suites, ensure_ascii=False, indent=1, sort_keys=True)
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_bytes(octets(f"{text}\n"))
        os.replace(new, file)
    finally:
        new.unlink(missing_ok=True)
