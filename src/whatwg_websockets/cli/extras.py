"""The extras that the commands need, and the advice for a user who has not installed them."""

import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points, version

from whatwg_websockets.cli import ABOUT, EXIT_MISSING, EXIT_USAGE, GROUP


def answer(arguments: Sequence[str], error: ModuleNotFoundError) -> int | None:
    """Do what can be done without a module that an extra would bring.

    Prints the version or the help, if the arguments ask for it; what to install, if they name a
    command; and on stderr, for any other arguments, which of them is unknown, and the help.

    Returns:
        the status to exit with; None where no extra of any command would bring the module that is
        missing, and nothing has been printed.
    """
    if not any(brings(point, error) for point in entry_points(group=GROUP)):
        return None
    first = next(iter(arguments), "")
    for point in entry_points(group=GROUP, name=first):
        print(what_to_install(point), file=sys.stderr)
        return EXIT_MISSING
    if first == "--version":
        print(version("whatwg-websockets"))
    elif first == "--help":
        print(_help())
    else:
        what = "option" if first.startswith("-") else "command"
        unknown = f"There is no {what} {first!r}.\n\n" if first else ""
        print(f"{unknown}{_help()}", file=sys.stderr)
        return EXIT_USAGE
    return 0


def _help() -> str:
    """Return the help of the command where its modules cannot be loaded."""
    points = sorted(entry_points(group=GROUP))
    width = max(len(point.name) for point in points)
    lines = (
        f"  {point.name:{width}}  "
        + (f'pip install "{_requirement(point)}"' if point.extras else "nothing more")
        for point in points
    )
    return "\n".join(
        (
            "Usage: whatwg-websockets [OPTIONS] COMMAND [ARGS]...",
            f"\n{ABOUT}",
            "\nOptions:",
            "  --version  Print the version and exit.",
            "  --help     Show this message.",
            "\nCommands, each with what has to be installed first; in a checkout, write . in place",
            "of the name of the package:",
            *lines,
        )
    )


def what_to_install(point: EntryPoint) -> str:
    """Return a sentence that names the extra that a command needs."""
    return (
        f'The command "{point.name}" needs an extra: pip install "{_requirement(point)}" '
        f'(in a checkout: pip install ".{_brackets(point)}")'
    )


def brings(point: EntryPoint, error: ModuleNotFoundError) -> bool:
    """Return whether an extra that a command needs would bring the module that is missing."""
    missing = _normalised((error.name or "").partition(".")[0])
    return missing in set(_named(point.dist.requires or () if point.dist else (), point.extras))


def _requirement(point: EntryPoint) -> str:
    name = point.dist.name if point.dist else ""
    return f"{name}{_brackets(point)}"


def _brackets(point: EntryPoint) -> str:
    return f"[{','.join(point.extras)}]"


def _named(requirements: Iterable[str], extras: Sequence[str]) -> Iterable[str]:
    """Return the names of what some extras require."""
    for requirement in requirements:
        extra = re.search(r"""\bextra\s*==\s*['"]([^'"]+)""", requirement)
        if extra is not None and extra[1] in extras:
            yield _normalised(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
