"""The ways in which a run cannot take place."""


class SuiteMissingError(Exception):
    """The suite cannot be had on this machine; the message says how it could be."""


class RunError(Exception):
    """The suite or the client could not be started; the message says why."""
