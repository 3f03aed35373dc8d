"""What asks the judge to end, and what does not."""

import asyncio
import os
import signal
from collections.abc import Iterator

import pytest

from websocket_conformance.signals import asked_to_end


@pytest.fixture
def _without_a_terminal() -> Iterator[None]:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_each_signal_that_asks_for_the_end_is_heard_and_then_is_as_it_was(number):
    # The tests themselves may have been started to outlive their terminal.
    before = signal.default_int_handler
    outer = signal.signal(number, before)
    asked = asyncio.Event()
    with asked_to_end(asked.set):
        os.kill(os.getpid(), number)
        await asked.wait()
    assert signal.signal(number, outer) is before


@pytest.mark.usefixtures("_without_a_terminal")
async def test_who_is_to_outlive_the_terminal_does_so():
    asked = asyncio.Event()
    with asked_to_end(asked.set):
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert not asked.is_set()
