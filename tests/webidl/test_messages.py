"""What error messages are made of."""

import pytest

from whatwg_websockets.webidl.messages import shown


class Unshowable:
    def __repr__(self):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", "'text'"),
        (None, "None"),
        ("x" * 200, "'" + "x" * 79 + "..."),
        (10**10_000, "<int that repr() cannot show>"),
        (Unshowable(), "<Unshowable that repr() cannot show>"),
        ([Unshowable()], "<list that repr() cannot show>"),
    ],
    ids=["str", "None", "long", "digits", "raises", "list"],
)
def test_a_value_is_shown_shortly_and_without_raising(value, expected):
    assert shown(value) == expected
