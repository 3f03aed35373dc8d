"""A jar as a file of JSON, and the errors of a file that is not a jar."""

import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whatwg_websockets import CookieJar
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.saved_cookies import from_json, to_json

PAGE = "https://example.com/chat/room"
FAR = 4_000_000_000


def filled():
    """Return a jar that uses the system's clock, as a loaded jar does."""
    jar = CookieJar()
    jar.set_cookie(PAGE, "a=\xe4; Max-Age=1000000; HttpOnly; SameSite=Lax")
    jar.set_cookie(PAGE, "nameless; Max-Age=1000000; Secure; Path=/; Domain=example.com")
    jar.set_cookie(PAGE, "session=1")
    return jar


def test_what_is_saved_is_loaded(tmp_path):
    path, jar = tmp_path / "cookies.json", filled()
    jar.save(path, session=True)
    assert list(CookieJar.load(path)) == list(jar)
    assert CookieJar.load(str(path)).cookies_for(PAGE) == jar.cookies_for(PAGE)
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_a_session_ends_with_the_program_unless_it_is_said(tmp_path):
    path = tmp_path / "cookies.json"
    filled().save(path)
    assert CookieJar.load(path).cookies_for(PAGE) == "a=\xe4; nameless"


def test_what_has_expired_is_not_loaded(tmp_path):
    path, jar = tmp_path / "cookies.json", filled()
    jar.save(path)
    saved = json.loads(path.read_text())
    saved["cookies"][0]["expiry_time"] = 1000.5
    path.write_text(json.dumps(saved))
    assert len(CookieJar.load(path)) == 1


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    path, jar = tmp_path / "cookies.json", filled()
    jar.save(path)
    before = path.read_bytes()
    (tmp_path / "link.json").symlink_to(path)
    jar.clear()
    jar.save(tmp_path / "link.json")
    assert path.read_bytes() != before
    assert (tmp_path / "link.json").is_symlink()
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        jar.save(tmp_path / "folder")
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "cookies.json",
        "folder",
        "link.json",
    ]
    with pytest.raises(FileNotFoundError):
        jar.save(tmp_path / "missing" / "cookies.json")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        CookieJar.load(tmp_path / "none.json")


RIGHT = json.loads(to_json(filled()))["cookies"][0]


def text_with(**changed):
    return json.dumps({"version": 1, "cookies": [RIGHT, {**RIGHT, **changed}]})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not JSON: Expecting value: line 1 column 1"),
        ('{"version": 1,\n"cookies": [}', "it is not JSON: Expecting value: line 2 column 13"),
        ("[" * 200_000, "nested too deeply"),
        ("[]", 'it must be an object with "version" and "cookies", not []'),
        ('{"version": 1}', 'it must be an object with "version" and "cookies"'),
        ('{"version": 2, "cookies": []}', "version: it must be 1, not 2"),
        ('{"version": true, "cookies": []}', "version: it must be 1, not True"),
        ('{"version": 1, "cookies": {}}', "cookies: it must be a list"),
        ('{"version": 1, "cookies": [1]}', r"cookies[0]: it must be an object, not 1"),
        ('{"version": 1, "cookies": [{}]}', "cookies[0]: name is missing"),
        (text_with(size=1), "cookies[1]: it has the unknown member 'size'"),
        (text_with(name=1), "cookies[1].name: it must be a string"),
        (text_with(name="\u20ac"), "cookies[1].name: it must be a string of Latin-1"),
        (text_with(value="a\nb"), "cookies[1].value: it must be a string"),
        (text_with(value="a" * 5_000), "cookies[1]: name and value together must have 1 to 4096"),
        (text_with(name="", value=""), "cookies[1]: name and value together must have 1 to 4096"),
        (text_with(host="EXAMPLE.com"), "cookies[1].host: it must be a domain"),
        (text_with(host=None), "cookies[1].host: it must be a domain"),
        (text_with(path="a"), "cookies[1].path: it must be"),
        (text_with(path=7), "cookies[1].path: it must be"),
        (text_with(secure=1), "cookies[1].secure: it must be true or false, not 1"),
        (text_with(same_site="Lax"), 'cookies[1].same_site: it must be "strict"'),
        (text_with(same_site=[]), 'cookies[1].same_site: it must be "strict"'),
        (text_with(creation_time=None), "cookies[1].creation_time: it must be seconds"),
        (text_with(creation_time=True), "cookies[1].creation_time: it must be seconds"),
        (text_with(expiry_time=float("nan")), "cookies[1].expiry_time: it must be seconds"),
        (text_with(expiry_time=10**400), "cookies[1].expiry_time: it must be seconds"),
        (text_with(expiry_time="soon"), "cookies[1].expiry_time: it must be seconds"),
    ],
)
def test_a_file_that_is_no_jar(tmp_path, text, reason):
    path = tmp_path / "cookies.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"cookies\.json: ") as raised:
        CookieJar.load(path)
    assert reason in str(raised.value)


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "cookies.json"
    path.write_bytes(b"\xff")
    with pytest.raises(ValueError, match=r"cookies\.json: .* can't decode byte 0xff"):
        CookieJar.load(path)


def test_a_file_with_more_than_the_limits_allow(tmp_path):
    path = tmp_path / "cookies.json"
    many = [
        {**RIGHT, "name": f"n{i}", "host": f"h{i // 200}.example.com", "expiry_time": FAR}
        for i in range(4_000)
    ]
    path.write_text(json.dumps({"version": 1, "cookies": [*many, many[-1]]}))
    assert len(CookieJar.load(path)) == 3_000


TEXT = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=9)
COOKIES = st.builds(
    Cookie,
    name=TEXT.map(lambda text: f"n{text}".encode("latin-1")),
    value=TEXT.map(lambda text: text.encode("latin-1")),
    secure=st.booleans(),
    host=st.sampled_from(["example.com", "127.0.0.1", "[::1]", "localhost"]),
    host_only=st.booleans(),
    path=TEXT.map(lambda text: f"/{text}"),
    has_path_attribute=st.just(True),
    same_site=st.sampled_from(["strict", "lax", "unset", "none"]),
    http_only=st.booleans(),
    creation_time=st.floats(0, 4e9),
    expiry_time=st.none() | st.floats(1, 4e9),
    last_access_time=st.floats(0, 4e9),
)


@given(st.lists(COOKIES, max_size=3))
def test_all_that_a_cookie_has_is_written(cookies):
    assert from_json(to_json(cookies)) == cookies
