import io

import pytest
from benchmarks.conformance import (
    FULL,
    QUICK,
    REAL,
    WIDER,
    RunFailedError,
    Suite,
    Time,
    bars,
    measure,
    run,
    table,
)
from rich.console import Console


def test_a_suite_is_run_by_its_command():
    said = []
    times = run([QUICK, Suite("with more", (), ("20.1.1",))], ["1.1.1"], said.append)
    assert [(each.good, each.asked) for each in times.values()] == [(1, 1), (2, 2)]
    assert all(each.processor > 0 and each.seconds > 0 for each in times.values())
    assert said == ["embedded, quick …", "with more …"]


def test_a_suite_that_cannot_be_run_says_why():
    with pytest.raises(RunFailedError, match=r"(?s)embedded, quick: status 2.*99\.9"):
        measure(QUICK, ["99.9"])


@pytest.mark.parametrize(
    ("seconds", "held"),
    [((10.0, 20.0, 100.0), [True, True]), ((10.1, 20.1, 100.0), [False, False])],
)
def test_the_bars(seconds, held):
    times = {
        suite: Time(each, 1.0, 1, 1)
        for suite, each in zip((WIDER, FULL, REAL), seconds, strict=True)
    }
    assert [holds for _, holds in bars(times)] == held


def test_what_was_not_run_has_no_bar():
    assert bars({FULL: Time(1.0, 1.0, 1, 1)}) == []


def test_the_table_has_each_suite():
    file = io.StringIO()
    Console(width=100, file=file).print(table({QUICK: Time(4.04, 5.06, 516, 517)}))
    words = file.getvalue().split()
    assert {"517", "516", "4.0", "5.1"} < set(words)
