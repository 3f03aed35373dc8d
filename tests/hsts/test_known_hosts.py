"""Which hosts are known HSTS hosts.

https://www.rfc-editor.org/rfc/rfc6797#section-8.1,
https://www.rfc-editor.org/rfc/rfc6797#section-8.2
"""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from whatwg_websockets import HstsList, PreloadList
from whatwg_websockets.url.domain import superdomains

NOON = 1_800_000_000.0


class Clock:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hsts(clock):
    return HstsList(clock=clock)


def test_an_empty_list_knows_nobody(hsts):
    assert not hsts.is_known("example.com")
    assert len(hsts) == 0
    assert repr(hsts) == "<HstsList: 0 noted>"


# § rfc6797-8.1-1.
def test_a_host_is_known_by_what_it_says(hsts):
    hsts.process("example.com", [b"max-age=100"])
    assert hsts.is_known("example.com")
    assert not hsts.is_known("a.example.com")
    assert not hsts.is_known("com")
    assert list(hsts) == ["example.com"]


# § rfc6797-8.1-1.
def test_what_it_says_later_replaces_what_it_said(hsts, clock):
    hsts.process("example.com", [b"max-age=100; includeSubDomains"])
    hsts.process("example.com", [b"max-age=10"])
    assert not hsts.is_known("a.example.com")
    clock.now += 10
    assert not hsts.is_known("example.com")


# § rfc6797-8.1-2.
def test_a_max_age_of_0_takes_it_back(hsts):
    hsts.process("example.com", [b"max-age=0"])
    assert len(hsts) == 0
    hsts.process("example.com", [b"max-age=100; includeSubDomains"])
    hsts.process("example.com", [b"max-age=0; includeSubDomains"])
    assert not hsts.is_known("example.com")
    assert not hsts.is_known("a.example.com")


# § rfc6797-8.1-3.
def test_of_several_fields_the_first_counts(hsts):
    hsts.process("example.com", [b"max-age=100", b"max-age=0"])
    assert hsts.is_known("example.com")
    hsts.process("example.org", [b"no grammar has this", b"max-age=100"])
    assert not hsts.is_known("example.org")


# § rfc6797-8.1-5.
def test_what_is_not_as_the_grammar_has_it_changes_nothing(hsts):
    hsts.process("example.com", [b"max-age=100"])
    hsts.process("example.com", [b"max-age=0; max-age=0"])
    assert hsts.is_known("example.com")


# § rfc6797-8.6-1.
def test_a_response_without_the_field_changes_nothing(hsts):
    hsts.process("example.com", [b"max-age=100"])
    hsts.process("example.com", [])
    assert hsts.is_known("example.com")


# § rfc6797-8.1.1-2.
def test_what_a_host_says_changes_nothing_above_it(hsts, clock):
    hsts.process("example.com", [b"max-age=100; includeSubDomains"])
    hsts.process("a.example.com", [b"max-age=0"])
    assert hsts.is_known("a.example.com")
    hsts.process("a.example.com", [b"max-age=200"])
    clock.now += 100
    assert not hsts.is_known("example.com")
    assert hsts.is_known("a.example.com")


# § rfc6797-8.1.1-3.
def test_a_host_whose_time_is_over_is_known_no_longer(hsts, clock):
    hsts.note("a.example.com", max_age=1, include_subdomains=True)
    hsts.note("example.org", max_age=3)
    clock.now += 1
    assert not hsts.is_known("a.example.com")
    assert not hsts.is_known("b.a.example.com")
    clock.now += 1
    assert list(hsts) == ["example.org"]
    clock.now += 1
    assert len(hsts) == 0


def test_whoever_notes_a_host_evicts_what_has_expired(hsts, clock):
    hsts.note("example.com", max_age=1)
    clock.now += 1
    hsts.note("example.org", max_age=1)
    clock.now -= 1
    assert list(hsts) == ["example.org"]


# § rfc6797-8.2-1.
def test_a_domain_above_counts_where_it_has_its_subdomains(hsts):
    hsts.note("example.com", max_age=100, include_subdomains=True)
    hsts.note("b.example.com", max_age=100)
    for name in [
        "example.com",
        "a.example.com",
        "x.b.example.com",
        "EXAMPLE.com",
        "a.example.com.",
    ]:
        assert hsts.is_known(name)
    for name in ["com", "notexample.com", "example.com.org", "example.co"]:
        assert not hsts.is_known(name)


def test_names_are_compared_as_urls_have_them(hsts):
    hsts.note("Bücher.Example.", max_age=100)
    assert list(hsts) == ["xn--bcher-kva.example"]
    assert hsts.is_known("XN--BCHER-KVA.example")
    assert hsts.matches("xn--bcher-kva.example.")


# § rfc6797-8.1.1-1.
@pytest.mark.parametrize("address", ["127.0.0.1", "[::1]", "0x7f.1"])
def test_an_ip_address_is_never_noted(hsts, address):
    with pytest.raises(ValueError, match="an IP address is never a known HSTS host"):
        hsts.note(address, max_age=1)
    assert not hsts.is_known(address)


NO_HOSTS = ["", ".", "a b", "a/b", "a:443", "https://a", "me@a", "a?", "a#", "a\\b", "a\nb", "[::1"]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_an_error(hsts, host):
    for call in (hsts.is_known, hsts.forget, lambda host: hsts.note(host, max_age=1)):
        with pytest.raises(ValueError, match="not a host: "):
            call(host)


@pytest.mark.parametrize("max_age", [-1, float("nan")])
def test_a_time_below_0_is_an_error(hsts, max_age):
    with pytest.raises(ValueError, match="max_age must be a number of seconds from 0 on, not "):
        hsts.note("example.com", max_age=max_age)


def test_forget(hsts):
    hsts.note("example.com", max_age=100, include_subdomains=True)
    hsts.note("a.example.com", max_age=100)
    hsts.forget("a.example.com")
    hsts.forget("a.example.com")
    assert list(hsts) == ["example.com"]
    hsts.forget("EXAMPLE.com")
    assert not hsts.is_known("a.example.com")


def test_a_preload_list_is_known_whatever_its_hosts_say(clock):
    day = datetime.date(2026, 11, 30)
    preloaded = PreloadList(lambda host: host == "bank.example", date=day, source="a test")
    hsts = HstsList(preloaded=preloaded, clock=clock)
    hsts.process("bank.example", [b"max-age=0"])
    hsts.forget("bank.example")
    assert hsts.is_known("Bank.example.")
    assert not hsts.is_known("a.bank.example")
    assert len(hsts) == 0
    assert repr(hsts) == "<HstsList: 0 noted, <PreloadList of 2026-11-30 from a test>>"


names = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(".".join)


class Model(RuleBasedStateMachine):
    """A plain list of known HSTS hosts, which follows the wording of the RFC."""

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.hsts = HstsList(clock=self.clock)
        self.noted = {}

    @rule(name=names, max_age=st.integers(0, 5), include=st.booleans())
    def say(self, name, max_age, include):
        field = f"max-age={max_age}" + ("; includeSubDomains" if include else "")
        self.hsts.process(name, [field.encode()])
        self.noted[name] = (self.clock.now + max_age, include)

    @rule(seconds=st.integers(1, 4))
    def wait(self, seconds):
        self.clock.now += seconds

    @rule()
    def save_and_load(self):
        self.hsts = HstsList.from_json(self.hsts.to_json(), clock=self.clock)

    @rule(name=names)
    def ask(self, name):
        alive = {name for name, (until, _) in self.noted.items() if self.clock.now < until}
        above = [each for each in superdomains(name) if each in alive and self.noted[each][1]]
        assert self.hsts.is_known(name) == (name in alive or bool(above))

    @invariant()
    def all_that_is_noted_is_alive(self):
        alive = {name for name, (until, _) in self.noted.items() if self.clock.now < until}
        assert set(self.hsts) == alive


TestModel = Model.TestCase


@given(names)
def test_superdomains(name):
    labels = name.split(".")
    assert list(superdomains(name)) == [".".join(labels[i:]) for i in range(1, len(labels))]
