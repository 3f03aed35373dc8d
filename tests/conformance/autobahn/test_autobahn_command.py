import json
import os
import signal
from pathlib import Path
from xml.etree import ElementTree

import pytest


def test_a_run_in_which_every_case_is_at_its_best(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"7.1.6": "INFORMATIONAL"})
    code, output = stage.run("--cases", "1.1.*,7.1.6", "--jobs", "2", "--agent", "mine")
    assert code == 0, output
    assert "9 of 9 cases have the best verdict they can have" in output
    assert "autobahntestsuite 25.10.1 (Docker engine 27.0" in output
    assert "stand-in 1" in output
    assert sorted(stage.index()) == [*(f"1.1.{last}" for last in range(1, 9)), "7.1.6"]
    assert stage.index()["1.1.3"] == {
        "behavior": "OK",
        "behaviorClose": "OK",
        "duration": 7,
        "remoteCloseCode": 1000,
        "reportfile": "mine_case_1_1_3.json",
    }
    case = json.loads((stage.reports / "mine_case_1_1_3.json").read_text())
    assert case["received"] == [["message", "case 1.1.3", False]]
    assert ElementTree.parse(stage.reports / "junit.xml").getroot().get("tests") == "9"
    assert 'id="case-1.1.3"' in (stage.reports / "index.html").read_text()
    assert stage.about()["best"] == 9
    assert not stage.about()["interrupted"]
    assert stage.docker_commands.count("rm --force") == 2


def test_a_verdict_that_falls_short_is_named(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"1.1.2": "NON-STRICT", "1.1.3": "SILENT"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert "1.1.2  NON-STRICT  The messages are as expected." in output
    assert "1.1.3  NO RESULT  the fuzzing server has no report of this case" in output
    assert "1.1.3" not in stage.index()
    root = ElementTree.parse(stage.reports / "junit.xml").getroot()
    assert (root.get("failures"), root.get("errors")) == ("1", "1")


def test_a_case_that_hangs_is_bounded_and_the_others_go_on(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"1.1.2": "HANG"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1", "--timeout", "1")
    assert code == 1
    assert "1.1.2  FAILED  the client hung and was stopped after 1 s" in output
    assert "7 of 8 cases" in output
    assert stage.about()["notes"] == {"1.1.2": "the client hung and was stopped after 1 s"}


def test_a_client_that_dies_costs_one_case(stage):
    stage.environ["CRASH"] = "1.1.2"
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert "the client's process ended; its last words: lost my footing" in output
    assert "7 of 8 cases" in output


def test_a_server_that_dies_is_told_of(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"1.1.2": "DIE"})
    code, output = stage.run("--cases", "1.1.*", "--jobs", "1")
    assert code == 1
    assert "A fuzzing server was lost" in output
    assert "6 not played" in output


def test_a_second_run_replaces_the_reports_of_the_first(stage):
    assert stage.run("--cases", "1.1.1")[0] == 0
    assert stage.run("--cases", "1.1.2")[0] == 0
    assert list(stage.index()) == ["1.1.2"]
    assert [file.name for file in stage.reports.glob("*_case_*")] == [
        "whatwg-websockets_case_1_1_2.json"
    ]
    assert sorted(file.name for file in stage.reports.iterdir())[0] == "index.html"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 130)])
def test_an_interrupted_run_leaves_a_report_and_no_process(stage, number, code):
    process = start_and_hang(stage)
    process.send_signal(number)
    output, _ = process.communicate()
    assert process.returncode == code
    assert "8 of 9 cases have the best verdict they can have" in output
    assert "interrupted; 1 not played" in output
    assert len(stage.index()) == 8
    assert stage.about()["interrupted"]
    assert "interrupted" in (stage.reports / "index.html").read_text()
    stage.wait_until_no_child_lives()


def test_an_interruption_while_the_reports_are_written_loses_none(stage):
    impatient = """
import os, signal
from websocket_conformance.autobahn import reports
write = reports.write

def interrupted(*arguments):
    os.kill(os.getpid(), signal.SIGINT)
    write(*arguments)

reports.write = interrupted
"""
    with stage.start("--cases", "1.1.*", before=impatient) as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output
    assert not stage.about()["interrupted"]


def test_a_second_interruption_drops_everything(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"2.1": "HANG", "reports": "HANG"})
    process = start_and_hang(stage)
    process.send_signal(signal.SIGINT)
    assert (stage.directory / "hanging").read_text() == "reports"
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode == 130
    assert "Interrupted; no report." in output
    stage.wait_until_no_child_lives()


def test_an_interruption_while_the_reports_are_gathered_loses_none(stage):
    stage.environ["FAKE_VERDICTS"] = json.dumps({"reports": "WAIT"})
    fifo = stage.directory / "hanging"
    os.mkfifo(fifo)
    stage.environ["HANG_FIFO"] = str(fifo)
    process = stage.start("--cases", "1.1.*", "--jobs", "1")
    assert fifo.read_text() == "reports"
    process.send_signal(signal.SIGINT)
    fifo.write_text("go on")
    output, _ = process.communicate()
    assert process.returncode == 130
    assert "8 of 8 cases have the best verdict they can have" in output
    assert len(stage.index()) == 8


def test_no_process_outlives_a_runner_that_is_killed(stage):
    process = start_and_hang(stage)
    process.kill()
    process.communicate()
    stage.wait_until_no_child_lives()
    for left in (stage.directory / "tmp").glob("autobahn-*"):
        left.rename(stage.directory / "left-by-a-killed-process")


def start_and_hang(stage):
    """A run whose last case hangs, and has begun to."""
    stage.environ.setdefault("FAKE_VERDICTS", json.dumps({"2.1": "HANG"}))
    fifo = stage.directory / "hanging"
    os.mkfifo(fifo)
    stage.environ["HANG_FIFO"] = str(fifo)
    process = stage.start("--cases", "1.1.*,2.1", "--jobs", "1")
    assert fifo.read_text() == "2.1"
    return process


@pytest.mark.parametrize("nothing", ["", " , "])
def test_no_case_at_all_is_a_usage_error(stage, nothing):
    code, output = stage.run("--cases", nothing)
    assert code == 2
    assert "no case is named" in output


def test_an_unknown_case_is_a_usage_error(stage):
    code, output = stage.run("--cases", "1.1.*,11.*")
    assert code == 2
    assert "'11.*'" in output
    assert not stage.reports.exists()


def test_a_report_directory_that_cannot_be_written_is_found_before_the_run(stage):
    stage.reports.write_text("a file")
    code, output = stage.run("--cases", "1.1.1")
    assert code == 2
    assert "no report can be written" in output
    assert not (stage.directory / "docker" / "commands").exists()


def test_too_few_jobs_is_a_usage_error(stage):
    assert stage.run("--jobs", "0")[0] == 2


def test_an_adapter_that_does_not_exist(stage):
    code, output = stage.run("--cases", "1.1.1", "--adapter", "no_such_adapter")
    assert code == 1
    assert "No module named 'no_such_adapter'" in output
    assert not (stage.reports / "index.json").exists()


def test_a_suite_with_other_cases_is_refused(stage):
    stage.environ["FAKE_COUNT"] = "12"
    code, output = stage.run("--cases", "1.1.1")
    assert code == 1
    assert "12 cases, not 517" in output


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
    code, output = stage.run("--cases", "1.1.1", "--suite", "docker")
    assert code == 3
    assert "running Docker engine" in output
    assert "No engine answered, and a Python was not to be looked for." in output


def test_an_image_that_is_not_here_is_pulled(stage):
    stage.environ["FAKE_DOCKER_IMAGE"] = "1"
    code, output = stage.run("--cases", "1.1.1")
    assert code == 0
    assert "Pulling crossbario/autobahn-testsuite:25.10.1, once." in output


def test_an_image_that_cannot_be_had(stage):
    stage.environ |= {"FAKE_DOCKER_IMAGE": "1", "FAKE_DOCKER_PULL": "1"}
    code, output = stage.run("--cases", "1.1.1", "--suite", "docker")
    assert code == 3
    assert "could not be installed" in output


def test_a_python27_that_is_none(stage):
    stage.environ["PYTHON27"] = "/bin/true"
    code, output = stage.run("--cases", "1.1.1", "--suite", "python")
    assert code == 3
    assert "PYTHON27 is set to /bin/true" in output
