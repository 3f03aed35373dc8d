"""Servers and tools that write to a log: what they have started ends with them."""

import sys

import psutil
import pytest

from support.page import until
from websocket_conformance.logged import serving

PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
sys.stdin.read()
"""
ENDS = PARENT.replace("sys.stdin.read()", "")


@pytest.mark.parametrize("program", [PARENT, ENDS], ids=["serves", "has ended by itself"])
async def test_what_a_server_has_started_ends_with_the_server(tmp_path, program):
    log = tmp_path / "log"
    async with serving([sys.executable, "-S", "-c", program], log) as server:
        await until(lambda: log.read_text().endswith("\n"))
        await until(lambda: server.has_ended or program is PARENT)
        child = psutil.Process(int(log.read_text()))
        assert child.is_running()
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
