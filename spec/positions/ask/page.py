"""Carries out a scenario's page with ``whatwg_websockets``, as page.js does in a browser."""

import asyncio
import json
import time
from typing import Any

from ask.scenario import Scenario
from whatwg_websockets import WebSocket


def quoted(string: str) -> str:
    """Show a string as JavaScript's JSON.stringify does."""
    return json.dumps(string, ensure_ascii=False)


async def play(scenario: Scenario, port: int, other: int) -> list[str]:
    """Run the page of a scenario and return what it saw."""
    base = f"127.0.0.1:{port}"
    if scenario.js:
        if scenario.py is None:
            return ["(not a page that this implementation can be)"]
        trace: list[str] = []
        try:
            async with asyncio.timeout(scenario.patience):
                await scenario.py(trace.append, base)
        except TimeoutError:
            pass
        return trace
    return await _Page(scenario, base, other).play()


class _Page:
    def __init__(self, scenario: Scenario, base: str, other: int) -> None:
        self.scenario = scenario
        self.base = base
        self.other = other
        self.trace: list[str] = []
        self.sockets: list[WebSocket] = []
        self.over = asyncio.Event()
        self.began = time.monotonic()

    async def play(self) -> list[str]:
        self.make(self.scenario.url, list(self.scenario.protocols))
        if self.sockets:
            await self.run(self.scenario.page.get("start", []), self.sockets[0], None)
        try:
            async with asyncio.timeout(self.scenario.patience):
                await self.over.wait()
        except TimeoutError:
            pass
        seen = self.trace.copy()
        for socket in self.sockets:
            socket.close()
        await asyncio.sleep(0.1)
        return seen

    def make(self, url: str, protocols: list[str]) -> None:
        prefix = f"{len(self.sockets) + 1}: " if self.sockets else ""
        url = url.replace("{base}", self.base).replace("{other}", str(self.other))
        url = url.replace("{port}", self.base.rpartition(":")[2])
        try:
            socket = WebSocket(url, protocols)
        except Exception as error:
            self.trace.append(f"{prefix}throws {getattr(error, 'name', type(error).__name__)}")
            self.over.set()
            return
        self.sockets.append(socket)
        socket.binaryType = "arraybuffer"
        for kind in ("open", "message", "error", "close"):
            socket.addEventListener(kind, self.listener(socket, prefix))

    def listener(self, socket: WebSocket, prefix: str) -> Any:
        async def listen(event: Any) -> None:
            seconds = round((time.monotonic() - self.began) * 2) / 2
            when = f" after {seconds:g} s" if self.scenario.timed and event.type == "close" else ""
            if event.type == "message":
                data = event.data
                size = quoted(data) if isinstance(data, str) else f"ArrayBuffer of {len(data)}"
                self.trace.append(f"{prefix}message {size}")
            elif event.type == "close":
                clean = "clean" if event.wasClean else "not clean"
                self.trace.append(
                    f"{prefix}close {event.code} {quoted(event.reason)} {clean}{when}"
                )
                if socket is self.sockets[-1]:
                    asyncio.get_running_loop().call_later(0.1, self.over.set)
            else:
                self.trace.append(prefix + event.type)
            await self.run(self.scenario.page.get(event.type, []), socket, event)

        return listen

    async def run(self, ops: list[list[Any]], socket: WebSocket, event: Any) -> None:
        for op, *args in ops:
            try:
                if op == "wait":
                    await asyncio.sleep(args[0] / 1000)
                else:
                    self.do(op, args, socket, event)
            except Exception as error:
                name = getattr(error, "name", type(error).__name__)
                self.trace.append(f"{op} throws {name}")

    def do(self, op: str, args: list[Any], socket: WebSocket, event: Any) -> None:
        match op:
            case "block":
                time.sleep(args[0] / 1000)
            case "close":
                names = dict(zip(("code", "reason"), args, strict=False))
                socket.close(**{k: v for k, v in names.items() if v is not None})
            case "send":
                socket.send(args[0])
            case "sendBytes":
                socket.send(bytes(args[0]))
            case "sendBlob":
                from whatwg_websockets import Blob

                socket.send(Blob(["x" * args[0]]))
            case "sendView":
                socket.send(memoryview(bytearray(args[0]))[: args[1]])
            case "sendThenChange":
                data = bytearray(b"AAA")
                socket.send(data)
                data[:] = b"BBB"
            case "note":
                self.trace.append(f"{args[0]} {getattr(socket, args[0])}")
            case "noteEvent":
                self.trace.append(f"{args[0]} {getattr(event, args[0])}")
            case "another":
                self.make(args[0], [])
            case _:
                self.trace.append(f"unknown {op}")
