"""The ways in which the judge cannot do what it was asked for."""


class UsageError(Exception):
    """Something that was asked for does not exist; the message says what does."""


class MissingError(Exception):
    """A suite or an implementation is not on this machine; the message says how it could be."""


class ReportError(Exception):
    """A file is not what it should be; the message says which, where, and what was expected."""


class UnavailableError(Exception):
    """An implementation is not here; the message says so in three lines at most."""


class BrokenError(Exception):
    """An implementation has ended, or does not answer, in the middle of a scenario."""


class SuiteMissingError(Exception):
    """The suite cannot be had on this machine; the message says how it could be."""


class RunError(Exception):
    """The suite or the client could not be started; the message says why."""
