"""The reports have the keys and the forms that readers of Autobahn's reports know."""

import json
import os
from dataclasses import replace

import pytest
from simulation import Deaf, Lenient, Peer, play

from websocket_conformance.cases.catalogue import by_number
from websocket_conformance.cases.profile import Profile
from websocket_conformance.report import autobahn_files as reports
from websocket_conformance.report import from_autobahn
from websocket_conformance.results.result import Who
from websocket_conformance.results.verdict import Verdict

CASES = by_number(Profile.QUICK)

KEYS = {
    "agent", "behavior", "behaviorClose", "case", "closedByMe", "createStats", "createWirelog",
    "description", "droppedByMe", "duration", "expectation", "expected", "expectedClose",
    "failedByMe", "httpRequest", "httpResponse", "id", "isServer", "localCloseCode",
    "localCloseReason", "received", "remoteCloseCode", "remoteCloseReason",
    "reportCompressionRatio", "reportTime", "result", "resultClose", "rxFrameStats",
    "rxOctetStats", "started", "trafficStats", "txFrameStats", "txOctetStats", "wasClean",
    "wasCloseHandshakeTimeout", "wasNotCleanReason", "wasOpenHandshakeTimeout",
    "wasServerConnectionDropTimeout", "wirelog",
}  # fmt: skip

TRAFFIC_KEYS = {
    "incomingCompressionRatio", "incomingOctetsAppLevel", "incomingOctetsWebSocketLevel",
    "incomingOctetsWireLevel", "incomingWebSocketFrames", "incomingWebSocketMessages",
    "incomingWebSocketOverhead", "outgoingCompressionRatio", "outgoingOctetsAppLevel",
    "outgoingOctetsWebSocketLevel", "outgoingOctetsWireLevel", "outgoingWebSocketFrames",
    "outgoingWebSocketMessages", "outgoingWebSocketOverhead", "preopenIncomingOctetsWireLevel",
    "preopenOutgoingOctetsWireLevel",
}  # fmt: skip


@pytest.mark.parametrize("number", ["1.1.6", "2.3", "5.19", "6.4.1", "7.5.1", "9.1.1", "12.1.3"])
@pytest.mark.parametrize("kind", [Peer, Deaf])
def test_a_report_has_all_keys_and_is_json(number, kind):
    report = json.loads(json.dumps(reports.report(play(CASES[number], kind))))
    assert set(report) == KEYS
    assert report["id"] == number
    assert (report["trafficStats"] is None) == (number != "12.1.3" or kind is Deaf)
    if report["trafficStats"]:
        assert set(report["trafficStats"]) == TRAFFIC_KEYS


def test_events_have_the_form_they_have_there():
    report = reports.report(play(CASES["5.6"]))
    assert report["received"] == [
        ["pong", "ping payload"],
        ["message", "fragment1fragment2", False],
    ]
    assert report["expected"] == {"OK": report["received"]}
    assert reports.report(play(CASES["6.4.1"]))["received"] == [["timeout", "A"]]
    assert reports.report(play(CASES["2.3"]))["received"] == [["pong", "0x00fffefdfcfb00ff"]]
    (message,) = reports.report(play(CASES["1.1.6"]))["received"]
    assert message == ["message", "*" * 64 + " ...", False]


def test_the_ending_has_the_form_it_has_there():
    expected = {"closedByMe": False, "closeCode": [1007], "requireClean": False}
    report = reports.report(play(CASES["6.3.1"], Lenient))
    assert report["expectedClose"] == {**expected, "closedByWrongEndpointIsFatal": True}
    assert (report["closedByMe"], report["failedByMe"], report["localCloseCode"]) == (
        True,
        True,
        1007,
    )
    assert report["wasNotCleanReason"] is None or not report["wasClean"]


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("1.1.1", None),
        ("7.3.5", "*" * 123),
        ("7.3.6", "*" * 124),
        ("7.5.1", "cebae1bdb9cf83cebcceb5eda080656469746564"),
    ],
)
def test_the_judges_reason_is_whole_and_has_the_form_it_has_there(number, reason):
    assert reports.report(play(CASES[number]))["localCloseReason"] == reason


@pytest.mark.parametrize(
    ("number", "kind", "compresses", "is_logged"),
    [
        ("1.1.1", Deaf, True, True),
        ("9.1.1", Peer, True, True),
        ("9.1.1", Deaf, True, False),
        ("9.7.1", Deaf, True, False),
        ("12.1.1", Peer, True, True),
        ("12.1.1", Peer, False, False),
    ],
)
def test_a_report_says_whether_the_log_was_on_in_the_end(number, kind, compresses, is_logged):
    report = reports.report(play(CASES[number], kind, compresses=compresses))
    assert report["createWirelog"] == is_logged


def test_a_peer_that_does_not_compress_has_no_traffic_to_be_measured():
    report = reports.report(play(CASES["12.1.1"], compresses=False))
    assert report["behavior"] == "UNIMPLEMENTED"
    assert report["trafficStats"] is None
    assert report["wirelog"] == [["WLM", False]]


def test_the_wire_log_is_read_by_who_reads_autobahns():
    wire = reports.report(play(by_number(Profile.FULL)["5.20"]))["wirelog"]
    assert ["TF", [9, "fragment1"], 1, False, 0, None, None, None, True] in wire
    assert ["CT", 1, None] in wire
    assert ["CTE", None] in wire
    assert ["TI", 1] in wire
    assert ["TO", [4, "880203e8"], False] in wire
    talk = from_autobahn.result({"id": "5.20", "wirelog": wire}).conversation
    assert {entry.who for entry in talk.start} == set(Who)
    assert any("text" in entry.head for entry in talk.start)


def test_the_wire_log_of_a_peer_that_had_to_be_ended():
    tags = [row[0] for row in reports.report(play(CASES["1.1.1"], Deaf))["wirelog"]]
    assert tags == ["TF", "TO", "KL", "KLE", "TF", "TO"]
    tags = [row[0] for row in reports.report(play(CASES["2.1"], Deaf))["wirelog"]]
    assert tags == ["TF", "TO", "TI", "TIE", "TF", "TO"]
    assert ["WLM", False] in reports.report(play(CASES["9.1.1"]))["wirelog"]


def test_each_peer_has_files_of_its_own(tmp_path):
    result = play(CASES["1.1.1"])
    agents = ["\N{EURO SIGN}x", "\N{SNOWMAN}x", "x 2", "y" * 1000]
    reports.Reports(tmp_path).write([replace(result, agent=agent) for agent in agents])
    index = json.loads((tmp_path / "index.json").read_text())
    files = [index[agent]["1.1.1"]["reportfile"] for agent in agents]
    stems = ["x", "x_2", "x_2_2", "y" * 200]
    assert files == [f"{stem}_case_1_1_1.json" for stem in stems]
    for agent, file in zip(agents, files, strict=True):
        assert json.loads((tmp_path / file).read_text())["agent"] == agent


def test_only_what_is_new_is_written_again(tmp_path):
    """Each peer that asks for its reports costs its own files and the index, however many came."""
    results, result = [], play(CASES["1.1.1"])
    files = reports.Reports(tmp_path)
    for agent in map(str, range(20)):
        results.append(replace(result, agent=agent))
        files.write(results)
        assert written_since(tmp_path) == {"index.json", f"{agent}_case_1_1_1.json"}
    files.write(results)
    assert written_since(tmp_path) == {"index.json"}
    results[7] = replace(results[7], behaviour=Verdict.FAILED)
    files.write(results)
    assert written_since(tmp_path) == {"index.json", "7_case_1_1_1.json"}
    of_all = tmp_path / "of all"
    reports.Reports(of_all).write(results)
    for file in of_all.iterdir():
        assert file.read_text() == (tmp_path / file.name).read_text()


def written_since(directory):
    """What has been written to a directory since this was last asked."""
    found = [file for file in directory.iterdir() if file.stat().st_mtime]
    for file in found:
        os.utime(file, (0, 0))
    return {file.name for file in found}


def test_what_could_not_be_written_is_written_next_time(tmp_path):
    files, results = reports.Reports(tmp_path), [play(CASES["1.1.1"])]
    (tmp_path / "index.json").mkdir()
    with pytest.raises(OSError, match="index"):
        files.write(results)
    (tmp_path / "index.json").rmdir()
    (tmp_path / "peer_case_1_1_1.json").unlink()
    files.write(results)
    assert (tmp_path / "peer_case_1_1_1.json").exists()
    assert list(json.loads((tmp_path / "index.json").read_text())) == ["peer"]


def test_the_index_of_nothing_is_empty(tmp_path):
    reports.Reports(tmp_path).write([])
    assert json.loads((tmp_path / "index.json").read_text()) == {}


def test_files_have_the_names_they_have_there(tmp_path):
    results = [play(CASES["1.1.1"]), play(CASES["6.22.34"])]
    reports.Reports(tmp_path).write(results)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "index.json",
        "peer_case_1_1_1.json",
        "peer_case_6_22_34.json",
    ]
    index = json.loads((tmp_path / "index.json").read_text())
    assert set(index["peer"]["1.1.1"]) == {
        "behavior",
        "behaviorClose",
        "duration",
        "remoteCloseCode",
        "reportfile",
    }
