"""The way in which a report cannot be made."""


class ReportError(Exception):
    """A file is not what it should be; the message says which, where, and what was expected."""
