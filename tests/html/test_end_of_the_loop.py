"""The end of an asyncio loop, at which the page's connections disappear."""

import asyncio

import pytest

from support.loops import LOOPS


@pytest.mark.parametrize("kind", LOOPS)
def test_whoever_runs_a_loop_closes_it_by_the_attribute_of_the_loop_object(kind):
    """What is relied on: the loop object takes a ``close`` of its own, and it is called."""
    calls = []

    async def main():
        loop = asyncio.get_running_loop()
        own = loop.close

        def close():
            calls.append("close")
            own()

        loop.close = close

    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    assert calls == ["close"]


@pytest.mark.parametrize("kind", LOOPS)
def test_asyncio_tells_which_loop_runs_in_this_thread_and_that_none_does(kind):
    """What is relied on: a private name of asyncio, which raises no exception where none runs."""

    async def main():
        assert told() is asyncio.get_running_loop()

    told = asyncio._get_running_loop  # noqa: SLF001 (asyncio's)
    assert told() is None
    with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
        runner.run(main())
    assert told() is None
