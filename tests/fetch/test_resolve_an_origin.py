"""From a host to its IP addresses.

https://fetch.spec.whatwg.org/#resolve-an-origin,
https://www.rfc-editor.org/rfc/rfc6761#section-6.3
"""

import asyncio
import socket

import pytest

from support.page import FAILED, Recorder, limits
from support.routes import V4, V6, have_routes
from whatwg_websockets import WebSocket
from whatwg_websockets.fetch.resolve_an_origin import resolve_an_origin
from whatwg_websockets.network.cause import NotConnected
from whatwg_websockets.network.target import Target

OTHER = 1


def system(answer):
    """Have the loop resolve names as a test says."""
    asked = []

    async def getaddrinfo(host, port, *, family, **_):
        asked.append((host, port, family))
        return await answer(host) if asyncio.iscoroutinefunction(answer) else answer(host)

    asyncio.get_running_loop().getaddrinfo = getaddrinfo
    return asked


@pytest.fixture(autouse=True)
def both_families(monkeypatch):
    have_routes(monkeypatch, V4, V6)


async def addresses_of(host, limit=1):
    return (await resolve_an_origin(host, 80, limit)).known()


def nobody(host):
    raise AssertionError(f"the system was asked for {host}")


async def test_an_ip_address_is_its_own_answer():
    system(nobody)
    assert await addresses_of("127.0.0.1") == [Target(V4, ("127.0.0.1", 80))]
    assert await addresses_of("::1") == [Target(V6, ("::1", 80))]


LOCAL = ["localhost", "LOCALHOST", "localhost.", "foo.localhost", "foo.localhost.", "a.b.localHost"]


@pytest.mark.parametrize("name", LOCAL)
async def test_localhost_and_what_is_below_it_never_leave_the_machine(name):
    system(nobody)
    assert await addresses_of(name) == [
        Target(V6, ("::1", 80)),
        Target(V4, ("127.0.0.1", 80)),
    ]


OTHERS = [
    "localhost.example",
    "notlocalhost",
    "foo-localhost",
    "local",
    ".localhost",
    "localhost..",
]


@pytest.mark.parametrize("name", OTHERS)
async def test_other_names_are_for_the_system_to_resolve(name):
    found = (V4, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))
    asked = system(lambda host: [found])
    assert await addresses_of(name) == [Target(V4, ("192.0.2.1", 80))]
    assert asked == [(name, 80, V6), (name, 80, V4)]


async def test_each_family_in_the_systems_order_and_other_families_are_left_out():
    found = [
        (OTHER, socket.SOCK_STREAM, 0, "", "/run/socket"),
        (V4, socket.SOCK_STREAM, 6, "", ("192.0.2.2", 80)),
        (V4, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80)),
    ]
    system(lambda host: found)
    assert await addresses_of("name.example") == [
        Target(V4, ("192.0.2.2", 80)),
        Target(V4, ("192.0.2.1", 80)),
    ]


async def cause_of(name="name.example", limit=1):
    with pytest.raises(NotConnected) as failure:
        await resolve_an_origin(name, 80, limit)
    cause = failure.value.cause
    assert cause.stage == "resolving"
    return cause.kind, str(cause)


def fails(error):
    def answer(host):
        raise error

    return answer


async def test_a_name_that_does_not_exist():
    system(fails(socket.gaierror(socket.EAI_NONAME, "Name or service not known")))
    assert await cause_of() == (
        "name not found",
        "the name was not found (Name or service not known)",
    )


async def test_a_name_of_which_nobody_can_say_whether_it_exists():
    system(fails(socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")))
    assert await cause_of() == (
        "name not resolved",
        "the name could not be resolved (Temporary failure in name resolution)",
    )
    system(fails(OSError()))
    assert await cause_of() == ("name not resolved", "the name could not be resolved (OSError)")


async def test_a_name_without_addresses():
    system(lambda host: [])
    assert await cause_of() == ("name not found", "the name has no address")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
async def test_a_name_that_dns_could_not_have(host):
    """Python's own codec refuses it, not with an OSError."""
    system(lambda host: host.encode("idna"))
    kind, text = await cause_of(host)
    assert kind == "name not found"
    assert text.startswith("DNS cannot have such a name")


async def test_a_name_that_never_resolves():
    async def never(host):
        await asyncio.get_running_loop().create_future()

    system(never)
    assert await cause_of(limit=0.01) == (
        "timed out",
        "timed out while resolving the name (handshake_timeout is 0.01 s)",
    )


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_what_a_page_sees_and_what_the_log_says(scheme, caplog):
    """The name of the host, without the user's name and password, and the cause."""
    caplog.set_level("INFO", "whatwg_websockets")

    async def never(host):
        await asyncio.get_running_loop().create_future()

    system(never)
    url = f"{scheme}://user:secret@slow.example:8000/"
    events = Recorder(WebSocket(url, settings=limits(handshake_timeout=0.01)))
    await events.until("close")
    assert events.events == FAILED
    assert (
        "slow.example:8000 could not be connected to: timed out while resolving the name"
        in caplog.text
    )
    assert "secret" not in caplog.text
