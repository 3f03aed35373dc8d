"""Reporting an exception."""

import asyncio
import logging
import sys

from whatwg_websockets.html.report_exception import report_an_exception


def listener(event):
    """A listener."""


def test_the_handler_of_the_running_loop_is_told():
    async def main():
        told = []
        asyncio.get_running_loop().set_exception_handler(
            lambda loop, context: told.append((loop, context))
        )
        error = ValueError("x")
        report_an_exception(error, listener)
        ((loop, context),) = told
        assert loop is asyncio.get_running_loop()
        assert context["exception"] is error
        assert context["listener"] is listener
        assert context["message"] == "Exception in event listener"

    asyncio.run(main())


def test_by_default_it_goes_to_the_log(caplog):
    async def main():
        report_an_exception(ValueError("what happened"), listener)

    with caplog.at_level(logging.ERROR, "asyncio"):
        asyncio.run(main())
    assert "Exception in event listener" in caplog.text
    assert "what happened" in caplog.text
    assert "listener: <function listener" in caplog.text


def test_without_a_loop_it_goes_to_the_hook(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: told.append(error))
    error = ValueError("x")
    report_an_exception(error, listener)
    assert told == [(ValueError, error, None)]
