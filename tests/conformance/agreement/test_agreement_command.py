"""The commands ``python -m agreement compare`` and ``python -m agreement record``."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import agreement.__main__ as main
from agreement import bench as benches
from agreement import saved, verdicts
from agreement.bench import OURS
from agreement.saved import Round
from agreement.verdicts import Outcome, Table

GOOD = Outcome("OK", "OK", 1000)


def known(name: str, version: str | None) -> benches.Testee:
    """A testee that is installed in some version, or in none."""
    strict = benches.bench()["strict"]

    def installs(wanted: str) -> list[list[str]]:
        return [["get", f"{name}@{wanted}"]]

    return benches.Testee(
        name, "made up", ("1.1.1",), lambda: version, lambda: "-", strict.command, installs
    )


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of one testee that is here, one that is another version, and one that is not here."""
    testees = [
        benches.bench()["strict"],
        known("old", "2.0"),
        known("gone", None),
        known("new", "1.0"),
        known(OURS, "1.1"),
    ]
    monkeypatch.setattr(main, "bench", lambda: {testee.name: testee for testee in testees})
    for testee in testees:
        if testee.name != "new":
            table = Table({"version": "-" if testee.name == "strict" else "1.0"})
            table.put(0, {"1.1.1": GOOD})
            verdicts.write(tmp_path / f"{testee.name}.tsv", table)
    return tmp_path


def compare(recorded: Path, *arguments: str) -> Result:
    options = ["--cases", "1.1.1", "--recorded", str(recorded)]
    return CliRunner().invoke(main.app, ["compare", *options, *arguments])


def test_all_that_agrees_ends_with_0(recorded: Path) -> None:
    result = compare(recorded, "--testees", "strict")
    assert "1 testee, 1 verdict, " in result.stdout
    assert "0 differ" in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")


def test_what_a_comparison_came_to_is_saved_and_read_again(recorded: Path, tmp_path: Path) -> None:
    file = tmp_path / "agreement.json"
    compare(recorded, "--testees", "strict", "--repeat", "2", "--save", str(file))
    found = saved.read(file)
    assert (found.suite, found.testees, len(found.rounds)) == ("embedded (full)", 1, 2)
    assert {each.verdicts for each in found.rounds} == {1}
    assert found.rounds[0].behavior == {"OK": 1}
    assert found.rounds[0].closing == {"OK": 1}
    assert (found.moved, found.codes, found.different, found.explained) == (0, 0, 0, 0)
    assert found.version.startswith("whatwg-websockets ")


def test_what_moves_between_rounds_is_counted_as_a_verdict_or_as_a_code() -> None:
    bad, other = Outcome("FAILED", "OK", 1000), Outcome("OK", "OK", 1001)
    figures = [Round({"OK": 2}, {"OK": 2}, 1.0)] * 2
    restless = [("a", "1.1.1", {GOOD, bad}), ("a", "1.1.2", {GOOD, other})]
    found = saved.made("embedded (full)", figures, 1, restless, (3, 4))
    assert (found.moved, found.codes, found.different, found.explained) == (1, 1, 3, 4)


def test_a_difference_ends_with_1(recorded: Path) -> None:
    table = Table({"version": "-"})
    table.put(0, {"1.1.1": Outcome("FAILED", "OK", 1002)})
    verdicts.write(recorded / "strict.tsv", table)
    result = compare(recorded, "--testees", "strict,gone")
    assert "FAILED/OK/1002" in result.stdout
    assert result.exit_code == 1


def test_a_recorded_testee_that_is_not_installed_ends_with_3(recorded: Path) -> None:
    result = compare(recorded, "--testees", "strict,gone")
    assert "1 testee, 1 verdict, " in result.stdout
    assert (
        "gone is not installed; recorded is 1.0. To install it:\n  get gone@1.0\n" in result.stderr
    )
    assert "--without gone" in result.stderr
    assert result.exit_code == 3


def test_a_recorded_testee_in_another_version_ends_with_3(recorded: Path) -> None:
    result = compare(recorded, "--testees", "strict,old")
    assert "old 2.0 is installed, not 1.0. To install it:\n  get old@1.0\n" in result.stderr
    assert result.exit_code == 3


def test_a_testee_of_which_nothing_is_recorded_ends_with_3(recorded: Path) -> None:
    result = compare(recorded, "--testees", "strict,new")
    assert "No verdicts of new are recorded." in result.stderr
    assert result.exit_code == 3


def test_each_batch_says_how_many_are_not_over_yet(recorded: Path) -> None:
    result = compare(recorded, "--testees", f"strict,{OURS}")
    lines = [line.partition("; ")[2] for line in result.stdout.splitlines() if " left" in line]
    assert lines == ["1 batch left", "0 batches left"]
    assert ": 1 case in " in result.stdout
    assert "2 testees, 2 verdicts, " in result.stdout


def test_the_implementation_of_the_checkout_is_compared_in_any_version(recorded: Path) -> None:
    result = compare(recorded, "--testees", OURS)
    assert "1 testee, 1 verdict, " in result.stdout
    assert (result.exit_code, result.stderr) == (0, "")


def test_what_is_left_out_on_purpose_is_not_missed(recorded: Path) -> None:
    result = compare(
        recorded, "--testees", "strict,gone,old", "--without", "gone", "--without", "o*"
    )
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_testee_without_a_recorded_case_among_those_asked_for_is_not_missed(
    recorded: Path,
) -> None:
    result = compare(recorded, "--testees", "strict,gone", "--cases", "1.1.2")
    assert result.exit_code == 3
    options = ["--cases", "1.1.2", "--testees", "gone", "--recorded", str(recorded)]
    assert CliRunner().invoke(main.app, ["compare", *options]).exit_code == 0


@pytest.mark.parametrize("option", ["--testees", "--without"])
def test_a_pattern_that_names_no_testee_is_a_usage_error(recorded: Path, option: str) -> None:
    result = compare(recorded, option, "strict,nobody")
    assert result.exit_code == 2
    assert "No testee is called nobody." in result.stderr


def test_the_recorded_version_of_a_package_is_what_is_to_be_installed() -> None:
    testees = benches.bench()
    assert testees["aiohttp"].installs("3.0")[-1][-1] == "aiohttp==3.0"
    assert testees["ws"].installs("8.0")[-1][-1] == "ws@8.0"
    assert testees["ws"].installs("")[-1][-1] == "ws"


def test_to_record_without_the_suite_ends_with_3(
    recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(recorded))
    monkeypatch.setenv("PYENV_ROOT", str(recorded))
    monkeypatch.setenv("XDG_CACHE_HOME", str(recorded))
    monkeypatch.delenv("PYTHON27", raising=False)
    options = ["--testees", "strict", "--recorded", str(recorded), "--suite", "docker"]
    result = CliRunner().invoke(main.app, ["record", *options])
    assert result.exit_code == 3
    assert result.stderr


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "agreement", "--help"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert "compare" in done.stdout
    assert "record" in done.stdout
