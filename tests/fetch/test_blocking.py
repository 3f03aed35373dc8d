"""Which requests and responses main fetch blocks, and how a blocked connection ends.

https://fetch.spec.whatwg.org/#concept-main-fetch, steps 7 and 20

The tests of each standard have what that standard blocks.
"""

import pytest

from support.page import FAILED, Recorder, nobody_is_in_line
from support.server import Server
from whatwg_websockets import EnvironmentSettings, WebSocket
from whatwg_websockets.fetch import blocking

CHECKS = {
    "mixed content": "should_response_be_blocked_as_mixed_content",
    "csp": "should_response_to_request_be_blocked_by_csp",
}


@pytest.mark.parametrize("kind", CHECKS)
async def test_a_response_that_is_blocked_is_a_network_error_and_its_connection_ends(
    kind, monkeypatch, caplog
):
    """A response has the URL of its request, which was let pass: so the check itself says no."""
    monkeypatch.setattr(blocking, CHECKS[kind], lambda *_: True)
    settings = EnvironmentSettings(content_security_policy="connect-src *")
    async with Server() as server:
        page = Recorder(WebSocket(server.url, settings=settings))
        peer = await server.accept_handshake()
        await page.until("close")
        assert page.events == FAILED
        await peer.expect_gone()
    assert caplog.records[-1].kind == kind
    assert nobody_is_in_line()
