"""The JSON format in which an HSTS list is saved and loaded."""

import datetime
import json
from collections.abc import Mapping
from typing import Any, Final

from whatwg_websockets.hsts.domain_names import domain_of
from whatwg_websockets.hsts.json_text import Place, member, parse_json
from whatwg_websockets.hsts.known_host import KnownHost
from whatwg_websockets.webidl.messages import shown

_VERSION: Final = 1
_MEMBERS: Final = frozenset({"host", "expires", "includeSubDomains"})


def to_json(hosts: Mapping[str, KnownHost]) -> str:
    """Return hosts as JSON, sorted by their names."""
    listed = [
        {
            "host": name,
            "expires": datetime.datetime.fromtimestamp(known.expires, datetime.UTC).isoformat(),
            "includeSubDomains": known.include_subdomains,
        }
        for name, known in sorted(hosts.items())
    ]
    return json.dumps({"version": _VERSION, "hosts": listed}, indent=2) + "\n"


def from_json(text: str, source: str) -> dict[str, KnownHost]:
    """Parse hosts from JSON.

    Args:
        text: the JSON.
        source: the name of the source, for error messages.

    Raises:
        ValueError: the text is not a list of this format; the message says where and why.
    """
    place = Place(source)
    value = parse_json(text, source)
    version = member(value, "version", int, place)
    if version != _VERSION:
        raise place.at("version").fault(f"the version must be {_VERSION}, not {version}")
    hosts: dict[str, KnownHost] = {}
    place = place.at("hosts")
    for i, entry in enumerate(member(value, "hosts", list, Place(source))):
        name, known = _host_of(entry, place.at(i))
        if name in hosts:
            raise place.at(i).at("host").fault(f"{name} is listed twice")
        hosts[name] = known
    return hosts


def _host_of(entry: Any, place: Place) -> tuple[str, KnownHost]:
    host = member(entry, "host", str, place)
    try:
        name = domain_of(host)
    except ValueError as error:
        raise place.at("host").fault(str(error)) from None
    expires = _time_of(member(entry, "expires", str, place), place.at("expires"))
    include_subdomains = member(entry, "includeSubDomains", bool, place)
    for other in entry.keys() - _MEMBERS:
        raise place.at(other).fault("this member is unknown")
    return name, KnownHost(expires, include_subdomains)


def _time_of(text: str, place: Place) -> float:
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        wanted = 'such as "2027-01-31T12:00:00+00:00"'
        raise place.fault(f"this must be a time with its time zone, {wanted}, not {shown(text)}")
    return time.timestamp()
