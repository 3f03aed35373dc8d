"""Layered cookies 5.3.1: dates as servers write them."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets.cookies.parse_a_date import EARLIEST, parse_a_date

NOON = datetime(2031, 3, 9, 12, 5, 7, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        b"Sun, 09 Mar 2031 12:05:07 GMT",
        b"Sunday, 09-Mar-31 12:05:07 GMT",
        b"Sun Mar  9 12:05:07 2031",
        b"9 march 2031 12:5:7",
        b"12:05:07x 9x MARz 2031y",
        b"09/Mar/2031 12:05:07",
        b";;2031;mar;9;12:05:07;;",
        b"\x00 9 Mar 31 12:05:07 \xff",
        b"9 9x Mar 2031 12:05:07 12:06:08",
    ],
)
def test_one_date_in_many_ways(text):
    assert parse_a_date(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"tomorrow",
        b"Mar 2031 12:05:07",
        b"9 2031 12:05:07",
        b"9 Mar 12:05:07",
        b"9 Mar 2031",
        b"9 Mar 2031 12:05",
        b"0 Mar 2031 12:05:07",
        b"32 Mar 2031 12:05:07",
        b"9 Mar 1600 12:05:07",
        b"9 Mar 20310 12:05:07",
        b"9 Mar 2031 24:05:07",
        b"9 Mar 2031 12:60:07",
        b"9 Mar 2031 12:05:60",
        b"9 Mar 2031 120:05:07",
        b"30 Feb 2031 12:05:07",
        b"\xb9 Mar 2031 12:05:07",
    ],
)
def test_what_is_no_date(text):
    assert parse_a_date(text) is None


@pytest.mark.parametrize(
    ("year", "meant"), [("70", 1970), ("99", 1999), ("00", 2000), ("69", 2069), ("0099", 1999)]
)
def test_years_of_two_digits(year, meant):
    expected = datetime(meant, 3, 9, 12, 5, 7, tzinfo=UTC).timestamp()
    assert parse_a_date(f"9 Mar {year} 12:05:07".encode()) == expected


def test_the_first_date_that_can_be_parsed():
    assert parse_a_date(b"1 Jan 1601 00:00:00") == EARLIEST


@given(st.datetimes(datetime(1601, 1, 1), datetime(9999, 12, 31, 23, 59, 59)))
def test_what_python_writes_is_read(date):
    date = date.replace(microsecond=0, tzinfo=UTC)
    assert parse_a_date(format_datetime(date, usegmt=True).encode()) == date.timestamp()


@given(st.binary(max_size=60) | st.from_regex(rb"([0-9:]{1,8}|[a-z]{3}|[ ,;-]|.){1,12}"))
def test_nothing_raises(text):
    found = parse_a_date(text)
    assert found is None or found >= EARLIEST
