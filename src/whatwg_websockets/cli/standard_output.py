"""How a command ends when its output cannot be written: its reader has ended, or a disk is full."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

EXIT_FULL: Final = 2
"""The status if standard output cannot be written to. No result has this status."""

EXIT_UNREAD: Final = 141
"""The status of a program that SIGPIPE has ended: 128 + 13."""


@contextmanager
def ending_with_its_output() -> Iterator[None]:
    """Let a command end as other programs do when its output cannot be written.

    If the reader has ended, as in ``| head -1``, the command ends silently, with the status that a
    shell gives to a program that SIGPIPE has ended. If there is no room for the output, one line on
    standard error says so.

    Raises:
        SystemExit: standard output cannot be written to (status 2), or nobody reads it (141).
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_the_rest()
        raise SystemExit(EXIT_UNREAD) from None
    except SystemExit as ending:
        # Rich and Typer have seen that nobody reads, and end with the status 1.
        if isinstance(ending.__context__, BrokenPipeError):
            _discard_the_rest()
            raise SystemExit(EXIT_UNREAD) from None
        raise
    except OSError as error:
        if _has_room():
            raise
        _discard_the_rest()
        print(f"standard output cannot be written: {error.strerror}", file=sys.stderr)
        raise SystemExit(EXIT_FULL) from None


def _has_room() -> bool:
    """Return whether standard output can be written to, by writing the end of a line to it."""
    try:
        os.write(sys.stdout.fileno(), b"\n")
    except OSError:
        return False
    return True


def _discard_the_rest() -> None:
    """Redirect standard output to the null device, since Python flushes it once more at its end."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
