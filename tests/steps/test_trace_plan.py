import importlib
import sys
from textwrap import dedent

import pytest

from whatwg_websockets.close import close
from whatwg_websockets.rfc6455.outgoing import Outgoing
from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.trace.plan import plans_for, the_plans

CODE = '''\
from functools import wraps

def algorithm(anchor, name):
    return lambda function: function

@algorithm("toy", "play(toy)")
def play(toy):
    # 1. Each piece.
    for piece in toy:
        # 1.1. Look at it.
        # 1.2. And again.
        print(
            piece,
        )
    # 2-2.9. not built: no.
    # 3. Hand over.
    def inner():
        # 3.1. Inside.
        return [each for each in toy]
    # 4. With it.
    with open(toy):
        pass

@algorithm("whole", "whole")
def whole():
    """Do all at once.

    More.
    """

class Box:
    class Inner:
        # § box-open. It opens.
        opened = True
        def method(self):
            # § box-method. It does.
            return 1
    @property
    def lid(self):
        # § box-lid. Closed.
        return 2
    @staticmethod
    def make():
        # § box-make, -give. Made.
        return 3
    itself = None

Box.itself = Box

def decorated(function):
    @wraps(function)
    def wrapper():
        return function()
    return wrapper

@decorated
def wrapped():
    # § box-wrapped. Wrapped.
    return 4
'''


@pytest.fixture
def plans(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    package = tmp_path / "traced_toys"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "empty.py").write_text("def nothing(): ...\n")
    (package / "play.py").write_text(dedent(CODE))
    sources = [
        read_source(package / f"{name}.py", f"traced_toys.{name}") for name in ("empty", "play")
    ]
    yield plans_for(sources, importlib.import_module)
    for name in [name for name in sys.modules if name.partition(".")[0] == "traced_toys"]:
        del sys.modules[name]


def by_name(plans):
    return {code.co_qualname: plan for code, plan in plans.items()}


def test_each_function_has_its_own_steps(plans):
    numbers = {
        name: sorted({spot.place.number for spots in plan.spots.values() for spot in spots})
        for name, plan in by_name(plans).items()
        if plan.spots
    }
    assert numbers == {
        "play": ["1", "1.1", "1.2", "3", "4"],
        "play.<locals>.inner": ["3.1"],
        "Box.Inner.method": ["§ box-method"],
        "Box.lid": ["§ box-lid"],
        "Box.make": ["§ box-make, -give"],
        "wrapped": ["§ box-wrapped"],
    }


def test_a_function_without_steps_is_told_as_a_whole(plans):
    whole = by_name(plans)["whole"].algorithm
    assert (whole.name, whole.anchor, whole.text) == ("whole", "whole", "Do all at once.")
    assert whole.where == "traced_toys/play.py:24"
    assert by_name(plans)["play"].algorithm.name == "play(toy)"
    assert by_name(plans)["wrapped"].algorithm is None


def test_lines_that_are_met_again_begin_nothing(plans):
    spots = by_name(plans)["play"].spots
    (loop,) = spots[9]
    assert [loop.repeats(line) for line in (None, 8, 9, 12, 14, 15)] == [
        False, False, True, True, True, False,
    ]  # fmt: skip
    assert [spot.place.number for spot in spots[13]] == ["1.1", "1.2"]
    assert spots[13][0].repeats(12)
    assert not spots[13][0].repeats(9)


def test_the_plans_of_this_project():
    plans = the_plans()
    assert plans[close.__code__].folder == "websockets"
    assert plans[Outgoing.put.__code__].probe == "frame_goes_out"
    assert the_plans() is plans


def test_a_requirement_outside_of_algorithms_has_its_section():
    spots = [
        spot for plan in the_plans().values() for spots in plan.spots.values() for spot in spots
    ]
    sections = {spot.place.number: spot.section for spot in spots if spot.section}
    assert sections["§ rfc6455-5.3-3"] == "RFC 6455, section 5.3"
    assert sections["§ websockets-internal-ready-state"] == "WebSockets Standard, section 3.1"
    lone = {spot.place.number for spot in spots if not spot.place.anchor}
    assert lone == sections.keys()


def test_a_package_is_named_with_its_init(tmp_path):
    package = tmp_path / "packed"
    package.mkdir()
    file = package / "__init__.py"
    file.write_text("def f():\n    # § a. b\n    return 1\n")
    module = type(sys)("packed")
    exec(compile(file.read_text(), str(file), "exec"), vars(module))
    (plan,) = plans_for([read_source(file, "packed")], lambda _: module).values()
    assert plan.spots[3][0].where == "packed/__init__.py:2"
