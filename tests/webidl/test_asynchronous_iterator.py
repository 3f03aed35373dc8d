"""Default asynchronous iterator objects, apart from any stream."""

import pytest

from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.webidl.asynchronous_iterator import (
    END_OF_ITERATION,
    DefaultAsynchronousIterator,
)
from whatwg_websockets.webidl.promise import a_promise_rejected_with, a_promise_resolved_with


class Numbers(DefaultAsynchronousIterator[int]):
    """Gives so many numbers, and then ends or fails."""

    def __init__(self, count, end=END_OF_ITERATION):
        super().__init__(the_event_loop("an iterator"))
        self.left = iter(range(count))
        self.end = end
        self.returned = []

    def _get_the_next_iteration_result(self):
        value = next(self.left, self.end)
        if isinstance(value, Exception):
            return a_promise_rejected_with(value, self._agent)
        return a_promise_resolved_with(value, self._agent)

    def _return(self, value):
        self.returned.append(value)
        return a_promise_resolved_with("what _return gives is of no interest", self._agent)


async def test_values_come_one_after_the_other_and_then_the_end():
    iterator = Numbers(2)
    results = [iterator.next() for _ in range(4)]
    assert [await each for each in results] == [(0, False), (1, False), (None, True), (None, True)]


async def test_an_error_is_the_end():
    iterator = Numbers(1, end=KeyError("e"))
    first, second, third = iterator.next(), iterator.next(), iterator.next()
    assert await first == (0, False)
    with pytest.raises(KeyError, match="e"):
        await second
    assert await third == (None, True)


async def test_an_iteration_is_broken_off_once():
    iterator = Numbers(5)
    first, second = iterator.next(), iterator.return_("why")
    third, fourth = iterator.next(), iterator.return_("again")
    assert await first == (0, False)
    assert await second == ("why", True)
    assert await third == (None, True)
    assert await fourth == ("again", True)
    assert iterator.returned == ["why"]
