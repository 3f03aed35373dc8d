"""Speaks the control protocol of a fuzzing server, with one message a case.

Arguments: the suite's specification as JSON, the directory for its reports. ``FAKE_VERDICTS`` in
the environment maps cases to a verdict other than OK, or to "HANG" (never ends), "SILENT" (leaves
no report), "DIE" (takes the server down) or "DIE ONCE". It can have an entry "reports", too, which
may "HANG", "WAIT" for a word that it may go on, or "DIE".
"""

import asyncio
import fcntl
import json
import os
import sys
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

CODE = 1000


class FakeServer:
    def __init__(self, reports: Path, cases: list[str]) -> None:
        self.cases = cases
        self.reports = reports
        self.verdicts = json.loads(os.environ.get("FAKE_VERDICTS", "{}"))
        self.results: dict[str, dict] = {}
        self.agent = ""

    async def serve(self, socket: ServerConnection) -> None:
        url = urlsplit(socket.request.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.agent = query.get("agent", "")
        case = query.get("casetuple", "")
        if url.path == "/runCase":
            case = self.cases[int(query["case"]) - 1]
            await self.run_case(socket, case)
        elif url.path == "/getCaseCount":
            await socket.send(os.environ.get("FAKE_COUNT", str(len(self.cases))))
        elif url.path == "/getCaseStatus":
            if case in self.results:
                await socket.send(json.dumps({"behavior": self.results[case]["behavior"]}))
        elif url.path == "/updateReports":
            if self.verdicts.get("reports") == "HANG":
                tell_of_hanging("reports")
                await socket.wait_closed()
            elif self.verdicts.get("reports") == "WAIT":
                tell_of_hanging("reports")
                wait_for_a_word()
            elif self.verdicts.get("reports") == "DIE":
                os._exit(3)
            self.write_reports()

    async def run_case(self, socket: ServerConnection, case: str) -> None:
        verdict = self.verdicts.get(case, "OK")
        if verdict == "DIE" or (verdict == "DIE ONCE" and not has_died_before()):
            print("out of memory", flush=True)
            os._exit(3)
        if verdict == "DIE ONCE":
            verdict = "OK"
        await socket.send(f"case {case}")
        try:
            echoed = await socket.recv()
        except ConnectionClosed:
            echoed, verdict = "", "FAILED"
        if verdict == "HANG":
            tell_of_hanging(case)
            await socket.wait_closed()
        await socket.close(CODE)
        if verdict != "SILENT":
            self.results[case] = self.report(case, echoed, verdict)

    def report(self, case: str, echoed: str, verdict: str) -> dict:
        size = len(echoed)
        return {
            "agent": self.agent,
            "id": case,
            "behavior": "FAILED" if verdict == "HANG" else verdict,
            "behaviorClose": verdict if verdict == "INFORMATIONAL" else "OK",
            "description": "One message there and back.<br>It is <b>text</b>.",
            "expectation": "The same message.",
            "expected": {"OK": [["message", echoed, False]]},
            "received": [["message", echoed, False]],
            "expectedClose": {"closeCode": [CODE], "closedByMe": True, "requireClean": True},
            "result": "The messages are as expected.",
            "resultClose": "The connection was closed.",
            "closedByMe": True,
            "wasClean": True,
            "localCloseCode": CODE,
            "localCloseReason": None,
            "remoteCloseCode": CODE,
            "remoteCloseReason": None,
            "duration": 7,
            "httpRequest": "GET /runCase HTTP/1.1\r\n\r\n",
            "httpResponse": "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "wirelog": [["TF", [size, echoed], 1, True, 0, None, None, None, False]],
        }

    def write_reports(self) -> None:
        self.reports.mkdir(parents=True, exist_ok=True)
        for case, result in self.results.items():
            name = f"{self.agent}_case_{case.replace('.', '_')}.json"
            (self.reports / name).write_text(json.dumps(result))


def tell_of_hanging(case: str) -> None:
    if fifo := os.environ.get("HANG_FIFO"):
        Path(fifo).write_text(case)


def wait_for_a_word() -> None:
    Path(os.environ["HANG_FIFO"]).read_text()


def has_died_before() -> bool:
    """Whether this is asked for the second time; another process may have asked first."""
    mark = Path(f"{os.environ['ALIVE']}-died")
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return True
    return False


def leave_when_input_ends() -> None:
    sys.stdin.read()
    os._exit(0)


async def main() -> None:
    spec = json.loads(sys.argv[1])
    server = FakeServer(Path(sys.argv[2]), spec["cases"])
    async with serve(server.serve, "127.0.0.1", urlsplit(spec["url"]).port):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    fcntl.flock(os.open(os.environ["ALIVE"], os.O_RDONLY), fcntl.LOCK_SH)
    threading.Thread(target=leave_when_input_ends, daemon=True).start()
    asyncio.run(main())
