import json
import os

import pytest
from coverage import CoverageData
from typer.testing import CliRunner

from whatwg_websockets.cli import spec, spec_coverage
from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.places import places

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    take(toy)
    # 2. Turn a toy.
    turn(toy)

@algorithm("toy", "tidy(toy)")
def tidy(toy):
    # 1. Back it goes.
    put(toy)
    # 2. No more.
"""


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """A folder with steps, in place of this project's."""
    monkeypatch.chdir(tmp_path)
    code = tmp_path / "toys.py"
    code.write_text(CODE)
    os.utime(code, (1, 1))
    steps = places([read_source(code, "house.box.toys")])
    read = spec_coverage.read_coverage
    monkeypatch.setattr(
        spec_coverage, "read_coverage", lambda data, some: read(data, some or steps)
    )
    monkeypatch.setattr(spec_coverage, "places", lambda: steps)
    return code


def write(code, **lines_by_context):
    data = CoverageData(".coverage")
    for context, lines in lines_by_context.items():
        data.set_context(context)
        data.add_lines({str(code): lines})
    data.write()
    data.close()


def run(*arguments):
    return CliRunner().invoke(spec.app, ["coverage", *arguments])


def test_a_table(toys):
    write(toys, test_a=[4, 6, 11], test_b=[4])
    done = run()
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == [
        "algorithm steps tests of each",
        "",
        "box",
        "play(toy) 2 1 to 2",
        "tidy(toy) 2 1",
        "all 4",
    ]


def test_the_steps_of_one_algorithm(toys):
    write(toys, test_a=[11], test_b=[11])
    done = run("--algorithm", "tidy")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines == ["step tests", "tidy(toy)", "1 2", "2"]


def test_a_step_that_did_not_run(toys):
    write(toys, test_a=[4, 11])
    done = run()
    assert done.exit_code == 1
    assert done.stdout == "toys.py:5: play(toy) 2 did not run; test it, or say why n/a\n"


def test_an_algorithm_of_which_no_step_ran_has_one_line_behind_the_steps(toys):
    write(toys, test_a=[11])
    done = run()
    assert done.exit_code == 1
    assert done.stdout == "toys.py:3: no step of play(toy) ran\n"
    assert done.stderr == (
        "If the data is of some tests only, choose the algorithms that they test, with "
        "--algorithm.\n"
    )
    write(toys, test_a=[4])
    assert run("--algorithm", "play").stderr == ""


def test_json(toys):
    write(toys, test_a=[4, 11])
    done = run("--json", "--data", ".coverage")
    assert done.exit_code == 1
    data = json.loads(done.stdout)
    assert [(each["step"], each["ran"], each["tests"]) for each in data] == [
        ("1", True, ["test_a"]),
        ("2", False, []),
        ("1", True, ["test_a"]),
        ("2", None, []),
    ]
    assert (data[1]["file"], data[1]["line"]) == (str(toys), 5)


def test_code_that_has_changed_since(toys):
    write(toys, test_a=[4, 6, 11])
    os.utime(toys)
    os.utime(".coverage", (2, 2))
    done = run()
    assert done.stderr == "toys.py:1: younger than the data; run the tests again\n"


def test_no_data(toys):
    done = run()
    assert done.exit_code == 2
    assert done.stderr == ".coverage: there is no such file; `make test` writes it\n"


def test_a_record_is_written_for_the_docs(toys, tmp_path, monkeypatch):
    monkeypatch.setattr(spec_coverage, "source_folder", lambda: tmp_path)
    write(toys, test_a=[4, 6, 11])
    done = run("--record", "record.json")
    assert done.exit_code == 0
    assert done.stderr == "Wrote record.json: 3 steps\n"
    assert set(json.loads((tmp_path / "record.json").read_text())["steps"]) == {
        "toys#play(toy)#1",
        "toys#play(toy)#2",
        "toys#tidy(toy)#1",
    }


def test_no_record_is_written_of_code_that_is_younger_than_the_data(toys, tmp_path):
    write(toys, test_a=[4, 6, 11])
    later = (tmp_path / ".coverage").stat().st_mtime + 1
    os.utime(toys, (later, later))
    done = run("--record", "record.json")
    assert done.exit_code == 2
    assert done.stderr.endswith("record.json: not written, since code is younger than the data\n")
    assert not (tmp_path / "record.json").exists()
