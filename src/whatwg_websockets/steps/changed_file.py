"""One change of the checkout that can be taken back exactly.

At most one change is applied at a time. The text that the file had before the change is kept in
``.exercise.json`` in the folder of the checkout until the change is taken back.
"""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from whatwg_websockets.files import replace_text

RECORD = ".exercise.json"


class Refused(Exception):
    """The checkout is left as it is; the text says why, and what to do."""


@dataclass(frozen=True)
class Change:
    """A change of one file.

    Attributes:
        name: what the change is called, at the beginning of a sentence.
        file: the file, as seen from the folder of the checkout.
        before: the text of the file before the change.
        after: the text of the file after the change.
        commands: the commands to run; the first one runs the tests.
        number: the number of the exercise; None for a hidden step.
        answer: for a hidden step: which one it is, and what was done to it.
        time: when the file had been modified before the change, in nanoseconds.
    """

    name: str
    file: str
    before: str
    after: str
    commands: Sequence[str]
    number: int | None = None
    answer: str = ""
    time: int = 0

    @property
    def name_in_a_sentence(self) -> str:
        """What the change is called, within a sentence."""
        return f"{self.name[0].lower()}{self.name[1:]}"


class Checkout:
    """A checkout whose code may be changed.

    Args:
        root: its folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._record = root / RECORD

    @property
    def change(self) -> Change | None:
        """The change that is applied, or None.

        Raises:
            Refused: the record of the change cannot be read.
        """
        try:
            return Change(**json.loads(self._record.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (TypeError, ValueError):
            raise Refused(
                f"{RECORD} is not as this command wrote it; delete the file, and see `git diff`."
            ) from None

    def refuse_a_second_change(self) -> None:
        """Make sure that no change is applied; forget one that was taken back without --undo.

        Raises:
            Refused: a change is applied.
        """
        applied = self.change
        if applied is None:
            return
        if not self.was_taken_back(applied):
            raise Refused(f"{applied.name} is applied; take it back first, with --undo.")
        self._record.unlink()

    def text_of(self, file: str | Path) -> str:
        """Return the text of a file that is to be changed.

        Raises:
            Refused: a change is applied already, or the file cannot be read, or it differs from the
                last commit.
        """
        self.refuse_a_second_change()
        try:
            text = (self.root / file).read_text(encoding="utf-8")
        except OSError as error:
            raise Refused(f"{file} cannot be read: {error.strerror}.") from None
        if self._differs_from_the_last_commit(file):
            raise Refused(
                f"{file} differs from the last commit, so nothing was changed; commit your "
                f"changes, or take them back with `git checkout {file}`."
            )
        return text

    def refuse_further_changes(self, change: Change) -> None:
        """Make sure that the file was not modified since the change was applied.

        Raises:
            Refused: the file was changed since, or is as it was before; in that case the change is
                forgotten.
        """
        if self.was_taken_back(change):
            self._record.unlink()
            raise Refused(
                f"{change.file} is as it was before: {change.name_in_a_sentence} was taken back "
                "already, without --undo."
            )
        if self._text(change) != change.after:
            raise Refused(
                f"{change.file} was changed since {change.name_in_a_sentence} was applied, "
                f"so nothing was done; see `git diff {change.file}`."
            )

    def apply(self, change: Change) -> None:
        """Change the file."""
        change = replace(change, time=(self.root / change.file).stat().st_mtime_ns)
        replace_text(self._record, json.dumps(asdict(change), indent=2) + "\n")
        write(self.root / change.file, change.after)

    def undo(self, change: Change) -> None:
        """Restore the text and the modification time that the file had before a change.

        Raises:
            Refused: the file was changed since the change was applied.
        """
        if not self.was_taken_back(change):
            self.refuse_further_changes(change)
            replace_text(self.root / change.file, change.before, modified=change.time)
        self._record.unlink()

    def was_taken_back(self, change: Change) -> bool:
        """Whether the file is as it was before a change, for example after `git checkout`."""
        return self._text(change) == change.before

    def _text(self, change: Change) -> str | None:
        path = self.root / change.file
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def _differs_from_the_last_commit(self, file: str | Path) -> bool:
        """Ask git whether a file differs; without git or a repository, no file differs."""
        try:
            done = subprocess.run(  # noqa: S603
                ["git", "diff", "--name-only", "HEAD", "--", str(file)],  # noqa: S607
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                capture_output=True,
            )
        except OSError:
            return False
        return bool(done.stdout)


def write(path: Path, text: str) -> None:
    """Replace a file, and make its modification time differ by at least a whole second.

    Python recompiles a file only if its modification time in seconds, or its size, has changed. The
    file is replaced as a whole: it may be one without which this command cannot start again.
    """
    next_second = (int(path.stat().st_mtime) + 1) * 1_000_000_000
    replace_text(path, text, modified=max(next_second, time.time_ns()))
