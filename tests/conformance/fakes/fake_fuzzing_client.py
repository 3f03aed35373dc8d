"""Plays cases with a server as a fuzzing client does: one message a case, and reports at the end.

Arguments: the suite's specification as JSON, the directory for its reports. The message of 1.1.5
has 128 octets. ``FAKE_VERDICTS`` in the environment maps cases to a verdict other than OK, or to
"HANG" (never ends), "SILENT" (leaves no report) or "DIE" (takes the client down).
"""

import asyncio
import fcntl
import json
import os
import sys
import threading
from pathlib import Path

from fake_fuzzing_server import FakeServer, leave_when_input_ends, tell_of_hanging
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

LENGTHS = {"1.1.5": 128}


class FakeClient(FakeServer):
    async def visit(self, url: str) -> None:
        for case in self.cases:
            try:
                await self.play(url, case)
            except (OSError, WebSocketException) as error:
                print(f"Connection to {url} failed ({error})", flush=True)
                break
        self.write_reports()

    async def play(self, url: str, case: str) -> None:
        async with connect(url, proxy=None) as socket:
            verdict = self.verdicts.get(case, "OK")
            if verdict == "DIE":
                print("out of memory", flush=True)
                os._exit(3)
            if verdict == "HANG":
                tell_of_hanging(case)
                await socket.wait_closed()
            message, echoed = "x" * LENGTHS.get(case, 8), ""
            try:
                await socket.send(message)
                echoed = await socket.recv()
            except WebSocketException:
                verdict = "FAILED"
            if verdict != "SILENT":
                self.results[case] = self.report(case, echoed, verdict) | {"isServer": False}


async def main() -> None:
    spec = json.loads(sys.argv[1])
    (server,) = spec["servers"]
    client = FakeClient(Path(sys.argv[2]), spec["cases"])
    client.agent = server["agent"]
    await client.visit(server["url"])


if __name__ == "__main__":
    fcntl.flock(os.open(os.environ["ALIVE"], os.O_RDONLY), fcntl.LOCK_SH)
    threading.Thread(target=leave_when_input_ends, daemon=True).start()
    asyncio.run(main())
