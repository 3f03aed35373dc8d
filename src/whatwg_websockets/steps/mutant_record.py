"""The record of the results of the mutants, which the docs show beside each step.

The record is a JSON file: the commit of the last run that wrote into it, and for each mutant its
module, its algorithm and steps, the change to the code, and the test that failed. A hash of the
statement shows later whether the code has changed since.
"""

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from whatwg_websockets.files import replace_text
from whatwg_websockets.steps.code_hash import hash_of_code, tree_of
from whatwg_websockets.steps.mutants import Mutant, mutants, node_at
from whatwg_websockets.steps.mutate import Verdict
from whatwg_websockets.steps.places import Place
from whatwg_websockets.steps.survivors import Survivor, reason_for

Key = tuple[str, str, tuple[str, ...]]
"""The key of a mutant: its module, its algorithm, its steps."""


class Entry(TypedDict):
    """The result of one mutant.

    Attributes:
        module: the path of the module below the package, without its ending.
        algorithm: the algorithm's name; the module for a lone requirement.
        steps: the numbers of the steps; ids of requirements behind "§".
        what: what was done to the statement.
        survived: whether no test failed.
        noticed_by: the test that failed; empty if no test failed, or if a test hung.
        reason: why no test need fail; empty if a test failed, or if no reason is known.
        code: a hash of the statement.
    """

    module: str
    algorithm: str
    steps: list[str]
    what: str
    survived: bool
    noticed_by: str
    reason: str
    code: str


def read_record(path: Path) -> tuple[str, list[Entry]]:
    """Read a record: its commit, and its entries; both are empty if the file does not exist."""
    if not path.is_file():
        return "", []
    record = json.loads(path.read_text(encoding="utf-8"))
    return record["commit"], record["mutants"]


def unrecorded(
    found: Iterable[Mutant], path: Path, survivors: Iterable[Survivor], package: Path
) -> list[Mutant]:
    """Return the mutants that a record lacks, or has to replace.

    An entry has to be replaced if the statement has changed since, or if the mutant survived and no
    reason is known.

    Args:
        found: the mutants.
        path: the file of the record.
        survivors: the survivors that have a reason.
        package: the folder of the Python package.
    """
    survivors = list(survivors)
    known = {_key(entry): entry for entry in read_record(path)[1]}

    def has_to_be_tried(mutant: Mutant) -> bool:
        entry = known.get(key_of(mutant, package))
        if entry is None or entry["code"] != hash_of(mutant):
            return True
        return entry["survived"] and not reason_for(mutant, survivors)

    return [mutant for mutant in found if has_to_be_tried(mutant)]


def entries(verdicts: Iterable[Verdict], package: Path) -> list[Entry]:
    """Return the entries of some verdicts; they have no reasons yet.

    Args:
        verdicts: the verdicts.
        package: the folder of the Python package.
    """
    return [_entry(each, package) for each in verdicts]


def _entry(verdict: Verdict, package: Path) -> Entry:
    mutant = verdict.mutant
    module, algorithm, steps = key_of(mutant, package)
    return {
        "module": module,
        "algorithm": algorithm,
        "steps": list(steps),
        "what": mutant.what,
        "survived": verdict.survived,
        "noticed_by": verdict.noticed_by,
        "reason": "",
        "code": hash_of(mutant),
    }


def key_of(mutant: Mutant, package: Path) -> Key:
    """Return the key of a mutant."""
    module = mutant.path.relative_to(package).with_suffix("").as_posix()
    return module, mutant.algorithm, mutant.steps


def hash_of(mutant: Mutant) -> str:
    """Return a hash of the statement that a mutant changes; comments do not affect the hash."""
    text = mutant.path.read_text(encoding="utf-8")
    first = mutant.places[0].lines[0]
    statement = node_at(tree_of(text), first)
    last_node = statement.body[-1] if isinstance(statement, ast.match_case) else statement
    last = last_node.end_lineno  # type: ignore[attr-defined]
    return hash_of_code(text.splitlines()[first - 1 : last])


def write_record(
    path: Path,
    commit: str,
    found: Iterable[Entry],
    steps: Iterable[Place],
    survivors: Iterable[Survivor],
    package: Path,
) -> None:
    """Write entries into a record, and replace the entries of the same mutants.

    Entries of mutants that can no longer be made are removed, and each entry of a survivor has the
    reason that is known now.

    Args:
        path: the file.
        commit: the commit of the code that was tried.
        found: the entries.
        steps: all steps of the code.
        survivors: the survivors that have a reason.
        package: the folder of the Python package.
    """
    kept: dict[Key, Entry] = {_key(entry): entry for entry in read_record(path)[1]}
    kept.update((_key(entry), entry) for entry in found)
    survivors = list(survivors)
    lines = []
    for mutant in mutants(steps):
        if entry := kept.get(key_of(mutant, package)):
            entry["reason"] = reason_for(mutant, survivors) if entry["survived"] else ""
            lines.append(json.dumps(entry, ensure_ascii=False))
    mutants_text = ",\n".join(lines)
    text = f'{{"commit": {json.dumps(commit)}, "mutants": [\n{mutants_text}\n]}}\n'
    replace_text(path, text)


def _key(entry: Entry) -> Key:
    return entry["module"], entry["algorithm"], tuple(entry["steps"])
