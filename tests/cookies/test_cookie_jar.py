"""Tests of CookieJar as a program uses it."""

import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from support.cookies import NOW, Clock, jar_and_clock
from whatwg_websockets import CookieJar

PAGE = "wss://example.com/chat"


@pytest.mark.parametrize("limit", ["cookies_per_host", "cookies", "days"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_that_lets_nothing_through(limit, value):
    with pytest.raises(ValueError, match=f"the limit {limit} has to be more than 0, not {value}"):
        CookieJar(**{limit: value})


def test_the_most_days_that_a_cookie_lasts():
    jar, _ = jar_and_clock(days=2)
    assert jar.set_cookie(PAGE, "a=1; Max-Age=9999999").expiry_time == NOW + 2 * 86_400


@pytest.mark.parametrize("url", ["", "chat", "ftp://example.com/", "about:blank", "data:,x"])
def test_a_url_that_has_no_cookies(url):
    jar = CookieJar()
    for call in (lambda: jar.cookies_for(url), lambda: jar.set_cookie(url, "a=b")):
        with pytest.raises(ValueError, match="this is not an http, https, ws or wss URL"):
            call()


def test_a_field_beyond_latin_1():
    with pytest.raises(ValueError, match="a header must not have characters beyond Latin-1"):
        CookieJar().set_cookie(PAGE, "a=\u20ac")
    jar = CookieJar()
    jar.set_cookie(PAGE, "a=\xe4")
    assert jar.cookies_for(PAGE) == "a=\xe4"


def test_an_empty_jar_is_a_jar():
    jar = CookieJar()
    assert jar
    assert len(jar) == 0
    assert list(jar) == []


def test_it_forgets():
    jar, _ = jar_and_clock()
    for url in (PAGE, "https://example.org/"):
        jar.set_cookie(url, "a=1")
        jar.set_cookie(url, "b=1; Max-Age=60")
    jar.clear("example.org")
    assert jar.cookies_for(PAGE) == "a=1; b=1"
    assert jar.cookies_for("https://example.org/") == ""
    jar.end_session()
    assert jar.cookies_for(PAGE) == "b=1"
    jar.clear()
    assert len(jar) == 0


def test_a_clock_that_stands_or_goes_back():
    jar, clock = jar_and_clock()
    moments = [jar.now() for _ in range(3)]
    assert moments == sorted(set(moments))
    clock.now -= 3_600
    assert jar.now() == NOW - 3_600


def test_several_threads_use_one_jar():
    jar = CookieJar(cookies_per_host=20)
    wrong = []

    def use(number):
        try:
            for i in range(150):
                jar.set_cookie(PAGE, f"n{(i + number) % 30}={number}; Max-Age={i % 3}")
                assert jar.cookies_for(PAGE).count("=") <= 20
                assert len(list(jar)) <= 20
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=use, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


HOSTS = {  # each with the hosts that it may set a cookie for
    "example.com": ["example.com"],
    "a.example.com": ["a.example.com", "example.com"],
    "b.a.example.com": ["b.a.example.com", "a.example.com", "example.com"],
    "example.org": ["example.org"],
    "127.0.0.1": ["127.0.0.1"],
}
PATHS = ["/", "/x", "/x/y", "/xy"]


class AgainstAModel(RuleBasedStateMachine):
    """A jar that is compared with a plain list of the cookies that it should have."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.jar = CookieJar(clock=self.clock, cookies_per_host=4, cookies=9)
        self.model = []

    def kept(self):
        return [each for each in self.model if each["end"] is None or each["end"] > self.clock.now]

    @rule(seconds=st.sampled_from([0.5, 1, 10]))
    def wait(self, seconds):
        self.clock.now += seconds

    @rule(
        scheme=st.sampled_from(["ws", "wss"]),
        host=st.sampled_from(sorted(HOSTS)),
        path=st.sampled_from(PATHS),
        name=st.sampled_from(["n", "m", "__Secure-n", "__Host-n"]),
        value=st.sampled_from(["1", "2"]),
        domain=st.none() | st.sampled_from([*sorted(HOSTS), "com"]),
        at=st.none() | st.sampled_from(PATHS),
        age=st.none() | st.sampled_from([0, 1, 5]),
        flags=st.sets(st.sampled_from(["Secure", "HttpOnly"])),
        same_site=st.sampled_from(["unset", "none", "lax", "strict"]),
        script=st.booleans(),
        own=st.booleans(),
    )
    def set_one(
        self, scheme, host, path, name, value, domain, at, age, flags, same_site, script, own
    ):
        field = f"{name}={value}"
        field += "" if domain is None else f"; Domain={domain}"
        field += "" if at is None else f"; Path={at}"
        field += "" if age is None else f"; Max-Age={age}"
        field += "" if same_site == "unset" else f"; SameSite={same_site}"
        field += "".join(f"; {each}" for each in sorted(flags))
        self.clock.now += 0.01
        self.jar.set_cookie(f"{scheme}://{host}{path}", field, script=script, same_site=own)
        self.model = self.kept()
        now, secure = self.clock.now, "Secure" in flags
        new = {
            "name": name,
            "value": value,
            "host": host if domain is None else domain,
            "host_only": domain is None,
            "path": at or (path.rpartition("/")[0] or "/"),
            "secure": secure,
            "http_only": "HttpOnly" in flags,
            "same_site": same_site,
            "end": None if age is None else now + age,
            "created": now,
            "used": now,
        }
        if domain is not None and domain not in HOSTS[host]:
            return
        if script and new["http_only"]:
            return
        if scheme == "ws" and (secure or any(self.hides(new, old) for old in self.model)):
            return
        if same_site != "none" and not own:
            return
        if same_site == "none" and not secure:
            return
        if name.startswith("__") and not secure:
            return
        if name == "__Host-n" and not (domain is None and at == "/"):
            return
        key = ("name", "host", "host_only", "path")
        for old in self.model:
            if all(old[each] == new[each] for each in key):
                if script and old["http_only"]:
                    return
                same = ("value", "secure", "http_only", "same_site", "end")
                if all(old[each] == new[each] for each in same):
                    return
                new["created"] = old["created"]
                self.model.remove(old)
                break
        self.model.append(new)
        self.model = self.kept()
        self.evict([each for each in self.model if each["host"] == host], 4)
        self.evict(self.model, 9, tls_last=False)

    def hides(self, new, old):
        one, other = new["host"], old["host"]
        near = one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
        return (
            old["secure"]
            and old["name"] == new["name"]
            and near
            and f"{new['path']}/".startswith(f"{old['path'].rstrip('/')}/")
        )

    def evict(self, some, limit, tls_last=True):
        order = sorted(some, key=lambda each: (tls_last and each["secure"], each["used"]))
        for each in order[: max(0, len(order) - limit)]:
            self.model.remove(each)

    @rule(
        scheme=st.sampled_from(["ws", "wss"]),
        host=st.sampled_from(sorted(HOSTS)),
        path=st.sampled_from(PATHS),
        script=st.booleans(),
        mode=st.sampled_from(["strict-or-less", "lax-or-less", "unset-or-less", "none"]),
    )
    def ask(self, scheme, host, path, script, mode):
        self.clock.now += 0.01
        order = ["none", "unset", "lax", "strict"]
        found = [
            each
            for each in self.kept()
            if (each["host"] == host or (not each["host_only"] and each["host"] in HOSTS[host]))
            and f"{path}/".startswith(f"{each['path'].rstrip('/')}/")
            and (scheme == "wss" or not each["secure"])
            and not (script and each["http_only"])
            and order.index(each["same_site"]) <= order.index(mode.removesuffix("-or-less"))
        ]
        found.sort(key=lambda each: (-len(each["path"]), each["created"]))
        for each in found:
            each["used"] = self.clock.now
        expected = "; ".join(f"{each['name']}={each['value']}" for each in found)
        got = self.jar.cookies_for(f"{scheme}://{host}{path}", script=script, same_site=mode)
        assert got == expected

    @invariant()
    def has_as_many(self):
        assert len(self.jar) == len(self.kept())


TestAgainstAModel = AgainstAModel.TestCase
TestAgainstAModel.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
