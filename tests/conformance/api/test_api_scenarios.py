"""The files of the scenarios: what they say, and what is said of one that is wrong."""

import tomllib
from pathlib import Path

import pytest
from scenario_files import problems

from websocket_conformance.api.scenario import load, sources_of_all

ROOT = Path(__file__).parents[3]
ALL = load()

# Places of a standard that are neither an algorithm nor a requirement.
PLACES = {
    "websockets": {"the-closeevent-interface", "interface-definition"},
    "html": {"event-handler-idl-attributes"},
    "dom": {"dom-event-stopimmediatepropagation"},
    "websocketstream-draft": {
        "stream-operations",
        "common-algorithms",
        "feedback-to-websocket-stream-from-the-protocol",
    },
}
INDEX = {"websockets": "whatwg-websockets"}


def test_nothing_is_wrong_with_the_files():
    assert problems(sources_of_all()) == []


def test_there_are_many_and_each_has_a_title_of_its_own():
    assert len(ALL) > 150
    assert len({scenario.title for scenario in ALL}) == len(ALL)


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.id)
def test_each_fits_half_a_screen(scenario):
    directory = ROOT / "conformance/websocket_conformance/api/scenarios"
    (path,) = directory.glob(f"*-{scenario.section}.toml")
    blocks = path.read_text().split("[[scenario]]\n")
    (block,) = [each for each in blocks if f'id = "{scenario.id}"\n' in each]
    assert len(block.splitlines()) <= 24


@pytest.mark.parametrize(
    "scenario",
    [each for each in ALL if each.expect and "close" not in each.listens],
    ids=lambda scenario: scenario.id,
)
def test_a_page_that_does_not_wait_for_close_waits_for_its_last_line(scenario):
    """Otherwise it may be over before the last event is fired."""
    waits = [each for each in scenario.page["start"] if each[0] in ("until", "until-seen")]
    assert ("until-seen", scenario.expect[-1]) in waits or ("until", "readyState", 1) in waits


@pytest.mark.parametrize("scenario", ALL, ids=lambda scenario: scenario.id)
def test_its_anchor_is_in_the_index(scenario):
    standard, hash_sign, anchor = scenario.anchor.rpartition("#")
    standard = standard if hash_sign else "websockets"
    path = ROOT / "spec" / f"{INDEX.get(standard, standard)}.toml"
    if not path.is_file():
        pytest.skip("the index is not here")
    data = tomllib.loads(path.read_text())
    known = {each["anchor"] for each in data.get("algorithm", []) + data.get("requirement", [])}
    # An RFC's index has the sections that ask for something: a neighbour will do.
    chapter = anchor.split(".")[0] if anchor.startswith("section-") else anchor
    near = any(f"{each}.".startswith(f"{chapter}.") for each in known)
    assert near or anchor in PLACES.get(standard, ()) or chapter == "section-1"


def test_where_an_implementation_differs_a_position_says_why():
    positions = ROOT / "spec/positions"
    if not positions.is_dir():
        pytest.skip("the positions are not here")
    for scenario in ALL:
        for difference in scenario.differs:
            text = (positions / f"{difference.position}.md").read_text()
            assert "chromium" not in difference.who or "Chromium" in text
            assert difference.trace is not None or difference.wire is not None


def test_the_positions_of_a_scenario_are_there():
    positions = ROOT / "spec/positions"
    if not positions.is_dir():
        pytest.skip("the positions are not here")
    there = {path.stem for path in positions.glob("*.md")}
    assert {position for scenario in ALL for position in scenario.all_positions} <= there


GOOD = """
[[scenario]]
id = "a"
title = "A title"
anchor = "dom-websocket-close"
server = ["accept", ["text", "x"], "goodbye"]
page.open = ["close"]
expect = ["OPEN open"]
"""


@pytest.fixture
def problem(tmp_path):
    def find(text: str) -> str:
        path = tmp_path / "some.toml"
        path.write_text(text)
        return "\n".join(problems([path]))

    return find


def test_what_a_file_says(tmp_path):
    path = tmp_path / "some.toml"
    path.write_text(GOOD)
    (scenario,) = load([path])
    assert (scenario.id, scenario.section, scenario.arguments) == ("a", "some", ("{url}",))
    assert scenario.server == (("accept",), ("text", "x"), ("goodbye",))
    assert scenario.page == {"open": (("close",),)}
    assert scenario.wire is None
    assert scenario.positions == ()


def test_what_a_file_says_of_positions_and_connections(tmp_path):
    path = tmp_path / "some.toml"
    more = 'position = "tcp-lost"\nservers = [["request"], ["accept"]]\nlistens = ["open"]\n'
    path.write_text(GOOD.replace("page.open", f"{more}page.open"))
    (scenario,) = load([path])
    assert scenario.positions == scenario.all_positions == ("tcp-lost",)
    assert scenario.listens == ("open",)
    assert scenario.server_of(1) == (("request",),)
    assert scenario.server_of(2) == (("accept",),)
    assert scenario.server_of(3) == scenario.server


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ('id = "a"\n', "", "scenario[0].id: is missing"),
        ('id = "a"', "id = 1", "1.id: expected a string"),
        ('title = "A title"', 'titel = "x"', "a.title: is missing"),
        ("expect =", "more = 1\nexpect =", "a.more: unknown key; there are id, title,"),
        ('["OPEN open"]', "[1]", "a.expect: expected a list of strings"),
        ("page.open", "page.opened", "a.page.opened: unknown moment; there are start, open,"),
        ('["close"]', '"close"', "a.page.open: expected a list of operations"),
        ('["close"]', "[1]", "a.page.open[0]: expected the name of an operation"),
        ('["close"]', '["clothe"]', "a.page.open[0]: unknown operation 'clothe'; there are send,"),
        ('["close"]', '["send"]', "a.page.open[0]: send takes 1 argument, not 0"),
        ('["close"]', '[["stop", 1]]', "a.page.open[0]: stop takes no argument, not 1"),
        ('["close"]', '[["close", "x"]]', "a.page.open[0][1]: expected a number"),
        (
            '["close"]',
            '[["microtask", ["close", ["send"]]]]',
            "a.page.open[0][1][1]: send takes 1 argument, not 0",
        ),
        ('["close"]', '[["listen", "opened", "x"]]', "a.page.open[0][1]: expected one of open,"),
        ("page.open", 'listens = ["opened"]\npage.open', "a.listens: unknown event 'opened'"),
        ("page.open", 'interface = "Socket"\npage.open', "a.interface: expected WebSocket or"),
        ("page.open", "frame = 1\npage.open", "a.frame: expected true or false"),
        ("page.open", "policy = 1\npage.open", "a.policy: expected policies as a header has them"),
        ("page.open", "cookies = 1\npage.open", "a.cookies: expected true or false"),
        ("page.open", "position = 1\npage.open", "a.position: expected the name of a position"),
        ("page.open", 'servers = [["no"]]\npage.open', "a.servers[0][0]: unknown operation 'no'"),
        ('["text", "x"]', '["text", {}]', "a.server[1][1]: expected a string, or a table with one"),
        ('["text", "x"]', '["text", { byte = "00" }]', "a.server[1][1]: unknown key 'byte'"),
        ('["text", "x"]', '["text", { bytes = 0 }]', "a.server[1][1]: bytes cannot be 0"),
        ('["text", "x"]', '["text", { bytes = "0" }]', "a.server[1][1]: expected bytes in hexa"),
        ('["text", "x"]', '["frame", {}]', "a.server[1][1]: opcode is missing"),
        ('["text", "x"]', '["frame", 3]', "a.server[1][1]: expected a table"),
        (
            '["text", "x"]',
            '["accept", { Upgrade = 1 }]',
            "a.server[1][1]: expected a table of header fields",
        ),
        (
            '["text", "x"]',
            '["close", 1000, "a", "b"]',
            "a.server[1]: close takes 0 to 2 arguments, not 3",
        ),
        (
            'expect = ["OPEN open"]',
            'expect = []\n[[scenario.differs]]\nwho = ["chromium"]',
            "a.differs[0].position: is missing",
        ),
        ('["close"]', '[["write", { odd = "x" }]]', "a.page.open[0][1]: expected one of null,"),
        ('["close"]', '[["write", { byte = "00" }]]', "a.page.open[0][1]: unknown key 'byte'"),
        ('["close"]', '[["pipe-in", "x"]]', "a.page.open[0][1]: expected a list of chunks"),
        ('["close"]', '[["pipe-in", ["x", 1]]]', "a.page.open[0][1]: expected a string, or"),
        ('["close"]', '[["abort", 1]]', "a.page.open[0][1]: expected a table"),
        ('["close"]', '[["abort", { code = 1 }]]', "a.page.open[0][1]: unknown key 'code'"),
        ('["close"]', '[["note-promise", "done"]]', "a.page.open[0][1]: expected one of opened,"),
        ("[[scenario]]", "[scenario]", "scenario: expected at least one [[scenario]]"),
        ("[[scenario]]", "other = 1\n[[scenario]]", "other: unknown key"),
        ("[[scenario]]", "[[scenario", "cannot be read: "),
    ],
)
def test_what_is_wrong_with_a_file(problem, good, bad, said):
    assert good in GOOD
    assert problem(GOOD.replace(good, bad)).splitlines()[0].startswith(f"some.toml: {said}")


def test_all_that_is_wrong_is_said_at_once(problem):
    text = GOOD.replace('"goodbye"', '"goodby"').replace('["close"]', '["clothe"]')
    assert len(problem(text).splitlines()) == 2


def test_an_id_is_there_once(problem):
    assert problem(GOOD + GOOD) == "some.toml: a: the id is there twice"


def test_a_file_that_is_not_there(tmp_path):
    (said,) = problems([tmp_path / "some.toml"])
    assert said.startswith("some.toml: cannot be read: ")
