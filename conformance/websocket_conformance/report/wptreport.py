"""Write runs of web-platform-tests as WPT's own runner does, for wpt.fyi and similar programs."""

import json
import platform
from collections.abc import Iterable, Iterator
from typing import Any

from websocket_conformance.report.expectations import Expectations
from websocket_conformance.report.from_wpt import PlayedWptPage
from websocket_conformance.results.run import Run
from websocket_conformance.wpt.answer import OK, PASS, Subtest


def wptreport(
    run: Run, commit: str, played: Iterable[PlayedWptPage], expectations: Expectations
) -> str:
    """Return a run as ``wptreport.json``.

    Args:
        run: the run.
        commit: the commit of the checkout; empty if unknown.
        played: its pages, with their answers.
        expectations: the expectations for these pages.
    """
    begin = round(run.started.timestamp() * 1000)
    content = {
        "run_info": _run_info(run, commit),
        "time_start": begin,
        "time_end": begin + round(run.seconds * 1000),
        "results": [_page(each, expectations) for each in played],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _run_info(run: Run, commit: str) -> dict[str, Any]:
    """Return what WPT's own runner reports about the machine, as far as it is known."""
    info = {
        "product": run.implementation,
        "browser_version": run.version,
        "os": _OPERATING_SYSTEMS.get(platform.system(), platform.system().lower()),
        "os_version": platform.release(),
        "processor": platform.machine(),
        "version": platform.version(),
        "bits": 64 if platform.machine().endswith("64") else 32,
        "debug": False,
        "verify": False,
        "headless": True,
        "has_sandbox": False,
        "wasm": False,
        "revision": commit.partition(" ")[0],
    }
    return {name: value for name, value in info.items() if value != ""}


_OPERATING_SYSTEMS = {"Darwin": "mac", "Linux": "linux", "Windows": "win"}
"""The names in WPT's reports."""


def _page(played: PlayedWptPage, expectations: Expectations) -> dict[str, Any]:
    page, answer = played.page, played.answer
    expected = expectations.of(page.id)
    return {
        "test": page.id,
        "status": answer.status,
        "message": answer.message or None,
        "duration": round(answer.seconds * 1000),
        "known_intermittent": [],
        **_unexpected(answer.status, expected.status if expected else OK),
        "subtests": list(_subtests(page.id, answer.subtests, expectations)),
    }


def _subtests(
    page: str, subtests: Iterable[Subtest], expectations: Expectations
) -> Iterator[dict[str, Any]]:
    for subtest in subtests:
        expected = expectations.of(page, subtest.name)
        yield {
            "name": subtest.name,
            "status": subtest.status,
            "message": subtest.message or None,
            "known_intermittent": [],
            **_unexpected(subtest.status, expected.status if expected else PASS),
        }


def _unexpected(status: str, expected: str) -> dict[str, str]:
    """Return the expected status if it differs; WPT's own runner writes it only then."""
    return {} if status == expected else {"expected": expected}
