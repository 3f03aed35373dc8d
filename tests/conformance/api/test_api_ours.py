"""Every scenario at the API, played with this implementation in the test's own loop."""

import pytest

from websocket_conformance.api import suite
from websocket_conformance.api.implementations import Ours
from websocket_conformance.api.scenario import load
from websocket_conformance.api.server import Server
from websocket_conformance.results.verdict import Verdict


@pytest.mark.parametrize("scenario", load(), ids=lambda scenario: scenario.id)
async def test_what_the_page_and_the_server_see(scenario):
    async with Server([scenario]) as server:
        result = await suite.play(scenario, Ours(), server)
    assert list(result.trace) == list(scenario.expect) or result.verdict is Verdict.OK
    assert result.verdict is Verdict.OK, f"the server got {result.wire}, not {scenario.wire}"
