import json

import pytest

from websocket_conformance.errors import ReportError
from websocket_conformance.report import from_autobahn
from websocket_conformance.results.result import Entry, Kind, Who
from websocket_conformance.results.verdict import Verdict

REPORT = {
    "id": "2.1",
    "agent": "ws",
    "behavior": "NON-STRICT",
    "behaviorClose": "OK",
    "description": "Send a ping.<br>It has no payload.",
    "expectation": "A pong.",
    "expected": {"OK": [["pong", ""]], "NON-STRICT": []},
    "expectedClose": {"closeCode": [1000], "closedByMe": True, "requireClean": True},
    "result": "Actual events match one that is allowed.",
    "resultClose": "Closed properly.",
    "remoteCloseCode": 1000,
    "duration": 12,
    "started": "2026-11-24T03:04:05.678Z",
    "httpRequest": "GET /runCase HTTP/1.1\r\nHost: x\r\n\r\n",
    "httpResponse": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "wirelog": [
        ["TF", [0, ""], 9, True, 0, None, None, None, False],
        ["TO", [2, "8900"], False],
        ["RO", [3, "ffffff"]],
        ["KL", 1],
    ],
}

FILE = "ws_case_2_1.json"


@pytest.fixture
def directory(tmp_path):
    def write(*reports):
        index = {}
        for report in reports:
            name = f"{report['agent']}_case_{report['id'].replace('.', '_')}.json"
            (tmp_path / name).write_text(json.dumps(report))
            index.setdefault(report["agent"], {})[report["id"]] = {"reportfile": name}
        (tmp_path / "index.json").write_text(json.dumps(index))
        return tmp_path

    return write


def test_a_case_of_the_suite_is_read_as_a_whole(directory):
    (run,) = from_autobahn.runs(directory(REPORT))
    (result,) = run.results
    assert (run.implementation, run.suite, run.asked) == ("ws", "autobahn", 1)
    assert run.started.isoformat() == "2026-11-24T03:04:05.678000+00:00"
    assert [section.title for section in run.sections] == ["Pings and Pongs"]
    assert (result.case, result.section, result.seconds) == ("2.1", "2", 0.012)
    assert (result.behaviour, result.closing) == (Verdict.NON_STRICT, Verdict.OK)
    assert result.title == "Send a ping.\nIt has no payload."
    assert result.expectation.splitlines() == [
        "A pong.",
        "OK if what comes is pong (empty).",
        "NON-STRICT if what comes is nothing.",
        "Closing: begun by the judge, with 1000 or none, clean.",
    ]
    assert result.explanation == "Actual events match one that is allowed."
    assert result.conversation.start == (
        Entry(Who.PEER, Kind.HANDSHAKE, "GET /runCase HTTP/1.1", "Host: x"),
        Entry(Who.JUDGE, Kind.HANDSHAKE, "HTTP/1.1 101 Switching Protocols"),
        Entry(Who.JUDGE, Kind.FRAME, "ping, 0 octets"),
        Entry(Who.PEER, Kind.BYTES, "3 octets", "ff ff ff"),
        Entry(Who.JUDGE, Kind.NOTE, "fails the connection in 1 s unless it has ended"),
    )


def test_cases_are_put_in_the_order_of_the_suite_and_agents_are_told_apart(directory):
    other = REPORT | {"agent": "undici"}
    later = REPORT | {"id": "10.1.1"}
    ws, undici = from_autobahn.runs(directory(later, REPORT, other))
    assert [result.case for result in ws.results] == ["2.1", "10.1.1"]
    assert undici.implementation == "undici"


def test_cases_that_nobody_knows_are_in_the_order_of_their_numbers(directory):
    cases = ["26.2.10", "100.1", "26.2.2", "2.1"]
    (run,) = from_autobahn.runs(directory(*(REPORT | {"id": case} for case in cases)))
    assert [result.case for result in run.results] == ["2.1", "26.2.2", "26.2.10", "100.1"]
    assert [section.id for section in run.sections] == ["2", "26", "100"]


def test_a_judge_that_is_the_client_asks_and_the_server_answers(directory):
    (run,) = from_autobahn.runs(directory(REPORT | {"isServer": False}))
    (result,) = run.results
    assert [entry.who for entry in result.conversation.start] == [
        Who.JUDGE,
        Who.PEER,
        Who.JUDGE,
        Who.PEER,
        Who.JUDGE,
    ]
    assert "Closing: begun by the judge, with 1000 or none, clean." in result.expectation


@pytest.mark.parametrize(
    ("agent", "name", "version"),
    [
        ("ws 8.1", "ws", "8.1"),
        ("my client 2", "my client", "2"),
        ("my client", "my client", ""),
        ("Python/3.11 websockets/17.4", "Python/3.11 websockets/17.4", ""),
        ("8.1", "8.1", ""),
    ],
)
def test_only_what_looks_like_a_version_is_one(directory, agent, name, version):
    folder = directory(REPORT | {"agent": "ws"})
    (folder / "index.json").write_text(json.dumps({agent: {"2.1": {"reportfile": FILE}}}))
    (run,) = from_autobahn.runs(folder)
    assert (run.implementation, run.version) == (name, version)


def test_a_case_of_the_embedded_suite_alone_is_known_as_well(directory):
    (run,) = from_autobahn.runs(directory(REPORT | {"id": "20.2.1", "behavior": "INFORMATIONAL"}))
    assert [section.title for section in run.sections] == ["The form of a response"]
    assert run.results[0].best is Verdict.INFORMATIONAL
    assert run.is_best


def test_a_case_that_nobody_knows_has_a_section(directory):
    (run,) = from_autobahn.runs(directory(REPORT | {"id": "77.1"}))
    assert [section.title for section in run.sections] == ["Section 77"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("index.json", "[]", "index.json: expected an object"),
        ("index.json", '{"ws": 1}', "index.json: expected an object"),
        ("index.json", '{"ws": {"2.1": {}}}', "index.json: 2.1.reportfile: expected a file's name"),
        (
            "index.json",
            '{"ws": {"2.1": {"reportfile": "../x"}}}',
            "index.json: 2.1.reportfile: expected a file's name",
        ),
        ("ws_case_2_1.json", "7", "ws_case_2_1.json: expected an object"),
        ("ws_case_2_1.json", '{"id": "3.1"}', 'ws_case_2_1.json: id: expected "2.1"'),
        ("ws_case_2_1.json", "{", "ws_case_2_1.json: not valid JSON: "),
    ],
)
def test_what_is_wrong_with_a_report_is_said(directory, name, text, message):
    folder = directory(REPORT)
    (folder / name).write_text(text)
    with pytest.raises(ReportError) as error:
        from_autobahn.runs(folder)
    assert str(error.value).startswith(f"{folder}/{message}")


def test_a_directory_without_a_report_is_said(tmp_path):
    with pytest.raises(ReportError, match=r"index\.json: No such file"):
        from_autobahn.runs(tmp_path)
