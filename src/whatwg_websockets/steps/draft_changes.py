"""What a draft would change in a standard, step by step, if it landed.

The changes are kept beside the index as numbers, hashes and words of our own, since the two texts
are not available where the documentation is built. ``spec/README.md`` describes the format.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from whatwg_websockets.steps.drift import Change
from whatwg_websockets.steps.faults import Fault
from whatwg_websockets.steps.index import CHANGES, HASH, STEP, Algorithm, Standard, spec_folder
from whatwg_websockets.steps.links import series
from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.sentences import flaws
from whatwg_websockets.steps.toml_file import TomlFile


@dataclass(frozen=True)
class Target:
    """A step of a draft, or of the standard as the draft would have it.

    Attributes:
        anchor: the fragment of its algorithm.
        step: its number.
    """

    anchor: str
    step: str


@dataclass(frozen=True)
class DraftChange:
    """What would become of one step.

    Attributes:
        how: what becomes of the step.
        anchor: the fragment of its algorithm in the standard.
        name: the name of its algorithm.
        step: its number; empty for a new step.
        now: the step that it becomes; None for a step that is removed.
        hash: the hash of the words that it has then; empty for a step that is removed.
        kin: the step of the draft that says nearly the same in other words; found by a
            person; None if the draft has no such step.
        words: what that means, in our own words; empty for a step that only moves.
        line: the line of the file on which its table begins, from 1.
    """

    how: How
    anchor: str
    name: str
    step: str
    now: Target | None
    hash: str
    kin: Target | None = None
    words: str = ""
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class DraftChanges:
    """All changes that a draft would make to a standard.

    Attributes:
        path: the file.
        standard: the id of the standard.
        version: the version of the standard that the draft was compared with.
        draft: the id of the draft.
        draft_version: the version of the draft.
        changes: what becomes of its steps, in the order of the standard.
    """

    path: Path
    standard: str
    version: str
    draft: str
    draft_version: str
    changes: tuple[DraftChange, ...]


def read_draft_changes(folder: Path | None = None) -> list[DraftChanges]:
    """Read the changes that drafts would make.

    Args:
        folder: the folder of the index; by default this project's own.

    Raises:
        IndexFault: a file is not TOML, lacks a key, or has a wrong value.
    """
    return [_Reader(path).changes() for path in sorted((folder or spec_folder()).glob(CHANGES))]


class _Reader(TomlFile):
    """Reads a file of changes."""

    def changes(self) -> DraftChanges:
        """Read the whole file."""
        data = self.data()
        head = self.value(data, "changes", dict, 1)
        return DraftChanges(
            self.path,
            **{
                key: self.value(head, key, str, 1)
                for key in ("standard", "version", "draft", "draft_version")
            },
            changes=tuple(self.change(*each) for each in self.tables(data, "change")),
        )

    def change(self, line: int, table: dict[str, Any]) -> DraftChange:
        """Read one change."""
        how = self.value(table, "how", str, line)
        if how not in tuple(How):
            problem = f"{how!r} is not a change of a step; write {series(How, 'or')}"
            raise self.fault(line, problem, "how")
        anchor = self.value(table, "anchor", str, line)
        optional = {"step": "", "hash": "", "words": "", **table}
        step, hash_, words = (
            self.value(optional, key, str, line) for key in ("step", "hash", "words")
        )
        if hash_ and not HASH.fullmatch(hash_):
            raise self.fault(line, f"{hash_!r} is not a hash of twelve hexadecimal digits", "hash")
        return DraftChange(
            How(how),
            anchor,
            self.value(table, "name", str, line),
            step,
            self.target(table, "now", anchor, line),
            hash_,
            self.target(table, "kin", anchor, line),
            words,
            line,
        )

    def target(self, table: dict[str, Any], key: str, anchor: str, line: int) -> Target | None:
        """Read a step: its number, after the anchor of its algorithm if that is not its own."""
        if key not in table:
            return None
        other, _, step = self.value(table, key, str, line).rpartition("#")
        if not STEP.fullmatch(step):
            problem = (
                f'{step!r} is not the number of a step; write "2.1", or "close-the-websocket#4a"'
            )
            raise self.fault(line, problem, key)
        return Target(other or anchor, step)


def changes_by(
    changes: Iterable[Change], standard: Standard, draft: Standard, path: Path
) -> DraftChanges:
    """Return the part of a comparison that is about the standard's own steps.

    Args:
        changes: the changes that :func:`.drift` has found in the draft's text.
        standard: the standard.
        draft: the draft.
        path: the file in which the changes will be kept.
    """
    anchors = {(each.url, each.name): each.anchor for each in standard.algorithms}
    found = []
    for change in changes:
        anchor = anchors.get((change.url, change.name))
        if anchor is None or not (change.step or change.now):
            continue
        now = Target(*change.now) if change.now else None
        found.append(
            DraftChange(change.how, anchor, change.name, change.step, now, change.now_hash)
        )
    return DraftChanges(path, standard.id, standard.version, draft.id, draft.version, tuple(found))


def with_words_of(new: DraftChanges, old: DraftChanges) -> DraftChanges:
    """Copy the words that a person has written about the same changes."""
    written = {(each.anchor, each.name, each.step, each.how): each for each in old.changes}
    changes = []
    for change in new.changes:
        known = written.get((change.anchor, change.name, change.step, change.how), change)
        changes.append(replace(change, kin=known.kin, words=known.words))
    return replace(new, changes=tuple(changes))


def as_toml(changes: DraftChanges) -> str:
    """Write the file."""
    lines = [
        f"# What {changes.draft} would change in {changes.standard}: numbers and hashes as"
        " `whatwg-websockets spec",
        "# index` makes them, and words of our own by hand.",
        "",
        "[changes]",
        f'standard = "{changes.standard}"',
        f'version = "{changes.version}"',
        f'draft = "{changes.draft}"',
        f'draft_version = "{changes.draft_version}"',
    ]
    for each in changes.changes:
        lines += ["", "[[change]]", f'how = "{each.how}"', f'anchor = "{each.anchor}"']
        lines += [f'name = "{each.name}"', *_optional(each)]
    return "\n".join(lines) + "\n"


def _optional(change: DraftChange) -> Iterator[str]:
    values = {
        "step": change.step,
        "now": _target(change.now, change.anchor),
        "hash": change.hash,
        "kin": _target(change.kin, change.anchor),
        "words": re.sub(r'(["\\])', r"\\\1", change.words),
    }
    yield from (f'{key} = "{value}"' for key, value in values.items() if value)


def _target(target: Target | None, own: str) -> str:
    if target is None:
        return ""
    return target.step if target.anchor == own else f"{target.anchor}#{target.step}"


def faults_of_changes(
    standards: Iterable[Standard], all_changes: Iterable[DraftChanges]
) -> Iterator[Fault]:
    """Compare the changes of drafts with the index.

    Args:
        standards: the index.
        all_changes: the changes of all drafts.
    """
    by_id = {each.id: each for each in standards}
    for changes in all_changes:
        named = (changes.standard, changes.draft)
        unknown = [each for each in named if each not in by_id]
        if unknown:
            problem = f"the index has no standard {unknown[0]!r}; write the id of one that it has"
            yield Fault(changes.path, 1, problem)
            continue
        standard, draft = (by_id[each] for each in named)
        if (changes.version, changes.draft_version) != (standard.version, draft.version):
            yield Fault(
                changes.path,
                1,
                f"the index has {standard.version} and {draft.version}, and these are the changes"
                f" of {changes.draft_version} in {changes.version}; `whatwg-websockets spec index"
                " --changes-by` makes them anew",
            )
        for change in changes.changes:
            for problem in _problems(change, standard, draft):
                yield Fault(changes.path, change.line, problem)


def _problems(change: DraftChange, standard: Standard, draft: Standard) -> Iterator[str]:
    own = _steps(standard, change.anchor, change.name)
    steps = _steps(draft)
    if change.step and change.step not in own:
        yield f"{change.name!r} has no step {change.step}; write one that it has"
    for target in (change.now, change.kin):
        if target and target.anchor != change.anchor and target not in steps:
            yield f"the draft has no step {target.step} at {target.anchor!r}; write one that it has"
    if change.now in steps and steps[change.now] != change.hash:
        yield "the draft's step has another hash; make the changes anew"
    if change.how is How.MOVED:
        if change.step in own and own[change.step] != change.hash:
            yield "a step that moves keeps its words, and so its hash; make the changes anew"
        return
    if not change.words:
        yield "'words' is missing; say what the change means"
        return
    found = flaws(change.words)
    if found:
        problems = series(flaw.problem for flaw in found)
        yield f"'words' is not a whole sentence: it {problems}; say what the change means"


def _steps(
    standard: Standard, anchor: str | None = None, name: str | None = None
) -> dict[Any, str]:
    """Return the hashes of an algorithm's steps by number, or of all steps by :class:`Target`."""
    algorithms: Iterable[Algorithm] = standard.algorithms
    if anchor is None:
        return {
            Target(each.anchor, number): hash_
            for each in algorithms
            for number, hash_ in each.steps.items()
        }
    found = [each.steps for each in algorithms if (each.anchor, each.name) == (anchor, name)]
    return dict(found[0]) if found else {}
