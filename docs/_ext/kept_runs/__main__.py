"""The program behind `make tables`: writes the tables of the docs, and keeps runs for them.

``python -m kept_runs`` writes the tables of README and docs from the runs that are kept.
``python -m kept_runs keep NAME RUN`` keeps a saved run, or the single run of a directory of
reports, under a name, so that the tables show it. Both commands are run in the root of the
checkout.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kept_runs import kept, tables
from websocket_conformance.errors import ReportError
from websocket_conformance.report import from_autobahn, saved
from websocket_conformance.results.run import Run
from websocket_conformance.running.invocation import NAME
from whatwg_websockets.files import replace_text

TOLD = ("implementation", "version", "runtime", "suite_version")
"""The values of a run that the command line can set when the run is kept."""


def read(path: Path) -> Run:
    """Read the run of a file, or of a directory of reports in Autobahn's format or ours.

    Raises:
        ReportError: the path has no run, or more than one.
    """
    if not path.is_dir():
        return saved.load(path)
    files = sorted((path / "runs").glob("*.json"))
    runs = [saved.load(file) for file in files] or from_autobahn.runs(path)
    if len(runs) != 1:
        raise ReportError(f"{path}: there are {len(runs)} runs; name the file of one")
    return runs[0]


def keep(name: str, run: Run) -> Path:
    """Keep a run under a name, and return its file; only runs of clients keep conversations.

    The command that repeats the run is kept without the paths of the program, of the checkout and
    of the reports, so that it works on any machine. Subtests of web-platform-tests are kept by
    their numbers, since only numbers are shown.
    """
    command = re.sub(r"^.*?(?= conformance run )", NAME, run.command)
    command = re.sub(r" --(report-dir|root) ('[^']*'|\S+)", "", command)
    run = replace(kept.numbered(run) if run.suite == "wpt" else run, command=command)
    file = kept.RUNS / f"{name}.json"
    replace_text(file, kept.dump(run, with_conversations=name.startswith("client-")))
    return file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 if it succeeds, and 2 if the arguments or the run are wrong."""
    parser = argparse.ArgumentParser(prog="python -m kept_runs", description=__doc__)
    commands = parser.add_subparsers(dest="command")
    keeping = commands.add_parser("keep", help="keep a saved run")
    keeping.add_argument("name", help="such as client-ws; see docs/recordings/runs/README.md")
    keeping.add_argument("run", type=Path, help="a saved run, or a directory of reports")
    for what in TOLD:
        name = what.replace("_", "-")
        keeping.add_argument(f"--{name}", help="where the run does not know it")
    given = parser.parse_args(arguments)
    try:
        if given.command == "keep":
            known = {name: value for name in TOLD if (value := getattr(given, name))}
            written = [keep(given.name, replace(read(given.run), **known))]
        else:
            pages = tables.pages(kept.every())
            for path, text in pages.items():
                replace_text(path, text)
            written = list(pages)
    except (OSError, ReportError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"Written: {', '.join(map(str, written))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
