"""web-platform-tests as a suite: a checkout of our own, and pages that do what they like."""

import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import fake_commands
import pytest
from rich.console import Console

from websocket_conformance.report import saved
from websocket_conformance.results.run import Run
from websocket_conformance.running.folders import print_folders

TESTS = Path(__file__).parents[1]
OWN = TESTS / "wpt" / "checkout"
MAIN = "from whatwg_websockets.cli import main; main()"
PAGES = (
    "/FileAPI/blob/size.any.worker.html",
    "/websockets/echo.any.html?default",
    "/websockets/echo.any.html?wss",
    "/websockets/echo.any.worker.html?default",
    "/websockets/echo.any.worker.html?wss",
    "/websockets/folder/names.window.html",
    "/websockets/folder/own.worker.html",
    "/websockets/folder/state.https.html",
)
ECHO = "A_message_comes_back,_and_the_connection_ends_in_order"
SCOPE = "The_scope_is_a_window,_or_a_worker"


@dataclass
class WptStage:
    """A checkout, and where the reports of its runs go."""

    root: Path
    directory: Path

    @property
    def reports(self) -> Path:
        return self.directory / "reports"

    def start(self, *arguments: str, instead: dict[str, object] | None = None):
        lock = self.directory / "alive"
        lock.touch()
        words = fake_commands.page(instead or {}, str(lock))
        options = ["--root", str(self.root), "--report-dir", str(self.reports)]
        command = ["--command", shlex.join(words), "--agent", "odd"]
        return subprocess.Popen(
            [sys.executable, "-c", MAIN, *RUN, *options, *command, *arguments],
            cwd=self.directory,
            env={**os.environ, "COLUMNS": "250", "STAGE": str(self.directory), "TERM": "dumb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, instead: dict[str, object] | None = None) -> tuple[int, str]:
        with self.start(*arguments, instead=instead) as process:
            output, _ = process.communicate()
        return process.returncode, output

    def saved(self, name: str = "wpt-odd") -> Run:
        return saved.load(self.reports / "runs" / f"{name}.json")

    def short(self) -> dict[str, str]:
        return {result.case: str(result.verdict) for result in self.saved().short}

    def reasons(self) -> dict[str, str]:
        return {result.case: result.reason for result in self.saved().short}


RUN = ("conformance", "run", "--suite", "wpt")


@pytest.fixture
def stage(tmp_path: Path) -> WptStage:
    root = tmp_path / "checkout"
    shutil.copytree(OWN, root)
    return WptStage(root, tmp_path)


@pytest.mark.slow
def test_a_run_in_which_everything_passes(stage):
    code, output = stage.run()
    assert code == 0, output
    assert (
        "The checkout does not have streams, dom/abort, dom/events; the pages run without."
        in output
    )
    assert "Of the 5 tests here 5 are not as they were then" in output
    assert "odd: 13 of 13 cases have the best verdict they can have" in output
    run = stage.saved()
    assert (run.suite, run.asked, run.is_best) == ("wpt", 13, True)
    assert run.suite_version == "web-platform-tests, of an unknown commit"
    assert [section.title for section in run.sections] == [
        "FileAPI/blob",
        "websockets",
        "websockets/folder",
        "Left out",
    ]
    left_out = [result for result in run.results if not result.is_played]
    assert [result.case for result in left_out] == [
        "/websockets/echo.any.html?wpt_flags=h2",
        "/websockets/echo.any.worker.html?wpt_flags=h2",
    ]
    assert all("HTTP/2" in result.reason for result in left_out)
    first = next(result for result in run.results if result.section == "websockets")
    assert first.case == f"/websockets/echo.any.html?default#{ECHO}"
    assert first.title == "A message comes back, and the connection ends in order"
    assert first.link == "https://wpt.fyi/results/websockets/echo.any.html%3Fdefault"
    assert run.repeat(first.case).endswith("--cases '/websockets/echo.any.html?default'")
    assert f"--root {stage.root}" in run.command

    root = ElementTree.parse(stage.reports / "junit.xml").getroot()
    assert [root.get(name) for name in ("tests", "failures", "skipped")] == ["15", "0", "2"]
    index = (stage.reports / "index.html").read_text(encoding="utf-8")
    assert "web-platform-tests" in index
    assert len(list((stage.reports / "wpt").glob("*.html"))) == 15

    report = json.loads((stage.reports / "wpt" / "wptreport.json").read_text(encoding="utf-8"))
    assert [each["test"] for each in report["results"]] == list(PAGES)
    assert report["run_info"]["product"] == "odd"
    assert report["time_end"] >= report["time_start"]
    assert report["results"][1]["subtests"][1] == {
        "name": "The scope is a window, or a worker",
        "status": "PASS",
        "message": None,
        "known_intermittent": [],
    }


@pytest.mark.slow
def test_a_page_that_does_otherwise_costs_itself_alone(stage):
    (stage.root / "websockets" / "lacking.any.js").write_text(
        "// META: global=window\n// META: script=/common/gone.js\n"
    )
    (stage.root / "websockets" / "variant.any.js").write_text(
        "// META: global=window\n// META: variant=foo\n"
    )
    (stage.root / "websockets" / "handlers" / "ends_wsh.py").write_text("raise SystemExit")
    fail = [{"name": "x", "status": "FAIL", "message": "no\x1b[2J", "stack": "at\n  there"}] * 2
    code, output = stage.run(
        "--timeout",
        "1",
        "--jobs",
        "3",
        instead={
            PAGES[0]: "crash",
            PAGES[1]: "flood",
            PAGES[2]: {"status": "TIMEOUT", "message": "late", "subtests": []},
            PAGES[3]: {"subtests": fail},
            PAGES[4]: "garbage",
            PAGES[6]: {"subtests": [{"name": "", "status": "PRECONDITION_FAILED"}]},
        },
    )
    assert code == 1
    assert stage.short() == {
        PAGES[0]: "FAILED",
        PAGES[2]: "FAILED",
        f"{PAGES[3]}#x": "FAILED",
        f"{PAGES[3]}#x_2": "FAILED",
        PAGES[4]: "FAILED",
        f"{PAGES[6]}#unnamed": "UNIMPLEMENTED",
        "/websockets/lacking.any.html": "FAILED",
        "/websockets/variant.any.html": "FAILED",
    }
    reasons = stage.reasons()
    assert reasons[PAGES[0]].startswith("CRASH: The page ended with status 1 without an answer")
    assert reasons[PAGES[2]] == "TIMEOUT: late"
    assert reasons[f"{PAGES[3]}#x"] == r"FAIL: no\x1b[2J"
    assert reasons["/websockets/lacking.any.html"] == (
        "ERROR: The checkout does not have what the test includes: /common/gone.js."
    )
    assert reasons["/websockets/variant.any.html"] == (
        "ERROR: Not a variant: 'foo'. A variant is empty, or begins with ? or # and goes on."
    )
    assert "A WebSocket handler of the checkout cannot be read: ends_wsh.py: SystemExit" in output
    failed = next(result for result in stage.saved().results if result.case.endswith("#x"))
    assert [entry.head for entry in failed.conversation.start] == [
        reasons[failed.case],
        "at",
        "there",
    ]
    assert f"Again, {PAGES[0]}: " in output


EXPECTED = """
[[expected]]
pages = ["/websockets/echo.any.html?default", "/websockets/echo.any.html?wss"]
subtests = ["The scope is a window, or a worker"]
status = "FAIL"
reason = "There is no scope."
position = "opacity"

[[expected]]
pages = ["/websockets/folder/own.worker.html", "/websockets/gone.html"]
status = "TIMEOUT"
reason = "There is no worker."
position = "https://html.spec.whatwg.org/#dedicated-workers-and-the-worker-interface"
"""


@pytest.mark.slow
def test_what_is_expected_is_explained_and_what_is_unexpected_falls_short(stage):
    file = stage.directory / "expected.toml"
    file.write_text(EXPECTED)
    fail = {"subtests": [{"name": "The scope is a window, or a worker", "status": "FAIL"}]}
    code, output = stage.run(
        "--expectations",
        str(file),
        instead={PAGES[1]: fail, PAGES[6]: {"status": "TIMEOUT", "subtests": []}},
    )
    assert code == 1
    expectation = (
        "odd has an expectation for /websockets/gone.html, which the checkout does not have."
    )
    assert expectation in output
    assert stage.reasons() == {f"{PAGES[2]}#{SCOPE}": "Expected FAIL and got PASS."}
    explained = {
        result.case: result.reason
        for result in stage.saved().results
        if result.verdict == "EXPLAINED"
    }
    assert explained[f"{PAGES[1]}#{SCOPE}"] == "There is no scope. See opacity."
    assert explained[PAGES[6]].startswith("There is no worker. See https://html.spec")
    score = f"cases are OK, and {len(explained)} differ for a reason that is written down"
    assert score in output
    report = json.loads((stage.reports / "wpt" / "wptreport.json").read_text(encoding="utf-8"))
    results = {each["test"]: each for each in report["results"]}
    assert "expected" not in results[PAGES[1]]["subtests"][0]
    assert results[PAGES[2]]["subtests"][1]["expected"] == "FAIL"

    baseline = ["--baseline", str(stage.directory / "baseline.json")]
    again = ["--expectations", str(file), "--cases", PAGES[2]]
    assert stage.run(*again, *baseline, "--write-baseline")[0] == 0
    code, output = stage.run(*again, *baseline)
    assert code == 0, output
    assert "Against the baseline: 0 new, 1 known, 0 fixed" in output


@pytest.mark.slow
def test_a_page_that_takes_the_servers_down_has_no_result(stage):
    code, output = stage.run("--cases", "websockets/echo.any.js", instead={PAGES[1]: "servers"})
    assert code == 1
    assert "was ended by SIGKILL; the pages that were being played are played again." in output
    assert stage.short() == {PAGES[1]: "NO RESULT"}
    assert stage.saved().good == 6


@pytest.mark.slow
def test_a_checkout_is_fetched_and_played(stage, monkeypatch):
    git = ["git", "-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    for words in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "all"]):
        subprocess.run([*git, *words], cwd=stage.root, check=True)
    monkeypatch.setenv("WPT_REPOSITORY", stage.root.as_uri())
    monkeypatch.setenv("WPT", str(stage.directory / "fetched"))
    words = ["--command", shlex.join(fake_commands.page({})), "--cases", PAGES[0]]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *RUN, "--fetch", *words, "--report-dir", str(stage.reports)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Fetching web-platform-tests from file://" in done.stdout
    assert "Suite   web-platform-tests, commit " in done.stdout
    assert (stage.directory / "fetched" / "websockets").is_dir()


@pytest.mark.slow
def test_a_page_that_cannot_be_started_ends_the_run(stage):
    words = ["--root", str(stage.root), "--command", "/nowhere/page", "--cases", PAGES[0]]
    reports = ["--report-dir", str(stage.reports)]
    done = subprocess.run(
        [sys.executable, "-c", MAIN, *RUN, *words, *reports], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "/nowhere/page cannot be started" in done.stderr


@pytest.mark.slow
def test_an_interrupted_run_leaves_a_report_and_no_process(stage):
    instead = dict.fromkeys(PAGES[3:], "hang")
    os.mkfifo(stage.directory / "hanging")
    with stage.start("--jobs", "1", instead=instead) as process:
        assert (stage.directory / "hanging").read_text() == "now"
        process.send_signal(signal.SIGINT)
        output = process.stdout.read()
    assert process.returncode == 130, output
    run = stage.saved()
    assert run.interrupted
    assert run.good == 5
    assert run.asked == 10
    alive = subprocess.run(["flock", str(stage.directory / "alive"), "true"], timeout=100)
    assert alive.returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ("--root", "/nowhere"),
            3,
            "There is no checkout of web-platform-tests in /nowhere. To fetch",
        ),
        (("--root", str(TESTS)), 3, "is not a checkout of web-platform-tests"),
        (("--cases", "no/such"), 2, "no page matches 'no/such'"),
        (("--cases", "*wpt_flags=h2"), 2, "is left out: It needs WebSockets over HTTP/2"),
        (
            ("--implementation", "picows"),
            2,
            "'picows' does not load pages of web-platform-tests; these do:",
        ),
        (("--command", " "), 2, "the command is empty"),
        (("--command", "'"), 2, "the command cannot be read"),
        (("--command", "x", "--expectations", "/nowhere.toml"), 2, "/nowhere.toml: No such file"),
        (("--exclude-cases", "*"), 2, "--exclude-cases excludes all of the cases"),
        (("--server", "websockets"), 2, "a server loads no pages"),
        (("--profile", "full"), 2, "web-platform-tests have no profiles"),
        (("--suite", "api", "--fetch"), 2, "only web-platform-tests have this option"),
    ],
)
def test_what_cannot_be_carried_out_is_told(tmp_path, in_here, words, code, told):
    root = () if "--root" in words or "--fetch" in words else ("--root", OWN)
    reports = ("--report-dir", tmp_path / "reports")
    found, output = in_here(*RUN, *reports, *root, *words)
    assert told in " ".join(output.replace("│", " ").split()), output
    assert found == code


@pytest.mark.slow
def test_several_implementations_stand_side_by_side(stage):
    """Two commands cannot be given, so the runs are put side by side here."""
    assert stage.run("--cases", "websockets,FileAPI")[0] == 0
    run = stage.saved()
    console = Console(record=True, width=200, file=io.StringIO())
    print_folders(console, [run, run])
    lines = [line.split("│")[1:4] for line in console.export_text().splitlines()]
    rows = [[cell.strip() for cell in line] for line in lines if len(line) == 3]
    assert ["websockets", "8 of 8", "8 of 8"] in rows
    assert rows[-1] == ["all", "13 of 13", "13 of 13"]
