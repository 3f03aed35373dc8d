"""Cookies as JSON, the format in which a jar is saved.

A name or a value has one character for each byte, as in Latin-1. A file that is not valid is
refused as a whole, with the place of the error and the reason.
"""

import json
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields
from typing import Any, Final

from whatwg_websockets.cookies.cookie import Cookie
from whatwg_websockets.cookies.parse_a_cookie import LONGEST
from whatwg_websockets.url.host_parser import parse_host
from whatwg_websockets.webidl.messages import shown

VERSION: Final = 1

_BYTES: Final = frozenset(["name", "value"])
_TEXT: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_PATH: Final = re.compile(r"/[\t\x20-\x7e\x80-\xff]*")


def to_json(cookies: Iterable[Cookie]) -> str:
    """Return cookies as JSON, one on each line."""
    lines = (json.dumps(_plain(each)) for each in cookies)
    return f'{{"version": {VERSION}, "cookies": [\n' + ",\n".join(lines) + "\n]}\n"


def _plain(cookie: Cookie) -> dict[str, Any]:
    return {
        name: value.decode("latin-1") if name in _BYTES else value
        for name, value in asdict(cookie).items()
    }


def from_json(text: str) -> list[Cookie]:
    """Return the cookies in JSON that ``to_json()`` has written.

    Raises:
        ValueError: the text is not JSON, or not that of cookies; the message says where and why.
    """
    try:
        whole = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"it is not JSON: {error}") from None
    if not isinstance(whole, dict) or set(whole) != {"version", "cookies"}:
        raise ValueError(f'it must be an object with "version" and "cookies", not {shown(whole)}')
    if whole["version"] != VERSION or isinstance(whole["version"], bool):
        raise ValueError(f"version: it must be {VERSION}, not {shown(whole['version'])}")
    if not isinstance(whole["cookies"], list):
        raise ValueError(f"cookies: it must be a list, not {shown(whole['cookies'])}")
    return [_cookie(each, f"cookies[{i}]") for i, each in enumerate(whole["cookies"])]


def _cookie(plain: object, place: str) -> Cookie:
    names = [each.name for each in fields(Cookie)]
    if not isinstance(plain, dict):
        raise ValueError(f"{place}: it must be an object, not {shown(plain)}")
    missing = [name for name in names if name not in plain]
    if missing:
        raise ValueError(f"{place}: {missing[0]} is missing")
    for name, value in plain.items():
        if name not in names:
            raise ValueError(f"{place}: it has the unknown member {shown(name)}")
        is_right, what = _CHECKS[name]
        if not is_right(value):
            raise ValueError(f"{place}.{name}: it must be {what}, not {shown(value)}")
    cookie = Cookie(
        **{name: plain[name].encode("latin-1") if name in _BYTES else plain[name] for name in names}
    )
    if not 0 < len(cookie.name) + len(cookie.value) <= LONGEST:
        raise ValueError(f"{place}: name and value together must have 1 to {LONGEST} bytes")
    return cookie


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _TEXT.fullmatch(value) is not None


def _is_path(value: object) -> bool:
    return isinstance(value, str) and _PATH.fullmatch(value) is not None


def _is_host(value: object) -> bool:
    return isinstance(value, str) and parse_host(value) == value


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_same_site(value: object) -> bool:
    return value in ("strict", "lax", "unset", "none")


def _is_time(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) <= 1e15
        and math.isfinite(value)
    )


def _is_end(value: object) -> bool:
    return value is None or _is_time(value)


_WORDS = "a string of Latin-1 without control characters"
_FLAG = (_is_flag, "true or false")
_TIME = (_is_time, "seconds since 1970")
_CHECKS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "name": (_is_text, _WORDS),
    "value": (_is_text, _WORDS),
    "secure": _FLAG,
    "host": (_is_host, "a domain or an IP address, as in a URL"),
    "host_only": _FLAG,
    "path": (_is_path, f"{_WORDS} that begins with a slash"),
    "has_path_attribute": _FLAG,
    "same_site": (_is_same_site, '"strict", "lax", "unset" or "none"'),
    "http_only": _FLAG,
    "creation_time": _TIME,
    "expiry_time": (_is_end, "seconds since 1970, or null"),
    "last_access_time": _TIME,
}
