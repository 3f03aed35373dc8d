"""Reports of some cases, beside the report of all."""

from pathlib import Path

from report_samples import run

from websocket_conformance.report import keeping, site


def write(directory: Path, name: str) -> None:
    site.write([run(implementation=name)], directory)


def test_the_parts_of_what_is_whole_now_are_removed(tmp_path):
    write(tmp_path / "part", "ws")
    write(tmp_path / "part-2", "ws")
    keeping.clear_parts(tmp_path, [run()])
    assert list(tmp_path.iterdir()) == []


def test_the_parts_of_others_stay(tmp_path):
    write(tmp_path / "part", "another")
    keeping.clear_parts(tmp_path, [run()])
    assert (tmp_path / "part" / "index.html").exists()


def test_what_a_person_has_put_there_stays(tmp_path):
    write(tmp_path / "part", "ws")
    write(tmp_path / "parts", "ws")
    notes = tmp_path / "part" / "notes.txt"
    notes.write_text("mine")
    (tmp_path / "part-2").mkdir()
    (tmp_path / "part-2" / "index.html").write_text("mine")
    keeping.clear_parts(tmp_path, [run()])
    assert list((tmp_path / "part").iterdir()) == [notes]
    assert (tmp_path / "parts" / "index.html").exists()
    assert (tmp_path / "part-2" / "index.html").exists()
