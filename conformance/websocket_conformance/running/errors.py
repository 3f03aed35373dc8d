"""The ways in which a run cannot take place."""


class UsageError(Exception):
    """Something that was asked for does not exist; the message says what does."""


class MissingError(Exception):
    """A suite or an implementation is not on this machine; the message says how it could be."""
