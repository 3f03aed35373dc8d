"""Files in the format of Netscape's cookies.txt, as curl and http.cookiejar write them."""

import http.cookiejar
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cookies import jar_and_clock
from whatwg_websockets import CookieJar
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.netscape import from_netscape, to_netscape

PAGE = "https://example.com/chat/room"
OF_CURL = """\
# Netscape HTTP Cookie File
# https://curl.se/docs/http-cookies.html

example.com\tFALSE\t/chat\tFALSE\t4000000000\thost\t1
#HttpOnly_.example.com\tTRUE\t/\tTRUE\t4000000000\tsite\ttwo words\r
example.com\tFALSE\t/\tFALSE\t0\tsession\t
.example.com\tTRUE\t/\tFALSE\t1\tgone\t1
127.0.0.1\tFALSE\t/\tFALSE\t4000000000\t\tnameless
"""


def test_a_file_of_curl(tmp_path):
    path = tmp_path / "cookies.txt"
    path.write_bytes(OF_CURL.encode())
    jar = CookieJar.load_netscape(path)
    assert jar.cookies_for(PAGE) == "host=1; site=two words; session="
    assert jar.cookies_for("https://a.example.com/") == "site=two words"
    assert jar.cookies_for("http://127.0.0.1/") == "nameless"
    assert [each.http_only for each in jar] == [False, True, False, False]


def test_what_is_saved_is_loaded(tmp_path):
    path = tmp_path / "cookies.txt"
    jar = CookieJar()
    jar.set_cookie(PAGE, "a=\xe4; Max-Age=1000000; HttpOnly; Secure")
    jar.set_cookie(PAGE, "b=1; Max-Age=1000000; Domain=example.com; Path=/")
    jar.set_cookie(PAGE, "c=1")
    jar.save_netscape(path)
    assert CookieJar.load_netscape(path).cookies_for(PAGE) == "a=\xe4; b=1"
    jar.save_netscape(path, session=True)
    assert CookieJar.load_netscape(path).cookies_for(PAGE) == "a=\xe4; c=1; b=1"


def test_python_reads_what_is_saved(tmp_path):
    path = tmp_path / "cookies.txt"
    jar = CookieJar()
    jar.set_cookie(PAGE, "a=1; Max-Age=1000000; HttpOnly; Secure")
    jar.set_cookie(PAGE, "b=1; Max-Age=1000000; Domain=example.com; Path=/")
    jar.save_netscape(path)
    theirs = http.cookiejar.MozillaCookieJar(path)
    theirs.load()
    assert {(each.name, each.domain, each.path) for each in theirs} == {
        ("a", "example.com", "/chat"),
        ("b", ".example.com", "/"),
    }
    theirs.save()
    assert len(CookieJar.load_netscape(path)) == 2


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_reads_what_is_saved(tmp_path):
    path = tmp_path / "cookies.txt"
    jar = CookieJar()
    jar.set_cookie("http://127.0.0.1/", "a=1; Max-Age=1000000")
    jar.save_netscape(path)
    again = tmp_path / "again.txt"
    page = tmp_path / "page"
    page.write_text("x")
    done = subprocess.run(
        ["curl", "-s", "-b", path, "-c", again, page.as_uri()], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert next(iter(CookieJar.load_netscape(again))).name == b"a"


LINE = "example.com\tFALSE\t/\tFALSE\t0\ta\tb"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (LINE, "a=b", "it must have 7 fields separated by tabs, not 1"),
        ("\tb", "", "it must have 7 fields separated by tabs, not 6"),
        ("example.com", "exa mple", "the host is not valid: 'exa mple'"),
        ("example.com", "", "the host is not valid: ''"),
        ("\t/\t", "\t\t", "the path must begin with a slash: ''"),
        ("FALSE", "NO", "a flag must be TRUE or FALSE: 'NO', 'NO'"),
        ("\t0\t", "\tsoon\t", "the expiry time must be a number of seconds: 'soon'"),
        ("\t0\t", "\t1.5\t", "the expiry time must be a number of seconds: '1.5'"),
        ("\t0\t", f"\t{'9' * 5_000}\t", "the expiry time must be a number of seconds: '999"),
        ("\ta\tb", "\ta\x00\tb", "a cookie must not contain control characters"),
        ("\ta\tb", "\t\t", "name and value together must have 1 to 4096 bytes"),
        ("\ta\tb", "\ta\t" + "b" * 4_096, "name and value together must have 1 to 4096 bytes"),
    ],
)
def test_a_line_that_is_none(tmp_path, old, new, reason):
    path = tmp_path / "cookies.txt"
    path.write_text(f"# A comment\n{LINE}\n\n{LINE.replace(old, new)}\n")
    with pytest.raises(ValueError, match=r"cookies\.txt: line 4: ") as raised:
        CookieJar.load_netscape(path)
    assert reason in str(raised.value)


def test_a_tab_cannot_be_written(tmp_path):
    path = tmp_path / "cookies.txt"
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "a=b\tc; Max-Age=5")
    with pytest.raises(ValueError, match=r"the cookie 'a' of example\.com contains a tab"):
        jar.save_netscape(path)
    assert not path.exists()


TEXT = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=9)


@given(
    TEXT, TEXT, st.booleans(), st.booleans(), st.booleans(), st.none() | st.integers(1, 4 * 10**9)
)
def test_all_but_same_site_is_written(name, value, secure, host_only, http_only, end):
    cookie = Cookie(
        name=f"#{name}".encode("latin-1"),
        value=value.encode("latin-1"),
        secure=secure,
        host="example.com",
        host_only=host_only,
        path="/a b",
        has_path_attribute=True,
        http_only=http_only,
        expiry_time=None if end is None else float(end),
    )
    assert from_netscape(to_netscape([cookie])) == [cookie]
