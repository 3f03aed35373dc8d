"""Writes the table of mutants from the record that ``make mutants`` keeps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from kept_runs.markdown import table
from whatwg_websockets.steps.mutant_record import Entry, read_record

RECORD = Path(__file__).parents[2] / "recordings" / "mutants.json"
MAIN_FLOOR = "the main floor, WebSockets"
HEADS = ("part", "mutants", "noticed by a test", "survive for a reason", "survive without one")


def by_part(runs: Mapping[str, object]) -> str:
    """Write how many mutants of each part of the code a test notices; no run is needed for that."""
    del runs
    commit, entries = read_record(RECORD)
    if not entries:
        return "No results are recorded yet; `make mutants` records them.\n"
    parts: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        folder, slash, _ = entry["module"].partition("/")
        parts[f"`{folder}/`" if slash else MAIN_FLOOR].append(entry)
    rows = [(part, *counted(parts[part])) for part in sorted(parts, key=_order)]
    rows.append(("**all**", *(f"**{each}**" for each in counted(entries))))
    return f"{table(HEADS, rows)}\nThe record was last written at commit {commit}.\n"


def _order(part: str) -> tuple[bool, str]:
    return part != MAIN_FLOOR, part


def counted(entries: Iterable[Entry]) -> list[int]:
    """Count mutants: all, noticed, those that survive for a reason, those that do without one."""
    every = list(entries)
    alive = [entry for entry in every if entry["survived"]]
    excused = sum(bool(entry["reason"]) for entry in alive)
    return [len(every), len(every) - len(alive), excused, len(alive) - excused]
