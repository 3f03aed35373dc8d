"""What the results of a person's own programs are filed under."""

import pytest

from websocket_conformance.errors import UsageError
from websocket_conformance.running.naming import named
from websocket_conformance.running.order import Option, Target

ONE, TWO = "one {port}", "two {port}"


def targets(known, command, servers, url):
    values = {
        Option.IMPLEMENTATION: known,
        Option.COMMAND: command.split(","),
        Option.SERVER: servers,
        Option.URL: url.split(","),
    }
    return [Target(option, each) for option, some in values.items() for each in some if each]


@pytest.mark.parametrize(
    ("given", "known", "programs", "names"),
    [
        ([], [], ("c {url}", [], ""), ["client"]),
        ([], [], ("", [ONE, TWO], "ws://x"), ["server", "server 2", "server 3"]),
        (
            [],
            [],
            ("c {url},d {url}", [], "ws://x,ws://y"),
            ["client", "client 2", "server", "server 2"],
        ),
        (["a", "b", "c"], [], ("c {url},d {url}", [], "ws://x"), ["a", "b", "c"]),
        ([], ["client"], ("c {url}", ["ws", ONE], ""), ["client 2", "server"]),
        (["a"], [], ("c {url}", [], ""), ["a"]),
        (["a"], [], ("c {url}", [ONE, "ws", TWO], ""), ["a", "a (server)", "a (server) 2"]),
        (["a"], [], ("", [ONE, TWO], ""), ["a", "a 2"]),
        (["ws"], [], ("", ["ws", ONE], ""), ["ws"]),
        (["a", "b", "c"], ["ws"], ("c {url}", [ONE], "ws://x"), ["a", "b", "c"]),
        ([], ["ws"], ("", ["ws"], ""), []),
    ],
)
def test_each_program_has_a_name_of_its_own(given, known, programs, names):
    found = named(targets(known, *programs), given)
    assert [target.agent for target in found if target.agent] == names


@pytest.mark.parametrize(
    ("given", "known", "programs", "message"),
    [
        (["a"], ["ws"], ("", [], ""), "a known implementation has its own name"),
        (["a"], [], ("", ["ws"], ""), "a known implementation has its own name"),
        (["ws"], ["ws"], ("c {url}", [], ""), "two programs would have the name 'ws'"),
        (
            ["ws (server)"],
            [],
            ("", ["ws", ONE], ""),
            "two programs would have the name 'ws \\(server\\)'",
        ),
        (["a", "a"], [], ("", [ONE, TWO], ""), "two programs would have the name 'a'"),
        (["a", "b"], [], ("c {url}", [], ""), "given 2 times, for 1 program: once"),
        (["a", "b"], [], ("c {url}", [ONE, TWO], ""), "given 2 times, for 3 programs: once"),
    ],
)
def test_names_that_tell_nothing_apart_are_refused(given, known, programs, message):
    with pytest.raises(UsageError, match=message):
        named(targets(known, *programs), given)


@pytest.mark.parametrize(
    ("versions", "found"),
    [([], ["", "", ""]), (["1"], ["1", "", "1"]), (["1", "2"], ["1", "", "2"])],
)
def test_each_program_has_a_version_of_its_own(versions, found):
    several = targets([], "c {url}", ["ws", ONE], "")
    assert [target.version for target in named(several, [], versions)] == found


@pytest.mark.parametrize(
    ("versions", "command", "message"),
    [
        (["1"], "", "the version of a known implementation is known"),
        (["1", "2"], "c {url}", "--agent-version is given 2 times, for 1 program: once"),
    ],
)
def test_versions_that_belong_to_no_program_are_refused(versions, command, message):
    with pytest.raises(UsageError, match=message):
        named(targets(["ws"], command, [], ""), [], versions)
