import os

import pytest

from whatwg_websockets.steps.changed_file import write


@pytest.mark.parametrize("age", [0, 100])
def test_a_file_that_is_written_has_another_second_of_modification(tmp_path, age):
    file = tmp_path / "code.py"
    file.write_text("before")
    before = int(file.stat().st_mtime) - age
    os.utime(file, (before, before))
    write(file, "behind")
    assert file.read_text() == "behind"
    assert int(file.stat().st_mtime) != before
