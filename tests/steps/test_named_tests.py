"""The tests that name an anchor are found."""

from pathlib import Path

import pytest

from whatwg_websockets.steps.named_tests import nearest_first, read_tests

TESTS = '''\
"""Tests."""

import toys


def test_first():
    """https://toys.example/#toy-play"""


async def test_second():
    """https://toys.example/#toy-play-more and https://toys.example/#toy-play."""
    # #toy-play
    assert toys


class Helper:
    """https://toys.example/#toy-rest"""


def test_third():
    """RFC 9 section 1.2"""


def test_fourth():
    """RFC 9, 1.2.3; rfc9#section-1.2"""

# https://toys.example/#toy-end
'''


@pytest.mark.parametrize(
    ("anchor", "found"),
    [
        ("toy-play", ["tests/a/test_a.py::test_first", "tests/a/test_a.py::test_second"]),
        ("toy-rest", ["tests/a/test_a.py"]),
        ("toy-end", ["tests/a/test_a.py"]),
        ("toy-pla", []),
        ("rfc9#section-1.2", ["tests/a/test_a.py::test_third", "tests/a/test_a.py::test_fourth"]),
        ("rfc9#section-1.2.3", ["tests/a/test_a.py::test_fourth"]),
        ("rfc9#section-1", []),
    ],
)
def test_the_tests_that_name_an_anchor(house, anchor, found):
    house.write({"tests/a/test_a.py": TESTS, "tests/a/helper.py": TESTS, "tests/test_b.py": ""})
    assert list(read_tests(anchor, house.folder / "tests")) == found


def test_those_in_the_own_test_files_of_the_modules_come_first():
    tests = ["tests/a/test_map.py::test_x", "tests/test_play.py::test_y", "tests/test_rest.py"]
    modules = [Path("toys/play.py"), Path("toys/rest.py")]
    assert nearest_first(tests, modules) == (*tests[1:], tests[0])
