"""Every scenario at the API, played with this implementation in the test's own loop."""

import asyncio
import threading

import pytest

import whatwg_websockets
from websocket_conformance.api import page, suite
from websocket_conformance.api.scenario import load
from websocket_conformance.api.server import ScenarioRun, Server
from websocket_conformance.api.verdicts import judge
from websocket_conformance.implementations import OURS
from websocket_conformance.results.verdict import Verdict
from whatwg_websockets import EnvironmentSettings, Limits

# What a page that waits for these limits has to wait for here.
WAITING = {"closing-timeout", "server-leaves-tcp-open"}
SHORT = Limits(closing_timeout=1.0, lingering_timeout=0.5)
# What a page looks at while the server leaves TCP open, however slow the machine is.
LOOKING = {"stream-close-frame-and-tcp-open"}
LONG = Limits(lingering_timeout=60.0)
BEYOND_REACH = {"lost-file"}


class Elsewhere:
    """The server in a thread of its own, so that it answers a page that blocks."""

    def __init__(self, scenario):
        self.server = Server([scenario])
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def __enter__(self):
        self.thread.start()
        self.do(self.server.__aenter__())
        return self

    def __exit__(self, *_):
        self.do(self.server.__aexit__(None, None, None))
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def wire(self, run: ScenarioRun) -> list[str]:
        wire = asyncio.run_coroutine_threadsafe(run.wire(), self.loop)
        return await asyncio.wrap_future(wire)


@pytest.mark.parametrize("scenario", load(), ids=lambda scenario: scenario.id)
async def test_what_the_page_and_the_server_see(scenario):
    limits = SHORT if WAITING & set(scenario.positions) else None
    limits = LONG if scenario.id in LOOKING else limits
    with Elsewhere(scenario) as there, EnvironmentSettings(limits=limits):
        run = there.server.begin(scenario)
        names = there.server.names(run)
        trace = await page.play(suite.task_of(scenario, there.server, run), whatwg_websockets)
        wire = await there.wire(run)
    seen = ([suite.without(line, names) for line in lines] for lines in (trace, wire))
    result = judge(scenario, OURS, *seen)
    expected = Verdict.UNIMPLEMENTED if scenario.id in BEYOND_REACH else Verdict.OK
    assert list(result.trace) == list(scenario.expect) or result.verdict is expected
    assert result.verdict is expected, f"the server got {result.wire}, not {scenario.wire}"
