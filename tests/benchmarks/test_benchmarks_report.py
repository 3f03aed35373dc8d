"""Figures, tables, JSON and plot of a run that never took place."""

import json
import xml.etree.ElementTree as ET

import pytest
from benchmarks.plot import plot
from benchmarks.report import markdown, notes, show, tables, write
from benchmarks.results import CPU, MEMORY, RATE, Figure, Report, Row
from benchmarks.workloads import CONNECT, ECHO, WORKLOADS, payload
from benchmarks.workloads import MEMORY as IDLE


def rounds(*rates, waited=0.0):
    return [
        {
            "count": int(rate),
            "rate": rate,
            "cpu_us": 1e6 / rate,
            "client_busy": 1.0,
            "client_waited": waited,
            "server_busy": 0.5,
            "server_waited": None,
            "disturbed": waited > 0.05,
        }
        for rate in rates
    ]


@pytest.fixture
def report():
    rows = [
        Row(
            ECHO[0],
            loop,
            {
                "ours": rounds(200.0, 300.0, 100.0),
                "picows": rounds(100.0, 100.0, 200.0, waited=0.2),
                "websockets": [{"error": "took too long"}],
            },
        )
        for loop in ("asyncio", "uvloop")
    ]
    rows.append(Row(CONNECT, "asyncio", {"ours": rounds(10.0), "picows": rounds(20.0)}))
    rows.append(
        Row(IDLE, "asyncio", {"ours": [{"memory_kib": 4.0}], "picows": [{"memory_kib": 8.0}]})
    )
    return Report(
        date="2000-01-01",
        python={"implementation": "CPython", "version": "3.11.0", "compiler": "C"},
        machine={"cores": 2, "processor": "A & B <fast>"},
        versions={"whatwg-websockets": "1.0", "picows": "2.0"},
        options={"rounds": 3, "text": False, "malloc_warmup": True, "interrupted": False},
        server={"kind": "raw", "loop": "uvloop", "mask": "int"},
        clients=["ours", "picows", "aiohttp", "websockets"],
        missing={"aiohttp": "aiohttp is not installed"},
        rows=rows,
    )


def test_a_figure_is_the_median_with_its_extremes():
    figure = Figure.of([3.0, 1.0, 2.0])
    assert figure == Figure(2.0, 1.0, 3.0)
    assert figure.spread == 0.5


def test_ratios_are_taken_within_a_round_and_mean_ahead_in_every_metric(report):
    row = report.rows[0]
    assert row.ratio("picows", RATE) == Figure(2.0, 0.5, 3.0)
    assert row.ratio("picows", CPU) == Figure(2.0, 0.5, 3.0)
    assert report.rows[3].ratio("picows", MEMORY) == Figure(2.0, 2.0, 2.0)
    assert row.ratio("websockets", RATE) is None


def test_the_tables_name_what_is_missing_and_what_failed(report):
    rate = tables(report)[0]
    assert rate.header[1:5] == ["ours", "picows", "aiohttp", "websockets"]
    texts = [cell.text for cell in rate.rows[0]]
    assert texts[1:5] == ["200 ±50%", "100 ±50%", "missing", "failed"]
    assert texts[5].startswith("2.00")
    assert rate.rows[0][5].good
    assert "| missing |" in markdown(report)
    assert "aiohttp is missing: aiohttp is not installed" in notes(report)
    assert any("given to all clients" in note for note in notes(report))
    assert any("6 of 18 measurements" in note for note in notes(report))


def test_without_ours_there_are_rates_and_no_ratios(report):
    report.missing = {"ours": "whatwg_websockets is not installed"}
    assert tables(report)[0].header[1:] == report.clients
    assert report.to_dict()["rows"][0]["ahead"] == {}


def test_the_json_has_every_figure(report):
    found = json.loads(json.dumps(report.to_dict()))
    assert found["schema"] == 1
    row = found["rows"][0]
    assert (row["workload"], row["loop"], row["metric"]) == ("100B-64", "asyncio", "rate")
    assert row["clients"]["ours"]["rounds"] == [200.0, 300.0, 100.0]
    assert row["clients"]["ours"]["server_busy"] == 0.5
    assert row["clients"]["websockets"] == {"error": "took too long"}
    assert row["ahead"]["picows"]["median"] == 2.0


def test_the_plot_is_a_picture_by_itself(report):
    root = ET.fromstring(plot(report))
    svg = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{svg}svg"
    assert len(root.findall(f".//{svg}rect[@class='bar']")) == 6
    assert "prefers-color-scheme: dark" in plot(report)
    assert "href" not in plot(report)


def test_all_is_written_and_shown(report, tmp_path, capsys):
    assert write(report, tmp_path / "new") == ["bench.json", "bench.md", "bench.svg"]
    show(report)
    assert "100 B, 64 in flight" in capsys.readouterr().out


def test_the_message_of_a_workload_is_the_same_everywhere():
    for workload in ECHO:
        for text in (False, True):
            assert payload(workload.size, text=text) == payload(workload.size, text=text)
            assert len(payload(workload.size, text=text)) == workload.size
    assert list(WORKLOADS) == [
        *("100B-64", "100B-1", "16KiB-16", "1MiB-4"),
        *("connect", "memory", "import"),
    ]
