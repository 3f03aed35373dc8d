"""Each variant, played against the embedded suite: does it break what it says, and only that?"""

import asyncio
from collections.abc import Mapping
from functools import cache

import pytest

from agreement import verdicts
from agreement.broken import description, variants
from agreement.compare import Difference, explanations, sort_out
from agreement.connection import HandshakeError, echo
from agreement.player import STRICT, client
from agreement.record import DIRECTORY
from agreement.verdicts import Outcome
from websocket_conformance.cases import catalogue
from websocket_conformance.cases.profile import Profile
from websocket_conformance.cases.section_12_compression import section_12, section_13
from websocket_conformance.fuzzing.server import ConnectionFromClient
from websocket_conformance.fuzzing.shared import Fuzzing

pytestmark = pytest.mark.slow

AT_A_TIME = 8
HARMLESS = {
    "compression-asks-for-no-takeover",
    "compression-asks-for-window10",
    "compression-forgets-own-context",
    "compression-never-packs",
    "compression-only-large",
    "compression-parts-packed",
    "compression-stored-blocks",
    "closing-ends-tcp-first",
    "closing-late-answer",
    "closing-says-why",
    "pings-pings-first",
    "wire-byte-by-byte",
    "wire-in-parts",
    "wire-zero-key",
}
UNSEEN = {
    "closing-fails-later",
    "closing-never-ends-tcp",
    "closing-reads-on",
    "closing-two-answers",
    "compression-packs-control",
    "reserved-takes-masked",
    "text-byte-late-for-surrogates",
    "text-drops-byte-order-mark",
}
ELSEWHERE = {"compression-ends-stream", "compression-offers-nonsense"}
"""What the real suite alone takes for broken."""

MESSAGES = 100
"""So many, that more is sent than the smallest window holds."""


@cache
def recorded(name: str) -> Mapping[str, Outcome]:
    return verdicts.read(DIRECTORY / f"{name}.tsv").settled()


def telling_case(name: str) -> str:
    """The first case in which a variant came out otherwise than the strict client."""
    if name in HARMLESS | UNSEEN | ELSEWHERE:
        is_packed = name.startswith("compression") and name != "compression-offers-nonsense"
        return "12.1.1" if is_packed else "1.1.2"
    others = [case for case, outcome in recorded(name).items() if is_other(case, outcome)]
    assert others, f"{name} breaks nothing that a case asks about"
    found = [Difference(name, case, frozenset(), recorded(name)[case]) for case in others]
    beyond_dispute, _ = sort_out(found, explanations())
    return beyond_dispute[0].case if beyond_dispute else others[0]


def is_other(case: str, outcome: Outcome) -> bool:
    """Whether the strict client came out otherwise, or would have."""
    expected = recorded(STRICT).get(case)
    if expected is None:
        return not outcome.behavior == outcome.closing == "OK"
    return outcome != expected


@pytest.fixture(scope="module")
def played() -> Mapping[str, Outcome]:
    """What became of each variant in its telling case."""
    return asyncio.run(play_all())


async def play_all() -> dict[str, Outcome]:
    cases = dict(catalogue.by_number(Profile.QUICK))
    for section in section_12(MESSAGES), section_13(MESSAGES):
        cases.update((case.number, case) for case in section.cases)
    fuzzing = Fuzzing(tuple(cases.values()))
    server = await asyncio.get_running_loop().create_server(
        lambda: ConnectionFromClient(fuzzing), "127.0.0.1", 0
    )
    address = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    limit = asyncio.Semaphore(AT_A_TIME)

    async def play(name: str) -> None:
        url = f"{address}/runCase?casetuple={telling_case(name)}&agent={name}"
        async with limit, asyncio.timeout(100):
            try:
                await echo(url, client(name))
            except HandshakeError as error:
                raise AssertionError(name) from error

    async with server:
        await asyncio.gather(*map(play, variants()))
        found = {}
        for name in variants():
            told: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
            fuzzing.book.tell(
                name,
                telling_case(name),
                lambda result, told=told: told.set_result(  # type: ignore[misc]
                    Outcome(result.behaviour, result.behaviour_close, result.close_code)
                ),
            )
            found[name] = await asyncio.wait_for(told, 100)
    return found


@pytest.mark.parametrize("name", variants())
def test_a_variant_comes_out_as_in_the_real_suite(name: str, played: Mapping[str, Outcome]) -> None:
    case = telling_case(name)
    theirs = verdicts.read(DIRECTORY / f"{name}.tsv").seen(case)
    difference = Difference(name, case, theirs, played[name])
    assert played[name] in theirs or not sort_out([difference], explanations())[0]


@pytest.mark.parametrize("name", sorted(HARMLESS | UNSEEN | ELSEWHERE))
def test_what_an_rfc_allows_or_no_case_asks_about_is_let(
    name: str, played: Mapping[str, Outcome]
) -> None:
    outcome = played[name]
    assert (outcome.behavior, outcome.closing) == ("OK", "OK")


@pytest.mark.parametrize("name", sorted(set(variants()) - HARMLESS - UNSEEN - ELSEWHERE))
def test_a_variant_breaks_something(name: str, played: Mapping[str, Outcome]) -> None:
    case = telling_case(name)
    assert played[name] != recorded(STRICT).get(case, Outcome("OK", "OK", 1000)), description(
        variants()[name]
    )
