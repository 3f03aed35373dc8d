"""The options bag of whatwg/websockets pull request 76, behind its setting.

Chromium 156 has it behind a flag of experiments; what is expected here is what its IDL says.
"""

from types import SimpleNamespace

import pytest

from support.page import FAILED, Recorder
from support.server import Server
from whatwg_websockets import DOMException, EnvironmentSettings, WebSocket
from whatwg_websockets.webidl.missing import MISSING

WITH = EnvironmentSettings(experimental_options_bag=True)


def construct(second):
    return WebSocket("ws://127.0.0.1:1/", second, settings=WITH)


async def offered(second, answer=None):
    """Return the subprotocols that the request offers, and the socket that the server accepts."""
    async with Server() as server:
        socket = WebSocket(server.url, second, settings=WITH)
        events = Recorder(socket)
        peer = await server.accept()
        request = await peer.read_request()
        await peer.send(peer.response(sec_websocket_protocol=answer))
        await events.until("open")
        names = [value for name, value in request.fields if name == "Sec-WebSocket-Protocol"]
        return names, socket.protocol


@pytest.mark.parametrize(
    "second", [{"protocols": ["a", "b"]}, {"protocols": ("a", "b")}, ["a", "b"]]
)
async def test_a_dictionary_offers_what_a_sequence_does(second):
    assert await offered(second, "b") == (["a, b"], "b")


async def test_a_string_is_still_one_subprotocol():
    assert await offered("a", "a") == (["a"], "a")


async def test_the_attributes_of_an_object_are_members():
    assert await offered(SimpleNamespace(protocols=["a"]), "a") == (["a"], "a")


@pytest.mark.parametrize(
    "second",
    [MISSING, None, {}, SimpleNamespace(), {"protocols": []}, {"protocols": MISSING}, {"x": 1}],
)
async def test_what_names_no_subprotocols_offers_none(second):
    assert await offered(second) == ([], "")


@pytest.mark.parametrize(
    "second",
    [
        {"protocols": ["a", "a"]},
        {"protocols": [""]},
        {"protocols": ["a b"]},
        {"protocols": [None, "é"]},
    ],
)
async def test_subprotocols_that_are_none_are_refused_as_ever(second):
    with pytest.raises(DOMException) as caught:
        construct(second)
    assert caught.value.name == "SyntaxError"


@pytest.mark.parametrize(
    "second",
    [
        {"protocols": "a"},
        {"protocols": None},
        {"protocols": 1},
        {"protocols": {"a": "b"}},
        {"targetAddressSpace": "private"},
        {"targetAddressSpace": "unknown"},
        {"targetAddressSpace": ""},
        {"targetAddressSpace": None},
        SimpleNamespace(targetAddressSpace="Local"),
    ],
)
async def test_members_that_are_not_of_their_types_are_type_errors(second):
    """Also what Chromium's enumeration has beside the draft's: `private` and `unknown`."""
    with pytest.raises(TypeError, match=r"protocols must be a list of strings|IPAddressSpace"):
        construct(second)


async def test_members_are_read_in_the_order_of_their_names_and_before_the_url_is_looked_at():
    read = []

    class Init:
        @property
        def protocols(self):
            read.append("protocols")
            return []

        @property
        def targetAddressSpace(self):
            read.append("targetAddressSpace")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        WebSocket("this is not a URL", Init(), settings=WITH)
    assert read == ["protocols", "targetAddressSpace"]


@pytest.mark.parametrize("space", ["loopback", MISSING])
async def test_a_server_in_the_address_space_is_connected_to(space):
    async with Server() as server:
        init = {"targetAddressSpace": space}
        events = Recorder(WebSocket(server.url, init, settings=WITH))
        await server.accept_handshake()
        await events.until("open")


@pytest.mark.parametrize("space", ["local", "public"])
async def test_a_server_in_another_address_space_hears_nothing_and_the_page_only_an_error(
    space, caplog
):
    async with Server() as server:
        init = {"targetAddressSpace": space}
        events = Recorder(WebSocket(server.url, init, settings=WITH))
        peer = await server.accept()
        await events.until("close")
        await peer.expect_gone()
        assert events.events == FAILED
    [record] = caplog.records
    assert record.kind == "address space"
    assert "127.0.0.1 is in the address space 'loopback'" in record.why


async def test_a_page_may_ask_its_own_server_wherever_that_is():
    async with Server() as server:
        origin = server.url.replace("ws://", "http://")
        settings = EnvironmentSettings(origin=origin, experimental_options_bag=True)
        events = Recorder(WebSocket(server.url, {"targetAddressSpace": "local"}, settings=settings))
        await server.accept_handshake()
        await events.until("open")
