"""The suite's fuzzing client, which plays cases with a server, in a process of its own."""

import asyncio
import secrets
from pathlib import Path
from typing import Any

from websocket_conformance.autobahn.server import read_reports
from websocket_conformance.autobahn.suites import DockerSuite, PythonSuite, python2_environ
from websocket_conformance.logged import serving


class ClientLostError(Exception):
    """The fuzzing client did not end, or failed; the message says how."""


async def visit(
    suite: DockerSuite | PythonSuite, directory: Path, url: str, agent: str, seconds: float
) -> dict[str, dict[str, Any]]:
    """Play the suite's cases with a server, one after the other.

    The client gives up at the first case in which it cannot connect to the server.

    Args:
        suite: where the client comes from, and which cases it plays.
        directory: an empty directory for its log and its reports.
        url: the server.
        agent: the name under which the client files the results.
        seconds: how long all cases may take together.

    Returns:
        The report of each case that was played.

    Raises:
        ClientLostError: the client did not end in time, or failed.
    """
    name = f"whatwg-websockets-{secrets.token_hex(6)}"
    log, reports = directory / "client.log", directory / "reports"
    command = suite.visiting_command(name, url, agent, reports)
    try:
        async with serving(command, log, environ=python2_environ()) as child:
            async with asyncio.timeout(seconds):
                status = await child.process.wait()
        if status:
            raise ClientLostError(f"The fuzzing client {child.ending}")
        await suite.fetch(name, reports, log)
    except TimeoutError as error:
        raise ClientLostError(f"The fuzzing client did not end within {seconds:g} s") from error
    finally:
        await suite.clean(name, log)
    return {str(report["id"]): report for report in read_reports(reports)}
