"""README and docs show the figures of the recorded run only."""

import shutil
from pathlib import Path

import pytest
from benchmarks.plot import plot
from benchmarks.readme import KEPT, PLOT, filled, main, pages, publish, readme
from benchmarks.report import from_json

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def kept():
    return from_json(ROOT / KEPT)


def test_the_pages_show_the_run_that_is_kept(kept):
    for path, texts in pages(kept).items():
        page = (ROOT / path).read_text(encoding="utf-8")
        for name, text in texts.items():
            assert filled(page, name, text) == page
    assert (ROOT / PLOT).read_text(encoding="utf-8") == plot(kept)


def test_the_kept_run_is_whole_and_without_the_setting_in_the_readme(kept):
    assert not kept.missing
    assert not kept.failed()
    assert not kept.options["interrupted"]
    assert kept.options["rounds"] >= 5
    assert "llocator" not in readme(kept)


def test_the_table_has_both_loops_in_a_cell_and_names_machine_and_server(kept):
    table = readme(kept)
    (row,) = (line for line in table.splitlines() if line.startswith("| 100 B, 64 in flight |"))
    assert row.count(" / ") == 5
    assert table.startswith("| asyncio / uvloop | this | picows |")
    for fact in ("2 cores", "CPython", "uvloop", "picows", "server: raw on uvloop"):
        assert fact in table


def test_publishing_writes_all_that_shows_the_run(kept, tmp_path):
    for path in ("README.md", "docs/benchmarks.md", KEPT):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    readme_before = (tmp_path / "README.md").read_text(encoding="utf-8")
    (tmp_path / "README.md").write_text(filled(readme_before, "speed", "an old table"))
    assert publish(kept, tmp_path) == [KEPT, PLOT, *pages(kept)]
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == readme_before
    assert (tmp_path / PLOT).exists()


def test_a_file_that_is_no_run_is_refused(tmp_path, capsys):
    file = tmp_path / "bench.json"
    file.write_text('{"schema": 1}')
    assert main([str(file)]) == 1
    assert f"{file}: the file is of schema 1, not 2" in capsys.readouterr().err


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="speed: begin"):
        filled("no marks here", "speed", "text")
