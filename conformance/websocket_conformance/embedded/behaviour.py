"""The words in which the suite speaks of a case."""

from enum import StrEnum


class Behaviour(StrEnum):
    """A verdict, on what a peer did in a case, or on how it closed the connection."""

    OK = "OK"
    NON_STRICT = "NON-STRICT"
    INFORMATIONAL = "INFORMATIONAL"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    WRONG_CODE = "WRONG CODE"
    UNCLEAN = "UNCLEAN"
    FAILED = "FAILED"
    FAILED_BY_CLIENT = "FAILED BY CLIENT"
