"""What stands beside an entry of a trace."""

import pytest

from whatwg_websockets.steps.comments import read_source
from whatwg_websockets.steps.places import places
from whatwg_websockets.steps.trace.entry import Entry
from whatwg_websockets.steps.trace.shelf import Shelf, the_shelf


@pytest.fixture(scope="module")
def shelf():
    return the_shelf()


def a_step(algorithm, anchor, number, folder="websockets"):
    kind = "step" if number else "algorithm"
    return Entry(0, kind, "", folder, algorithm, anchor, number)


@pytest.mark.parametrize(
    ("entry", "code", "standard", "page"),
    [
        (
            a_step("send(data)", "dom-websocket-send", "1"),
            "if socket._ready_state == CONNECTING:",
            "https://websockets.spec.whatwg.org/#dom-websocket-send",
            "standard/websockets/send",
        ),
        (
            a_step("send(data)", "dom-websocket-send", ""),
            "def send(",
            "https://websockets.spec.whatwg.org/#dom-websocket-send",
            "standard/websockets/send",
        ),
        (
            a_step("compress a message", "rfc7692#section-7.2.1", ""),
            "def deflate(",
            "https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1",
            "standard/rfc7692/compress-a-message",
        ),
        (
            a_step(
                "establish a WebSocket connection: processResponse",
                "concept-websocket-establish",
                "",
            ),
            "def ",
            "https://websockets.spec.whatwg.org/#concept-websocket-establish",
            "standard/websockets/establish-a-websocket-connection",
        ),
    ],
)
def test_code_standard_and_page(shelf, entry, code, standard, page):
    beside = shelf.beside(entry, str)
    assert beside["code"].startswith(code)
    assert (beside["standard"], beside["page"]) == (standard, page)
    assert set(shelf.beside(entry)) == {"code", "standard"}


def test_a_requirement_outside_of_all_algorithms(shelf):
    lone = next(each for each in places() if each.function is None and each.lines)
    assert lone.is_requirement
    beside = shelf.beside(a_step(lone.algorithm, "", lone.number), str)
    assert set(beside) == {"code", "standard", "page"}
    assert beside["page"].endswith("/requirements")
    assert "page" not in shelf.beside(a_step(lone.algorithm, "", lone.number))


@pytest.mark.parametrize(
    "entry",
    [
        a_step("burn the letter", "burn", "1"),
        Entry(0, "event", "open", "websockets"),
        Entry(0, "frame", "Close", "rfc6455", "Close", direction="in"),
    ],
)
def test_what_is_not_known_has_nothing_beside_it(shelf, entry):
    assert shelf.beside(entry, str) == {}


def test_a_requirement_that_is_no_more(shelf):
    entry = a_step("send(data)", "dom-websocket-send", "§ no-such")
    assert shelf.beside(entry, str)["page"] == "standard/websockets/send"


def test_a_long_statement_is_cut(tmp_path):
    items = "".join(f"        {number},\n" for number in range(20))
    code = f"def act():\n    # § toy-1. Do much.\n    return [\n{items}    ]\n"
    file = tmp_path / "play.py"
    file.write_text(code)
    shelf = Shelf([read_source(file, "play")], [])
    code = shelf.beside(a_step("play", "", "§ toy-1"))["code"]
    assert code.splitlines() == ["return [", *(f"    {number}," for number in range(7)), "…"]
