"""Connection attempts to the addresses of a host, which race.

https://www.rfc-editor.org/rfc/rfc8305#section-5
"""

import asyncio
import gc

import pytest

from support.page import turns, until
from support.routes import V4, V6, have_routes, target
from whatwg_websockets.network.cause import Cause, NotConnected
from whatwg_websockets.network.happy_eyeballs import attempts as room
from whatwg_websockets.network.happy_eyeballs.addresses import Addresses
from whatwg_websockets.network.happy_eyeballs.history import History

A, B, C, D = (target(f"192.0.2.{n}") for n in (1, 2, 3, 4))
SIX = target("2001:db8::1")


@pytest.fixture(autouse=True)
def both_families(monkeypatch):
    have_routes(monkeypatch, V4, V6)


class Connected:
    """A connection that records only whether it was dropped."""

    is_dropped = False

    def abort(self):
        self.is_dropped = True


def refused(text="refused"):
    return NotConnected(Cause(text, "refused", "connecting"))


class Race:
    """A race in which the test ends each attempt.

    Attributes:
        addresses: the addresses.
        ends: how each attempt that has begun will end.
        began: when each attempt began.
    """

    def __init__(self, *targets, delay=0.01):
        self.addresses = Addresses(targets)
        self.ends = {}
        self.began = {}
        self._delay = delay

    def run(self):
        self.task = asyncio.ensure_future(
            room.race(self.addresses, self.connect, self._delay, History())
        )
        return self.task

    async def connect(self, target):
        loop = asyncio.get_running_loop()
        self.began[target] = loop.time()
        self.ends[target] = loop.create_future()
        return await self.ends[target]

    async def until_begun(self, *targets):
        await until(lambda: list(self.ends) == list(targets))

    def answer(self):
        """Start a query, and return the future of its answer."""
        answer = asyncio.get_running_loop().create_future()

        async def ask():
            return await answer

        self.addresses.asking.add(asyncio.ensure_future(ask()))
        return answer


async def test_the_second_has_its_turn_while_the_first_is_silent():
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    race.ends[B].set_result(connected := Connected())
    assert await race.task is connected
    await turns()
    assert race.ends[A].cancelled()


async def test_the_first_may_still_answer():
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    race.ends[A].set_result(connected := Connected())
    assert await race.task is connected


async def test_the_second_does_not_begin_before_its_turn():
    race = Race(A, B, delay=600)
    race.run()
    await race.until_begun(A)
    await turns(20)
    assert list(race.ends) == [A]
    race.ends[A].set_result(Connected())
    await race.task


async def test_the_second_begins_when_the_first_fails_but_not_within_10_ms():
    race = Race(A, B, delay=600)
    # The 10 ms count from the decision to begin, which comes before `connect` runs.
    start = asyncio.get_running_loop().time()
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(refused())
    await race.until_begun(A, B)
    # The clock of uvloop has whole milliseconds, whose difference as floats may be a trifle less.
    assert round(race.began[B] - start, 6) >= 0.01
    race.ends[B].set_result(Connected())
    await race.task


async def test_the_second_may_still_answer_when_the_first_fails_late():
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    race.ends[A].set_exception(refused())
    await turns()
    race.ends[B].set_result(connected := Connected())
    assert await race.task is connected


async def test_all_of_them_fail():
    race = Race(A, B, C)
    race.run()
    for n, each in enumerate((A, B, C)):
        await until(lambda each=each: each in race.ends)
        race.ends[each].set_exception(refused(f"{n}"))
    with pytest.raises(NotConnected) as failure:
        await race.task
    assert str(failure.value) == "0; 1; 2"
    assert failure.value.cause.kind == "refused"


async def test_what_is_no_failure_to_connect_goes_through():
    race = Race(A, B)
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(ValueError("a mistake"))
    with pytest.raises(ValueError, match="a mistake"):
        await race.task


async def test_of_two_that_answer_at_once_the_second_is_dropped():
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    both = Connected(), Connected()
    for each, connected in zip((A, B), both, strict=True):
        race.ends[each].set_result(connected)
    winner = await race.task
    assert not winner.is_dropped
    assert [each.is_dropped for each in both if each is not winner] == [True]


async def test_one_that_answers_and_one_that_fails_at_once():
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    race.ends[A].set_exception(refused())
    race.ends[B].set_result(connected := Connected())
    assert await race.task is connected


async def test_one_that_answers_when_nobody_wants_it_any_more_is_dropped():
    race = Race(A, B, C, D)
    race.run()
    await race.until_begun(A, B, C, D)
    connected = Connected()
    race.ends[A].set_result(connected)
    race.ends[B].set_exception(refused())
    race.ends[C].set_exception(ValueError("not of the network"))
    await asyncio.sleep(0)
    race.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await race.task
    await turns()
    assert connected.is_dropped
    assert race.ends[D].cancelled()


# Section 6: addresses that come while others are connected to.


async def test_an_address_that_comes_later_takes_part():
    race = Race(A, delay=0.01)
    answer = race.answer()
    race.run()
    await race.until_begun(A)
    answer.set_result([SIX])
    await race.until_begun(A, SIX)
    race.ends[SIX].set_result(connected := Connected())
    assert await race.task is connected


async def test_it_is_sorted_in_among_those_that_were_not_tried():
    race = Race(A, B, C, delay=600)
    answer = race.answer()
    race.run()
    await race.until_begun(A)
    answer.set_result([A, SIX])
    await turns()
    race.ends[A].set_exception(refused())
    await race.until_begun(A, SIX)
    race.ends[SIX].set_exception(refused())
    await race.until_begun(A, SIX, B)
    race.ends[B].set_result(Connected())
    await race.task


async def test_addresses_are_waited_for_when_all_others_have_failed():
    race = Race(A)
    answer = race.answer()
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(refused())
    await turns(20)
    assert not race.task.done()
    answer.set_result([B])
    await race.until_begun(A, B)
    race.ends[B].set_result(Connected())
    await race.task


async def test_an_answer_without_addresses_ends_the_wait():
    race = Race(A)
    answer = race.answer()
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(refused("A refused"))
    await turns(5)
    answer.set_result(Cause("no such name", "name not found", "resolving"))
    with pytest.raises(NotConnected, match=r"^A refused$"):
        await race.task


async def test_queries_are_given_up_with_the_race():
    race = Race(A)
    answer = race.answer()
    race.run()
    await race.until_begun(A)
    race.ends[A].set_result(Connected())
    await race.task
    await turns()
    assert answer.cancelled()
    assert race.addresses.is_complete


# Section 7.2: the last resort.


def last_resort(race, answer, monkeypatch, delay):
    monkeypatch.setattr(room, "LAST_RESORT_LOCAL_SYNTHESIS_DELAY", delay)
    asked = []

    async def ask():
        asked.append(list(race.ends))
        return answer

    race.addresses.last_resort = ask
    return asked


async def test_the_last_resort_comes_when_the_last_address_is_silent(monkeypatch):
    race = Race(A, B)
    asked = last_resort(race, [C], monkeypatch, 0.02)
    race.run()
    await race.until_begun(A, B, C)
    assert asked == [[A, B]]
    race.ends[C].set_result(Connected())
    await race.task


async def test_the_last_resort_comes_when_all_have_failed(monkeypatch):
    race = Race(A)
    asked = last_resort(race, [C], monkeypatch, 600)
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(refused())
    await race.until_begun(A, C)
    assert asked == [[A]]
    race.ends[C].set_result(Connected())
    await race.task


async def test_a_last_resort_that_brings_nothing(monkeypatch):
    race = Race(A)
    last_resort(race, Cause("nothing", "name not found", "resolving"), monkeypatch, 600)
    race.run()
    await race.until_begun(A)
    race.ends[A].set_exception(refused("A refused"))
    with pytest.raises(NotConnected, match=r"^A refused$"):
        await race.task


async def test_nothing_of_a_race_is_left(recwarn):
    race = Race(A, B)
    race.run()
    await race.until_begun(A, B)
    race.ends[A].set_result(Connected())
    await race.task
    await turns()
    gc.collect()
    assert len(asyncio.all_tasks()) == 1
    assert [str(each.message) for each in recwarn] == []
