import pytest

from support.toys import CODE, INDEX, House


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A folder, the working directory too, in which nothing is wrong."""
    monkeypatch.chdir(tmp_path)
    house = House(tmp_path)
    house.write({"toys/__init__.py": "", "toys/play.py": CODE, "spec/toys.toml": INDEX})
    return house
