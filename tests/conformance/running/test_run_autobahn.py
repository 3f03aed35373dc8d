"""The real suite, of which a fake takes the place, and clients that do what they like."""

import json
import os
import signal
from pathlib import Path
from xml.etree import ElementTree

import pytest

ALL = [f"1.1.{last}" for last in range(1, 9)]
MARK = "FAKE_VERDICTS"


def test_a_run_in_which_every_case_is_at_its_best(stage):
    stage.environ[MARK] = json.dumps({"7.1.6": "INFORMATIONAL"})
    code, output = stage.run("--cases", "1.1.*,7.1.6", "--jobs", "2", "--agent", "mine")
    assert code == 0, output
    assert "9 of 9 cases have the best verdict they can have" in output
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"7.1.6": "INFORMATIONAL"}
    run = stage.saved()
    assert run.suite_version.startswith("autobahntestsuite 25.10.1 (Docker engine 27.0")
    assert ElementTree.parse(stage.reports / "junit.xml").getroot().get("tests") == "9"
    assert (stage.reports / "autobahn" / "1.1.3.html").exists()
    assert stage.docker_commands.count("rm --force") == 2


def test_the_suites_own_files_are_kept_as_they_are(stage):
    assert stage.run("--cases", "1.1.*", "--jobs", "3", "--agent", "mine")[0] == 0
    assert list(stage.index()) == ALL
    assert stage.index()["1.1.3"] == {
        "behavior": "OK",
        "behaviorClose": "OK",
        "duration": 7,
        "remoteCloseCode": 1000,
        "reportfile": "mine_case_1_1_3.json",
    }
    case = json.loads((stage.reports / "autobahn" / "mine_case_1_1_3.json").read_text())
    assert case["received"] == [["message", "case 1.1.3", False]]


def test_a_second_run_replaces_the_files_of_the_first_and_nothing_else(stage):
    assert stage.run("--cases", "1.1.1")[0] == 0
    (stage.reports / "notes.txt").write_text("mine")
    assert stage.run("--cases", "1.1.2")[0] == 0
    assert list(stage.index()) == ["1.1.2"]
    files = sorted(file.name for file in (stage.reports / "autobahn").iterdir())
    assert files == ["1.1.2.html", "client_case_1_1_2.json", "index.json"]
    assert (stage.reports / "notes.txt").exists()


def test_the_suites_own_files_can_be_left_out(stage):
    assert stage.run("--cases", "1.1.1", "--no-autobahn-files")[0] == 0
    assert [file.name for file in (stage.reports / "autobahn").iterdir()] == ["1.1.1.html"]


def test_a_verdict_that_falls_short_is_named(stage):
    stage.environ[MARK] = json.dumps({"1.1.2": "NON-STRICT"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert (
        "1.1.2  ~ NON-STRICT  One message there and back. The messages are as expected." in output
    )
    root = ElementTree.parse(stage.reports / "junit.xml").getroot()
    assert (root.get("failures"), root.get("errors")) == ("1", "0")


def test_a_case_that_hangs_is_bounded_and_the_others_go_on(stage):
    stage.environ[MARK] = json.dumps({"1.1.2": "HANG"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1", "--timeout", "8")
    assert code == 1
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.2": "FAILED"}
    why = "The messages are as expected. The command did nothing for 8 s and was stopped"
    assert f"1.1.2  ✕ FAILED  One message there and back. {why}" in output


def test_a_client_that_crashes_costs_the_case_at_hand(stage):
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1", mode="crash", at=8)
    assert code == 1
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.8": "FAILED"}
    assert "The command ended with status 7; its last words: lost my footing" in output


def test_a_client_that_leaves_in_the_middle_is_started_again(stage):
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1", mode="one")
    assert code == 0, output
    assert stage.verdicts() == dict.fromkeys(ALL, "OK")


def test_what_was_played_with_a_server_that_dies_is_played_again(stage):
    stage.environ[MARK] = json.dumps({"1.1.4": "DIE ONCE"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 0, output
    assert "The fuzzing server ended with status 3; its last words: " in output
    assert "out of memory; its cases are played again." in output
    assert stage.verdicts() == dict.fromkeys(ALL, "OK")
    assert list(stage.index()) == ALL


def test_a_case_that_always_takes_the_server_down_has_no_result(stage):
    stage.environ[MARK] = json.dumps({"1.1.4": "DIE"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert stage.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.4": "NO RESULT"}
    assert "1.1.4  ? NO RESULT  The fuzzing server ended with status 3" in output
    root = ElementTree.parse(stage.reports / "junit.xml").getroot()
    assert (root.get("failures"), root.get("errors")) == ("0", "1")


def test_a_lane_whose_servers_die_again_and_again_is_given_up(stage):
    stage.environ[MARK] = json.dumps({"reports": "DIE"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert " of the cases have no result." in output
    assert stage.verdicts() == dict.fromkeys(ALL, "NO RESULT")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_a_report_and_no_process(stage, number):
    with start_and_hang(stage) as process:
        process.send_signal(number)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert "8 of 9 cases have the best verdict they can have" in output
    assert "interrupted; 1 not played" in output
    assert stage.verdicts() == dict.fromkeys(ALL, "OK")
    assert list(stage.index()) == ALL
    assert stage.saved().interrupted
    stage.wait_until_no_child_lives()


def test_an_interruption_reaches_all_lanes_and_each_keeps_what_it_had(stage):
    with start_and_hang(stage, jobs=2) as process:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert set(stage.verdicts().values()) == {"OK"}
    assert stage.saved().interrupted


def test_a_second_interruption_waits_for_nothing(stage):
    stage.environ[MARK] = json.dumps({"2.1": "HANG", "reports": "HANG"})
    with start_and_hang(stage) as process:
        process.send_signal(signal.SIGINT)
        assert (stage.directory / "hanging").read_text() == "reports"
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert "0 of 9 cases" in output
    stage.wait_until_no_child_lives()


def test_an_interruption_while_the_reports_are_gathered_loses_none(stage):
    stage.environ[MARK] = json.dumps({"reports": "WAIT"})
    fifo = stage.directory / "hanging"
    os.mkfifo(fifo)
    stage.environ["HANG_FIFO"] = str(fifo)
    with stage.start("--cases", "1.1.*", "--jobs", "1") as process:
        assert fifo.read_text() == "reports"
        process.send_signal(signal.SIGINT)
        fifo.write_text("go on")
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert "8 of 8 cases have the best verdict they can have" in output
    assert list(stage.index()) == ALL


def test_no_process_outlives_a_runner_that_is_killed(stage):
    with start_and_hang(stage) as process:
        process.kill()
        process.communicate()
    stage.wait_until_no_child_lives()
    for left in (stage.directory / "tmp").glob("autobahn-*"):
        left.rename(stage.directory / "left-by-a-killed-process")


def start_and_hang(stage, jobs=1):
    """A run whose last case hangs, and has begun to."""
    stage.environ.setdefault(MARK, json.dumps({"2.1": "HANG"}))
    fifo = stage.directory / "hanging"
    os.mkfifo(fifo)
    stage.environ["HANG_FIFO"] = str(fifo)
    process = stage.start("--cases", "1.1.*,2.1", "--jobs", str(jobs))
    assert fifo.read_text() == "2.1"
    return process


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--cases", "1.1.*,11.*"), "'11.*'"),
        (("--jobs", "0"), "--jobs"),
        (("--loop", "uvloop"), "--loop cannot be passed to client"),
        (("--suite", "embedded", "--source", "docker"), "only the real suite has a source"),
    ],
)
def test_what_is_wrong_with_the_command_is_said_before_anything_starts(
    stage, monkeypatch, in_here, arguments, message
):
    for name, value in stage.environ.items():
        monkeypatch.setenv(name, value)
    command = ("--report-dir", stage.reports, "--command", "client {url} {agent}")
    code, output = in_here("conformance", "run", "--suite", "autobahn", *command, *arguments)
    assert code == 2
    assert message in output
    assert not (stage.directory / "docker" / "commands").exists()


def test_a_suite_with_other_cases_is_refused(stage):
    stage.environ["FAKE_COUNT"] = "12"
    code, output = stage.run("--cases", "1.1.1")
    assert code == 3
    assert "12 cases, not 1" in output


def test_without_any_suite_both_ways_are_named_in_two_lines(stage):
    (stage.directory / "bin" / "docker").unlink()
    if Path("/usr/bin/python2.7").exists():
        pytest.skip("this machine has a Python 2.7 that PATH leads to")
    code, output = stage.run("--cases", "1.1.1")
    assert code == 3
    first, second = output.splitlines()
    assert "Docker" in first
    assert "Python 2.7" in second


def test_a_client_without_an_engine_is_no_suite(stage):
    docker = stage.directory / "bin" / "docker"
    docker.write_text("#!/bin/sh\necho no engine >&2\nexit 1\n")
    code, output = stage.run("--cases", "1.1.1", "--source", "docker")
    assert code == 3
    assert "running Docker engine" in output
    assert "No Docker engine answered, and a Python 2.7 was not looked for." in output


def test_an_image_that_is_not_here_is_pulled(stage):
    stage.environ["FAKE_DOCKER_IMAGE"] = "1"
    code, output = stage.run("--cases", "1.1.1")
    assert code == 0
    assert "Pulling crossbario/autobahn-testsuite:25.10.1, once." in output


def test_an_image_that_cannot_be_had(stage):
    stage.environ |= {"FAKE_DOCKER_IMAGE": "1", "FAKE_DOCKER_PULL": "1"}
    code, output = stage.run("--cases", "1.1.1", "--source", "docker")
    assert code == 3
    assert "could not be installed" in output


def test_a_python27_that_is_none(stage):
    stage.environ["PYTHON27"] = "/bin/true"
    code, output = stage.run("--cases", "1.1.1", "--source", "python")
    assert code == 3
    assert "PYTHON27 is set to /bin/true" in output
