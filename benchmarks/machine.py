"""What the benchmark asks of the machine: clocks, memory, limits, and facts for the record."""

from __future__ import annotations

import asyncio
import os
import platform
import threading
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

STDIN = 0

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
    "h11",
    "isal",
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
    """Leave as soon as the process that started this one lets go of our stdin, or is gone.

    The descriptor is read, not `sys.stdin`: at the end of a program Python waits a second for the
    lock that a thread holds which is reading there.
    """

    def wait() -> None:
        while os.read(STDIN, 1024):
            pass
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
    """Free one large block: from then on glibc keeps smaller ones instead of unmapping them.

    This is the allocator setting of the benchmark. A program that does not do this pays for fresh
    pages, zeroed by the system, whenever it allocates 128 KiB or more.
    """
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
        return _most_resident()


def peak_resident_bytes() -> int:
    """Tell how much memory this process has held at most."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except (OSError, IndexError, ValueError):
        pass
    return _most_resident()


def _most_resident() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def system_seconds_and_faults() -> tuple[float, int]:
    """Tell this process's share of processor time in the system, and how many pages it was given.

    Both are 0 where the system does not say.
    """
    try:
        import resource
    except ImportError:
        return 0.0, 0
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_stime, usage.ru_minflt


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
