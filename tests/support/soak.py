"""``make soak``: random pages against random servers, for minutes.

Each game has a seed; one that finds a fault prints it, with the command that plays it again.
"""

import argparse
import gc
import resource
import sys
import time

from support.loops import LOOPS
from support.random_page import play

# How much a game may leave behind on average: objects that the garbage collector knows.
OBJECTS_A_GAME = 50

# How much memory the games may take at most, the servers in the same process included, in MiB.
MEBIBYTES = 1_024


unraisable: list[str] = []
"""What nobody could raise, such as the warning of a transport that was not closed."""


def main() -> int:
    sys.unraisablehook = lambda what: unraisable.append(f"{what.exc_value!r} of {what.object!r}")
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1, help="for how long; 1 by default")
    parser.add_argument("--loop", choices=LOOPS, default="asyncio")
    parser.add_argument("--tls", action="store_true", help="over TLS")
    parser.add_argument("--seed", type=int, help="begin with this one; random by default")
    parser.add_argument("--games", type=int, help="stop after so many games")
    arguments = parser.parse_args()
    seed = int(time.time()) if arguments.seed is None else arguments.seed
    ends = time.monotonic() + 60 * arguments.minutes
    games = bad = 0
    objects: list[int] = []
    while time.monotonic() < ends and games != arguments.games:
        faults = play(seed + games, arguments.loop, tls=arguments.tls)
        gc.collect()
        faults += unraisable
        unraisable.clear()
        if faults:
            bad += 1
            again = f"--seed {seed + games} --games 1 --loop {arguments.loop}"
            print(f"seed {seed + games} (again: {again}{' --tls' * arguments.tls}):")
            print(*[f"    {fault}" for fault in faults], sep="\n", flush=True)
        games += 1
        objects.append(len(gc.get_objects()))
    # What is made once for all has been made after the first few.
    settled = objects[len(objects) // 5 :]
    grown = (settled[-1] - settled[0]) / max(1, len(settled) - 1)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    is_too_much = (grown > OBJECTS_A_GAME and len(settled) > 20) or peak > MEBIBYTES
    version = ".".join(map(str, sys.version_info[:3]))
    print(
        f"Python {version}, {arguments.loop}, {'TLS' if arguments.tls else 'TCP'}: {games} games "
        f"from seed {seed} on, {bad} with faults; {peak:.0f} MiB at most, {grown:+.1f} objects "
        f"a game{': that is too much' if is_too_much else ''}"
    )
    return 1 if bad or is_too_much else 0


if __name__ == "__main__":
    sys.exit(main())
