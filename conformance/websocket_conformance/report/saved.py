"""Write runs to JSON files, and read them."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from websocket_conformance.errors import ReportError
from websocket_conformance.foreign import octets
from websocket_conformance.report.conversion import NotOfTheKind, made, plain
from websocket_conformance.results.run import Run

FORMAT = "websocket conformance run, 1"
"""The format's name in each file, so that another file is not taken for a run."""


def dump(run: Run) -> str:
    """Return a run as JSON, with a line for each result; default values are left out."""
    compact = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))
    fields = {"format": FORMAT, **plain(run)}
    results = ",\n".join(map(compact, fields["results"]))
    lines = [
        f"{compact(name)}: " + (f"[\n{results}\n]" if name == "results" else compact(value))
        for name, value in fields.items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def save(run: Run, file: Path) -> None:
    """Write a run to a file.

    Raises:
        OSError: it cannot be written.
    """
    file.write_bytes(octets(dump(run)))


def load(file: Path) -> Run:
    """Read a run from a file.

    Raises:
        ReportError: the file cannot be read, or is not a run; the message says what is wrong and
            where.
    """
    content = read_json(file)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ReportError(f'{file}: format: expected "{FORMAT}"')
    del content["format"]
    try:
        return made(Run, content)
    except NotOfTheKind as error:
        raise ReportError(f"{file}: {error}") from error


def read_json(file: Path) -> Any:
    """Return the value in a JSON file.

    Raises:
        ReportError: it cannot be read, or is not JSON.
    """
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReportError(f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{file}: not valid JSON: {error}") from error
