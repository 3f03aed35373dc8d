"""HSTS lists that are saved and loaded as JSON, and those that do not parse."""

import json
import re

import pytest

from whatwg_websockets import HstsList

NOON = 1_800_000_000.0


def clock():
    return NOON


@pytest.fixture
def hsts():
    made = HstsList(clock=clock)
    made.note("example.com", max_age=100, include_subdomains=True)
    made.note("a.example", max_age=0.5)
    return made


def test_a_list_as_json(hsts):
    assert json.loads(hsts.to_json()) == {
        "version": 1,
        "hosts": [
            {
                "host": "a.example",
                "expires": "2027-01-15T08:00:00.500000+00:00",
                "includeSubDomains": False,
            },
            {
                "host": "example.com",
                "expires": "2027-01-15T08:01:40+00:00",
                "includeSubDomains": True,
            },
        ],
    }


def test_what_is_saved_is_loaded(hsts, tmp_path):
    path = tmp_path / "hsts.json"
    hsts.save(path)
    loaded = HstsList.load(path, clock=clock)
    assert loaded.to_json() == hsts.to_json()
    assert loaded.is_known("b.example.com")
    assert HstsList.load(str(path), clock=lambda: NOON + 50).to_json() != hsts.to_json()


def test_what_has_expired_is_left_out(hsts, tmp_path):
    path = tmp_path / "hsts.json"
    hsts.save(path)
    assert list(HstsList.load(path, clock=lambda: NOON + 50)) == ["example.com"]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        HstsList.load(tmp_path / "hsts.json")


HOST = {"host": "example.com", "expires": "2027-01-15T08:01:40+00:00", "includeSubDomains": True}
A_TIME = 'a time with its time zone is wanted here, such as "2027-01-31T12:00:00+00:00", not '
FAULTS = [
    ("", "hsts.json, line 1, column 1: Expecting value"),
    ('{"version": 1,\n "hosts": [}', "hsts.json, line 2, column 12: Expecting value"),
    ("[" * 100_000, "hsts.json: nested too deeply"),
    ("[]", "hsts.json: an object is wanted here, not []"),
    ("{}", "hsts.json: the member 'version' is missing"),
    ({"version": True}, "hsts.json: version: a number is wanted here, not True"),
    ({"version": 2}, "hsts.json: version: only version 1 is known, not 2"),
    ({"version": 1}, "hsts.json: the member 'hosts' is missing"),
    ({"version": 1, "hosts": {}}, "hsts.json: hosts: a list is wanted here, not {}"),
    ([HOST, 7], "hsts.json: hosts[1]: an object is wanted here, not 7"),
    ([HOST, HOST], "hsts.json: hosts[1].host: example.com is there twice"),
    ([{**HOST, "host": 7}], "hsts.json: hosts[0].host: a string is wanted here, not 7"),
    ([{**HOST, "host": "a b"}], "hsts.json: hosts[0].host: not a host: 'a b'"),
    (
        [{**HOST, "host": "127.1"}],
        "hsts.json: hosts[0].host: an IP address is never a known HSTS host: '127.1'",
    ),
    ([{**HOST, "expires": 7}], "hsts.json: hosts[0].expires: a string is wanted here, not 7"),
    ([{**HOST, "expires": "noon"}], f"hsts.json: hosts[0].expires: {A_TIME}'noon'"),
    ([{**HOST, "expires": "2027-01-15"}], f"hsts.json: hosts[0].expires: {A_TIME}'2027-01-15'"),
    (
        [{**HOST, "includeSubDomains": 1}],
        "hsts.json: hosts[0].includeSubDomains: true or false is wanted here, not 1",
    ),
    ([{**HOST, "preload": True}], "hsts.json: hosts[0].preload: no such member is known"),
    ([{"host": "example.com"}], "hsts.json: hosts[0]: the member 'expires' is missing"),
]


@pytest.mark.parametrize(("content", "fault"), FAULTS)
def test_a_list_that_does_not_parse_is_an_error_with_its_place(
    content, fault, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    if isinstance(content, list):
        content = {"version": 1, "hosts": content}
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / "hsts.json").write_text(text)
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        HstsList.load("hsts.json")
    fault = fault.replace("hsts.json", "the HSTS list")
    with pytest.raises(ValueError, match=f"^{re.escape(fault)}$"):
        HstsList.from_json(text)


def test_a_file_that_is_not_utf_8(tmp_path):
    (tmp_path / "hsts.json").write_bytes(b'{"version\xff')
    with pytest.raises(ValueError, match=r"hsts\.json: byte 9 is not UTF-8"):
        HstsList.load(tmp_path / "hsts.json")
