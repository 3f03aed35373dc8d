"""``make backpressure``: a server offers 1 GiB to a slow reader, who has little memory for it.

In messages of 64 KiB and of 1 MiB, plain and compressed a thousandfold, on each loop; then a flood
that is compressed a thousandfold, of which nearly nothing is read.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from support.loops import LOOPS
from support.slow_reader import Reading

MEBIBYTE = 2**20

# How much more memory may be resident, in bytes.
GROWS_BY = 16 * MEBIBYTE

# How much the server may have sent of what is not read yet, in bytes as the program gets them where
# they are plain. Most of it is in the kernels, whose buffers grow to 32 MiB and more.
AHEAD = 64 * MEBIBYTE


@dataclass(frozen=True)
class Offer:
    """What a server offers.

    Attributes:
        size: the size of a message, in bytes.
        count: how many messages.
        is_compressed: a thousandfold.
        at_most: how many of them are read; None for all.
        stop: how often reading stops on the way.
    """

    size: int
    count: int
    is_compressed: bool
    at_most: int | None = None
    stop: int = 8

    def __str__(self) -> str:
        what = "compressed" if self.is_compressed else "plain"
        amount = f"{self.size * self.count // MEBIBYTE:,} MiB {what} in {self.size:,} B"
        return amount if self.at_most is None else f"{amount}, of which {self.at_most} are read"


def offers(total: int, *, stop: int = 8) -> list[Offer]:
    """Return the offers of so many bytes, in messages of two sizes."""
    sizes = (65_536, MEBIBYTE)
    return [
        Offer(size, total // size, packed, None, stop) for packed in (False, True) for size in sizes
    ]


def floods(total: int) -> list[Offer]:
    """Return the offers of which a reader reads almost no message."""
    return [Offer(size, total // size, True, 10) for size in (65_536, MEBIBYTE)]


def take(offer: Offer, loop: str) -> Reading:
    """Run a process that reads an offer."""
    command = [sys.executable, "-m", "support.slow_reader", f"--loop={loop}"]
    command += [f"--size={offer.size}", f"--count={offer.count}", f"--stop={offer.stop}"]
    command += ["--compressed"] * offer.is_compressed
    command += [] if offer.at_most is None else [f"--at-most={offer.at_most}"]
    folder = Path(__file__).parents[1]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return Reading(**json.loads(done.stdout))


def faults(offer: Offer, reading: Reading) -> list[str]:
    """Return the faults of the messages that a program has read, and of its use of memory."""
    found = []
    expected = offer.count if offer.at_most is None else offer.at_most
    if reading.messages != expected or reading.wrong:
        found.append(
            f"{reading.messages} messages of {expected} arrived, and {reading.wrong} were wrong"
        )
    if reading.grown >= GROWS_BY:
        found.append(f"resident memory grew by {reading.grown / MEBIBYTE:.1f} MiB")
    if not offer.is_compressed and reading.ahead * offer.size > AHEAD:
        found.append(f"the server was {reading.ahead} messages ahead")
    if offer.at_most is not None and reading.sent > AHEAD:
        found.append(f"the server could send {reading.sent / MEBIBYTE:.1f} MiB that nobody read")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="make backpressure", description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=1_024, help="1,024 by default")
    parser.add_argument("--loop", choices=LOOPS, help="both by default")
    asked = parser.parse_args()
    total = asked.mebibytes * MEBIBYTE
    bad = 0
    for loop in [asked.loop] if asked.loop else LOOPS:
        for offer in [*offers(total), *floods(64 * total)]:
            reading = take(offer, loop)
            wrong = faults(offer, reading)
            print(
                f"{loop}, {offer}: memory grew by {reading.grown / MEBIBYTE:.1f} MiB, the server "
                f"was {reading.ahead} messages ahead at most and had sent "
                f"{reading.sent / MEBIBYTE:.1f} MiB",
                *[f"    {fault}" for fault in wrong],
                sep="\n",
                flush=True,
            )
            bad += bool(wrong)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
