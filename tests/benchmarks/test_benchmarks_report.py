"""Figures, tables, JSON and plot of a run that never took place."""

import json
import xml.etree.ElementTree as ET

import pytest
from benchmarks.plot import plot
from benchmarks.report import (
    around,
    from_json,
    markdown,
    notes,
    proportion,
    show,
    significant,
    spread,
    tables,
    to_json,
    write,
)
from benchmarks.results import CPU, MEMORY, PEAK, RATE, Figure, Report, Row, metrics_of
from benchmarks.targets import target_table
from benchmarks.workloads import CONNECT, ECHO, FLOOD, WORKLOADS, letters, payload
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
    rows = []
    for loop in ("asyncio", "uvloop"):
        rounds_of = {
            "ours": rounds(200.0, 300.0, 100.0),
            "picows": rounds(100.0, 100.0, 200.0, waited=0.2),
            "websockets": [{"error": "took too long"}],
        }
        rows.append(Row(ECHO[0], loop, rounds=rounds_of))
    rows.append(Row(ECHO[0], "asyncio", True, {"ours": rounds(80.0), "picows": rounds(20.0)}))
    rows.append(Row(CONNECT, "asyncio", rounds={"ours": rounds(10.0), "picows": rounds(20.0)}))
    memory = {"ours": [{"memory_kib": 4.0}], "picows": [{"memory_kib": 8.0}]}
    rows.append(Row(IDLE[1], "asyncio", rounds=memory))
    peak = {"ours": [{"peak_mib": 60.0}], "picows": [{"unable": "it has no compression"}]}
    rows.append(Row(FLOOD, "asyncio", rounds=peak))
    return Report(
        date="2000-01-01",
        python={"implementation": "CPython", "version": "3.11.0", "compiler": "C"},
        machine={"cores": 2, "processor": "A & B <fast>", "system": "Linux", "kernel": "6.1"},
        versions={"whatwg-websockets": "1.0", "picows": "2.0"},
        options={"rounds": 3, "seconds": 0.25, "text": False, "interrupted": False},
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
    assert report.row(IDLE[1], "asyncio").ratio("picows", MEMORY) == Figure(2.0, 2.0, 2.0)
    assert row.ratio("websockets", RATE) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(295_188, "295,000"), (1685.6, "1,690"), (99.96, "100.0"), (5.417, "5.42"), (0.281, "0.281")],
)
def test_numbers_have_three_digits_that_say_something(value, text):
    assert significant(value) == text


def test_where_plus_minus_would_say_nothing_the_extremes_stand():
    assert around(Figure(2.0, 1.0, 3.0)) == "2.00 ±50%"
    assert around(Figure(2.0, 2.0, 2.0)) == "2.00"
    assert around(Figure(2.0, 1.0, 9.0)) == "2.00 (1.00–9.00)"  # noqa: RUF001


def test_a_ratio_far_below_one_has_no_digits():
    assert proportion(Figure(0.0002, 0.0001, 0.002)) == "below 0.01"
    assert proportion(Figure(2.0, 1.0, 3.0)) == "2.00 (1.00–3.00)"  # noqa: RUF001
    assert proportion(Figure(2.0, 1.0, 3.0), brief=True) == "2.00"


def test_what_does_not_happen_takes_no_time():
    assert significant(0.0) == "0"


def test_the_spread_is_the_least_and_the_greatest():
    assert spread(Figure(2.0, 0.5, 3.0)) == "2.00 (0.500–3.00)"  # noqa: RUF001
    assert spread(Figure(2.0, 2.0, 2.0)) == "2.00"


def test_the_tables_name_what_is_missing_and_what_failed(report):
    rate = tables(report)[0]
    assert rate.header[1:5] == ["ours", "picows", "aiohttp", "websockets"]
    texts = [cell.text for cell in rate.rows[0]]
    assert texts[1:5] == ["200 ±50%", "100 ±50%", "missing", "failed"]
    assert texts[5] == "2.00"
    assert rate.rows[0][5].good
    assert "| missing |" in markdown(report)
    assert "aiohttp is missing: aiohttp is not installed." in notes(report)
    assert any("6 of 22 measurements" in note for note in notes(report))
    assert report.failed()


def test_what_a_client_cannot_do_is_no_failure(report):
    (table,) = (each for each in tables(report) if each.header[0].startswith(PEAK.title))
    assert [cell.text for cell in table.rows[0]][1:3] == ["60.0", "cannot"]
    assert "picows cannot do some of this: it has no compression." in notes(report)
    assert report.row(FLOOD, "asyncio").errors() == {}


def test_the_allocator_setting_has_columns_and_a_table_of_its_own(report):
    without, setting = tables(report)[:2]
    assert without.header[-2:] == [
        "ours : picows, allocator setting",
        "ours : websockets, allocator setting",
    ]
    assert [row[-2].text for row in without.rows] == ["4.00", "", ""]
    assert setting.header[0].endswith("with the allocator setting")
    assert [cell.text for cell in setting.rows[0]][1:3] == ["80.0", "20.0"]
    assert any(note.startswith("Allocator setting: ") for note in notes(report))
    assert not any("setting" in title for title in tables(report, wide=False)[0].header)


def test_without_the_setting_nothing_speaks_of_it(report):
    report.rows = [row for row in report.rows if not row.allocator]
    assert "llocator" not in markdown(report)


def test_the_report_says_what_it_was_measured_with(report):
    for fact in ("2 cores", "A & B", "CPython 3.11.0", "picows 2.0", "raw on uvloop", "2000-01-01"):
        assert fact in markdown(report)


def test_without_ours_there_are_rates_and_no_ratios(report):
    report.missing = {"ours": "whatwg_websockets is not installed"}
    assert tables(report)[0].header[1:] == report.clients
    assert report.rivals == []


def test_the_json_has_every_figure(report):
    found = json.loads(to_json(report))
    assert found["schema"] == 2
    row = found["rows"][0]
    assert (row["workload"], row["loop"], row["allocator"]) == ("100B-64", "asyncio", False)
    assert row["rounds"]["ours"]["rate"] == [200.0, 300.0, 100.0]
    assert row["rounds"]["websockets"] == {"error": ["took too long"]}
    assert row["figures"]["rate"]["better"] == "higher"
    assert row["figures"]["rate"]["clients"]["ours"] == {"median": 200, "low": 100, "high": 300}
    assert row["figures"]["rate"]["ahead"]["picows"]["median"] == 2.0


def test_the_json_is_read_back(report, tmp_path):
    write(report, tmp_path)
    again = from_json(tmp_path / "bench.json")
    assert again.to_dict() == report.to_dict()
    assert markdown(again) == markdown(report)


@pytest.mark.parametrize("change", [{"schema": 1}, {"rows": [{"workload": "2B-1"}]}])
def test_json_of_another_form_is_refused(report, tmp_path, change):
    file = tmp_path / "bench.json"
    file.write_text(json.dumps({**report.to_dict(), **change}))
    with pytest.raises(ValueError, match=r"schema 1|not known: 2B-1"):
        from_json(file)


def test_targets_are_ratios_to_reach_or_figures_not_to_pass(report):
    rows = {row[0].text: row for row in target_table(report).rows}
    ratio = rows["100 B, 64 in flight, rate, ours : picows"]
    assert [cell.text for cell in ratio[1:]] == [
        "1.2 at least",
        *["2.00 (0.500–3.00) reached"] * 2,  # noqa: RUF001
    ]
    assert not rows["opened and closed, one after the other, processor time, ours : picows"][2].good
    idle = rows["idle after a message each way, KiB each"]
    assert [cell.text for cell in idle[1:]] == ["8.0 at most", "4.00 reached", "not measured"]


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
    assert letters(100).isalpha()


def test_every_workload_has_a_name_of_its_own_and_a_figure():
    assert all(workload.name == name for name, workload in WORKLOADS.items())
    titles = {workload.title for workload in WORKLOADS.values()}
    assert len(titles) == len(WORKLOADS)
    assert all(metrics_of(workload) for workload in WORKLOADS.values())
    assert {w.name for w in WORKLOADS.values() if w.allocator} == {w.name for w in ECHO}
