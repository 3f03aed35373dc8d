"""The exit statuses of the judge's commands, and the errors that end them."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit status of a command.

    The values mean: all cases are at their best, or explained; a case falls short, or the program
    under test plays none; the command cannot be carried out as written; a suite or an
    implementation is not installed; the command was interrupted.
    """

    BEST = 0
    SHORT = 1
    USAGE = 2
    MISSING = 3
    INTERRUPTED = 130


class UsageError(Exception):
    """Something that the user names does not exist; the message says what does."""


class MissingError(Exception):
    """Something that is needed is not installed, or does not start; the message says what to do.

    It may be a suite or one of its servers, an implementation, or a program that it needs.
    """


class AbsentError(Exception):
    """A server under test does not listen; the message says what it did instead."""


class ReportError(Exception):
    """A file has wrong contents; the message says which file, where, and what was expected."""


class BrokenError(Exception):
    """An implementation has ended, or does not answer, in the middle of a scenario."""
