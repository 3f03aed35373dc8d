"""Conversion of cookies from and to http.cookiejar."""

import http.client
import http.cookiejar
import io
import urllib.request

import pytest

from support.cookies import jar_and_clock
from whatwg_websockets import CookieJar
from whatwg_websockets.cookies.http_cookiejar import to_http_cookiejar

PAGE = "https://example.com/chat/room"


def theirs(*fields, url=PAGE):
    """Read Set-Cookie fields with Python's http.cookiejar."""
    jar = http.cookiejar.CookieJar()
    head = "".join(f"Set-Cookie: {each}\r\n" for each in fields).encode("latin-1")

    class Answer:
        @staticmethod
        def info():
            return http.client.parse_headers(io.BytesIO(head + b"\r\n"))

    jar.extract_cookies(Answer(), urllib.request.Request(url))
    return jar


def sent_by(jar, url=PAGE):
    request = urllib.request.Request(url)
    jar.add_cookie_header(request)
    return request.get_header("Cookie")


@pytest.mark.parametrize(
    ("field", "same_site"),
    [
        ("a=1; SameSite=Lax", "lax"),
        ("a=1; samesite=STRICT", "strict"),
        ("a=1; SameSite=Strange", "unset"),
        ("a=1", "unset"),
    ],
)
def test_same_site(field, same_site):
    (cookie,) = CookieJar.from_http_cookiejar(theirs(field))
    assert cookie.same_site == same_site


def test_what_the_library_took_goes_along_here():
    jar = CookieJar.from_http_cookiejar(
        theirs(
            "a=1; Secure; HttpOnly",
            "b=1; Domain=example.com; Path=/",
            "c=1; Max-Age=1000",
            "nameless",
            "d=\xe4",
        )
    )
    assert jar.cookies_for(PAGE) == "a=1; c=1; nameless; d=\xe4; b=1"
    assert jar.cookies_for(PAGE, script=True) == "c=1; nameless; d=\xe4; b=1"
    assert jar.cookies_for("http://a.example.com/") == "b=1"
    assert [each.expiry_time is None for each in jar].count(False) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "printer.local", "a.b.test"])
def test_hosts_that_the_library_writes_in_its_own_way(host):
    url = f"http://{host}/"
    jar = CookieJar.from_http_cookiejar(theirs("a=1", url=url))
    assert jar.cookies_for(url) == "a=1"
    assert sent_by(jar.to_http_cookiejar(), url) == "a=1"


def test_what_is_here_goes_along_with_the_library():
    jar = CookieJar()
    for field in (
        "a=1; Secure; HttpOnly; SameSite=Lax",
        "b=1; Domain=example.com; Path=/; Max-Age=100000",
        "nameless",
    ):
        jar.set_cookie(PAGE, field)
    made = to_http_cookiejar(jar)
    assert sent_by(made) == "a=1; nameless; b=1"
    assert sent_by(made, "http://a.example.com/") == "b=1"
    again = CookieJar.from_http_cookiejar(made)
    assert again.cookies_for(PAGE, script=True) == "nameless; b=1"
    assert next(iter(again)).same_site == "lax"
    assert {each.path for each in again} == {"/chat", "/"}


def one(**changed):
    (cookie,) = theirs("a=1")
    for name, value in changed.items():
        setattr(cookie, name, value)
    return cookie


def test_a_path_that_is_none_is_the_root():
    (cookie,) = CookieJar.from_http_cookiejar([one(path="")])
    assert cookie.path == "/"


@pytest.mark.parametrize("domain", ["", "a b", "."])
def test_a_cookie_without_a_host(domain):
    with pytest.raises(ValueError, match="the cookie 'a' does not have a valid host"):
        CookieJar.from_http_cookiejar([one(domain=domain)])


@pytest.mark.parametrize("changed", [{"name": "\u20ac"}, {"value": "\u20ac"}])
def test_a_cookie_beyond_latin_1(changed):
    with pytest.raises(ValueError, match="characters beyond Latin-1"):
        CookieJar.from_http_cookiejar([one(**changed)])


def test_a_domain_cookie_of_an_ip_address():
    jar, _ = jar_and_clock()
    jar.set_cookie("http://127.0.0.1/", "a=1; Domain=127.0.0.1")
    assert sent_by(jar.to_http_cookiejar(), "http://127.0.0.1/") == "a=1"
