"""Layered cookies 5.2 and 5.4.4: which cookies are removed when the jar has too many."""

from support.cookies import jar_and_clock
from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.eviction import garbage_collect_cookies

PAGE = "https://example.com/"


def names(jar):
    return [each.name.decode() for each in jar]


def test_a_host_loses_what_was_used_least_recently():
    jar, clock = jar_and_clock(cookies_per_host=3)
    for name in "abc":
        jar.set_cookie(PAGE, f"{name}=1; Path=/{name}")
    jar.cookies_for(PAGE + "a")
    jar.set_cookie(PAGE, "d=1")
    assert names(jar) == ["a", "c", "d"]
    clock.now += 1
    jar.set_cookie("https://example.org/", "e=1")
    assert len(jar) == 4


def test_a_host_loses_what_is_for_tls_last():
    jar, _ = jar_and_clock(cookies_per_host=2)
    for name in "abcd":
        jar.set_cookie(PAGE, f"{name}=1; Secure" if name in "ab" else f"{name}=1")
    assert names(jar) == ["a", "b"]
    jar.set_cookie(PAGE, "e=1; Secure")
    assert names(jar) == ["b", "e"]


def test_all_hosts_together_lose_what_was_used_least_recently():
    jar, _ = jar_and_clock(cookies=3)
    for i in range(5):
        jar.set_cookie(f"https://{i}.example.com/", f"c{i}=1")
    assert names(jar) == ["c2", "c3", "c4"]


def test_what_has_expired_goes_before_anything_else():
    jar, clock = jar_and_clock(cookies_per_host=2)
    jar.set_cookie(PAGE, "a=1; Max-Age=20")
    jar.set_cookie(PAGE, "b=1; Max-Age=10")
    clock.now += 10.5
    jar.set_cookie(PAGE, "c=1")
    assert names(jar) == ["a", "c"]
    assert len(jar.stored) == 2
    clock.now += 10.5
    jar.set_cookie(PAGE, "d=1")
    assert names(jar) == ["c", "d"]


def test_a_server_takes_a_cookie_back():
    jar, _ = jar_and_clock()
    jar.set_cookie(PAGE, "a=1; Secure")
    jar.set_cookie(PAGE, "a=; Max-Age=0; Secure")
    assert len(jar.stored) == 0
    jar.set_cookie(PAGE, "a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT")
    assert len(jar.stored) == 0
    assert not jar.stored.has_secure(b"a")


def test_a_name_is_known_to_be_secure_as_long_as_one_host_has_it():
    jar, _ = jar_and_clock()
    for url in (PAGE, "https://example.org/"):
        jar.set_cookie(url, "a=1; Secure")
    jar.clear("example.org")
    assert jar.stored.has_secure(b"a")
    jar.clear()
    assert not jar.stored.has_secure(b"a")


def test_a_flood_of_cookies_is_bounded():
    jar, _ = jar_and_clock()
    for i in range(1_000):
        jar.set_cookie(PAGE, f"{i}={'x' * 4_000}")
    assert len(jar) == 180
    for i in range(100):
        for j in range(40):
            jar.set_cookie(f"https://{i}.example.com/", f"{j}=1")
    assert len(jar) == 3_000
    assert jar.set_cookie(PAGE, "a=" + "x" * 102_400) is None
    assert len(jar.set_cookie(PAGE, "a=b" + "; c=d" * 20_000).value) == 1


def test_whoever_collects_garbage_learns_what_has_gone():
    jar, clock = jar_and_clock(cookies_per_host=2, cookies=3)
    for name in "ab":
        jar.set_cookie("https://example.org/", f"{name}=1")
    jar.stored.insert(cookie("gone", "example.com", clock.now - 1))
    for name in "cde":
        jar.stored.insert(cookie(name, "example.com", None))
    removed = garbage_collect_cookies(jar.stored, "example.com", clock.now)
    assert [each.name for each in removed] == [b"gone", b"c", b"d"]


def cookie(name, host, end):
    return Cookie(name=name.encode(), value=b"1", host=host, expiry_time=end)
