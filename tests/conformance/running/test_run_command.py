import fcntl
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import fake_commands
import pytest
import report_samples

from websocket_conformance.report import saved, site
from websocket_conformance.results.run import Run

MAIN = "from whatwg_websockets.cli import main; main()"
PATIENCE = 8


@dataclass
class Court:
    """Runs the command, and checks that none of its processes stays behind."""

    directory: Path

    @property
    def reports(self) -> Path:
        return self.directory / "reports"

    def start(self, *arguments: str, before: str = "") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", before + MAIN, "conformance", "run", *arguments],
            env=os.environ
            | {"ALIVE": str(self.directory / "alive"), "COLUMNS": "200", "TERM": "dumb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding=os.environ.get("PYTHONIOENCODING"),
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        with self.start("--report-dir", str(self.reports), *arguments) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def drive(self, mode: str, at: int = 0, *arguments: str) -> tuple[int, str]:
        cases = () if "--cases" in arguments else ("--cases", "1.1.*")
        return self.run("--command", driver(mode, at), *OPTIONS, *cases, *arguments)

    def report(self, name: str = "embedded-client") -> Run:
        return saved.load(self.reports / "runs" / f"{name}.json")

    def verdicts(self) -> dict[str, str]:
        return {result.case: str(result.verdict) for result in self.report().results}

    def wait_until_no_child_lives(self) -> None:
        with (self.directory / "alive").open("rb") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)


OPTIONS = ("--jobs", "1", "--timeout", str(PATIENCE))
ALL = [f"1.1.{last}" for last in range(1, 9)]


def driver(mode: str, at: int = 0) -> str:
    return f"{shlex.join(fake_commands.driver(mode))} {{url}} {{agent}} {at}"


@pytest.fixture
def conformance(in_here: Callable[..., tuple[int, str]]) -> Callable[..., tuple[int, str]]:
    """Runs those of the commands that play nothing."""
    return partial(in_here, "conformance")


@pytest.fixture
def court(tmp_path: Path) -> Iterator[Court]:
    (tmp_path / "alive").touch()
    court = Court(tmp_path)
    yield court
    court.wait_until_no_child_lives()


def test_an_autobahn_driver_plays_all_cases(court):
    code, output = court.drive("good")
    assert code == 0, output
    assert "client: 8 of 8 cases have the best verdict they can have" in output
    assert court.verdicts() == dict.fromkeys(ALL, "OK")
    assert (court.reports / "embedded" / "1.1.1.html").exists()
    assert "8 / 8" in (court.reports / "badges" / "embedded-client.svg").read_text()


def test_several_drivers_play_side_by_side(court):
    code, output = court.drive("good", 0, "--jobs", "3")
    assert code == 0, output
    assert court.verdicts() == dict.fromkeys(ALL, "OK")


def test_a_known_implementation_is_run_by_its_name(court):
    code, output = court.run("--implementation", "whatwg-websockets", "--cases", "1.1.1, 7.1.6")
    assert code == 0, output
    run = court.report("embedded-whatwg-websockets")
    assert [result.case for result in run.results] == ["1.1.1", "7.1.6"]
    assert run.version
    assert run.runtime
    assert run.results[0].conversation.start


def test_a_command_can_play_one_case_a_start(court):
    command = f"{shlex.join(fake_commands.driver('case'))} {{case_url}} {{agent}}"
    options = (*OPTIONS, "--cases", "1.1.*", "--agent", "a client & more")
    code, output = court.run("--command", command, *options)
    assert code == 0, output
    run = court.report("embedded-a-client-more")
    assert run.implementation == "a client & more"
    assert [result.case for result in run.results] == ALL


def of_case(mode: str) -> str:
    return f"{shlex.join(fake_commands.driver(mode))} {{case_url}} {{agent}}"


@pytest.mark.parametrize(
    ("mode", "what", "words"),
    [
        ("case-and-crash", "ended with status 7 after the case", "its last words: a bad end"),
        ("case-and-abort", "was ended by SIGABRT after the case", ""),
        ("case-and-stay", "had not ended 5 s after the case, and was stopped", ""),
    ],
)
def test_a_bad_end_after_each_case_costs_no_verdict_and_is_said(court, mode, what, words):
    code, output = court.run("--command", of_case(mode), *OPTIONS, "--cases", "1.1.1,1.1.2")
    assert code == 0, output
    run = court.report()
    assert [(result.verdict, result.aftermath.what) for result in run.results] == [("OK", what)] * 2
    said = f"In 2 cases the command {what}{f'; in 1.1.1, {words}' if words else ''}."
    assert f"{said}\n" in output
    assert f"client: {said}\n" in (court.reports / "summary.md").read_text()
    end = "; ".join(filter(None, (f"The command {what}", words)))
    assert (court.reports / "junit.xml").read_text().count(f"<system-err>{end}</system-err>") == 2
    assert f"{end}.</p>" in (court.reports / "embedded" / "1.1.2.html").read_text()
    assert said in (court.reports / "by" / "client.html").read_text()


def test_a_command_that_plays_none_of_ten_cases_is_not_started_for_the_others(court):
    command = "sh -c 'echo no; exit 4' driver {case_url}"
    code, output = court.run("--command", command, *OPTIONS, "--cases", "1.1.*,1.2.*")
    assert code == 1
    reasons = [result.reason for result in court.report().results]
    why = "The command was not started for this case, as it had played none of the 10 cases before"
    assert reasons == ["The command ended with status 4; its last words: no"] * 10 + [why] * 6
    assert f"✕ FAILED  {why}\n" in output


def test_a_driver_that_plays_only_some_is_started_again(court):
    code, output = court.drive("one")
    assert code == 0, output
    assert court.verdicts() == dict.fromkeys(ALL, "OK")


def test_autobahns_files_are_kept_if_they_are_asked_for(court, conformance):
    assert court.drive("good", 0, "--agent", "my client")[0] == 0
    assert not (court.reports / "embedded" / "index.json").exists()
    assert court.drive("good", 0, "--agent", "my client", "--autobahn-files")[0] == 0
    index = json.loads((court.reports / "embedded" / "index.json").read_text())
    assert list(index["my client"]) == ALL
    file = court.reports / "embedded" / index["my client"]["1.1.2"]["reportfile"]
    report = json.loads(file.read_text())
    assert (report["id"], report["agent"]) == ("1.1.2", "my client")
    code, output = conformance("report", str(file.parent), "--out", str(court.directory / "again"))
    assert code == 0, output


@pytest.mark.skipif(find_spec("uvloop") is None, reason="needs uvloop")
def test_a_driver_in_python_runs_on_the_loop_that_is_asked_for(court):
    options = ("--cases", "1.1.1", "--loop", "uvloop")
    code, output = court.run("--implementation", "whatwg-websockets", *options)
    assert code == 0, output
    assert court.report("embedded-whatwg-websockets").runtime.endswith(", uvloop")


def test_what_falls_short_is_named_and_counts(court):
    code, output = court.drive("wrong", 0, "--cases", "1.1.2")
    assert code == 1
    assert "1.1.2  ✕ FAILED" in output
    assert "1.1.1" not in output


@pytest.mark.parametrize(
    ("mode", "case", "why"),
    [
        ("crash", "1.1.8", "The command ended with status 7; its last words: lost my footing"),
        ("hang-before", "1.1.7", f"The command did nothing for {PATIENCE} s and was stopped"),
        ("hang-in", "1.1.8", ""),
    ],
)
def test_what_goes_wrong_in_a_case_costs_that_case(court, mode, case, why):
    # Started anew it would do the same to the next case in that place: so it has the last place.
    code, output = court.drive(mode, 8)
    assert code == 1
    assert court.verdicts() == dict.fromkeys(ALL, "OK") | {case: "FAILED"}
    assert why in output


@pytest.mark.parametrize("mode", ["crash", "child-and-crash"])
def test_a_driver_that_crashes_again_and_again_still_plays_what_it_can(court, mode):
    code, output = court.drive(mode, 3)
    assert code == 1
    assert "The command ended with status 7; its last words: lost my footing" in output
    assert "did nothing" not in output
    assert "Traceback" not in output
    failed = [case for case, verdict in court.verdicts().items() if verdict != "OK"]
    assert failed == ["1.1.3", "1.1.6"]


def test_a_driver_that_floods_the_judge_is_stopped_by_it(court):
    code, _ = court.drive("flood", 8)
    assert code == 1
    assert court.verdicts() == dict.fromkeys(ALL, "OK") | {"1.1.8": "FAILED"}


@pytest.mark.parametrize(
    ("mode", "why"),
    [
        ("never", f"The command did nothing for {PATIENCE} s and was stopped"),
        ("leave", "The command ended with status 0 without playing this case"),
    ],
)
def test_a_driver_that_never_comes_fails_all_cases(court, mode, why):
    code, output = court.drive(mode)
    assert code == 1
    assert court.verdicts() == dict.fromkeys(ALL, "FAILED")
    assert why in output
    advice = "A program that connects once and echoes has {case_url} in its command, not {url}."
    assert output.count(advice) == 1
    assert not any(advice in result.reason for result in court.report().results)
    assert output.count(why) == 1
    assert f"1.1.1 to 1.1.8 (8 cases)  ✕ FAILED  {why}" in output


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("stay", "In case 1.1.8 the command had not ended 5 s after the case, and was stopped."),
        ("crash-at-last", "In case 1.1.8 the command ended with status 7 after the case."),
        ("child", ""),
        ("talk", ""),
        ("session", ""),
    ],
)
def test_a_driver_that_does_not_end_well_has_played_well_all_the_same(court, mode, said):
    code, output = court.drive(mode)
    assert code == 0, output
    assert court.verdicts() == dict.fromkeys(ALL, "OK")
    assert said in output
    assert court.report().aftermaths == ((said,) if said else ())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_keeps_what_it_had(court, number):
    options = ("--report-dir", str(court.reports), "--command", driver("hang-before", 4))
    arguments = ("--cases", "1.1.*", "--jobs", "1", "--timeout", "600")
    with court.start(*options, *arguments) as process:
        # The driver asks for the fourth case once the third is over, and then hangs.
        court_is_busy(court, process)
        process.send_signal(number)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    run = court.report()
    assert (run.interrupted, run.asked) == (True, 8)
    assert {str(result.verdict) for result in run.results} <= {"OK"}
    assert "interrupted" in output


def test_who_is_impatient_while_a_report_is_written_does_not_lose_it(court):
    impatient = """
import os, signal
from websocket_conformance.report import site
write = site.write

def interrupted(*arguments):
    os.kill(os.getpid(), signal.SIGINT)
    write(*arguments)

site.write = interrupted
"""
    options = ("--report-dir", str(court.reports), "--command", driver("good"), *OPTIONS)
    with court.start(*options, "--cases", "1.1.*", before=impatient) as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output
    assert court.verdicts() == dict.fromkeys(ALL, "OK")


# The scenarios at the API.


def player(mode: str) -> str:
    words = shlex.join(fake_commands.player(mode))
    return shlex.join(["sh", "-c", f"{words}; exit $?"])


API = ("--suite", "api", "--cases", "new-without-arguments,new-another-scheme")


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("crash", "The driver ended with status 3"),
        ("flood", "The driver wrote a line of more than 16 MiB"),
        ("hang", f"The driver did nothing for {PATIENCE} s and was stopped"),
    ],
)
def test_what_goes_wrong_in_a_scenario_costs_that_scenario(court, mode, reason):
    code, output = court.run("--command", player(mode), *API, *OPTIONS)
    assert code == 1
    assert f"✕ FAILED  {reason}\n" in output
    first, second = court.report("api-client").results
    assert (first.verdict, first.trouble) == ("FAILED", reason)
    assert second.trouble == ""
    assert second.conversation.start


def test_an_interrupted_run_of_scenarios_leaves_nothing(court):
    options = ("--report-dir", str(court.reports), "--command", player("hang"))
    with court.start(*options, *API, "--jobs", "1", "--timeout", "600") as process:
        court_is_busy(court, process)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert court.report("api-client").interrupted


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_comparison_leaves_nothing(court, number):
    options = ("--report-dir", str(court.reports), "--implementation", "whatwg-websockets")
    more = ("--command", player("hang"), "--timeout", "600")
    with court.start(*options, *more, *API) as process:
        court_is_busy(court, process)
        process.send_signal(number)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert not court.report("api-whatwg-websockets").interrupted
    assert court.report("api-client").interrupted


def court_is_busy(court: Court, process: subprocess.Popen[str]) -> None:
    """Wait until the driver lives: it holds a lock that nobody else can then have alone."""
    with (court.directory / "alive").open("rb") as alive:
        while process.poll() is None:
            try:
                fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            fcntl.flock(alive, fcntl.LOCK_UN)


def test_with_a_baseline_only_new_failures_count(court):
    file = court.directory / "baseline.json"
    code, output = court.drive("crash", 3, "--baseline", str(file), "--write-baseline")
    assert code == 0, output
    assert json.loads(file.read_text()) == {
        "embedded": {"client": {"1.1.3": "FAILED", "1.1.6": "FAILED"}}
    }
    code, output = court.drive("crash", 3, "--baseline", str(file))
    assert code == 0, output
    assert "Against the baseline: 0 new, 2 known, 0 fixed" in output
    code, output = court.drive("crash", 2, "--baseline", str(file))
    assert code == 1
    assert "1.1.2  new: ✕ FAILED" in output
    code, output = court.drive("wrong", 0, "--cases", "1.1.2,1.1.3", "--baseline", str(file))
    assert code == 1
    assert output.index("1.1.2  new: ✕ FAILED") < output.index("1.1.3  known: ✕ FAILED")
    assert "Again, 1.1.2: " in output
    assert "Again, 1.1.3: " not in output
    assert "### client: " in (court.reports / "summary.md").read_text()


def test_a_run_that_does_not_take_place_leaves_no_baseline(court):
    file = court.directory / "baseline.json"
    arguments = ("--baseline", str(file), "--write-baseline")
    code, _ = court.run("--implementation", "nobody", *arguments)
    assert code == 2
    assert not file.exists()
    assert list(court.directory.glob(".baseline*")) == []


def test_an_empty_file_is_a_baseline_that_has_not_been_written_yet(court):
    file = court.directory / "baseline.json"
    file.touch()
    code, output = court.drive("crash", 3, "--baseline", str(file), "--write-baseline")
    assert code == 0, output
    assert list(json.loads(file.read_text())) == ["embedded"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--implementation", "nobody"),
            "no known implementation is called 'nobody'; the known ones are ",
        ),
        (("--command", "prog"), "the command has no {url}"),
        (("--command", "prog 'a {url}"), "the command cannot be read"),
        (("--cases", "77.1"), "no case is called '77.1'"),
        (("--cases", "1.*("), "'1.*(' is not a regular expression: "),
        (("--cases", " , "), "no case is named"),
        (("--cases", "26.*"), "are for servers"),
        (("--exclude-cases", "77.1"), "no case is called '77.1'"),
        (("--cases", "1.1.*", "--exclude-cases", "1.*"), "excludes all of the cases"),
        (("--suite", "api", "--exclude-cases", "*"), "excludes all of the cases"),
        (("--suite", "api", "--exclude-cases", "no-such-*"), "no scenario matches"),
        (("--suite", "autobahn", "--exclude-cases", "77.1"), "no case is called '77.1'"),
        (("--suite", "autobahn", "--exclude-cases", "*"), "excludes all of the cases"),
        (("--baseline", "/no/such/file"), "/no/such/file: No such file"),
        (("--baseline", "/no/such/file"), "--write-baseline writes it"),
        (("--cases", "1"), "no case is called '1', and '1.*' are those that begin with it"),
        (("--cases", "1.1."), "no case is called '1.1.', and '1.1.*' are those that begin with it"),
        (("--write-baseline",), "--write-baseline needs the name of a file"),
        (("--baseline", "/no/such/file", "--write-baseline"), "cannot be written"),
        (("--report-dir", "/dev/null/x"), "no report can be written to /dev/null/x"),
        (
            ("--suite", "api", "--implementation", "websockets"),
            "these do: whatwg-websockets, undici, ws, node, bun, deno, chromium",
        ),
        (
            ("--implementation", "node"),
            "node plays only the scenarios at the API; write --suite api",
        ),
        (("--suite", "api", "--cases", "no-such-*"), "no scenario matches"),
        (("--suite", "api", "--profile", "quick"), "the scenarios at the API have no profiles"),
        (("--suite", "api", "--loop", "asyncio"), "run on the event loop of their driver"),
        (("--suite", "api", "--autobahn-files"), "has no file for a scenario at the API"),
        (("--source", "docker"), "only the real suite has a source"),
        (("--command", "prog {url}", "--loop", "uvloop"), "--loop cannot be passed to"),
        (("--suite", "api", "--command", "prog 'a"), "the command cannot be read"),
        (("--suite", "api", "--command", " "), "the command is empty"),
        (("--suite", "nothing"), "nothing"),
        (("--command", "true {url}", "--agent", b"a\xff"), r"'a\udcff' is not printable"),
        (("--command", "true {url}", "--agent", "a\x1b]0;b"), r"'a\x1b]0;b' is not printable"),
        (("--command", "true {url}", "--agent", " "), "' ' is not printable"),
        (("--agent-version", "1"), "the version of a known implementation is known"),
        (("--agent", "a"), "has its own name"),
        (("--implementation", "ws", "--agent", "a"), "has its own name"),
        (("--command", "true {url}", "--agent-version", "1\x1b"), r"'1\x1b' is not printable"),
        (("--cases", b"1.\xff"), r"no case is called '1.\udcff'"),
        (("--baseline", b"/no/such/\xff"), r"/no/such/\udcff: No such file"),
    ],
)
def test_what_is_wrong_with_the_command_is_said(tmp_path, in_here, arguments, message):
    reports = ("--report-dir", tmp_path / "reports")
    code, output = in_here("conformance", "run", *reports, *arguments)
    assert code == 2
    assert message in output


@pytest.mark.parametrize(
    "option",
    [
        *("--implementation", "--command", "--server", "--url", "--agent", "--agent-version"),
        *("--suite", "--source", "--profile", "--root", "--expectations", "--cases"),
        *("--exclude-cases", "--jobs", "--loop", "--timeout", "--baseline", "--report-dir"),
    ],
)
def test_an_empty_value_is_not_taken_for_an_option_that_is_left_out(court, in_here, option):
    cases = () if option == "--cases" else ("--cases", "1.1.1")
    reports = () if option == "--report-dir" else ("--report-dir", court.reports)
    code, output = in_here("conformance", "run", *reports, *cases, option, "")
    assert code == 2
    assert option in output
    assert "the value is empty; if it is that of a variable, the variable is not set" in output
    assert not court.reports.exists()


def test_an_empty_value_among_others_is_refused_too(in_here):
    code, output = in_here("conformance", "run", "--command", "true {url}", "--command", "")
    assert code == 2
    assert "--command: the value is empty" in output.replace("'", "")


@pytest.mark.parametrize("arguments", [("", "--out", "x"), (".", "--out", "")])
def test_a_folder_without_a_name_is_not_this_folder(conformance, arguments):
    code, output = conformance("report", *arguments)
    assert code == 2
    assert "the value is empty" in output


def test_several_commands_are_tested_one_after_the_other(court):
    commands = ("--command", driver("good"), "--command", driver("wrong"))
    agents = ("--agent", "one", "--agent", "two", "--agent-version", "1", "--agent-version", "2")
    code, output = court.run(*commands, *agents, *OPTIONS, "--cases", "1.1.1,1.1.2")
    assert code == 1
    assert "one 1: 2 of 2 cases have the best verdict they can have" in output
    assert "two 2: 0 of 2 cases have the best verdict they can have" in output
    one, two = court.report("embedded-one"), court.report("embedded-two")
    assert (one.implementation, one.version, one.good) == ("one", "1", 2)
    assert (two.implementation, two.version, two.good) == ("two", "2", 0)
    assert f"--command {shlex.quote(driver('wrong'))} --agent two --agent-version 2" in output


@pytest.mark.parametrize("suite", ["embedded", "api"])
def test_a_command_that_is_not_there_cannot_be_carried_out(court, suite):
    code, output = court.run("--command", "/no/such/program {url}", "--suite", suite)
    assert code == 2
    assert "/no/such/program cannot be started" in output


def test_a_driver_of_scenarios_that_ends_at_once_has_failed(court):
    code, output = court.run("--command", "false", *API)
    assert code == 1
    assert "FAILED  false did not print its first line. The driver ended with status 1" in output


def test_a_shell_can_be_given_the_url_of_a_case_in_quotes(court):
    command = f"{shlex.join(fake_commands.driver('case'))} '{{case_url}}' client"
    options = (*OPTIONS, "--cases", "1.1.1")
    code, output = court.run("--command", shlex.join(["sh", "-c", command]), *options)
    assert code == 0, output


def test_what_is_wrong_goes_to_standard_error(court):
    with court.start("--report-dir", str(court.reports), "--cases", "77.1") as process:
        assert process.communicate()[0]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "conformance", "run", "--cases", "77.1"],
        cwd=court.directory,
        capture_output=True,
        text=True,
    )
    assert done.stdout == ""
    assert "no case is called '77.1'" in done.stderr


def test_a_run_of_few_cases_leaves_a_report_of_more_and_says_how_to_repeat_it(court):
    assert court.drive("good")[0] == 0
    code, output = court.drive("wrong", 0, "--cases", "1.1.2", "--agent-version", "1.2 b")
    assert code == 1
    assert f"The report in {court.reports} has more cases, and is not replaced." in output
    assert len(court.report().results) == 8
    part = saved.load(court.reports / "part" / "runs" / "embedded-client.json")
    assert (part.version, [result.case for result in part.results]) == ("1.2 b", ["1.1.2"])
    command = shlex.join(["--command", driver("wrong")])
    again = f"{command} --agent-version '1.2 b' --jobs 1 --timeout {PATIENCE} "
    again += shlex.join(["--report-dir", str(court.reports), "--cases", "1.1.2"])
    assert f"Again, 1.1.2: whatwg-websockets conformance run {again}\n" in output
    assert court.drive("good")[0] == 0
    assert court.report().version == ""


def test_cases_can_be_left_out(court):
    code, output = court.drive(
        "good", 0, "--exclude-cases", "1.1.2,1.1.3", "--exclude-cases", "1.1.8"
    )
    assert code == 0, output
    cases = [result.case for result in court.report().results]
    assert cases == ["1.1.1", "1.1.4", "1.1.5", "1.1.6", "1.1.7"]


def test_scenarios_can_be_left_out(court):
    options = ("--cases", "new-*", "--exclude-cases", "new-w*,new-u*")
    code, output = court.run("--command", player("good"), "--suite", "api", *options)
    assert code in (0, 1), output
    cases = [result.case for result in court.report("api-client").results]
    assert "new-another-scheme" in cases
    assert not [case for case in cases if case.startswith(("new-w", "new-u"))]


def test_an_interrupted_run_leaves_a_report_of_more(court):
    assert court.drive("good")[0] == 0
    options = ("--report-dir", str(court.reports), "--command", driver("hang-before", 4))
    with court.start(*options, "--cases", "1.1.*", "--jobs", "1", "--timeout", "600") as process:
        court_is_busy(court, process)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate()
    assert process.returncode == 130, output
    assert f"The report in {court.reports} has more cases, and is not replaced." in output
    assert not court.report().interrupted
    assert saved.load(court.reports / "part" / "runs" / "embedded-client.json").interrupted


@pytest.mark.parametrize("name", ["index.html", "style.css", "summary.md", "junit.xml"])
@pytest.mark.parametrize("command", ["run", "report"])
def test_what_is_no_report_is_never_written_over(court, command, name, conformance):
    own = court.reports / name
    own.parent.mkdir()
    own.write_text("mine")
    if command == "run":
        code, output = court.drive("good")
    else:
        site.write([report_samples.run()], court.directory / "in")
        runs = str(court.directory / "in")
        code, output = conformance("report", runs, "--out", str(court.reports))
    assert code == 2
    assert f"{own.parent} is not an earlier report" in output
    assert f"a report would replace what is there: {name}. Name another folder" in output
    assert own.read_text() == "mine"
    assert [file.name for file in own.parent.iterdir()] == [name]


def test_a_report_without_its_mark_is_known_by_its_runs(court):
    assert court.drive("good")[0] == 0
    (court.reports / ".websocket-conformance").unlink()
    assert court.drive("good")[0] == 0


LITTLE_ROOM = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)); "


@pytest.mark.parametrize("suite", ["embedded", "api"])
def test_a_report_without_room_costs_no_verdict(court, suite, monkeypatch):
    # What measures the coverage of a process would have no room for its file, either.
    monkeypatch.delenv("COVERAGE_PROCESS_START", raising=False)
    cases = {"embedded": "1.1.1", "api": "new-without-arguments"}[suite]
    options = ("--suite", suite, "--cases", cases, "--report-dir", str(court.reports))
    with court.start(*options, before=LITTLE_ROOM) as process:
        output, _ = process.communicate()
    assert process.returncode == 2, output
    assert "1 of 1 cases have the best verdict they can have" in output
    assert "The report cannot be written to" in output
    assert "File too large" in output
    assert "Traceback" not in output
    assert not list(court.reports.iterdir())


@pytest.mark.parametrize(
    ("output", "status", "said"),
    [
        ("pipe", 1, ""),
        ("/dev/full", 2, "Standard output cannot be written: No space left on device.\n"),
    ],
)
def test_an_output_that_is_lost_costs_no_report_and_no_baseline(court, output, status, said):
    if output == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(output, os.O_WRONLY)
    baseline = court.directory / "known.json"
    options = ("--report-dir", str(court.reports), "--command", driver("wrong"), *OPTIONS)
    known = ("--baseline", str(baseline), "--write-baseline")
    for more, expected in (((), status), (known, {1: 0, 2: 2}[status])):
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "conformance", "run", *options, "--cases=1.1.2", *more],
            env=os.environ | {"ALIVE": str(court.directory / "alive")},
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert (done.returncode, done.stderr) == (expected, said)
        assert court.verdicts() == {"1.1.2": "FAILED"}
    os.close(writer)
    assert json.loads(baseline.read_text()) == {"embedded": {"client": {"1.1.2": "FAILED"}}}


@pytest.mark.parametrize("command", ["report", "implementations"])
def test_every_command_ends_well_without_a_reader_and_says_where_there_is_no_room(court, command):
    assert court.drive("good", 0, "--cases", "1.1.1")[0] == 0
    saved_run = (str(court.reports), "--out", str(court.directory / "out"))
    arguments = [command, *(saved_run if command == "report" else ())]
    reader, writer = os.pipe()
    os.close(reader)
    full = os.open("/dev/full", os.O_WRONLY)
    for output, expected in ((writer, (0, "")), (full, (2, "No space left on device.\n"))):
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "conformance", *arguments],
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(output)
        assert (done.returncode, done.stderr.rpartition(": ")[2]) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_an_output_of_any_encoding_has_the_verdicts(court, monkeypatch, encoding):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    code, output = court.drive("wrong", 0, "--cases", "1.1.2")
    assert code == 1
    assert f"1.1.2  {'✕' if encoding == 'utf-8' else 'x'} FAILED" in output


def test_the_last_words_of_a_driver_do_not_reach_the_terminal_as_they_are(court):
    source = "print('\\x1b]0;mine\\x07\\x1b[31mred\\x1b[0m\\x1b'); raise SystemExit(3)"
    words = [sys.executable, "-c", source, "{url}"]
    code, output = court.run("--command", shlex.join(words), *OPTIONS, "--cases", "1.1.1")
    assert code == 1
    assert "\x1b" not in output
    assert r"its last words: red\x1b" in output


def test_saved_runs_are_put_side_by_side(court, tmp_path, conformance):
    for agent in ("one", "two"):
        assert court.drive("good", 0, "--agent", agent)[0] == 0
        (court.reports / "runs" / f"embedded-{agent}.json").rename(tmp_path / f"{agent}.json")
    files = [str(tmp_path / "one.json"), str(tmp_path / "two.json")]
    code, output = conformance("report", *files, "--out", str(tmp_path / "site"))
    assert code == 0, output
    index = (tmp_path / "site" / "index.html").read_text()
    assert "2 implementations, 8 cases" in index


@pytest.mark.parametrize("place", ["", "websocket-conformance"])
def test_a_directory_with_runs_has_those_runs_and_not_autobahns(tmp_path, place, conformance):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "index.json").write_text("no longer read")
    site.write([report_samples.run(implementation="my client")], tmp_path / "in" / place)
    code, output = conformance("report", str(tmp_path / "in"), "--out", str(tmp_path / "out"))
    assert code == 0, output
    (file,) = (tmp_path / "out" / "runs").iterdir()
    assert saved.load(file) == report_samples.run(implementation="my client")


def test_what_is_wrong_with_a_saved_run_is_said(tmp_path, conformance):
    (tmp_path / "run.json").write_text("{}")
    code, output = conformance("report", str(tmp_path / "run.json"), "--out", str(tmp_path / "x"))
    assert code == 2
    assert "format: expected" in output


def test_the_known_implementations_are_listed(conformance):
    code, output = conformance("implementations")
    assert code == 0
    assert "whatwg-websockets" in output
    assert "websocket-client" in output
