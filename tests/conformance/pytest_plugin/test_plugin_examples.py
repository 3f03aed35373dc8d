"""The examples of the chapter, as they stand."""

import re
from pathlib import Path

import pytest

CHAPTER = Path(__file__).parents[3] / "docs" / "pytest-plugin.md"
EXAMPLES = {
    re.match(r"# (\S+\.py)\n", block)[1]: block
    for block in re.findall(r"```py\n(# .*?)```", CHAPTER.read_text("utf-8"), re.DOTALL)
}
SOME = "1.1.1,2.1,5.19,6.2.1,7.9.1,12.1.1"


def test_there_is_one_of_each_kind():
    assert len(EXAMPLES) == 4


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_the_chapter_says(runs, tmp_path, name):
    (tmp_path / name).write_text(EXAMPLES[name])
    done = runs("--websocket-cases", SOME, name, installed=True)
    assert "6 passed" in done.stdout, done.stdout + done.stderr
    assert "test_conformance: 6 of 6 cases are at their best" in done.stdout
    assert done.returncode == 0


def test_the_tests_are_spread_over_the_workers_of_xdist(runs, tmp_path):
    (tmp_path / "test_client.py").write_text(EXAMPLES["test_client.py"])
    done = runs("-n", "2", "--websocket-cases", "1.*,2.*", installed=True)
    assert "27 passed" in done.stdout, done.stdout + done.stderr
    assert "test_conformance: 27 of 27 cases are at their best" in done.stdout


def test_a_case_is_asked_for_by_the_name_of_its_test(runs, tmp_path):
    (tmp_path / "test_client.py").write_text(EXAMPLES["test_client.py"])
    done = runs("test_client.py::test_conformance[5.19]")
    assert "1 passed" in done.stdout, done.stdout + done.stderr
