"""Reports of what changed in a standard: as lines, as Markdown, or as JSON.

The changes of a newer text (:mod:`whatwg_websockets.steps.drift`) and those that a draft would make
(:mod:`whatwg_websockets.steps.draft_changes`) are reported in the same form.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import groupby

from whatwg_websockets.steps.pairing import How
from whatwg_websockets.steps.word_diff import Fate, Piece, pieces, side


@dataclass(frozen=True)
class Told:
    """One change of a report.

    Attributes:
        how: what became of the piece.
        what: the piece, and what it becomes: "step 3", "step 2, now step 1".
        section: the number of its section.
        name: the algorithm that it belongs to; empty for a sentence outside of algorithms.
        url: its URL in the standard.
        line: its line in the newer text, from 1; 0 if the newer text lacks the piece.
        was: its words in the older text; empty if the text is not available.
        now: its words in the newer text; empty if the text is not available.
        words: what the change means, in our own words; empty if there are no such words.
        places: the code to look at, each ``file:line``.
    """

    how: How
    what: str
    section: str
    name: str
    url: str
    line: int = 0
    was: str = ""
    now: str = ""
    words: str = ""
    places: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The heading of the algorithm, or of the sentences outside of algorithms."""
        return f"{self.section} {self.name or 'outside of algorithms'}".lstrip()

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The words in the older text and in the newer one; empty if the piece only moved."""
        return () if self.how is How.MOVED else (("was", self.was), ("now", self.now))


@dataclass(frozen=True)
class Telling:
    """A report.

    Attributes:
        about: what was compared, for programs: the standard, its version, the texts.
        changes: the changes, with those of one algorithm next to each other.
        total: a sentence that says how much changed.
        notes: more sentences after that one.
        look: what a reader should do with the code: "look at", or "see".
    """

    about: dict[str, str]
    changes: tuple[Told, ...]
    total: str
    notes: tuple[str, ...] = ()
    look: str = "look at"


def counted(hows: Iterable[How]) -> str:
    """Count changes by their kind: "2 changed, 1 went"."""
    counts = Counter(hows)
    return ", ".join(f"{counts[how]} {how}" for how in How if counts[how])


def as_lines(telling: Telling) -> Iterator[str]:
    """Write lines for a terminal."""
    for where, url, group in _by_algorithm(telling):
        yield f"{where}  {url}"
        for change in group:
            line = f" (line {change.line})" if change.line else ""
            yield f"  {change.how}: {change.what}{line}"
            yield from (f"    {name}: {text}" for name, text in change.texts if text)
            if change.words:
                yield f"    {change.words}"
            yield from (f"    {telling.look} {place}" for place in change.places)
        yield ""
    yield telling.total
    yield from telling.notes


def as_json(telling: Telling) -> str:
    """Write JSON: what was compared, each change, and how many there are of each kind."""
    counts = Counter(each.how for each in telling.changes)
    data = {
        **telling.about,
        "changes": [asdict(each) for each in telling.changes],
        "counts": {str(how): counts[how] for how in How},
        "total": telling.total,
        "notes": list(telling.notes),
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def as_markdown(telling: Telling) -> str:
    """Write Markdown: a heading for each algorithm, lost words struck out, new words in bold."""
    parts = [f"# {telling.about['title']}", _escaped(telling.total), *map(_code, telling.notes)]
    for where, url, group in _by_algorithm(telling):
        parts.append(f"## [{_escaped(where)}]({url})")
        parts += [_item(change, telling.look) for change in group]
    return "\n\n".join(parts) + "\n"


def _item(change: Told, look: str) -> str:
    line = f" (line {change.line})" if change.line else ""
    lines = [f"- **{change.how}**: {_escaped(change.what)}{line}"]
    if change.words:
        lines.append(f"  {_code(change.words)}")
    compared = pieces(change.was, change.now)
    for (name, text), fate in zip(change.texts, (Fate.WENT, Fate.CAME), strict=False):
        if text:
            shown = compared if change.was and change.now else [Piece(Fate.STAYED, text)]
            lines.append(f"  > {name}: {' '.join(map(_marked, side(shown, fate)))}")
    if change.places:
        lines.append(f"  {look} {', '.join(f'`{place}`' for place in change.places)}")
    return "\n\n".join(lines)


def _marked(piece: Piece) -> str:
    mark = {Fate.WENT: "~~", Fate.CAME: "**"}.get(piece.fate, "")
    return f"{mark}{_escaped(piece.text)}{mark}"


def _escaped(text: str) -> str:
    """Escape words so that Markdown shows every character unchanged."""
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", text)


def _code(text: str) -> str:
    """Escape our own words for Markdown, except for code between backticks."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else _escaped(part) for part in parts)


def _by_algorithm(telling: Telling) -> Iterator[tuple[str, str, Iterator[Told]]]:
    """Group the changes by algorithm, with its heading and its URL."""
    for (where, url), group in groupby(telling.changes, key=lambda each: (each.where, each.url)):
        yield where, url, group
