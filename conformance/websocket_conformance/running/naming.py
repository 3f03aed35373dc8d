"""What the results of programs of a person's own are filed under: no two under the same name."""

from collections.abc import Collection, Iterator, Sequence

from websocket_conformance.errors import UsageError
from websocket_conformance.running.order import CLIENT, SERVER
from websocket_conformance.running.serving import PORT


def agents(
    given: Sequence[str],
    implementations: Collection[str],
    command: str,
    servers: Sequence[str],
    url: str,
) -> tuple[str, ...]:
    """The names of the command, of each server that is a command, and of the URL, in this order.

    A single name that is given stands for all of them, and is made unique, as are the usual names.

    Args:
        given: the names that a person gives.
        implementations: the known implementations that are tested as clients.
        command: a command of a person's own, empty if there is none.
        servers: the servers to be started: known implementations, or commands.
        url: a server that runs already, empty if there is none.

    Raises:
        UsageError: the names are too many, too few, not distinct, or of nothing that has not a name
            of its own.
    """
    of_known = {*implementations, *(f"{name} (server)" for name in servers if PORT not in name)}
    roles = [CLIENT] if command else []
    roles += [SERVER for server in servers if PORT in server] + ([SERVER] if url else [])
    if given and not roles:
        raise UsageError(
            "--agent: a known implementation has a name of its own; a name can be given to a "
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
                f"--agent: two would have the name {name!r}: give each program a name of its own"
            )
    if len(given) == len(roles):
        return tuple(given)
    return tuple(_unique(roles, given[0] if given else "", of_known))


def _unique(roles: Sequence[str], given: str, of_known: Collection[str]) -> Iterator[str]:
    """A name for each role: the given one, else the role's own, with what tells it from others."""
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
