"""Reports that are written while cases are in play."""

import asyncio
import threading

from websocket_conformance.report.publishing import Desk


class Press:
    """Prints as long as the gate is closed, in a thread."""

    def __init__(self) -> None:
        self.results: list[int] = []
        self.printed: list[list[int]] = []
        self.gate = threading.Event()
        self.begun, self.twice = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def write(self, results) -> None:
        self._loop.call_soon_threadsafe(self.begun.set)
        self.gate.wait()
        self.printed.append(results)
        if len(self.printed) == 2:
            self._loop.call_soon_threadsafe(self.twice.set)
        if not results:
            raise OSError("no paper")

    def desk(self) -> Desk:
        return Desk(lambda: list(self.results), self.write)


def test_what_comes_while_a_report_is_written_goes_into_one_more():
    async def test():
        press = Press()
        desk = press.desk()
        for result in (1, 2, 3):
            press.results.append(result)
            desk.ask()
            await press.begun.wait()
        press.gate.set()
        await press.twice.wait()
        await desk.close()
        assert press.printed == [[1], [1, 2, 3]]

    asyncio.run(test())


def test_a_desk_that_closes_ends_what_it_has_begun_and_no_more():
    async def test():
        press = Press()
        desk = press.desk()
        desk.ask()
        await press.begun.wait()
        desk.ask()
        closing = asyncio.ensure_future(desk.close())
        await asyncio.sleep(0)
        press.gate.set()
        await closing
        assert press.printed == [[]]

    asyncio.run(test())


def test_a_report_that_cannot_be_written_is_said_and_the_next_one_is(caplog):
    async def test():
        press = Press()
        press.gate.set()
        desk = press.desk()
        desk.ask()
        await press.begun.wait()
        press.results.append(1)
        desk.ask()
        await press.twice.wait()
        await desk.close()
        assert press.printed == [[], [1]]

    asyncio.run(test())
    assert "The report cannot be written: no paper" in caplog.text
