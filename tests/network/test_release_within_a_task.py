"""Backpressure that is released while a message is being handled."""

import asyncio

from whatwg_websockets.html.event_loop import the_event_loop
from whatwg_websockets.network.held_tasks import HeldTasks

MESSAGES = 5000


class Reader:
    """Requests the next message while it gets one, as a stream with pending reads does."""

    def __init__(self):
        self.tasks = HeldTasks(the_event_loop("a test"), {Reader.take}, {Reader.take})
        self.got = []
        self.depth = self.deepest = 0

    def take(self, message):
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)
        self.got.append(message)
        self.tasks.apply()
        self.tasks.release()
        self.depth -= 1


def with_messages():
    reader = Reader()
    reader.tasks.apply()
    for number in range(MESSAGES):
        reader.tasks.tasks.append((Reader.take, reader, number))
    return reader


async def test_the_next_message_comes_behind_the_one_that_is_handled(monkeypatch):
    monkeypatch.setattr("whatwg_websockets.network.held_tasks.PAGE_TIME", float("inf"))
    reader = with_messages()
    reader.tasks.release()
    assert reader.got == list(range(MESSAGES))
    assert reader.deepest == 1


async def test_so_it_does_in_a_turn_of_the_event_loop(monkeypatch):
    monkeypatch.setattr("whatwg_websockets.network.held_tasks.PAGE_TIME", 0)
    reader = with_messages()
    reader.tasks.release()
    assert reader.got == []
    while len(reader.got) < MESSAGES:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert reader.got == list(range(MESSAGES))
    assert reader.deepest == 1


async def test_so_it_does_behind_the_first_that_a_turn_of_the_event_loop_runs(monkeypatch):
    monkeypatch.setattr("whatwg_websockets.network.held_tasks.PAGE_TIME", float("inf"))
    reader = with_messages()
    reader.tasks.is_applied = False
    reader.tasks.schedule_a_turn()
    while len(reader.got) < MESSAGES:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert reader.got == list(range(MESSAGES))
    assert reader.deepest == 1
