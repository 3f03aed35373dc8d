"""What is said of a peer in a case that fell short, and how the case can be repeated."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest
from report_samples import result, run
from rich.console import Console
from test_report_embedded import CASES, frame, played

from websocket_conformance.fuzzing.played import Counts
from websocket_conformance.report import account, from_embedded, keeping, saved, site
from websocket_conformance.report.baseline import Baseline
from websocket_conformance.report.junit import junit
from websocket_conformance.report.markdown import markdown
from websocket_conformance.results.run import Heading
from websocket_conformance.results.verdict import Verdict
from websocket_conformance.running.summary import print_summary
from websocket_conformance.wire.connection import Closing
from websocket_conformance.wire.log import OctetsSeen

TEXT, CLOSE, PONG = 1, 8, 10
EXPECTED = f"Expected: {CASES['2.2'].expects}"
LEFT = Closing(dropped_by_me=False)
DROPPED = Closing(dropped_by_me=True)
OCTETS = OctetsSeen(0.004, False, 4, b"\x8a\x02hi")
IN = "In 1.1.1: A <short> text."


def short(*conversation, closing=LEFT, received=None, **more):
    counts = Counts(frames_received=received or {})
    fields = {
        "was_open": True,
        "closing": closing,
        "counts": counts,
        "seconds": 0.02,
        "ended_at": 0.021,
    } | more
    return played(behaviour=Verdict.FAILED, conversation=conversation, **fields)


def of_peer(opcode, data, at=0.004):
    return frame(False, opcode, data, at=at)


@pytest.mark.parametrize(
    ("case", "said"),
    [
        (
            short(of_peer(CLOSE, b"\x03\xeabad")),
            'The peer sent close, 5 octets: 1002 "bad" (after 4.0 ms).',
        ),
        (short(), "The peer sent nothing, and left (after 21 ms)."),
        (short(closing=DROPPED), "The peer sent nothing on the open connection."),
        (
            short(of_peer(PONG, b"a", 0.5), closing=DROPPED),
            'The peer sent pong, 1 octet: "a" (after 500 ms). No Close came.',
        ),
        (
            short(of_peer(TEXT, b"a", 1.5)),
            'The peer sent text, 1 octet: "a" (after 1.500 s). '
            "Without a Close it ended TCP (after 21 ms).",
        ),
        (
            short(*(of_peer(TEXT, bytes([digit])) for digit in b"01234"), closing=DROPPED),
            'Of the peer\'s 5 frames the last were text, 1 octet: "2" (after 4.0 ms), then '
            'text, 1 octet: "3" (after 4.0 ms), then text, 1 octet: "4" (after 4.0 ms). '
            "No Close came.",
        ),
        (short(received={TEXT: 1000, CLOSE: 1}), "The peer sent 1,001 frames."),
        (
            short(
                received={CLOSE: 1},
                closing=Closing(remote_code=1009, remote_reason="too many\nfragments"),
            ),
            r'The peer sent 1 frame, with a Close: 1009 "too many\nfragments".',
        ),
        (
            short(
                received={TEXT: 2, CLOSE: 1},
                closing=Closing(by_me=True, local_code=1000, remote_code=1000),
            ),
            "The peer sent 3 frames, with a Close: 1000, in answer to the judge's.",
        ),
        (
            short(of_peer(CLOSE, b"\x03\xe8"), received={TEXT: 2, CLOSE: 1}),
            "Of the peer's 3 frames the last was close, 2 octets: 1000 (after 4.0 ms).",
        ),
        (
            short(OCTETS, replace(OCTETS, at=0.01), closing=DROPPED),
            "The peer sent no frame that the judge accepted, but 8 octets: "
            "8a 02 68 69 8a 02 68 69 (after 4.0 ms).",
        ),
        (
            short(replace(OCTETS, length=100)),
            "The peer sent no frame that the judge accepted, but 100 octets: 8a 02 68 69 … "
            "(after 4.0 ms). It ended TCP (after 21 ms).",
        ),
        (
            short(replace(OCTETS, octets=b"GET / HTTP/1.1"), closing=DROPPED),
            "The peer sent nothing on the open connection.",
        ),
        (
            short(of_peer(CLOSE, b"\x03\xe8\x1b]0;mine")),
            r'The peer sent close, 10 octets: 1000 "\x1b]0;mine" (after 4.0 ms).',
        ),
        (short(frame(True, TEXT, b"mine")), "The peer sent nothing, and left (after 21 ms)."),
    ],
)
def test_a_case_that_falls_short_says_what_the_peer_did(case, said):
    result = from_embedded.result(case)
    assert (result.why, result.deeds) == (f"of the behaviour {EXPECTED}", said)
    assert result.reason == f"of the behaviour {EXPECTED} {said}"


def test_of_a_connection_that_never_was_open_nothing_else_is_said():
    assert from_embedded.result(short(was_open=False)).reason == f"of the behaviour {EXPECTED}"


def test_of_a_case_at_its_best_nothing_else_is_said():
    assert from_embedded.result(played(was_open=True)).reason == "of the closing"


def test_an_end_that_falls_short_has_its_own_reason_too():
    unclean = short(behaviour_close=Verdict.UNCLEAN)
    told = f"of the behaviour {EXPECTED} of the closing"
    assert account.reason(unclean) == told
    assert account.reason(replace(unclean, because=told)) == f"{told} {EXPECTED}"
    only = played(behaviour_close=Verdict.UNCLEAN, was_open=True, closing=LEFT)
    assert account.reason(only) == f"of the closing {EXPECTED}"
    assert account.deeds(only).startswith("The peer sent nothing")


def test_what_was_expected_is_told_once_and_only_where_something_was():
    for because in ("A Pong was expected, nothing came.", "The code has to be 1000, not 1001."):
        assert "Expected: " not in account.reason(replace(short(), because=because))
    assert "Expected: " not in account.reason(short(case="7.13.1", was_open=False))


def test_a_close_that_answers_the_judges_is_told_as_an_answer():
    closing = Closing(by_me=True, local_code=1001, remote_code=1001)
    said = account.deeds(short(of_peer(CLOSE, b"\x03\xe9"), closing=closing))
    assert said.endswith("close, 2 octets: 1001 (after 4.0 ms), in answer to the judge's.")
    own = replace(closing, by_me=False)
    assert "in answer" not in account.deeds(short(of_peer(CLOSE, b"\x03\xe9"), closing=own))


ODD = "whatwg-websockets conformance run --command 'node a\\b.js {url}' --agent '| x'"
SHORT = [result("1.1.1"), result("1.1.2", Verdict.FAILED), result("6.*", Verdict.FAILED)]


def test_a_run_says_how_to_repeat_it():
    assert run(command=ODD).repeat("1.1.2") == f"{ODD} --cases 1.1.2"
    assert run(command=ODD).repeat("1.1.2", "6.*") == f"{ODD} --cases '1.1.2,6.*'"
    assert run().repeat("1.1.2") == ""


def test_the_command_line_is_the_same_in_all_reports(tmp_path, capsys):
    one = run(*SHORT, command=ODD)
    again = one.repeat("1.1.2")
    failures = ElementTree.fromstring(junit([one])).iter("failure")
    assert next(failures).text == f"What the judge does: A <short> text.\nAgain: {again}"
    assert f"\n    {one.repeat('1.1.2', '6.*')}\n" in markdown([one])
    site.write([one], tmp_path)
    for page in ("embedded/1.1.2.html", "by/ws.html"):
        html = (tmp_path / page).read_text()
        assert again.replace("'", "&#39;") in html
    print_summary(Console(soft_wrap=True), one, None)
    output = capsys.readouterr().out
    assert f"Again, 1.1.2: {again}\n" in output
    assert f"Again, all of these: {one.repeat('1.1.2', '6.*')}\n" in output
    (file,) = (tmp_path / "runs").iterdir()
    assert saved.load(file) == one


def printed(capsys, run, baseline=None, patterns=()) -> list[str]:
    print_summary(Console(soft_wrap=True), run, baseline, patterns)
    return [line.strip() for line in capsys.readouterr().out.splitlines()]


def failed(*cases, explanation="Broken."):
    return [
        result(
            case,
            Verdict.FAILED,
            explanation=explanation,
            deeds=f"It left (after 1.{case.rpartition('.')[2]} ms).",
        )
        for case in cases
    ]


def test_cases_that_fall_short_for_the_same_reason_share_a_line(capsys):
    results = [
        *failed("1.1.1", "1.1.2"),
        result("1.1.3"),
        *failed("1.1.4", explanation="Else."),
        *failed("1.1.5"),
    ]
    lines = printed(capsys, run(*results))
    told = f"Broken. {IN} It left (after 1.1 ms)."
    assert f"1.1.1 to 1.1.2, 1.1.5 (3 cases)  ✕ FAILED  {told}" in lines
    assert "1.1.4  ✕ FAILED  A <short> text. Else. It left (after 1.4 ms)." in lines


def test_cases_that_break_different_requirements_do_not_share_a_line(capsys):
    results = failed("1.1.1", "1.1.2", "1.2.1")
    results[2] = replace(results[2], source="RFC 6455, 5.1", title="Another.\nIn detail.")
    lines = printed(capsys, run(*results))
    assert f"1.1.1 to 1.1.2 (2 cases)  ✕ FAILED  Broken. {IN} It left (after 1.1 ms)." in lines
    assert "1.2.1  ✕ FAILED  Another. Broken. It left (after 1.1 ms)." in lines


@pytest.mark.parametrize(
    ("one", "other", "is_shared"),
    [
        (
            'The text "a" was expected, nothing came.',
            'The text "bb" … of 50 octets was expected, nothing came.',
            True,
        ),
        ("0 is not a code for a Close.", "1,004 is not a code for a Close.", True),
        ("The binary message 00 ff came.", "The binary message fe … of 1,000 octets came.", True),
        ('The text "a" was expected.', 'The Pong "a" was expected.', False),
        ("The code has to be 1000, not 1002.", "The code has to be 1000, not 1007.", False),
    ],
)
def test_what_is_particular_to_a_case_does_not_separate_it(capsys, one, other, is_shared):
    results = [*failed("1.1.1", explanation=one), *failed("1.1.2", explanation=other)]
    lines = [line for line in printed(capsys, run(*results)) if "✕ FAILED " in line]
    if is_shared:
        told = f"In 1.1.1: A <short> text. {one} It left (after 1.1 ms)."
        assert lines == [f"1.1.1 to 1.1.2 (2 cases)  ✕ FAILED  {told}"]
    else:
        assert len(lines) == 2


def test_cases_that_the_suite_could_not_judge_share_a_line_and_are_not_described(capsys):
    lost = {"explanation": "", "trouble": "The command ended"}
    results = [
        result(case, Verdict.FAILED, source=source, **lost)
        for case, source in (("1.1.1", "RFC 6455, 5.1"), ("1.1.2", "RFC 6455, 5.6"))
    ]
    assert "1.1.1 to 1.1.2 (2 cases)  ✕ FAILED  The command ended" in printed(capsys, run(*results))
    assert "1.1.1  ✕ FAILED  The command ended" in printed(capsys, run(results[0]))


def test_a_case_without_a_description_is_named_by_its_number(capsys):
    lines = printed(capsys, run(*[replace(each, title="") for each in failed("1", "2")]))
    assert "1 to 2 (2 cases)  ✕ FAILED  Broken. It left (after 1.1 ms)." in lines


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (40, None),
        (41, "1 more case falls short; the report has it."),
        (42, "2 more cases fall short; the report has them."),
    ],
)
def test_the_last_line_says_how_many_cases_have_no_line(capsys, count, last):
    results = [failed(f"1.1.{n}", explanation=f"Broken{'!' * n}")[0] for n in range(count)]
    lines = printed(capsys, run(*results))
    assert [line for line in lines if "more case" in line] == [last] * bool(last)


@pytest.mark.parametrize("width", [160, 100, 80, 60, 40])
def test_the_names_of_verdicts_are_never_shortened(capsys, width):
    verdicts = [*Verdict]
    results = [result(f"{n}.1", verdict) for n, verdict in enumerate(verdicts, 1)]
    sections = tuple(Heading(str(n), "Fragmentation and more") for n in range(1, 12))
    print_summary(Console(width=width), run(*results, sections=sections), None)
    table = capsys.readouterr().out.partition("Suite")[0]
    assert "…" not in table
    if width >= 60:
        assert all(verdict in table for verdict in verdicts)


def test_a_narrow_table_lists_the_verdicts_of_a_section(capsys):
    results = [result("5.1"), result("5.2", Verdict.INFORMATIONAL), result("5.3", Verdict.FAILED)]
    one = run(*results, sections=(Heading("5", "Fragmentation"),))
    print_summary(Console(width=50), one, None)
    rows = [line.split("│") for line in capsys.readouterr().out.splitlines() if "│" in line]
    columns = zip(*([cell.strip() for cell in row[1:-1]] for row in rows), strict=True)
    assert [" ".join(column).split() for column in columns] == [
        ["5", "Fragmentation", "all"],
        ["3", "3"],
        ["1", "OK,", "1", "INFORMATIONAL,", "1", "FAILED"] * 2,
    ]


def test_of_many_cases_few_are_named(capsys):
    every = [f"1.1.{number}" for number in range(1, 31)]
    odd = [failed(case)[0] if at % 2 else result(case) for at, case in enumerate(every)]
    lines = printed(capsys, run(*odd, command=ODD), patterns=["1.*"])
    named = ", ".join(f"1.1.{number}" for number in range(2, 21, 2))
    told = "Broken. In 1.1.2: A <short> text. It left (after 1.2 ms)."
    assert f"{named}, 5 more (15 cases)  ✕ FAILED  {told}" in lines
    first = ",".join(f"1.1.{number}" for number in range(2, 21, 2))
    assert f"Again, the first 10: {ODD} --cases {first}" in lines
    assert f"To play the first 10 of them again:\n\n    {ODD} --cases {first}\n" in markdown(
        [run(*odd, command=ODD)]
    )


def test_where_all_fall_short_all_are_repeated_as_they_were_asked_for(capsys):
    every = failed(*[f"1.1.{number}" for number in range(1, 31)])
    lines = printed(capsys, run(*every, command=ODD), patterns=["1.*"])
    assert f"Again, all of these: {ODD} --cases '1.*'" in lines


def test_what_is_new_comes_before_what_is_known(capsys):
    known = Baseline({"embedded": {"ws": {"1.1.1": Verdict.FAILED}}})
    lines = printed(capsys, run(*failed("1.1.1", "1.1.2"), command=ODD), known)
    new, old = (
        lines.index("1.1.2  new: ✕ FAILED  A <short> text. Broken. It left (after 1.2 ms)."),
        lines.index("1.1.1  known: ✕ FAILED  A <short> text. Broken. It left (after 1.1 ms)."),
    )
    assert new < old
    assert not any(line.startswith("Again, 1.1.1") for line in lines)


def test_without_a_command_line_none_is_said(tmp_path, capsys):
    one = run(*[replace(each, title="") for each in SHORT])
    assert next(ElementTree.fromstring(junit([one])).iter("failure")).text is None
    assert "again" not in markdown([one])
    print_summary(Console(soft_wrap=True), one, None)
    assert "Again" not in capsys.readouterr().out


def test_what_is_at_its_best_need_not_be_repeated(capsys):
    one = run(result("1.1.1"), command=ODD)
    assert "again" not in markdown([one])
    print_summary(Console(soft_wrap=True), one, None)
    assert "Again" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("there", "asked", "is_part", "place"),
    [
        (3, 1, True, "part"),
        (3, 1, False, ""),
        (3, 3, True, ""),
        (1, 3, True, ""),
        (None, 1, True, ""),
    ],
)
def test_a_run_of_few_cases_does_not_replace_a_report_of_more(
    tmp_path, there, asked, is_part, place
):
    if there:
        site.write([run(asked=there), run(implementation="other", asked=there)], tmp_path)
    assert keeping.place([run(asked=asked)], tmp_path, is_part=is_part) == tmp_path / place


@pytest.mark.parametrize(
    ("there", "played", "interrupted", "place"),
    [
        ([2], [1], True, "part"),
        ([2], [2], True, ""),
        ([2], [1], False, ""),
        ([2, 2], [2, 1], True, "part"),
        ([2, 2], [2], True, "part"),
        ([], [1], True, ""),
    ],
)
def test_an_interrupted_run_does_not_replace_a_report_of_more(
    tmp_path, there, played, interrupted, place
):
    def runs(counts, **more):
        return [
            run(*[result(f"1.1.{n}") for n in range(count)], implementation=f"i{at}", **more)
            for at, count in enumerate(counts)
        ]

    if there:
        site.write(runs(there), tmp_path)
    new = runs(played, asked=2, interrupted=interrupted)
    assert keeping.place(new, tmp_path, is_part=False) == tmp_path / place


def test_a_part_does_not_replace_a_part_of_more_or_files_of_others(tmp_path):
    for asked, place in ((9, ""), (5, "part"), (2, "part-2"), (2, "part-2"), (6, "part")):
        where = keeping.place([run(asked=asked)], tmp_path, is_part=True)
        assert where == tmp_path / place
        site.write([run(asked=asked)], where)
    (tmp_path / "part-3").mkdir()
    (tmp_path / "part-3" / "index.html").write_text("mine")
    assert keeping.place([run(asked=1)], tmp_path, is_part=True) == tmp_path / "part-4"


def test_a_report_that_cannot_be_read_is_no_report(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.json").write_text("{}")
    assert keeping.place([run(asked=1)], tmp_path, is_part=True) == tmp_path
