"""Parse a date, section 5.3.1 of the draft of layered cookies."""

import re
from datetime import UTC, datetime
from typing import Final

from whatwg_websockets.algorithm import algorithm

_DELIMITERS: Final = re.compile(rb"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
_REST: Final = rb"(?:[^0-9].*)?"
_TIME: Final = re.compile(rb"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})" + _REST, re.DOTALL)
_DAY_OF_MONTH: Final = re.compile(rb"([0-9]{1,2})" + _REST, re.DOTALL)
_MONTHS: Final = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
_YEAR: Final = re.compile(rb"([0-9]{2,4})" + _REST, re.DOTALL)

EARLIEST: Final = datetime(1601, 1, 1, tzinfo=UTC).timestamp()
"""The earliest date that can be parsed."""


@algorithm("name-parse-a-date", "parse a date")
def parse_a_date(text: bytes) -> float | None:
    """Parse the value of an Expires attribute, in any of the ways in which servers write dates.

    Returns:
        Seconds since 1970 in UTC, or None for failure.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-a-date
    """
    time: tuple[int, int, int] | None = None
    day_of_month, month, year = -1, 0, -1
    # 1. White space and punctuation, but for the colon, stand between the tokens.
    tokens = _DELIMITERS.split(text)
    # 2. Each token is what it first matches, as long as that has not been found.
    for token in tokens:
        # 2.1. A time has two colons.
        if time is None and (found := _TIME.fullmatch(token)):
            time = int(found[1]), int(found[2]), int(found[3])
        # 2.2. A day of the month has one digit or two.
        elif day_of_month < 0 and (found := _DAY_OF_MONTH.fullmatch(token)):
            day_of_month = int(found[1])
        # 2.3. A month is known by its first three letters.
        elif not month and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        # 2.4. A year has two to four digits.
        elif year < 0 and (found := _YEAR.fullmatch(token)):
            year = int(found[1])
    # 3. A year from 70 to 99 is of the last century.
    if 70 <= year <= 99:
        year += 1900
    # 4. A year from 0 to 69 is of this century.
    if 0 <= year <= 69:
        year += 2000
    # 5. What is incomplete or out of range is no date.
    if time is None or day_of_month < 1 or not month or year < 1601:
        return None
    try:
        # 6. A date that no calendar has is no date.
        date = datetime(year, month, day_of_month, *time, tzinfo=UTC)
    except ValueError:
        return None
    # 7. The date is a number of seconds here.
    return date.timestamp()
