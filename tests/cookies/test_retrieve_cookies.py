"""Layered cookies 5.4.5: which cookies are sent with a request, and in which order."""

import pytest

from support.cookies import NOW, jar_and_clock
from whatwg_websockets.cookies.cookie import Cookie

PAGE = "https://chat.example.com/room/1"


@pytest.mark.parametrize(
    ("url", "cookies"),
    [
        (PAGE, "deep=1; here=1; all=1; site=1; tls=1"),
        ("wss://chat.example.com/room/1", "deep=1; here=1; all=1; site=1; tls=1"),
        ("http://chat.example.com/room/1", "deep=1; here=1; all=1; site=1"),
        ("ws://chat.example.com:8000/room/", "here=1; all=1; site=1"),
        ("https://chat.example.com/rooms", "all=1; site=1; tls=1"),
        ("https://example.com/room", "site=1"),
        ("https://a.chat.example.com/room", "site=1"),
        ("https://example.org/room", ""),
    ],
)
def test_host_path_and_scheme(url, cookies):
    jar, _ = jar_and_clock()
    for field in (
        "all=1; Path=/",
        "site=1; Path=/; Domain=example.com",
        "here=1",
        "tls=1; Path=/; Secure",
        "deep=1; Path=/room/1",
    ):
        jar.set_cookie(PAGE, field)
    assert jar.cookies_for(url) == cookies


def test_scripts_do_not_get_what_is_kept_from_them():
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "a=1; HttpOnly")
    jar.set_cookie(PAGE, "b=1")
    assert jar.cookies_for(PAGE) == "a=1; b=1"
    assert jar.cookies_for(PAGE, script=True) == "b=1"


@pytest.mark.parametrize(
    ("mode", "cookies"),
    [
        ("strict-or-less", "strict lax unset none"),
        ("lax-or-less", "lax unset none"),
        ("unset-or-less", "unset none"),
        ("none", "none"),
    ],
)
def test_same_site(mode, cookies):
    jar, _ = jar_and_clock()
    for field in ("strict; SameSite=Strict", "lax; SameSite=Lax", "unset", "none; SameSite=None"):
        jar.set_cookie(PAGE, f"{field}; Secure".replace(";", "=;", 1))
    expected = "; ".join(f"{each}=" for each in cookies.split())
    assert jar.cookies_for(PAGE, same_site=mode) == expected


def test_what_comes_in_one_moment_keeps_its_order_over_hosts():
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "b=1; Path=/; Domain=example.com")
    jar.set_cookie(PAGE, "a=1; Path=/")
    assert jar.cookies_for(PAGE) == "b=1; a=1"


def test_what_has_expired_does_not_go_along():
    jar, clock = jar_and_clock()
    jar.set_cookie(PAGE, "a=1; Max-Age=10")
    jar.set_cookie(PAGE, "b=1")
    clock.now += 9.5
    assert jar.cookies_for(PAGE) == "a=1; b=1"
    clock.now += 0.5
    assert jar.cookies_for(PAGE) == "b=1"
    assert [each.name for each in jar] == [b"b"]


def test_who_goes_along_was_used():
    jar, clock = jar_and_clock()
    cookie = jar.set_cookie(PAGE, "a=1")
    clock.now += 7
    jar.cookies_for("https://example.org/")
    assert cookie.last_access_time == NOW
    jar.cookies_for(PAGE)
    assert cookie.last_access_time == pytest.approx(NOW + 7)


def test_a_host_that_has_become_a_public_suffix_gets_its_own_cookies_alone():
    """The cookie was stored before its host was added to the list."""
    jar, _ = jar_and_clock()
    jar.set_cookie("https://github.io/", "own=1")
    jar.stored.insert(Cookie(name=b"all", value=b"1", host="github.io"))
    assert jar.cookies_for("https://github.io/") == "own=1"
    assert jar.cookies_for("https://a.github.io/") == ""


def test_an_ip_address():
    jar, _ = jar_and_clock()
    jar.set_cookie("http://127.0.0.1/", "a=1; Domain=127.0.0.1")
    jar.set_cookie("http://[::1]/", "b=1")
    assert jar.cookies_for("ws://127.0.0.1:8000/") == "a=1"
    assert jar.cookies_for("ws://[::1]:8000/") == "b=1"
    assert jar.cookies_for("ws://127.0.0.2/") == ""


def test_a_cookie_says_when_it_has_expired():
    assert not Cookie(name=b"a", value=b"").is_expired(NOW)
