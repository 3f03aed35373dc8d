"""Each client does with a connection what a measurement asks for, on both event loops."""

import asyncio
import json
import ssl
import zlib

import pytest
from benchmarks.clients import CLIENTS, load
from benchmarks.exchange import Exchange, WrongAnswerError
from benchmarks.machine import loop_factory
from benchmarks.measure import Job
from benchmarks.page import ANSWER, Page, Ticker, compute, page_of
from benchmarks.workloads import TICKER_MESSAGES, WORKLOADS, letters

from benchmarks import measure, scenes, server

COMPRESSING_CLIENTS = [name for name in CLIENTS if name != "picows"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(scenes, "PAUSE", 0)


@pytest.fixture(params=["asyncio", "uvloop"])
def loop(request):
    return request.param


def run(loop, main):
    """Run a coroutine function of the port of the scenes."""

    async def beside_the_scenes():
        played = await asyncio.start_server(scenes.play, "127.0.0.1", 0)
        async with played, asyncio.timeout(60):
            return await main(f"ws://127.0.0.1:{played.sockets[0].getsockname()[1]}")

    with asyncio.Runner(loop_factory=loop_factory(loop)) as runner:
        return runner.run(beside_the_scenes())


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("scene", ["answer", "pong"])
def test_a_page_answers_until_the_scene_is_over(loop, client, scene):
    page = Page(lambda: None, answer=ANSWER)

    async def main(url):
        async with load(client) as each:
            return json.loads(await each.page(f"{url}/{scene}", page))

    assert run(loop, main)["delay_ms"] > 0
    assert page.count == scenes.ANSWERED_MESSAGES


@pytest.mark.parametrize("client", CLIENTS)
def test_a_page_works_and_says_nothing(loop, client):
    worked = []
    page = Page(lambda: worked.append(1))

    async def main(url):
        async with load(client) as each:
            return json.loads(await each.page(f"{url}/ticker", page))

    assert run(loop, main) == {}
    assert page.count == len(worked) == TICKER_MESSAGES


@pytest.mark.parametrize("client", COMPRESSING_CLIENTS)
def test_a_flood_arrives_whole(loop, client, monkeypatch):
    monkeypatch.setattr(scenes, "FLOOD_SIZE", 100_000)
    scenes.zeros.cache_clear()
    page = page_of("flood")

    async def main(url):
        async with load(client) as each:
            await each.page(f"{url}/flood", page)

    run(loop, main)
    scenes.zeros.cache_clear()
    assert page.count == scenes.FLOOD_MESSAGES


@pytest.mark.parametrize("client", CLIENTS)
def test_a_page_whose_server_leaves_fails(client, monkeypatch):
    async def leave(peer):
        await peer.receive()
        peer.writer.write(scenes.frame(scenes.CLOSE, b"\x03\xe8"))

    monkeypatch.setitem(scenes.SCENES, "answer", leave)

    async def main(url):
        async with load(client) as each:
            await each.page(f"{url}/answer", Page(lambda: None))

    with pytest.raises(ConnectionError):
        run("asyncio", main)


@pytest.mark.parametrize("client", COMPRESSING_CLIENTS)
def test_a_compressed_message_each_way(loop, client):
    async def main(url):
        async with load(client) as each:
            connection = await each.open(f"{url}/compressed/3000", compress=True)
            came = [await each.talk(connection, letters(3000)) for _ in range(3)]
            await each.close(connection)
            return came

    assert run(loop, main) == [letters(3000)] * 3


@pytest.mark.parametrize("client", CLIENTS)
def test_an_echo_over_tls(loop, client):
    context, trust = server.certified()

    async def main(_):
        echoing = await server.listen("raw", context)
        exchange = Exchange(b"x" * 1000, 4, warmup=0.01, seconds=0.05, server_pid=0)
        async with echoing, load(client, ssl.create_default_context(cadata=trust)) as each:
            url = f"wss://127.0.0.1:{echoing.sockets[0].getsockname()[1]}/"
            await each.echo(url, exchange)
        return exchange.result()

    assert run(loop, main)["count"] > 0


@pytest.mark.parametrize("client", CLIENTS)
def test_memory_and_connections_opened_at_once(client, monkeypatch):
    monkeypatch.setattr(measure, "IDLE", 0)
    monkeypatch.setattr(measure, "PARALLEL_CONNECTIONS", 5)
    monkeypatch.setattr(measure, "raise_file_limit", lambda: 1000)

    async def main(_):
        echoing = await server.listen("raw")
        async with echoing:
            url = f"ws://127.0.0.1:{echoing.sockets[0].getsockname()[1]}/"
            job = Job(client, "memory-plain", "asyncio", url, 0, 0.1, 0.1, connections=3)
            return (
                await measure.memory(job, WORKLOADS["memory-plain"]),
                await measure.parallel(job, WORKLOADS["parallel"]),
            )

    memory, parallel = run("asyncio", main)
    assert memory["count"] == 3
    assert parallel["count"] == 5
    assert parallel["all_ms"] > 0


def test_a_client_without_compression_is_not_asked_for_it():
    assert not load("picows").compresses
    job = Job("picows", "memory-deflate", "asyncio", "", 0, 0.1, 0.1)
    assert measure.run(job) == {"unable": "it has no compression"}


def test_a_page_that_missed_a_message_is_no_measurement(monkeypatch):
    monkeypatch.setitem(measure.SEEN, "answer", scenes.ANSWERED_MESSAGES + 1)
    monkeypatch.setattr(measure, "page_of", lambda _: Page(lambda: None, answer=ANSWER))

    async def main(url):
        job = Job("websockets", "answer", "asyncio", f"{url}/answer", 0, 0.1, 0.1)
        await measure.page(job, WORKLOADS["answer"])

    with pytest.raises(WrongAnswerError, match="20 messages came, of 21"):
        run("asyncio", main)


def test_a_ticker_tells_how_long_it_had_to_wait():
    async def main():
        async with Ticker(0) as ticker:
            compute(0.05)
        return ticker.longest_gap()

    assert asyncio.run(main()) >= 0.05


@pytest.mark.parametrize(
    ("offer", "field", "bits", "takeover"),
    [
        ("permessage-deflate", "permessage-deflate", 15, True),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate", 15, True),
        (
            "x, permessage-deflate; server_no_context_takeover; server_max_window_bits=12",
            "permessage-deflate; server_no_context_takeover; server_max_window_bits=12",
            12,
            False,
        ),
    ],
)
def test_an_offer_is_accepted_as_far_as_it_binds_the_server(offer, field, bits, takeover):
    assert scenes.agree(offer) == scenes.Deflate(field, bits, takeover)


def test_no_offer_no_compression():
    assert scenes.agree("") is None


@pytest.mark.parametrize("takeover", [True, False])
def test_what_is_prepared_inflates_to_the_letters(takeover):
    inflater = zlib.decompressobj(wbits=-12)
    for each in scenes.deflated(2000, 12, takeover):
        assert each[0] == 0xC2
        block = each[2 if each[1] < 126 else 4 :] + b"\x00\x00\xff\xff"
        if not takeover:
            inflater = zlib.decompressobj(wbits=-12)
        assert inflater.decompress(block) == letters(2000)
