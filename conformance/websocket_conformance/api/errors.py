"""The ways in which an implementation cannot be asked."""


class UnavailableError(Exception):
    """An implementation is not here; the message says so in three lines at most."""


class BrokenError(Exception):
    """An implementation has ended, or does not answer, in the middle of a scenario."""
