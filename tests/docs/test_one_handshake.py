"""The chapter "One handshake, through all of it" agrees with its recording."""

import re

import pytest

from reading_room.connections import read
from reading_room.house import Room
from support.chapters import ROOT
from support.kinds import kinds_in_the_code

PAGE = (ROOT / "docs/one-handshake.md").read_text(encoding="utf-8")
RECORDING = read(ROOT / "docs/recordings/one-handshake.jsonl")


def section(title: str) -> str:
    [found] = re.findall(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found


def rows_of_the_table(title: str) -> list[list[str]]:
    """Return the cells of each row, without the head."""
    lines = [line for line in section(title).splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def requests() -> list:
    return [entry for entry in RECORDING if entry.kind == "http" and entry.direction == "out"]


@pytest.fixture(scope="module")
def ours() -> Room:
    return Room(ROOT, ROOT / "src" / "whatwg_websockets")


def test_what_crosses_the_network():
    told = [entry.text for entry in RECORDING if entry.direction]
    tunnel = ["CONNECT chat.example:443 HTTP/1.1", "HTTP/1.1 200 Connection established"]
    assert told == [
        *tunnel,
        "GET /room HTTP/1.1",
        "HTTP/1.1 401 Unauthorized",
        *tunnel,
        "GET /room HTTP/1.1",
        "HTTP/1.1 101 Switching Protocols",
    ]
    assert set(requests()[0].values) == {"Host", "User-Agent"}


def test_the_second_request_is_the_first_with_an_answer():
    first, second = (entry.values for entry in requests() if entry.text.startswith("GET"))
    assert list(second) == [*first, "Authorization"]
    assert first == {name: second[name] for name in first}


def test_the_table_has_each_header_of_the_request_in_order():
    rows = rows_of_the_table("Which header is put by whom")
    headers = requests()[-1].values
    assert [name.strip("`") for name, *_ in rows] == list(headers)
    for name, value, *_ in rows:
        if value.startswith("`"):
            assert headers[name.strip("`")] == value.strip("`")


def test_the_steps_that_put_them_are_there(ours):
    for _, _, who, _ in rows_of_the_table("Which header is put by whom"):
        name, _, number = who.rpartition(", ")
        algorithm = ours.algorithm(name)
        assert number in algorithm.steps, who


def test_the_algorithms_ran_in_the_order_in_which_they_are_told(ours):
    told = re.findall(r"\{algorithm\}`(?:[^`<]*<)?([^`>]+)>?`", section("In which order"))
    assert len(told) > 15
    place = 0
    for each in told:
        anchor = ours.algorithm(each).anchor
        anchors = [entry.anchor.rpartition("#")[2] for entry in RECORDING[place:]]
        assert anchor in anchors, each
        place += anchors.index(anchor)


def test_each_kind_of_failure_has_its_place():
    kinds = re.findall(r"`([^`]+)`", section("Where it could have ended").partition("| --- |")[2])
    assert set(kinds) == kinds_in_the_code() - {"send buffer full"}


@pytest.mark.parametrize("state", ["CONNECTING", "OPEN"])
def test_it_ends_where_the_socket_is_open(state):
    states = [entry.state.ready_state for entry in RECORDING if entry.state]
    assert state in states
    assert states == sorted(states)
