"""What the benchmark asks of the machine: clocks, memory, limits, and facts for the record."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Whose versions are written beside the numbers.
DISTRIBUTIONS = (
    "whatwg-websockets",
    "websockets",
    "aiohttp",
    "picows",
    "aiofastnet",
    "uvloop",
    "bitarray",
    "ada-url",
)


def loop_factory(name: str) -> Callable[[], asyncio.AbstractEventLoop]:
    """Find the event loop called ``asyncio``, ``uvloop`` or ``fastest`` (uvloop if it is there)."""
    if name == "asyncio":
        return asyncio.new_event_loop
    try:
        import uvloop
    except ImportError:
        if name == "fastest":
            return asyncio.new_event_loop
        raise
    return uvloop.new_event_loop


def cores() -> list[int]:
    """Tell which processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def pin(core: int | None) -> None:
    """Stay on one core, where the system lets a process say so."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def end_with_parent() -> None:
    """Leave as soon as the process that started this one lets go of our stdin, or is gone."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def raise_file_limit(wanted: int = 8192) -> int:
    """Allow this process as many open files as it may have, and tell how many that are."""
    try:
        import resource
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft


def raise_mmap_threshold() -> None:
    """Free one large block: from then on glibc keeps smaller ones instead of unmapping them."""
    block = bytearray(16 * 1024 * 1024)
    del block


def cpu_seconds_of(pid: int) -> float | None:
    """Tell the processor time that another process has used, where the system says so."""
    if platform.system() != "Linux":
        return None
    try:
        return time.clock_gettime(~pid << 3 | 2)  # what clock_getcpuclockid(3) computes
    except OSError:
        return None


def waited_seconds_of(pid: int) -> float | None:
    """Tell how long a process was ready to run while another program held its core."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return None


def resident_bytes() -> int:
    """Tell how much memory this process holds (at its peak, where the system says no more)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if platform.system() == "Darwin" else peak * 1024


def versions() -> dict[str, str]:
    """Tell the versions of everything that takes part and is installed."""
    found = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def facts() -> dict[str, object]:
    """Describe the machine without naming it."""
    libc = " ".join(platform.libc_ver()).strip()
    return {
        "system": platform.system(),
        "kernel": platform.release().partition("-")[0],
        "architecture": platform.machine(),
        "processor": _processor(),
        "cores": len(cores()),
        "memory_gib": _memory_gib(),
        "libc": libc or None,
    }


def python() -> dict[str, str]:
    """Describe the interpreter."""
    return {
        "implementation": platform.python_implementation(),
        "version": platform.python_version(),
        "compiler": platform.python_compiler(),
    }


def _processor() -> str | None:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or None


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1)
    except (AttributeError, OSError, ValueError):
        return None
