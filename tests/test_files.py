"""Files that are written as a whole, for their owner alone."""

import stat

import pytest

from whatwg_websockets.files import replace_file


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
