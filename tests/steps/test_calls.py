"""Who calls whom: names are followed through imports, unmarked functions and `self`."""

import pytest

from whatwg_websockets.steps.calls import Calls
from whatwg_websockets.steps.comments import read_sources

BALL = """\
    import socket
    from toys import box
    from toys.box import Lid, shut as close, nothing
    from elsewhere import other

    @algorithm("ball-play", "play")
    def play(ball: "Lid", *, hint=None):
        help(ball)
        close(ball)
        x: Lid = Lid(2)
        y: int
        Lid.turn(x)
        ball.bounce()
        ball.append(1)
        ball.unknown()
        socket.bounce()
        other()
        other.thing
        box.look
        [][0].bounce

        def inner():
            return catch

        return inner

    def help(ball):
        help(ball)
        aid(ball)

    def aid(ball):
        help(ball)
        helped(ball)

    @algorithm("ball-helped", "helped")
    def helped(ball):
        pass

    @algorithm("ball-catch", "catch")
    async def catch(ball):
        pass

    def unused():
        pass
"""

BOX = """\
    from toys.ball import play

    class Lid:
        @algorithm("lid", "new Lid()")
        def __init__(self, size):
            self.turn()
            self.size = size

        @algorithm("lid-turn", "turn()")
        def turn(self):
            def play():
                done()
            def done():
                pass
            play()
            self.elsewhere()

        @algorithm("lid-play", "play()")
        def play(self):
            play(self)

        def bounce(self):
            return bounced

        def append(self, thing):
            bounced()

    @algorithm("bounced", "bounced")
    def bounced():
        pass

    @algorithm("shut", "shut")
    def shut(): pass

    @algorithm("look", "look")
    def look(): pass
"""


@pytest.fixture
def calls(house):
    house.write({"toys/play.py": "", "toys/ball.py": BALL, "toys/box.py": BOX})
    house.write({"toys/steps/read.py": "from toys.box import shut\ndef read(): shut()\n"})
    sources = read_sources(house.source)
    functions = {each.qualified_name: each for source in sources for each in source.functions}
    calls = Calls(sources)

    def named(what, name):
        return {each.qualified_name for each in getattr(calls, what)(functions[name])}

    return named


def test_whom_a_function_calls(calls):
    assert calls("callees", "play") == {
        "helped",
        "shut",
        "Lid.__init__",
        "Lid.turn",
        "bounced",
        "look",
        "catch",
    }


def test_a_function_that_calls_nobody(calls):
    assert calls("callees", "helped") == set()


def test_who_calls_a_function(calls):
    assert calls("callers", "helped") == {"play"}
    assert calls("callers", "bounced") == {"play", "Lid.append"}
    assert calls("callers", "play") == {"Lid.play"}
    assert calls("callers", "Lid.play") == set()


def test_what_reads_the_house_does_not_count(calls):
    assert calls("callers", "shut") == {"play"}


def test_a_method_is_not_what_its_name_means_outside_of_the_class(calls):
    assert calls("callees", "Lid.play") == {"play"}


def test_functions_within_functions(calls):
    assert calls("callers", "catch") == {"play"}
    assert calls("callees", "Lid.turn") == set()


def test_methods_found_through_self(calls):
    assert calls("callees", "Lid.__init__") == {"Lid.turn"}
