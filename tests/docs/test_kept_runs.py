"""How the recorded runs are stored, and that README and docs show their results."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kept_runs import kept, mutants, tables
from kept_runs.__main__ import keep, main
from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.errors import ReportError
from websocket_conformance.report import saved
from websocket_conformance.report.from_embedded import about
from websocket_conformance.results.result import Entry, Kind, Result, Transcript, Who
from websocket_conformance.results.run import Heading, Run
from websocket_conformance.results.verdict import Verdict

TALK = Transcript((Entry(Who.PEER, Kind.FRAME, "text, 5 octets", '"Hello"', 0.01),))


def result(case: str, behaviour: Verdict = Verdict.OK, **more: object) -> Result:
    known = about(catalogue.every(Profile.QUICK)[case])
    values = {"closing": Verdict.OK, "close_code": 1000, "seconds": 0.5, "conversation": TALK}
    return replace(known, behaviour=behaviour, **{**values, **more})


RUN = Run(
    implementation="somebody",
    version="1.2",
    runtime="Python",
    suite="embedded",
    suite_version="whatwg-websockets 3",
    profile="quick",
    started=datetime(2026, 11, 29, 18, tzinfo=UTC),
    seconds=3.5,
    asked=5,
    interrupted=False,
    sections=(Heading("1", "Framing"), Heading("7", "Closing")),
    results=(
        result("1.1.1"),
        result("1.1.2"),
        result("1.1.3", Verdict.FAILED, explanation="The echo is missing."),
        result("7.1.6", Verdict.INFORMATIONAL, close_code=None),
        result("7.3.1", trouble="The driver ended with 1.", closing=Verdict.UNCLEAN),
    ),
)


def test_subtests_are_kept_by_their_numbers(monkeypatch, tmp_path):
    monkeypatch.setattr(kept, "RUNS", tmp_path)
    names = ["a name", "another", "a third", "a fourth"]
    cases = [*(f"/a.html?x#{name}" for name in names), "/a.html?x", "/b.html#a name"]
    verdicts = [Verdict.OK, Verdict.EXPLAINED, Verdict.EXPLAINED, Verdict.FAILED] + [Verdict.OK] * 2
    results = [
        Result(case, "a", "A title.", behaviour=verdict, explanation="Why.")
        for case, verdict in zip(cases, verdicts, strict=True)
    ]
    command = "/x/y conformance run --suite wpt --root /a/b --jobs 2"
    run = replace(RUN, suite="wpt", results=tuple(results), command=command)
    again = kept.load(keep("wpt-a", run))
    numbered = [*(f"/a.html?x#{at}" for at in (1, 2, 3, 4)), "/a.html?x", "/b.html#1"]
    found = [(each.case, each.behaviour) for each in again.results]
    assert found == list(zip(numbered, verdicts, strict=True))
    assert again.command == "whatwg-websockets conformance run --suite wpt --jobs 2"


def loaded(tmp_path: Path, text: str) -> Run:
    file = tmp_path / "run.json"
    file.write_text(text, encoding="utf-8")
    return kept.load(file)


def test_a_kept_run_has_the_verdicts_and_the_words_of_all_cases(tmp_path):
    run = loaded(tmp_path, kept.dump(RUN))
    without_time = [replace(each, seconds=None) for each in RUN.results]
    assert [replace(each, conversation=Transcript()) for each in run.results] == [
        replace(each, conversation=Transcript()) for each in without_time
    ]
    assert replace(run, results=()) == replace(RUN, results=())


def test_it_has_the_conversations_of_the_cases_that_fall_short_only(tmp_path):
    run = loaded(tmp_path, kept.dump(RUN))
    told = [each.case for each in run.results if each.conversation == TALK]
    assert told == ["1.1.3", "7.3.1"]
    others = {each.conversation for each in run.results if each.case not in told}
    assert others == {kept.NOT_KEPT}


def test_it_can_be_played_again_whatever_the_program_was_called(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "RUNS", tmp_path)
    for begun in (
        "whatwg-websockets",
        "'/my place/whatwg-websockets'",
        "python -m whatwg_websockets",
    ):
        for reports in ("", " --report-dir /tmp/a", " --report-dir 'my reports/a'"):
            command = f"{begun} conformance run{reports} --implementation ws{reports}"
            file = keep("a", replace(RUN, command=command))
            again = "whatwg-websockets conformance run --implementation ws"
            assert kept.load(file).command == again
    assert kept.load(keep("a", RUN)).command == ""


def test_neighbours_with_the_same_outcome_share_a_line():
    assert '{"cases":"1.1.1 1.1.2","section":"1",' in kept.dump(RUN)


def test_the_conversation_is_kept_once_for_a_reason_that_a_group_of_cases_shares(tmp_path):
    cases = "1.1.1", "1.1.2", "1.2.1"
    silent = tuple(result(case, Verdict.FAILED, explanation="Silence.") for case in cases)
    other = result("1.2.2", Verdict.FAILED, explanation="Another echo.")
    run = loaded(tmp_path, kept.dump(replace(RUN, results=(*silent, other))))
    assert [each.conversation for each in run.results] == [TALK, kept.NOT_KEPT, TALK, TALK]
    assert {each.reason for each in run.results} == {"Silence.", "Another echo."}


def test_a_reason_that_differs_in_its_time_only_is_the_same(tmp_path):
    early, late = (f"The peer sent nothing, and left (after {time})." for time in ("9 ms", "1.2 s"))
    cases = [("1.1.1", early), ("1.1.2", late), ("1.1.3", "The peer sent text (after 9 ms).")]
    short = tuple(result(case, Verdict.FAILED, explanation=why) for case, why in cases)
    run = loaded(tmp_path, kept.dump(replace(RUN, results=short)))
    assert [each.conversation for each in run.results] == [TALK, kept.NOT_KEPT, TALK]
    assert [each.reason for each in run.results] == [why for _, why in cases]


def test_of_another_suite_the_words_are_not_kept(tmp_path):
    run = loaded(tmp_path, kept.dump(replace(RUN, suite="autobahn")))
    assert {each.title for each in run.results} == {""}
    assert run.good == RUN.good


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (saved.dump(RUN), 'format: expected "websocket conformance run, kept, 1"'),
        ("[]", "format: expected"),
        ("{", "not valid JSON"),
        (kept.dump(RUN).replace("1.1.1 1.1.2", "1.1.1 0.0.1"), "0.0.1: there is no such case any"),
        (kept.dump(RUN).replace('"asked": 5', '"asked": "5"'), "asked: expected a whole number"),
        (kept.dump(RUN).replace('"FAILED"', '"BAD"'), "behaviour: expected one of OK"),
    ],
)
def test_a_file_that_is_no_kept_run_is_refused(tmp_path, text, wrong):
    with pytest.raises(ReportError, match=r"run\.json: ") as refused:
        loaded(tmp_path, text)
    assert wrong in str(refused.value)


def test_the_pages_show_what_the_kept_runs_say():
    for path, text in tables.pages(kept.every()).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is older: make tables"


def test_every_kept_run_is_shown_and_says_when_it_was_and_of_which_version():
    runs = kept.every()
    kinds = {name.partition("-")[0] for name in runs}
    assert kinds == {"autobahn", "client", "server", "api", "wpt"}
    assert len([name for name in runs if name.startswith("client-")]) >= 10
    pages = "".join(tables.pages(runs).values())
    for name, run in runs.items():
        assert run.version, name
        assert run.asked == len(run.results), name
        assert not run.interrupted, name
        assert tables.linked(run) in pages, name
        assert tables.day(run) in pages, name


def test_the_kept_runs_are_small():
    sizes = {file.name: file.stat().st_size for file in kept.RUNS.glob("*.json")}
    assert max(sizes.values()) < 200_000
    assert sum(sizes.values()) < 1_600_000


def test_a_run_is_kept_by_a_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("kept_runs.__main__.kept.RUNS", tmp_path)
    (tmp_path / "reports" / "runs").mkdir(parents=True)
    saved.save(replace(RUN, version=""), tmp_path / "reports" / "runs" / "a.json")
    where = ["keep", "client-somebody", str(tmp_path / "reports")]
    assert main([*where, "--version", "7", "--runtime", "Moon"]) == 0
    file = tmp_path / "client-somebody.json"
    run = kept.load(file)
    assert (run.implementation, run.version, run.runtime) == ("somebody", "7", "Moon")
    assert capsys.readouterr().out == f"Written: {file}\n"


def test_a_directory_with_two_runs_is_refused(tmp_path, capsys):
    (tmp_path / "runs").mkdir()
    for name in "ab":
        saved.save(RUN, tmp_path / "runs" / f"{name}.json")
    assert main(["keep", "client-x", str(tmp_path)]) == 2
    assert "there are 2 runs; name the file of one" in capsys.readouterr().err


def test_the_overview_names_each_client_with_what_falls_short_and_why():
    pytest.importorskip("sphinx", reason="what the docs are made with is installed by: make test")
    from kept_runs.reports import overview

    page = overview([RUN, replace(RUN, implementation="other & co", results=RUN.results[:2])])
    assert "somebody 1.2: 2 fall short" in page
    assert "other &amp; co 1.2: nothing." in page
    assert "FAILED</span> The echo is missing." in page
    assert '<a href="reports/embedded/1.1.3.html">1.1.3</a>' in page
    assert "29 November 2026" in page


def test_the_table_of_web_platform_tests_keeps_the_draft_and_other_standards_apart():
    folders = {
        "/websockets/a.any.html#1": "websockets",
        "/websockets/a.any.html?wss#1": "websockets",
        "/websockets/b/c.any.worker.html#1": "websockets/b",
        "/websockets/stream/tentative/d.any.html#1": "websockets/stream/tentative",
        "/websockets/stream/tentative/d.any.worker.html#1": "websockets/stream/tentative",
        "/FileAPI/blob/e.any.html#1": "FileAPI/blob",
        "/streams/f.any.html#1": "streams",
        "/streams/piping/g.any.worker.html#1": "streams/piping",
    }
    failed = ("/websockets/a.any.html?wss#1", "/websockets/stream/tentative/d.any.html#1")
    results = [
        Result(case, folder, "", behaviour=Verdict.FAILED if case in failed else Verdict.OK)
        for case, folder in folders.items()
    ]
    run = replace(RUN, implementation="whatwg-websockets", suite="wpt", results=tuple(results))
    runs = {"wpt-whatwg-websockets": run, "wpt-undici": replace(run, implementation="undici")}
    header, _, ours, *_ = tables.web_platform_tests(runs).splitlines()
    cells = [cell.strip() for cell in ours.split("|")[3:-1]]
    assert cells == ["1 of 2", "1 of 1", "1 of 2", "2 of 2", "", "1 of 1"]
    assert [cell.strip() for cell in header.split("|")[3:-1]] == [
        "websockets, window",
        "websockets, worker",
        "WebSocketStream (draft)",
        "streams",
        "dom",
        "FileAPI",
    ]
    for by_folder in (tables.web_platform_tests_by_folder, tables.web_platform_tests_of_undici):
        total = by_folder(runs).splitlines()[-1]
        told = "**1 of 1** | **0 of 1** | **1 of 1** | **2 of 3**"
        assert total == f"| **`websockets/` without the draft** | {told} |"


def test_mutants_are_counted_by_part(monkeypatch, tmp_path):
    monkeypatch.setattr(mutants, "RECORD", tmp_path / "mutants.json")
    assert mutants.by_part({}) == "No results are recorded yet; `make mutants` records them.\n"
    entries = [
        {"module": module, "survived": survived, "reason": reason}
        for module, survived, reason in [
            ("url/url_record", False, ""),
            ("close", False, ""),
            ("dom/event", True, "The step is an assertion."),
            ("dom/event", True, ""),
        ]
    ]
    (tmp_path / "mutants.json").write_text(json.dumps({"commit": "abc", "mutants": entries}))
    rows = mutants.by_part({}).splitlines()[2:]
    assert rows == [
        "| the main floor, WebSockets | 1 | 1 | 0 | 0 |",
        "| `dom/` | 2 | 0 | 1 | 1 |",
        "| `url/` | 1 | 1 | 0 | 0 |",
        "| **all** | **4** | **2** | **1** | **1** |",
        "",
        "The record was last written at commit abc.",
    ]
