"""Reports that are written while cases are in play."""

import asyncio
import threading
from dataclasses import replace

from simulation import play

from websocket_conformance.cases.catalogue import by_number
from websocket_conformance.cases.profile import Profile
from websocket_conformance.report.from_embedded import Plan
from websocket_conformance.report.publishing import Desk, publish


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
        return Desk(lambda: list(self.results), self.write, lambda: 0.0)


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


class Bed:
    """Where a desk sleeps until it is woken."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.asleep, self.morning = asyncio.Event(), asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)
        self.asleep.set()
        await self.morning.wait()


def test_a_site_of_many_peers_is_not_written_anew_for_each(tmp_path):
    """Forty peers, one after the other, cost the site twice, and not forty times."""

    async def test():
        bed, results, counts = Bed(), [], []
        case = play(by_number(Profile.QUICK)["1.1.1"])

        def write(some):
            publish(some, Plan([case.case], Profile.QUICK), tmp_path)
            counts.append(sum(file.is_file() for file in tmp_path.rglob("*")))

        desk = Desk(lambda: list(results), write, iter(range(100)).__next__, bed.sleep)
        for number in range(40):
            results.append(replace(case, agent=f"peer {number}"))
            desk.ask()
            await bed.asleep.wait()
        assert len(counts) == 1
        bed.asleep.clear()
        bed.morning.set()
        while len(counts) < 2:
            await bed.asleep.wait()
        await desk.close()
        assert len(counts) == 2
        assert sum(counts) < 2 * counts[-1]
        assert len(list((tmp_path / "by").iterdir())) == 40
        assert bed.seconds[0] == 9

    asyncio.run(test())


def test_a_desk_that_closes_does_not_rest_first():
    async def test():
        bed = Bed()
        desk = Desk(list, lambda _: None, sleep=bed.sleep)
        desk.ask()
        await bed.asleep.wait()
        await desk.close()
        assert len(bed.seconds) == 1

    asyncio.run(test())
