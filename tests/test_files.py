"""Files that are replaced as a whole."""

import os
import re
import stat
from pathlib import Path

import pytest

import whatwg_websockets
from whatwg_websockets import files
from whatwg_websockets.files import replace_file, replace_text

WRITTEN_IN_PLACE = {
    "steps/workshop.py": "It writes into a copy of the checkout, which is removed afterwards.",
}
"""The modules that write files in place, and why they may."""


def test_a_file_is_replaced_and_only_its_owner_may_read_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    replace_file("a.json", b"first")
    replace_file(tmp_path / "a.json", b"second")
    assert (tmp_path / "a.json").read_bytes() == b"second"
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there" / "a.json")
    replace_file(tmp_path / "link", b"content")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "there" / "a.json").read_bytes() == b"content"


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OSError, match=r"a\.json"):
        replace_file(tmp_path / "a.json", b"content")
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "missing" / "a.json", b"content")


def test_a_text_keeps_the_permissions_of_its_file(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("first")
    file.chmod(0o754)
    replace_text(file, "\N{SNOWMAN}\n")
    assert file.read_bytes() == b"\xe2\x98\x83\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o754
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


def test_a_new_text_has_the_permissions_of_any_new_file(tmp_path):
    replace_text(tmp_path / "a.py", "first")
    (tmp_path / "b.py").write_text("first")
    modes = {stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_text_gets_the_time_that_it_is_given(tmp_path):
    replace_text(tmp_path / "a.py", "first", modified=5_000_000_000)
    assert (tmp_path / "a.py").stat().st_mtime == 5


@pytest.mark.parametrize("replace", [replace_file, replace_text])
def test_ctrl_c_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch, replace):
    def interrupt(*_):
        raise KeyboardInterrupt

    file = tmp_path / "a.py"
    file.write_text("first")
    monkeypatch.setattr(files.os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace(file, b"second" if replace is replace_file else "second")
    assert file.read_text() == "first"
    assert os.listdir(tmp_path) == ["a.py"]


def test_no_module_writes_a_file_in_place():
    """A file that is written in place is empty if the program is interrupted at the wrong time."""
    package = Path(whatwg_websockets.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"\.write_(text|bytes)\(", path.read_text(encoding="utf-8"))
    }
    assert found == set(WRITTEN_IN_PLACE)
