import json
from pathlib import Path

import pytest

from websocket_conformance.cases.catalogue import (
    PatternError,
    UnknownCaseError,
    by_number,
    is_excluded,
    select,
)
from websocket_conformance.cases.profile import Profile
from websocket_conformance.fuzzing.addresses import Address
from websocket_conformance.fuzzing.config import read_client, read_server
from websocket_conformance.fuzzing.values import ConfigError
from websocket_conformance.wire.options import Options

CASES = by_number(Profile.QUICK)


def numbers(*patterns, excluded=()):
    return [case.number for case in select(CASES, patterns, excluded)]


class TestPatterns:
    def test_a_star_is_anything_and_the_rest_a_beginning(self):
        assert numbers("*") == list(CASES)
        assert len(numbers("1.*")) == 16
        assert numbers("2.1*") == ["2.1", "2.10", "2.11"]
        assert numbers("1*.1.8") == ["1.1.8", "12.1.8", "13.1.8"]

    def test_without_a_star_a_pattern_is_one_case(self):
        assert numbers("2.1", "1.1.1") == ["1.1.1", "2.1"]
        assert numbers("1.*", excluded=["1.1.*", "1.2.8"]) == [
            f"1.2.{last}" for last in range(1, 8)
        ]

    def test_a_dot_is_a_dot(self):
        with pytest.raises(UnknownCaseError, match=r"1\.1x\*"):
            numbers("1.1x*")

    def test_with_a_star_the_rest_is_a_regular_expression(self):
        assert numbers("12.*.[1234]$")[:5] == ["12.1.1", "12.1.2", "12.1.3", "12.1.4", "12.2.1"]
        assert numbers("(9|1).1.*") == [*numbers("1.1.*"), *numbers("9.1.*")]
        with pytest.raises(PatternError, match=r"'\[1\*' is not a regular expression: "):
            numbers("[1*")

    def test_an_expression_excludes_for_a_peer_what_it_matches_as_a_whole(self):
        rules = {"a (1.0)": ["12.*.[1234]$", "1.1*1"]}
        assert is_excluded(rules, "a (1.0)", "12.3.4")
        assert not is_excluded(rules, "a (1.0)", "12.3.5")
        assert not is_excluded(rules, "a (1.0)", "12.3.14")
        assert not is_excluded(rules, "a (1.0)", "1.1.2")

    def test_names_of_peers_have_to_match_as_a_whole(self):
        rules = {"Foo*": ["9.*", "1.1.1"], "bar": ["*"]}
        assert is_excluded(rules, "Foo/1.0", "9.1.1")
        assert is_excluded(rules, "Foo", "1.1.1")
        assert not is_excluded(rules, "Foo", "1.1.2")
        assert not is_excluded(rules, "a Foo", "9.1.1")
        assert is_excluded(rules, "bar", "5.5")
        assert not is_excluded(rules, "bar2", "5.5")

    def test_a_word_excludes_its_sections(self):
        rules = {"a": ["chaos", "1.1.1"]}
        assert is_excluded(rules, "a", "30.1.1")
        assert is_excluded(rules, "a", "1.1.1")
        assert not is_excluded(rules, "a", "20.1.1")
        assert not is_excluded(rules, "b", "30.1.1")


def write(tmp_path: Path, spec: object) -> Path:
    file = tmp_path / "spec.json"
    file.write_text(spec if isinstance(spec, str) else json.dumps(spec))
    return file


def test_a_server_without_a_file_has_all_cases():
    config = read_server(None, Profile.QUICK)
    assert len(config.cases) == 517
    assert config.address == Address("127.0.0.1", 9001)
    assert config.address.url == "ws://127.0.0.1:9001"
    assert config.outdir == Path("reports/clients")
    assert config.options == Options()


def test_a_file_as_people_have_it(tmp_path):
    spec = {
        "url": "wss://localhost:9443",
        "key": "wss/server.key",
        "cert": "wss/server.crt",
        "options": {"failByDrop": False, "openHandshakeTimeout": 0, "version": 18},
        "outdir": "out",
        "webport": 8080,
        "cases": ["1.*", "9.*"],
        "exclude-cases": ["9.*"],
        "exclude-agent-cases": {"x*": ["1.1.*"]},
        "protocols": ["chat"],
    }
    config = read_server(write(tmp_path, spec), Profile.FULL)
    assert [case.number for case in config.cases] == numbers("1.*")
    assert config.address == Address("localhost", 9443, secure=True)
    assert (config.certificate, config.key) == (Path("wss/server.crt"), Path("wss/server.key"))
    assert config.options == Options(opening_handshake_seconds=0)
    assert config.excluded == {"x*": ("1.1.*",)}
    assert config.protocols == ("chat",)
    assert config.ignored == ("webport", "options.version")


def test_a_pattern_that_names_nothing_is_known_and_harmless(tmp_path):
    spec = {
        "cases": ["1.1.1", "8.*", "12.*.[1234]$", "8.*", "nine"],
        "exclude-cases": ["11.*", "1.1.9", "12.2.*", "12.[3-5].*"],
        "exclude-agent-cases": {"x*": ["13.*.99", "1.1*"], "y": []},
    }
    config = read_server(write(tmp_path, spec), Profile.QUICK)
    assert [case.number for case in config.cases] == [
        "1.1.1",
        *(f"12.1.{last}" for last in range(1, 5)),
    ]
    assert config.unmatched == (
        ("cases", "8.*"),
        ("cases", "nine"),
        ("exclude-cases", "11.*"),
        ("exclude-cases", "1.1.9"),
        ("exclude-agent-cases.x*", "13.*.99"),
    )


def test_a_client_tests_each_server_with_its_own_options(tmp_path):
    spec = {
        "options": {"closeHandshakeTimeout": 2},
        "servers": [
            {"url": "ws://a.example/echo?x=1", "agent": "A", "options": {"failByDrop": True}},
            {
                "url": "wss://[::1]:8",
                "hostname": "b.example",
                "origin": "http://o",
                "protocols": ["p"],
            },
        ],
    }
    one, other = read_client(write(tmp_path, spec), Profile.QUICK).servers
    assert one.address == Address("a.example", 80, resource="/echo?x=1")
    assert one.agent == "A"
    assert one.options == Options(close_handshake_seconds=2, fails_by_drop=True)
    assert other.address == Address("::1", 8, secure=True)
    assert other.address.url == "wss://[::1]:8"
    assert (other.hostname, other.origin, other.protocols) == ("b.example", "http://o", ("p",))
    assert other.options == Options(close_handshake_seconds=2)


def test_what_is_not_ascii_in_a_url_is_sent_as_it_can_be(tmp_path):
    url = "ws://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/\N{EURO SIGN}%20?a b"
    (server,) = read_client(write(tmp_path, {"servers": [{"url": url}]}), Profile.QUICK).servers
    assert server.address == Address("xn--bcher-kva.example", 80, False, "/%E2%82%AC%20?a%20b")


@pytest.mark.parametrize(
    ("spec", "key", "expected"),
    [
        ("{", "", "is not valid JSON"),
        ([], "", "expected a JSON object"),
        ({"url": 5}, "url", "expected a string"),
        ({"url": "http://x"}, "url", "expected a URL"),
        ({"url": "ws://x:port"}, "url", "expected a URL"),
        ({"url": f"ws://{'a' * 70}.invalid:1"}, "url", "expected a URL"),
        ({"url": f"ws://{'.'.join(['a' * 60] * 5)}"}, "url", "expected a URL"),
        ({"url": "ws://a..b"}, "url", "expected a URL"),
        ({"url": "ws://a b"}, "url", "expected a URL"),
        ({"url": "ws://a\0"}, "url", "expected a URL"),
        ({"url": "ws://[::g]"}, "url", "expected a URL"),
        ({"url": "ws://a/\ud800"}, "url", "expected a URL"),
        ("[" * 100_000, "", "is not valid JSON"),
        ({"protocols": ["a b"]}, "protocols", "different tokens"),
        ({"protocols": [""]}, "protocols", "different tokens"),
        ({"protocols": ["a", "a"]}, "protocols", "different tokens"),
        ({"outdir": 1}, "outdir", "expected a string"),
        ({"cases": "1.*"}, "cases", "expected a list of strings"),
        ({"cases": ["nine", "11.*"]}, "cases", "; no case is called 'nine' or '11.*', but"),
        ({"cases": ["1.*("]}, "cases", "'1.*(' is not a regular expression: "),
        ({"cases": []}, "cases", "expected at least one case"),
        ({"exclude-cases": [1]}, "exclude-cases", "expected a list of strings"),
        ({"exclude-cases": ["1.*)"]}, "exclude-cases", "is not a regular expression: "),
        ({"exclude-cases": ["*"]}, "cases", "expected at least one case"),
        ({"exclude-agent-cases": []}, "exclude-agent-cases", "expected an object"),
        ({"exclude-agent-cases": {"a": 1}}, "exclude-agent-cases.a", "expected a list"),
        (
            {"exclude-agent-cases": {"a": ["[*"]}},
            "exclude-agent-cases.a",
            "not a regular expression",
        ),
        ('{"options": {"openHandshakeTimeout": NaN}}', "options.openHandshakeTimeout", "seconds"),
        ('{"options": {"openHandshakeTimeout": 1e999}}', "options.openHandshakeTimeout", "seconds"),
        ({"options": {"openHandshakeTimeout": 10**400}}, "options.openHandshakeTimeout", "seconds"),
        ({"options": []}, "options", "expected an object"),
        ({"options": {"failByDrop": 0}}, "options.failByDrop", "expected true or false"),
        ({"options": {"closeHandshakeTimeout": "1"}}, "options.closeHandshakeTimeout", "seconds"),
        ({"options": {"closeHandshakeTimeout": -1}}, "options.closeHandshakeTimeout", "seconds"),
        ({"options": {"closeHandshakeTimeout": True}}, "options.closeHandshakeTimeout", "seconds"),
    ],
)
def test_a_wrong_file_says_which_file_which_key_and_what_was_expected(
    tmp_path, spec, key, expected
):
    file = write(tmp_path, spec)
    with pytest.raises(ConfigError) as wrong:
        read_server(file, Profile.QUICK)
    assert str(wrong.value).startswith(f"{file}: {key}: " if key else f"{file}: ")
    assert expected in str(wrong.value)


@pytest.mark.parametrize(
    ("servers", "key"),
    [
        ([], "servers"),
        ("ws://x", "servers"),
        ([1], "servers[0]"),
        ([{"url": "ws://x"}, {}], "servers[1].url"),
        ([{"url": "ws://x", "agent": 1}], "servers[0].agent"),
        ([{"url": "ws://x", "options": 1}], "servers[0].options"),
        ([{"url": f"ws://{'a' * 70}.invalid"}], "servers[0].url"),
        ([{"url": "ws://x", "agent": "a\nb"}], "servers[0].agent"),
        ([{"url": "ws://x", "agent": "\ud800"}], "servers[0].agent"),
        ([{"url": "ws://x", "hostname": "a\0"}], "servers[0].hostname"),
        ([{"url": "ws://x", "hostname": "a" * 70}], "servers[0].hostname"),
        ([{"url": "ws://x", "origin": "http://\N{SNOWMAN}"}], "servers[0].origin"),
        ([{"url": "ws://x", "origin": "a\r\nb: c"}], "servers[0].origin"),
        ([{"url": "ws://x", "protocols": ["\N{SNOWMAN}"]}], "servers[0].protocols"),
    ],
)
def test_a_wrong_server_is_named(tmp_path, servers, key):
    with pytest.raises(ConfigError, match=r"expected") as wrong:
        read_client(write(tmp_path, {"servers": servers}), Profile.QUICK)
    assert f": {key}: " in str(wrong.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.json: cannot be read: No such file"):
        read_server(tmp_path / "none.json", Profile.QUICK)
