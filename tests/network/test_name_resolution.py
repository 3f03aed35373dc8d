"""The system's resolver blocks a thread, which delays no other code."""

import asyncio
import socket
import subprocess
import sys
import threading

import pytest

from support.loops import LOOPS
from support.page import turns, until
from whatwg_websockets.network import name_resolution

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]


class System:
    """A fake of the system's resolver, which answers when the test releases it."""

    def __init__(self, monkeypatch):
        self.asked = []
        self.may_answer = threading.Event()
        monkeypatch.setattr(socket, "getaddrinfo", self.getaddrinfo)

    def getaddrinfo(self, host, port, **_):
        self.asked.append((host, threading.current_thread().daemon))
        self.may_answer.wait()
        if host.startswith("no"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return FOUND


@pytest.fixture
def system(monkeypatch):
    system = System(monkeypatch)
    yield system
    system.may_answer.set()


@pytest.fixture(autouse=True)
def no_thread_lingers(monkeypatch):
    """Threads that other tests have begun may still be waiting."""
    monkeypatch.setattr(name_resolution, "LINGERS_FOR", 0)
    threads = {each: name_resolution.DaemonThreads() for each in name_resolution.THREADS}
    monkeypatch.setattr(name_resolution, "THREADS", threads)


def no_thread_is_left():
    return all(each.count == 0 for each in name_resolution.THREADS.values())


async def getaddrinfo(host, port, family=socket.AF_INET):
    return await name_resolution.getaddrinfo(host, port, family)


async def test_the_system_is_asked_in_a_daemon_thread(system):
    system.may_answer.set()
    assert await getaddrinfo("name.example", 80) == FOUND
    assert system.asked == [("name.example", True)]
    await until(no_thread_is_left)


async def test_a_failure_of_the_system_is_that_of_whoever_asked(system):
    system.may_answer.set()
    with pytest.raises(socket.gaierror):
        await getaddrinfo("no.example", 80)
    await until(no_thread_is_left)


async def test_an_answer_for_which_nobody_waits_any_more(system):
    asking = asyncio.ensure_future(getaddrinfo("name.example", 80))
    await until(lambda: system.asked)
    asking.cancel()
    await turns()
    assert asking.cancelled()
    system.may_answer.set()
    await until(no_thread_is_left)
    await turns()


async def test_there_is_a_bound_to_the_threads(system, monkeypatch):
    """A name is not resolved if its caller has given up before a thread is free."""
    monkeypatch.setattr(name_resolution, "MOST_THREADS", 2)
    names = ["a.example", "b.example", "c.example", "d.example"]
    asking = [asyncio.ensure_future(getaddrinfo(name, 80)) for name in names]
    await until(lambda: len(system.asked) == 2)
    asking[2].cancel()
    await turns()
    system.may_answer.set()
    assert await asking[3] == FOUND
    assert sorted(host for host, _ in system.asked) == ["a.example", "b.example", "d.example"]
    await until(no_thread_is_left)


@pytest.mark.parametrize("kind", LOOPS)
def test_an_answer_that_comes_when_the_loop_is_closed(system, kind):
    loop = LOOPS[kind]()

    async def ask():
        asking = asyncio.ensure_future(getaddrinfo("name.example", 80))
        await until(lambda: system.asked)
        asking.cancel()

    loop.run_until_complete(ask())
    loop.close()
    system.may_answer.set()
    asyncio.run(until(no_thread_is_left))


async def test_ipv4_does_not_wait_for_threads_that_wait_for_ipv6(monkeypatch):
    """Some servers of DNS never answer questions for IPv6 addresses."""
    monkeypatch.setattr(name_resolution, "MOST_THREADS", 1)
    may_answer = threading.Event()

    def answer(host, port, *, family, **_):
        if family == socket.AF_INET6:
            may_answer.wait()
        return FOUND

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    waiting = asyncio.ensure_future(getaddrinfo("name.example", 80, socket.AF_INET6))
    await turns()
    assert await getaddrinfo("name.example", 80) == FOUND
    assert not waiting.done()
    may_answer.set()
    assert await waiting == FOUND
    await until(no_thread_is_left)


async def test_a_thread_waits_for_the_next_name(system, monkeypatch):
    monkeypatch.setattr(name_resolution, "LINGERS_FOR", 300)
    system.may_answer.set()
    for _ in range(3):
        assert await getaddrinfo("name.example", 80) == FOUND
        threads = name_resolution.THREADS[socket.AF_INET]
        await until(lambda threads=threads: threads.waiting == 1)
        assert threads.count == 1


async def test_as_many_names_as_threads_wait_begin_no_other(system, monkeypatch):
    monkeypatch.setattr(name_resolution, "LINGERS_FOR", 300)
    names = ["a.example", "b.example", "c.example"]
    asking = [asyncio.ensure_future(getaddrinfo(name, 80)) for name in names]
    await until(lambda: len(system.asked) == 3)
    system.may_answer.set()
    await asyncio.gather(*asking)
    threads = name_resolution.THREADS[socket.AF_INET]
    await until(lambda: threads.waiting == 3)
    system.may_answer.clear()
    asking = [asyncio.ensure_future(getaddrinfo(name, 80)) for name in [*names, "d.example"]]
    await until(lambda: len(system.asked) == 7)
    assert threads.count == 4
    system.may_answer.set()
    assert await asyncio.gather(*asking) == [FOUND] * 4


def test_a_forked_child_begins_without_threads():
    threads = name_resolution.DaemonThreads()
    threads.count = name_resolution.MOST_THREADS
    threads.changed.acquire()
    threads.begin_anew()
    done = threading.Event()
    threads.run(done.set)
    assert done.wait(30)


async def test_a_loop_may_have_a_resolver_of_its_own(system):
    async def own(host, port, **_):
        return [host, port]

    loop = asyncio.get_running_loop()
    loop.getaddrinfo = own
    assert await getaddrinfo("name.example", 80) == ["name.example", 80]
    assert system.asked == []


def test_a_class_of_loops_may_have_a_resolver_of_its_own(system):
    class Loop(asyncio.SelectorEventLoop):
        async def getaddrinfo(self, host, port, **_):
            return [host, port]

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(getaddrinfo("name.example", 80)) == ["name.example", 80]
    assert system.asked == []


PROGRAM = """
import asyncio
import socket
import threading

from whatwg_websockets import EnvironmentSettings, Limits, WebSocket


def getaddrinfo(*_, **__):
    is_asked.set()
    threading.Event().wait()


def new_event_loop():
    if {kind!r} == "uvloop":
        import uvloop

        return uvloop.new_event_loop()
    return asyncio.new_event_loop()


async def main():
    # The program is not responsible for a busy machine.
    asyncio.get_running_loop().slow_callback_duration = 60
    limits = Limits(handshake_timeout={limit})
    socket = WebSocket("ws://name.example/", settings=EnvironmentSettings(limits=limits))
    closed = asyncio.Event()
    socket.onclose = lambda event: closed.set()
    await asyncio.to_thread(is_asked.wait)
    if {limit} < 60:
        await closed.wait()


is_asked = threading.Event()
socket.getaddrinfo = getaddrinfo
with asyncio.Runner(loop_factory=new_event_loop) as runner:
    runner.run(main())
print("ended")
"""


@pytest.mark.parametrize("limit", [0.05, 600], ids=["after its limit", "while it resolves"])
@pytest.mark.parametrize("kind", LOOPS)
def test_a_program_ends_though_a_name_never_resolves(kind, limit):
    command = [sys.executable, "-X", "dev", "-W", "error", "-c"]
    program = PROGRAM.format(kind=kind, limit=limit)
    done = subprocess.run([*command, program], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("ended\n", 0)
    assert [
        line for line in done.stderr.splitlines() if "timed out while resolving" not in line
    ] == []
