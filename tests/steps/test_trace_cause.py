import logging

import pytest

from whatwg_websockets.steps.trace.cause import Listening

logger = logging.getLogger("whatwg_websockets")


@pytest.mark.parametrize(
    ("level", "passed_on"),
    [(logging.NOTSET, ["three"]), (logging.INFO, ["two", "three"]), (logging.ERROR, [])],
)
def test_all_is_heard_and_others_hear_what_they_did(level, passed_on, caplog):
    heard = []
    logger.setLevel(level)
    listening = Listening(lambda text, attributes: heard.append((text, attributes)))
    try:
        listening.start()
        logger.debug("one")
        logger.info("two")
        logger.warning("%s", "three", extra={"why": "no server", "kind": "refused", "url": "ws:"})
        listening.stop()
        assert logger.level == level
        logger.info("four")
    finally:
        logger.setLevel(logging.NOTSET)
    assert heard == [("two", {}), ("three", {"why": "no server", "kind": "refused"})]
    expected = [*passed_on, "four"] if level == logging.INFO else passed_on
    assert caplog.messages == expected
