"""Writes all reports of a run to a directory."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from websocket_conformance.autobahn import SUITE_VERSION
from websocket_conformance.autobahn.junit import junit
from websocket_conformance.autobahn.page import page
from websocket_conformance.autobahn.run import Run

_INDEX_FIELDS = ("behavior", "behaviorClose", "duration", "remoteCloseCode")


def check_writable(directory: Path) -> None:
    """Make sure that reports can be written to a directory, which is made if need be.

    Raises:
        OSError: they cannot.
    """
    directory.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=directory).close()


def write(run: Run, directory: Path) -> None:
    """Replace the reports of an earlier run in a directory by those of this one.

    ``index.json`` and the files of the cases are as the suite writes them; ``run.json`` says what
    was run, and what the suite cannot know; ``junit.xml`` is for services and ``index.html`` for
    people.
    """
    with _replacing(directory) as new:
        for result in run.results:
            if result.report_file:
                _dump(new / result.report_file, result.report)
        _dump(new / "index.json", index(run))
        _dump(new / "run.json", about(run))
        (new / "junit.xml").write_bytes(junit(run))
        (new / "index.html").write_text(page(run), encoding="utf-8")


def index(run: Run) -> dict[str, dict[str, dict[str, Any]]]:
    """The results of all servers in the form of the suite's own ``index.json``."""
    cases = {
        result.case: {
            **{name: result.report.get(name) for name in _INDEX_FIELDS},
            "reportfile": result.report_file,
        }
        for result in run.results
        if result.report_file
    }
    return {run.settings.agent: cases}


def about(run: Run) -> dict[str, Any]:
    """What was run, when, with which versions, and what went wrong with the run itself."""
    return {
        "suite": SUITE_VERSION,
        "suite_source": run.suite,
        **asdict(run.identity),
        "agent": run.settings.agent,
        "jobs": run.settings.jobs,
        "started": run.started.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 1),
        "interrupted": run.interrupted,
        "asked": len(run.settings.cases),
        "played": len(run.results),
        "best": sum(result.is_best for result in run.results),
        "notes": {result.case: result.note for result in run.results if result.note},
    }


def _dump(file: Path, value: object) -> None:
    text = json.dumps(value, indent=3, sort_keys=True, separators=(",", ": "))
    file.write_text(text, encoding="utf-8")


@contextmanager
def _replacing(directory: Path) -> Iterator[Path]:
    """A directory for new files, which take the old ones' place once all have been written."""
    with tempfile.TemporaryDirectory(dir=directory, prefix=".new-") as new:
        yield Path(new)
        for old in directory.glob("*_case_*.json"):
            old.unlink()
        for file in Path(new).iterdir():
            os.replace(file, directory / file.name)
