"""Chromium's preload list of HSTS hosts: ``transport_security_state_static.json``."""

import re
from typing import Any, Final

from whatwg_websockets.hsts.domain_names import domain_of
from whatwg_websockets.hsts.json_text import Place, member, parse_json

# Comments are on lines of their own, which are kept empty, so that errors keep their positions.
_COMMENT: Final = re.compile(r"^[ \t]*//.*$", re.MULTILINE)


def entries_of(text: str, source: str) -> dict[str, bool]:
    """Return each host on the list, and whether its subdomains are on it, too.

    Args:
        text: the contents of the file.
        source: the name of the source, for error messages.

    Raises:
        ValueError: the text is not a list of this format.
    """
    place = Place(source)
    entries = member(parse_json(_COMMENT.sub("", text), source), "entries", list, place)
    place = place.at("entries")
    found = {}
    for i, entry in enumerate(entries):
        name = _name_of(entry, place.at(i))
        # An entry without a mode has another purpose, such as the pinned keys of a host.
        if entry.get("mode") == "force-https":
            found[name] = entry.get("include_subdomains") is True
    return found


def _name_of(entry: Any, place: Place) -> str:
    name: str = member(entry, "name", str, place)
    try:
        return domain_of(name)
    except ValueError as error:
        raise place.at("name").fault(str(error)) from None
