"""A page in Chromium that a test drives: keys and clicks as a person makes them.

It speaks the DevTools protocol, https://chromedevtools.github.io/devtools-protocol/, over a
WebSocket of this library. A test calls it as it calls any function: the event loop runs while an
answer is awaited.
"""

import asyncio
import base64
import itertools
import json
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from support.in_chromium import chromium_or_skip
from support.loops import DEADLINE
from support.waiting import wait_until
from whatwg_websockets import EnvironmentSettings, Limits, WebSocket

CODES = {"ArrowLeft": 37, "ArrowRight": 39, "Home": 36, "End": 35, " ": 32, "Escape": 27}
"""The codes of keys whose character does not give it."""

LARGEST = 268_435_456
"""How many bytes an answer may have; a picture is one."""


class Page:
    """A page of Chromium.

    Args:
        runner: runs the event loop.
        url: where the page's DevTools are.
    """

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._socket = runner.run(self._connect(url))

    async def _connect(self, url: str) -> WebSocket:
        socket = WebSocket(url, settings=EnvironmentSettings(limits=Limits(message_size=LARGEST)))
        opened = asyncio.get_running_loop().create_future()
        socket.onopen = opened.set_result
        socket.onmessage = self._hear
        await asyncio.wait_for(opened, DEADLINE)
        return socket

    def _hear(self, event: Any) -> None:
        message = json.loads(event.data)
        answer = self._answers.pop(message.get("id"), None)
        if answer is not None:
            answer.set_result(message)

    async def _ask(self, method: str, parameters: dict[str, object]) -> dict[str, Any]:
        id_ = next(self._ids)
        answer = self._answers[id_] = asyncio.get_running_loop().create_future()
        self._socket.send(json.dumps({"id": id_, "method": method, "params": parameters}))
        return await asyncio.wait_for(answer, DEADLINE)

    def command(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command to the browser, and return its answer.

        Raises:
            RuntimeError: the browser refuses.
        """
        message = self._runner.run(self._ask(method, parameters))
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        result: dict[str, Any] = message["result"]
        return result

    def close(self) -> None:
        """Close the connection and the browser."""

        async def close() -> None:
            closed = asyncio.get_running_loop().create_future()
            self._socket.onclose = closed.set_result
            self._socket.send(json.dumps({"id": 0, "method": "Browser.close"}))
            self._socket.close()
            await asyncio.wait_for(closed, DEADLINE)

        self._runner.run(close())

    def look(self, width: int, height: int, *, is_dark: bool = False) -> None:
        """Give the page a size in pixels, and light or dark colours."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.command("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, url: str) -> None:
        """Open a page, and wait until its scripts have run."""
        for each in ("about:blank", url):
            self.command("Page.navigate", url=each)
            wait_until(lambda: self.value("document.readyState") == "complete")

    def value(self, expression: str) -> Any:
        """Return the value of an expression of JavaScript; a promise is awaited."""
        found = self.command(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys, each named as ``KeyboardEvent.key`` names it; capitals with Shift."""
        for key in keys:
            is_text = len(key) == 1
            event = {
                "key": key,
                "windowsVirtualKeyCode": CODES.get(key, ord(key[0].upper())),
                "modifiers": 8 if is_text and key.isupper() else 0,
            }
            text = {"text": key} if is_text else {}
            self.command("Input.dispatchKeyEvent", type="keyDown", **event, **text)
            self.command("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, selector: str) -> None:
        """Click the middle of an element."""
        box = self.value(
            f"(() => {{ const box = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        place = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        self.command("Input.dispatchMouseEvent", type="mousePressed", **place)
        self.command("Input.dispatchMouseEvent", type="mouseReleased", **place)

    def picture(self, path: Path) -> None:
        """Write a screenshot as a PNG file."""
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot")["data"]))


@contextmanager
def chromium() -> Iterator[Page]:
    """Chromium with an empty page, for as long as the context lasts; skips where it is missing."""
    path = chromium_or_skip()
    with tempfile.TemporaryDirectory(prefix="devtools-", ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
        command += ["--remote-debugging-port=0", "--remote-allow-origins=*"]
        command += [f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with asyncio.Runner() as runner:
                page = Page(runner, _address_of_the_page(Path(profile, "DevToolsActivePort")))
                yield page
                page.close()
        except BaseException:
            process.kill()
            raise
        finally:
            process.wait(DEADLINE)


def _address_of_the_page(file: Path) -> str:
    """Return the address of the first page's DevTools, once Chromium has written its port."""
    wait_until(lambda: file.exists() and file.read_text().count("\n"))
    address = f"http://127.0.0.1:{file.read_text().split()[0]}/json/list"
    with urllib.request.urlopen(address, timeout=DEADLINE) as answer:
        targets = json.load(answer)
    url: str = next(each["webSocketDebuggerUrl"] for each in targets if each["type"] == "page")
    return url
