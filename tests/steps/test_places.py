from pathlib import Path

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.places import folder_of, places

CODE = """\
@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Take a toy.
    # § toy-once. Only once.
    take(toy)
    # 2. n/a: it is not wound up.


# § toy-tidy. Back it goes.
BOX = 1
# § toy-last. Nothing follows.
"""


def test_steps_and_requirements_in_the_order_of_the_file(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toys.py").write_text(CODE)
    found = places([read_source(tmp_path / "toys.py", "house.toys")])
    assert [(each.name, each.anchor, list(each.lines)) for each in found] == [
        ("play(toy) 1", "toy", [5]),
        ("play(toy) § toy-once", "toy", [5]),
        ("play(toy) 2", "toy", []),
        ("house.toys § toy-tidy", "", [10]),
        ("house.toys § toy-last", "", []),
    ]
    assert found[0].where == "toys.py:3"


def test_the_numbers_of_a_place(tmp_path: Path):
    (tmp_path / "toys.py").write_text(
        '@algorithm("toy", "play(toy)")\ndef play(toy):\n    # 2-4. n/a: no toy.\n'
        "    # § toys-1, -2. Toys are tidy.\n    tidy(toy)\n"
    )
    steps, requirements = places([read_source(tmp_path / "toys.py", "house.toys")])
    assert (steps.number, steps.numbers) == ("2-4", ("2", "4"))
    assert requirements.number == "§ toys-1, -2"
    assert requirements.numbers == ("§ toys-1", "§ toys-2")


def test_those_of_this_project():
    numbers = {each.name for each in places()}
    assert {"close(code, reason) 3a", "send(data) 2d"} <= numbers


def test_folders():
    assert folder_of("whatwg_websockets.close") == "websockets"
    assert folder_of("whatwg_websockets.rfc6455.receive") == "rfc6455"
