"""A coroutine that a signal ends."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from whatwg_websockets.cli.ending import SIGNALS, Ending


async def until_cancelled(*, after=lambda: None):
    try:
        await asyncio.sleep(0)
        after()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return "so far"


@pytest.mark.parametrize(("number", "status"), list(zip(SIGNALS, (130, 143), strict=True)))
def test_a_signal_cancels_it(number, status):
    before = [signal.getsignal(each) for each in SIGNALS]
    with Ending() as ending:
        told = ending.run(until_cancelled(after=lambda: signal.raise_signal(number)))
        signal.raise_signal(number)
    assert (told, ending.status) == ("so far", status)
    assert [signal.getsignal(each) for each in SIGNALS] == before


def test_a_signal_that_came_before_it_began():
    with Ending() as ending:
        signal.raise_signal(signal.SIGTERM)
        assert ending.run(until_cancelled()) == "so far"
    assert ending.status == 143


def test_it_may_stop_by_itself():
    with Ending() as ending:
        assert ending.run(until_cancelled(after=ending.stop)) == "so far"
    assert ending.status == 0


def test_another_thread_than_the_main_one_heeds_no_signals():
    before = signal.getsignal(signal.SIGINT)

    def run():
        with Ending() as ending:
            assert signal.getsignal(signal.SIGINT) is before
            return ending.run(asyncio.sleep(0, "done"))

    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(run).result() == "done"
