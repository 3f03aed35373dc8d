"""A page of web-platform-tests that runs no script, and does what it is told to.

It loads its page, and the scripts of it, from the servers that it is told of, and says that each
subtest has passed that it finds there. The first argument is JSON, and has for some pages what is
said or done instead: an answer, or ``hang``, ``crash``, ``flood``, ``garbage``, ``lacking``,
``endless`` or ``servers``, which ends the servers. Where there is a second argument, it is a file
that is locked for as long as the page lives. A page that hangs says so in ``hanging``, if there is
such a file in the folder of ``STAGE``.
"""

import fcntl
import http.client
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

task = json.loads(sys.stdin.readline())
SUBTEST = re.compile(r'^[}t].*, "([^"]*)"\);$', re.MULTILINE)


def load(url: str) -> str:
    parts = urlsplit(url)
    address = task["hosts"][parts.hostname]
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=task["ca"])
        context.check_hostname = False
        connection = http.client.HTTPSConnection(address, parts.port, context=context)
    else:
        connection = http.client.HTTPConnection(address, parts.port)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers={"Host": parts.netloc})
    response = connection.getresponse()
    text = response.read().decode()
    assert response.status == 200, f"{url}: {response.status}"
    return text


def subtests(url: str) -> list[str]:
    text = load(url)
    found = SUBTEST.findall(text)
    scripts = re.findall(r'src="([^"]+)"|importScripts\("([^"]+)"\)|Worker\("([^"]+)"', text)
    for script in ("".join(each) for each in scripts):
        if not script.startswith("/resources/"):
            found += subtests(urljoin(url, script))
    return found


def act(deed: str) -> None:
    if deed == "crash":
        sys.exit("lost my footing")
    elif deed == "lacking":
        print("There is no engine; get one.", file=sys.stderr)
        sys.exit(3)
    elif deed == "garbage":
        print("Hello!", flush=True)
    elif deed == "endless":
        while True:
            sys.stdout.write("x" * 65536)
    elif deed == "servers":
        end_the_servers()
    elif deed == "flood":
        for _ in range(10_000):
            print("console: " + "x" * 100, file=sys.stderr)
    else:
        hanging = Path(os.environ.get("STAGE", ".")) / "hanging"
        if hanging.exists():
            hanging.write_text("now")
        time.sleep(3600)


def end_the_servers() -> None:
    """They have been started by what has started this page."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        process, parent, words = line.split(maxsplit=2)
        if int(parent) == os.getppid() and "websocket_conformance.wpt.server" in words:
            os.kill(int(process), signal.SIGKILL)
    time.sleep(3600)


instead = json.loads(sys.argv[1]) if sys.argv[1:] else {}
if sys.argv[2:]:
    lock = open(sys.argv[2])  # noqa: SIM115  # held until the process ends
    fcntl.flock(lock, fcntl.LOCK_SH)
page = urlsplit(task["url"])
of_page = instead.get(page.path + (f"?{page.query}" if page.query else ""))
if isinstance(of_page, str):
    act(of_page)
answer = {
    "status": "OK",
    "message": None,
    "subtests": [{"name": name, "status": "PASS"} for name in subtests(task["url"])],
}
if isinstance(of_page, dict):
    answer |= of_page
print(json.dumps(answer), flush=True)
