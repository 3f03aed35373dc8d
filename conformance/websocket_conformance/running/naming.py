"""Unique names for the results of the user's own programs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from websocket_conformance.errors import UsageError
from websocket_conformance.running.order import CLIENT, SERVER, Target


def named(targets: Sequence[Target], given: Sequence[str]) -> tuple[Target, ...]:
    """Return the targets, with a name for each of the user's own programs.

    If one name is given, all programs get it; a number, or their role, makes the names unique.

    Args:
        targets: the targets.
        given: the names that the user gives.

    Raises:
        UsageError: there are too many or too few names, two are the same, or no target needs one.
    """
    known = [target for target in targets if not target.usual_name]
    of_known = {f"{each.value} (server)" if each.is_server else each.value for each in known}
    roles = [target.usual_name for target in targets if target.usual_name]
    _check(given, roles, of_known)
    alike = given[0] if given else ""
    names = iter(given if len(given) == len(roles) else _unique(roles, alike, of_known))
    return tuple(
        replace(target, agent=next(names)) if target.usual_name else target for target in targets
    )


def _check(given: Sequence[str], roles: Sequence[str], of_known: Collection[str]) -> None:
    if given and not roles:
        raise UsageError(
            "--agent: a known implementation has its own name; a name can be given to a "
            "--command, to a --server that is a command, with {port} in it, and to a --url"
        )
    if len(given) > 1 and len(given) != len(roles):
        raise UsageError(
            f"--agent is given {len(given)} times, for {len(roles)} to be named: once for each of "
            "--command, --server with a command, and --url, in this order; or once for all of them"
        )
    for name in given:
        if name in of_known or given.count(name) > 1:
            raise UsageError(
                f"--agent: two programs would have the name {name!r}; give each its own name"
            )


def _unique(roles: Sequence[str], given: str, of_known: Collection[str]) -> Iterator[str]:
    """Return a name for each role: the given name or the role's usual name, made unique."""
    taken = set(of_known)
    for role in roles:
        base = given or role
        if given and role == SERVER and CLIENT in roles:
            base = f"{given} (server)"
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base} {number}"
        taken.add(name)
        yield name
