"""How a command of the judge ends, and the ways in which it cannot do what it was asked for."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ends: the status that it leaves.

    The values mean: all is at its best, or explained; something falls short; the command is not one
    that can be carried out; a suite or an implementation is missing; the command was interrupted.
    """

    BEST = 0
    SHORT = 1
    USAGE = 2
    MISSING = 3
    INTERRUPTED = 130


class UsageError(Exception):
    """Something that was asked for does not exist; the message says what does."""


class MissingError(Exception):
    """What is needed is not on this machine, or does not start; the message says how it could be.

    That may be a suite or one of its servers, an implementation, or a program.
    """


class ReportError(Exception):
    """A file is not what it should be; the message says which, where, and what was expected."""


class BrokenError(Exception):
    """An implementation has ended, or does not answer, in the middle of a scenario."""
