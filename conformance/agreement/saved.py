"""The figures of a comparison as data, so that the docs can show them."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path

from agreement.verdicts import Outcome

Outcomes = Mapping[str, Mapping[str, Outcome]]
"""The outcomes of a round, by testee and case."""


@dataclass(frozen=True)
class Round:
    """The figures of a round.

    Attributes:
        behavior: how many cases had each verdict on the messages.
        closing: how many cases had each verdict on how the connection ended.
        load: the load average of its last minute; None if unknown.
    """

    behavior: dict[str, int]
    closing: dict[str, int]
    load: float | None

    @classmethod
    def of(cls, outcomes: Outcomes) -> "Round":
        """Return the figures of a round that has just ended."""
        every = [outcome for found in outcomes.values() for outcome in found.values()]
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
        behavior = Counter(outcome.behavior for outcome in every)
        return cls(dict(behavior), dict(Counter(outcome.closing for outcome in every)), load)

    @property
    def verdicts(self) -> int:
        """How many cases were played."""
        return sum(self.behavior.values())


@dataclass(frozen=True)
class Saved:
    """The figures of a comparison.

    Attributes:
        day: the day of the comparison.
        suite: the suite that was compared with the real one, and its profile.
        version: the version of the judge.
        testees: how many testees played.
        processors: how many processors the machine has.
        rounds: the figures of each round.
        moved: how many verdicts changed between rounds.
        codes: in how many further cases only the code changed.
        different: how many verdicts differ from the real suite's without an explanation.
        explained: how many more verdicts differ with an explanation.
    """

    day: date
    suite: str
    version: str
    testees: int
    processors: int
    rounds: tuple[Round, ...]
    moved: int
    codes: int
    different: int
    explained: int


def made(
    suite: str,
    rounds: Sequence[Round],
    testees: int,
    restless: Iterable[tuple[str, str, set[Outcome]]],
    differences: tuple[int, int],
) -> Saved:
    """Return the figures of a comparison that has just ended.

    Args:
        suite: the suite that was compared, and its profile.
        rounds: the figures of each round.
        testees: how many testees played.
        restless: the cases that changed between rounds, with the testee and the outcomes.
        differences: how many verdicts differ without an explanation, and how many with one.
    """
    with_verdict = [len({outcome.verdict for outcome in had}) > 1 for _, _, had in restless]
    version = f"whatwg-websockets {metadata.version('whatwg-websockets')}"
    processors = os.cpu_count() or 1
    counts = with_verdict.count(True), with_verdict.count(False)
    today = datetime.now(UTC).date()
    return Saved(today, suite, version, testees, processors, tuple(rounds), *counts, *differences)


def write(file: Path, saved: Saved) -> None:
    """Write the figures to a file, as JSON; the file is replaced atomically."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(asdict(saved), default=str, indent=1) + "\n", encoding="utf-8")
    new.replace(file)


def read(file: Path) -> Saved:
    """Read the figures from a file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    rounds = tuple(Round(**each) for each in content.pop("rounds"))
    return Saved(**{**content, "day": date.fromisoformat(content["day"]), "rounds": rounds})
