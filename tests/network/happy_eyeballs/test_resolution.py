"""The addresses of IPv4 and IPv6 are queried separately.

https://www.rfc-editor.org/rfc/rfc8305#section-3
"""

import asyncio
import gc
import socket
import threading

import pytest

from support.loops import errors_heard
from support.page import turns, until
from support.routes import V4, V6, have_routes
from whatwg_websockets.network.cause import Cause
from whatwg_websockets.network.happy_eyeballs import resolution
from whatwg_websockets.network.happy_eyeballs.resolution import (
    ask_for_addresses,
    why_there_are_no_addresses,
)

ADDRESSES = {V4: ("192.0.2.1", 80), V6: ("2001:db8::1", 80, 0, 0)}
NOT_FOUND = socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def found(*families):
    return [(each, socket.SOCK_STREAM, 6, "", ADDRESSES[each]) for each in families]


class Resolver:
    """A fake of an event loop's resolver, in which the test answers each family."""

    def __init__(self):
        self.asked = []
        loop = asyncio.get_running_loop()
        self.answers = {V4: loop.create_future(), V6: loop.create_future()}
        loop.getaddrinfo = self.getaddrinfo

    async def getaddrinfo(self, host, port, *, family, **_):
        self.asked.append((host, port, family))
        return await self.answers[family]


@pytest.fixture(autouse=True)
def both_families(monkeypatch):
    have_routes(monkeypatch, V4, V6)


@pytest.fixture
def no_delay(monkeypatch):
    monkeypatch.setattr(resolution, "RESOLUTION_DELAY", 0.001)


@pytest.fixture
def endless_delay(monkeypatch):
    monkeypatch.setattr(resolution, "RESOLUTION_DELAY", 600)


async def asking():
    return asyncio.ensure_future(ask_for_addresses("name.example", 80, 60))


def hosts(addresses):
    return [each.address[0] for each in addresses.known()]


async def test_ipv6_is_asked_for_first_and_ipv4_at_once_after_it():
    resolver = Resolver()
    task = await asking()
    await turns()
    assert resolver.asked == [("name.example", 80, V6), ("name.example", 80, V4)]
    task.cancel()
    await turns()
    assert all(each.cancelled() for each in resolver.answers.values())


async def test_with_ipv6_addresses_connecting_begins_at_once():
    resolver = Resolver()
    task = await asking()
    await turns()
    resolver.answers[V6].set_result(found(V6))
    addresses = await task
    assert hosts(addresses) == ["2001:db8::1"]
    assert len(addresses.asking) == 1
    assert not addresses.is_complete
    resolver.answers[V4].set_result(found(V4))
    await turns()
    addresses.add_what_was_answered()
    assert hosts(addresses) == ["2001:db8::1", "192.0.2.1"]
    assert addresses.is_complete


async def test_ipv4_addresses_wait_for_ipv6_addresses(endless_delay):
    resolver = Resolver()
    task = await asking()
    await turns()
    resolver.answers[V4].set_result(found(V4))
    await turns(20)
    assert not task.done()
    resolver.answers[V6].set_result(found(V6))
    assert hosts(await task) == ["192.0.2.1", "2001:db8::1"]


async def test_ipv4_addresses_do_not_wait_for_long(no_delay):
    resolver = Resolver()
    task = await asking()
    resolver.answers[V4].set_result(found(V4))
    addresses = await task
    assert hosts(addresses) == ["192.0.2.1"]
    assert len(addresses.asking) == 1
    addresses.stop_asking()
    await turns()
    assert addresses.is_complete


@pytest.mark.parametrize("negative", [[], NOT_FOUND])
async def test_ipv4_addresses_do_not_wait_once_there_are_no_ipv6_addresses(endless_delay, negative):
    resolver = Resolver()
    task = await asking()
    resolver.answers[V4].set_result(found(V4))
    if negative:
        resolver.answers[V6].set_exception(negative)
    else:
        resolver.answers[V6].set_result(negative)
    addresses = await task
    assert hosts(addresses) == ["192.0.2.1"]
    assert addresses.is_complete


async def test_ipv4_is_waited_for_where_there_are_no_ipv6_addresses():
    resolver = Resolver()
    resolver.answers[V6].set_exception(NOT_FOUND)
    task = await asking()
    await turns(20)
    assert not task.done()
    resolver.answers[V4].set_result(found(V4))
    assert hosts(await task) == ["192.0.2.1"]


async def test_a_resolver_that_gives_both_families_is_asked_for_each_all_the_same():
    resolver = Resolver()
    for each in resolver.answers.values():
        each.set_result(found(V4, V6))
    addresses = await (await asking())
    await turns()
    addresses.add_what_was_answered()
    assert sorted(hosts(addresses)) == ["192.0.2.1", "2001:db8::1"]


async def test_a_name_that_is_not_there():
    resolver = Resolver()
    for each in resolver.answers.values():
        each.set_exception(NOT_FOUND)
    addresses = await (await asking())
    assert hosts(addresses) == []
    assert [each.kind for each in addresses.causes] == ["name not found"] * 2


async def test_a_query_that_takes_too_long_says_so():
    Resolver()
    addresses = await ask_for_addresses("name.example", 80, 0.001)
    assert {each.kind for each in addresses.causes} == {"timed out"}


async def test_a_resolver_of_the_program_that_is_wrong_is_told_of_once():
    resolver = Resolver()
    for each in resolver.answers.values():
        each.set_exception(ZeroDivisionError("a mistake"))
    with pytest.raises(ZeroDivisionError, match="a mistake"):
        await ask_for_addresses("name.example", 80, 1)
    del resolver
    await turns()
    gc.collect()
    assert errors_heard().take() == []


def test_why_there_are_no_addresses():
    """The error of a resolver that fails is preferred to an answer without addresses."""
    missing = Cause("missing", "name not found", "resolving")
    failed = Cause("failed", "name not resolved", "resolving")
    assert why_there_are_no_addresses([missing, failed]) is failed
    assert why_there_are_no_addresses([failed, missing]) is failed
    other = Cause("other", "name not found", "resolving")
    assert why_there_are_no_addresses([missing, other]) is other


# A machine with a way to one family alone.


@pytest.mark.parametrize("family", [V4, V6])
async def test_a_family_to_which_there_is_no_way_is_not_asked_for(monkeypatch, family):
    have_routes(monkeypatch, family)
    resolver = Resolver()
    resolver.answers[family].set_result(found(family))
    addresses = await (await asking())
    assert [each.family for each in addresses.known()] == [family]
    assert [asked for _, _, asked in resolver.asked] == [family]
    assert (addresses.last_resort is not None) == (family == V6)


@pytest.mark.parametrize("family", [V4, V6])
async def test_the_other_is_asked_for_where_there_is_nothing_else(monkeypatch, family):
    """The name may lead to this machine."""
    have_routes(monkeypatch, family)
    [other] = {V4, V6} - {family}
    resolver = Resolver()
    resolver.answers[family].set_exception(NOT_FOUND)
    resolver.answers[other].set_result(found(other))
    addresses = await (await asking())
    assert [each.family for each in addresses.known()] == [other]
    assert [asked for _, _, asked in resolver.asked] == [family, other]


async def test_without_any_way_both_are_asked_for(monkeypatch):
    have_routes(monkeypatch)
    resolver = Resolver()
    resolver.answers[V6].set_result(found(V6))
    addresses = await (await asking())
    assert [asked for _, _, asked in resolver.asked] == [V6, V4]
    addresses.stop_asking()
    await turns()


# The system's resolver, in threads.


async def test_the_system_is_asked_for_both_at_the_same_time(monkeypatch):
    """The slower family holds up nobody."""
    may_answer, asked = threading.Event(), []

    def getaddrinfo(host, port, *, family, **_):
        asked.append(family)
        if family == V4:
            may_answer.wait()
        return found(family)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    addresses = await (await asking())
    assert hosts(addresses) == ["2001:db8::1"]
    await until(lambda: len(asked) == 2)
    may_answer.set()
    await asyncio.wait(addresses.asking)
    addresses.add_what_was_answered()
    assert hosts(addresses) == ["2001:db8::1", "192.0.2.1"]
