"""Unique names for the results of the user's own programs, and their versions."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from websocket_conformance.counting import counted
from websocket_conformance.errors import UsageError
from websocket_conformance.running.order import CLIENT, SERVER, Target


def named(
    targets: Sequence[Target], given: Sequence[str], versions: Sequence[str] = ()
) -> tuple[Target, ...]:
    """Return the targets, with a name and a version for each of the user's own programs.

    If one name is given, all programs get it; a number, or their role, makes the names unique. If
    one version is given, all programs have it.

    Args:
        targets: the targets.
        given: the names that the user gives.
        versions: the versions that the user gives.

    Raises:
        UsageError: there are too many or too few names or versions, two names are the same, or no
            target needs one.
    """
    known = [target for target in targets if not target.usual_name]
    of_known = {f"{each.value} (server)" if each.is_server else each.value for each in known}
    roles = [target.usual_name for target in targets if target.usual_name]
    _check(given, roles, of_known)
    _check_versions(versions, roles)
    alike = given[0] if given else ""
    names = iter(given if len(given) == len(roles) else _unique(roles, alike, of_known))
    each_version = iter(
        versions if len(versions) == len(roles) else [*versions, ""][:1] * len(roles)
    )
    return tuple(
        replace(target, agent=next(names), version=next(each_version))
        if target.usual_name
        else target
        for target in targets
    )


def _check(given: Sequence[str], roles: Sequence[str], of_known: Collection[str]) -> None:
    if given and not roles:
        raise UsageError(
            "--agent: a known implementation has its own name; a name can be given to a "
            "--command, to a --server that is a command, with {port} in it, and to a --url"
        )
    _check_count("--agent", given, roles)
    for name in given:
        if name in of_known or given.count(name) > 1:
            raise UsageError(
                f"--agent: two programs would have the name {name!r}; give each its own name"
            )


def _check_versions(versions: Sequence[str], roles: Sequence[str]) -> None:
    if versions and not roles:
        raise UsageError(
            "--agent-version: the version of a known implementation is known; leave the option out"
        )
    _check_count("--agent-version", versions, roles)


def _check_count(option: str, values: Sequence[str], roles: Sequence[str]) -> None:
    if len(values) > 1 and len(values) != len(roles):
        raise UsageError(
            f"{option} is given {len(values)} times, for {counted(len(roles), 'program')}: once "
            "for each --command, --server with a command, and --url, in this order; or once for "
            "all of them"
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
