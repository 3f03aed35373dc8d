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
"""The earliest date that can be parsed, in seconds since 1970."""


@algorithm("name-parse-a-date", "parse a date")
def parse_a_date(text: bytes) -> float | None:
    """Parse the value of an Expires attribute, in each of the formats that servers write.

    Returns:
        Seconds since 1970 in UTC, or None for failure.

    Source: https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-layered-cookies#name-parse-a-date
    """
    time: tuple[int, int, int] | None = None
    day_of_month, month, year = -1, 0, -1
    # 1. Split the value into tokens at white space and punctuation other than the colon.
    tokens = _DELIMITERS.split(text)
    # 2. Go through the tokens, each of which can set one part of the date that is not set yet.
    for token in tokens:
        # 2.1. If no time was found before and a token has two colons, take the token as the time.
        if time is None and (found := _TIME.fullmatch(token)):
            time = int(found[1]), int(found[2]), int(found[3])
        # 2.2. If no day was found before and a token has one or two digits, take the token as the
        #      day of the month.
        elif day_of_month < 0 and (found := _DAY_OF_MONTH.fullmatch(token)):
            day_of_month = int(found[1])
        # 2.3. If no month was found before and a token begins with the first three letters of a
        #      month, take the token as the month.
        elif not month and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        # 2.4. If no year was found before and a token has two to four digits, take the token as the
        #      year.
        elif year < 0 and (found := _YEAR.fullmatch(token)):
            year = int(found[1])
    # 3. If the year is from 70 to 99, add 1900.
    if 70 <= year <= 99:
        year += 1900
    # 4. If the year is from 0 to 69, add 2000.
    if 0 <= year <= 69:
        year += 2000
    # 5. Return failure if a part of the date is missing or out of range.
    if time is None or day_of_month < 1 or not month or year < 1601:
        return None
    try:
        # 6. Return failure for a date that does not exist, such as 30 February.
        date = datetime(year, month, day_of_month, *time, tzinfo=UTC)
    except ValueError:
        return None
    # 7. Return the date, in seconds since 1970.
    return date.timestamp()
