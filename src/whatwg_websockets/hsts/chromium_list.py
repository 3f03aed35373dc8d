"""Chromium's list of hosts that want TLS: ``transport_security_state_static.json``."""

import re
from typing import Any, Final

from whatwg_websockets.hsts.domain_names import domain_of
from whatwg_websockets.hsts.json_text import Place, member, parse_json

# Comments have lines of their own, which stay as empty ones, so that faults keep their places.
_COMMENT: Final = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


def entries_of(text: str, source: str) -> dict[str, bool]:
    """Return each host that is spoken to over TLS alone, and whether its subdomains are, too.

    Args:
        text: the file.
        source: where it comes from, for the words of an error.

    Raises:
        ValueError: the text is no such list.
    """
    place = Place(source)
    entries = member(parse_json(_COMMENT.sub("", text), source), "entries", list, place)
    place = place.at("entries")
    found = {}
    for i, entry in enumerate(entries):
        name = _name_of(entry, place.at(i))
        # An entry without a mode is about something else, such as the keys of a host.
        if entry.get("mode") == "force-https":
            found[name] = entry.get("include_subdomains") is True
    return found


def _name_of(entry: Any, place: Place) -> str:
    name: str = member(entry, "name", str, place)
    try:
        return domain_of(name)
    except ValueError as error:
        raise place.at("name").fault(str(error)) from None
