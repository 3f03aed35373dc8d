"""HSTS lists that are saved and loaded as JSON, and those that do not parse."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets import HstsList

NOON = 1_800_000_000.0
HOST = {"host": "example.com", "expires": "2027-01-15T08:01:40+00:00", "includeSubDomains": True}


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


def test_a_file_may_say_no_longer_time_than_a_host_may():
    entry = {**HOST, "expires": "9999-12-31T23:59:59.999999-23:59"}
    hsts = HstsList.from_json(json.dumps({"version": 1, "hosts": [entry]}), clock=clock)
    assert json.loads(hsts.to_json())["hosts"][0]["expires"] == "2095-02-02T11:14:08+00:00"


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
plain = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner)
)
entries = st.fixed_dictionaries(
    {
        "host": st.sampled_from(["a.example", "b", "a b", "127.1", "\x00"]) | plain,
        "expires": st.datetimes(timezones=st.timezones()).map(str) | plain,
        "includeSubDomains": st.booleans() | plain,
    }
)


@given(
    plain
    | st.fixed_dictionaries(
        {"version": st.sampled_from([1, 2]) | plain, "hosts": st.lists(entries, max_size=3) | plain}
    )
)
def test_whatever_is_in_a_file_is_a_list_or_an_error_with_its_place(value):
    hsts, said = None, ""
    try:
        hsts = HstsList.from_json(json.dumps(value), clock=clock)
    except ValueError as error:
        said = str(error)
    if hsts is None:
        assert said.startswith(("the HSTS list: ", "the HSTS list, "))
    else:
        assert HstsList.from_json(hsts.to_json(), clock=clock).to_json() == hsts.to_json()


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        HstsList.load(tmp_path / "hsts.json")


A_TIME = 'this must be a time with its time zone, such as "2027-01-31T12:00:00+00:00", not '
FAULTS = [
    ("", "hsts.json, line 1, column 1: Expecting value"),
    ('{"version": 1,\n "hosts": [}', "hsts.json, line 2, column 12: Expecting value"),
    ("[" * 100_000, "hsts.json: nested too deeply"),
    ("[]", "hsts.json: this must be an object, not []"),
    ("{}", "hsts.json: the member 'version' is missing"),
    ({"version": True}, "hsts.json: version: this must be a number, not True"),
    ({"version": 2}, "hsts.json: version: the version must be 1, not 2"),
    ({"version": 1}, "hsts.json: the member 'hosts' is missing"),
    ({"version": 1, "hosts": {}}, "hsts.json: hosts: this must be a list, not {}"),
    ([HOST, 7], "hsts.json: hosts[1]: this must be an object, not 7"),
    ([HOST, HOST], "hsts.json: hosts[1].host: example.com is listed twice"),
    ([{**HOST, "host": 7}], "hsts.json: hosts[0].host: this must be a string, not 7"),
    ([{**HOST, "host": "a b"}], "hsts.json: hosts[0].host: not a host: 'a b'"),
    (
        [{**HOST, "host": "127.1"}],
        "hsts.json: hosts[0].host: an IP address is never a known HSTS host: '127.1'",
    ),
    ([{**HOST, "expires": 7}], "hsts.json: hosts[0].expires: this must be a string, not 7"),
    ([{**HOST, "expires": "noon"}], f"hsts.json: hosts[0].expires: {A_TIME}'noon'"),
    ([{**HOST, "expires": "2027-01-15"}], f"hsts.json: hosts[0].expires: {A_TIME}'2027-01-15'"),
    (
        [{**HOST, "includeSubDomains": 1}],
        "hsts.json: hosts[0].includeSubDomains: this must be true or false, not 1",
    ),
    ([{**HOST, "preload": True}], "hsts.json: hosts[0].preload: this member is unknown"),
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
