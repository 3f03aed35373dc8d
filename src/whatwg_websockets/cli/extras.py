"""The extras that the commands need, and what to tell somebody who has not installed them."""

import re
from collections.abc import Iterable, Sequence
from importlib.metadata import EntryPoint, entry_points

GROUP = "whatwg_websockets.commands"


def advice(arguments: Sequence[str], error: ModuleNotFoundError) -> str | None:
    """Tell what to install for the command that the arguments name, or else for each command.

    Returns:
        the sentences; None where no extra of any command would bring the module that is missing.
    """
    points = [point for point in entry_points(group=GROUP) if brings(point, error)]
    asked = [point for point in points if point.name in arguments[:1]]
    return "\n".join(map(what_to_install, asked or points)) or None


def what_to_install(point: EntryPoint) -> str:
    """Tell in a sentence which extra a command needs."""
    return f'The command "{point.name}" needs an extra: pip install "{_requirement(point)}"'


def brings(point: EntryPoint, error: ModuleNotFoundError) -> bool:
    """Tell whether an extra that a command needs would bring the module that is missing."""
    missing = _normalised((error.name or "").partition(".")[0])
    return missing in set(_named(point.dist.requires or () if point.dist else (), point.extras))


def _requirement(point: EntryPoint) -> str:
    name = point.dist.name if point.dist else ""
    return f"{name}[{','.join(point.extras)}]"


def _named(requirements: Iterable[str], extras: Sequence[str]) -> Iterable[str]:
    """Return the names of what some extras require."""
    for requirement in requirements:
        extra = re.search(r"""\bextra\s*==\s*['"]([^'"]+)""", requirement)
        if extra is not None and extra[1] in extras:
            yield _normalised(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
