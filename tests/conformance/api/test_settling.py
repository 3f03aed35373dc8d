"""What awaitables are settled with is heard at once, and in order."""

import asyncio

import pytest

from websocket_conformance.api.settling import when_settled


@pytest.fixture
def heard():
    return []


@pytest.fixture
def listen(heard):
    def listen(awaitable, name):
        when_settled(
            awaitable,
            lambda value: heard.append((name, value)),
            lambda error: heard.append((name, repr(error))),
        )

    return listen


async def test_the_order_is_that_of_settling(heard, listen):
    futures = [asyncio.get_running_loop().create_future() for _ in range(3)]
    for name, future in zip("abc", futures, strict=True):
        listen(future, name)
    futures[2].set_result(3)
    futures[0].set_exception(ValueError("no"))
    futures[1].set_result(2)
    await asyncio.sleep(0)
    assert heard == [("c", 3), ("a", "ValueError('no')"), ("b", 2)]


async def test_what_is_settled_already_is_heard_before_the_call_returns(heard, listen):
    future = asyncio.get_running_loop().create_future()
    future.set_result(1)
    listen(future, "a")
    assert heard == [("a", 1)]


class Several:
    """An awaitable that awaits others, and a bare turn of the loop."""

    def __init__(self, *futures):
        self.futures = futures

    def __await__(self):
        yield
        for future in self.futures:
            yield from future
        return "all"


async def test_an_awaitable_may_await_others(heard, listen):
    one, other = (asyncio.get_running_loop().create_future() for _ in range(2))
    listen(Several(one, other), "a")
    one.set_result(1)
    await asyncio.sleep(0)
    assert heard == []
    other.set_result(2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert heard == [("a", "all")]
