"""The debt: step comments that break the grammar and are older than it.

A file beside the index lists them. An entry knows its comment by what the comment names and by a
hash of its words. So a comment may move with its code and stays excused, and one whose words change
is excused no longer. Entries are taken away and never added.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from whatwg_websockets.steps.comments import Comment, SourceFile
from whatwg_websockets.steps.faults import Fault
from whatwg_websockets.steps.grammar import BRANCH, flaws
from whatwg_websockets.steps.index import DEBT, spec_folder
from whatwg_websockets.steps.links import series
from whatwg_websockets.steps.toml_file import IndexFault

HEADING = """\
# Step comments that break the grammar of spec/README.md, and are older than it. One line is one
# comment: the anchor of its algorithm or "§", what the comment names, and a hash of its words.
# `whatwg-websockets spec check --debt` shows them; after one has been mended, or after a merge,
# `whatwg-websockets spec check --update-debt` takes its line away. No line is ever added.
"""

REQUIREMENTS = "§"
"""What an entry has in the place of an anchor where its comment names requirements."""


@dataclass(frozen=True)
class Entry:
    """A line of the debt.

    Attributes:
        key: which comment it is about, as :func:`key_of` has it.
        line: the line in the file, from 1.
    """

    key: str
    line: int


@dataclass(frozen=True)
class Debt:
    """The comments that may break the grammar.

    Attributes:
        path: the file; it need not exist.
        entries: its entries, in its order.
    """

    path: Path
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Balance:
    """The comments that break the grammar, held against the debt.

    Attributes:
        owed: those that the debt has.
        new: those that it has not.
        needed: the entries of the debt that a comment needs.
        needless: those that none does.
    """

    owed: tuple[Fault, ...]
    new: tuple[Fault, ...]
    needed: tuple[Entry, ...]
    needless: tuple[Entry, ...]


def read_debt(folder: Path | None = None) -> Debt:
    """Read the debt; there is none where there is no such file.

    Args:
        folder: the folder of the index; by default this project's own.

    Raises:
        IndexFault: the file is no TOML, or has no list of texts in it.
    """
    path = (folder or spec_folder()) / DEBT
    if not path.is_file():
        return Debt(path)
    text = path.read_text(encoding="utf-8")
    try:
        keys = tomllib.loads(text).get("comments")
    except tomllib.TOMLDecodeError as error:
        raise IndexFault(path, 1, f"not TOML: {error}; mend the line") from None
    if not (isinstance(keys, list) and all(isinstance(key, str) for key in keys)):
        raise IndexFault(path, 1, "'comments' is missing here, or is no list of texts; write one")
    lines = text.splitlines()
    return Debt(
        path,
        tuple(Entry(key, _line_of(key, keys[:count], lines)) for count, key in enumerate(keys)),
    )


def _line_of(key: str, before: list[str], lines: list[str]) -> int:
    """Return the line of an entry, of which others with the same key may stand before it."""
    found = [number for number, line in enumerate(lines, 1) if f'"{key}"' in line]
    return found[min(before.count(key), len(found) - 1)] if found else 1


def write_debt(debt: Debt) -> None:
    """Write the debt, one line an entry, in the order of their characters."""
    lines = sorted(f'    "{entry.key}",\n' for entry in debt.entries)
    debt.path.write_text(f"{HEADING}comments = [\n{''.join(lines)}]\n", encoding="utf-8")


def key_of(comment: Comment, anchor: str) -> str:
    """Return what an entry calls a comment.

    Args:
        comment: the comment.
        anchor: the anchor of the algorithm that its step is of; "§" for requirements.
    """
    words = hashlib.sha256(comment.text.encode()).hexdigest()[:8]
    return f"{anchor} {comment.number} {words}"


def balance(sources: Iterable[SourceFile], debt: Debt) -> Balance:
    """Hold the comments that break the grammar against the debt."""
    found = [
        (key_of(comment, anchor), Fault(comment.path, comment.line, problem))
        for anchor, comment in _comments(sources)
        if (problem := _problem_with(comment, anchor))
    ]
    listed = [(entry.key, entry) for entry in debt.entries]
    owed, new = _matched(found, (key for key, _ in listed))
    needed, needless = _matched(listed, (key for key, _ in found))
    return Balance(tuple(owed), tuple(new), tuple(needed), tuple(needless))


T = TypeVar("T")


def _matched(things: Iterable[tuple[str, T]], keys: Iterable[str]) -> tuple[list[T], list[T]]:
    """Part things, each with its key, into those that find their key, and the others.

    A key that is there once is found once.
    """
    left = Counter(keys)
    matched: list[T] = []
    others: list[T] = []
    for key, thing in things:
        (matched if left[key] > 0 else others).append(thing)
        left[key] -= 1
    return matched, others


def shrunk(debt: Debt, sources: Iterable[SourceFile]) -> Debt:
    """Return the debt without the entries that no comment needs."""
    return replace(debt, entries=balance(sources, debt).needed)


def _comments(sources: Iterable[SourceFile]) -> Iterator[tuple[str, Comment]]:
    """Return the step comments of all functions, with their anchors, and those of requirements."""
    for source in sources:
        for function in source.functions:
            for step in function.steps:
                yield function.anchor, step
        for comment in source.requirements:
            yield REQUIREMENTS, comment


def _problem_with(comment: Comment, anchor: str) -> str:
    """Say how a comment breaks the grammar, and how to mend it; "" where it does not."""
    found = flaws(comment.text, is_branch=bool(BRANCH.fullmatch(comment.number)))
    if not found:
        return ""
    what = f"{'requirement' if anchor == REQUIREMENTS else 'step'} {comment.number}"
    if comment.is_carried_out:
        whose, do = f"the comment of {what}", "name the subject, begin with a capital letter"
    else:
        whose, do = f"the reason of {what}", "name the subject"
    return f"{whose} is not a whole sentence: it {series(found)}; {do} and end with a full stop"
