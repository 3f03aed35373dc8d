"""Layered cookies 5.4.3: which cookies a server may set, and which stored cookie each replaces."""

import pytest

from support.cookies import NOW, jar_and_clock

PAGE = "https://chat.example.com/room/1"


def kept(field, url=PAGE, **how):
    jar, _ = jar_and_clock()
    return jar.set_cookie(url, field, **how)


@pytest.mark.parametrize(
    ("domain", "host", "host_only"),
    [
        ("", "chat.example.com", True),
        ("; Domain=", "chat.example.com", True),
        ("; Domain=chat.example.com", "chat.example.com", False),
        ("; Domain=example.com", "example.com", False),
        ("; Domain=.EXAMPLE.com", "example.com", False),
    ],
)
def test_the_host_that_it_is_for(domain, host, host_only):
    cookie = kept("a=b" + domain)
    assert (cookie.host, cookie.host_only) == (host, host_only)
    assert cookie.creation_time == cookie.last_access_time == NOW


@pytest.mark.parametrize(
    "domain", ["com", "a.chat.example.com", "ample.com", "example.org", "127.0.0.1", "/", "."]
)
def test_a_host_that_the_server_does_not_speak_for(domain):
    assert kept(f"a=b; Domain={domain}") is None


def test_a_public_suffix_that_is_a_server_sets_cookies_for_itself_alone():
    cookie = kept("a=b; Domain=github.io", "https://github.io/")
    assert (cookie.host, cookie.host_only) == ("github.io", True)
    assert kept("a=b; Domain=github.io", "https://a.github.io/") is None
    assert kept("a=b; Domain=localhost", "http://localhost/").host_only


def test_an_ip_address_is_for_itself():
    cookie = kept("a=b; Domain=127.0.0.1", "http://127.0.0.1/")
    assert (cookie.host, cookie.host_only) == ("127.0.0.1", False)
    assert kept("a=b; Domain=0.0.1", "http://127.0.0.1/") is None


def test_a_script_sets_no_cookie_that_is_kept_from_scripts():
    assert kept("a=b; HttpOnly", script=True) is None
    assert kept("a=b; HttpOnly").http_only
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "a=1; HttpOnly")
    assert jar.set_cookie(PAGE, "a=2", script=True) is None
    assert jar.cookies_for(PAGE) == "a=1"


def test_without_tls_no_cookie_for_tls_is_set_nor_hidden():
    plain = PAGE.replace("https", "http")
    assert kept("a=b; Secure", plain) is None
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "a=1; Secure; Path=/room; Domain=example.com")
    for refused in ("a=2", "a=2; Path=/room/1", "a=2; Path=/room; Domain=example.com"):
        assert jar.set_cookie(plain, refused) is None
    for url in ("http://example.com/room/1", "http://other.chat.example.com/room/1"):
        assert jar.set_cookie(url, "a=2") is None
    for taken in ("a=2; Path=/", "b=2", "A=2"):
        assert jar.set_cookie(plain, taken) is not None
    assert jar.set_cookie("http://example.org/room/1", "a=2") is not None
    jar.clear()
    assert jar.set_cookie(plain, "a=2") is not None


def test_a_request_of_another_site_sets_only_cookies_for_such():
    for attributes in ("", "; SameSite=Lax", "; SameSite=Strict", "; SameSite=None"):
        assert kept(f"a=b{attributes}", same_site=False) is None
    assert kept("a=b; SameSite=None; Secure", same_site=False).same_site == "none"
    assert kept("a=b; SameSite=None") is None


HOST = "Secure; Path=/"


@pytest.mark.parametrize(
    ("field", "is_kept"),
    [
        ("__Secure-a=b; Secure", True),
        ("__Secure-a=b", False),
        ("__secure-a=b", False),
        (f"__Host-a=b; {HOST}", True),
        ("__Host-a=b; Path=/", False),
        ("__Host-a=b; Secure", False),
        ("__Host-a=b; Secure; Path=/room", False),
        (f"__HOST-a=b; {HOST}; Domain=chat.example.com", False),
        ("__Http-a=b; Secure; HttpOnly", True),
        ("__Http-a=b; Secure", False),
        ("__Http-a=b; HttpOnly", False),
        (f"__Host-Http-a=b; {HOST}; HttpOnly", True),
        (f"__Host-Http-a=b; {HOST}", False),
        ("__Host-Http-a=b; Secure; HttpOnly", False),
        ("__Host", True),
        (f"=__Host-a=b; {HOST}", False),
        ("__secure-a; Secure", False),
        ("__Http-a; Secure; HttpOnly", False),
        ("__Host-Http-a; Secure; HttpOnly", False),
    ],
)
def test_prefixes(field, is_kept):
    assert (kept(field) is not None) == is_kept


def test_one_that_is_like_it_is_replaced_and_keeps_its_place():
    jar, clock = jar_and_clock()
    first = jar.set_cookie(PAGE, "a=1")
    jar.set_cookie(PAGE, "b=1")
    clock.now += 5
    second = jar.set_cookie(PAGE, "a=2")
    assert second.creation_time == first.creation_time
    assert second.last_access_time == NOW + 5
    assert jar.cookies_for(PAGE) == "a=2; b=1"
    for other in ("a=3; Path=/", "a=3; Domain=chat.example.com", "A=3"):
        assert jar.set_cookie(PAGE, other) is not None
    assert len(jar) == 5


@pytest.mark.parametrize("changed", ["a=2", "a=1; Secure", "a=1; HttpOnly", "a=1; SameSite=Lax"])
def test_one_that_says_the_same_is_no_change(changed):
    jar, _ = jar_and_clock()
    assert jar.set_cookie(PAGE, "a=1") is not None
    assert jar.set_cookie(PAGE, "a=1") is None
    assert jar.set_cookie(PAGE, changed) is not None
    assert jar.set_cookie(PAGE, changed + "; Max-Age=5") is not None
    assert len(jar) == 1
