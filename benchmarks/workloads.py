"""What is measured."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """One kind of measurement.

    An echo workload keeps ``in_flight`` messages of ``size`` bytes on the way: as many are sent at
    the start, then one for each that comes back.
    """

    name: str
    title: str
    measure: str
    size: int = 0
    in_flight: int = 0
    per_loop: bool = True


ECHO = (
    Workload("100B-64", "100 B, 64 in flight", "echo", 100, 64),
    Workload("100B-1", "100 B, 1 in flight", "echo", 100, 1),
    Workload("16KiB-16", "16 KiB, 16 in flight", "echo", 16 * 1024, 16),
    Workload("1MiB-4", "1 MiB, 4 in flight", "echo", 1024 * 1024, 4),
)
CONNECT = Workload("connect", "connections opened and closed", "connect")
MEMORY = Workload("memory", "an idle connection", "memory")
IMPORT = Workload("import", "import", "import", per_loop=False)

WORKLOADS = {workload.name: workload for workload in (*ECHO, CONNECT, MEMORY, IMPORT)}


def payload(size: int, *, text: bool) -> str | bytes:
    """Make the message of a workload: the same in every process."""
    source = random.Random(size)
    if text:
        return "".join(source.choices(string.ascii_letters, k=size))
    return source.randbytes(size)
