"""Values of scenarios: a string, or a table that describes a string or bytes."""

import json
from typing import Any

SHOWN = 64


def string_of(value: Any) -> str:
    """Return the string that a value stands for."""
    if isinstance(value, str):
        return value
    if "code-units" in value:
        return "".join(map(chr, value["code-units"]))
    return str(value["string"]) * int(value.get("times", 1))


def bytes_of(value: Any) -> bytes:
    """Return the bytes that a value stands for; a string stands for its UTF-8."""
    if isinstance(value, dict) and (keys := {"bytes", "view", "blob"} & set(value)):
        return bytes.fromhex(value[keys.pop()]) * int(value.get("times", 1))
    return string_of(value).encode()


def shown_string(string: str) -> str:
    """Return a string as JSON; of a long string, the length and the character if all are equal."""
    if len(string) <= SHOWN:
        return json.dumps(string, ensure_ascii=False)
    if string == string[0] * len(string):
        return f"{json.dumps(string[0], ensure_ascii=False)} x {len(string)}"
    return f"string of {len(string)}"


def shown_bytes(data: bytes) -> str:
    """Return bytes in hexadecimal; of many bytes, the number and the byte if all are equal."""
    if len(data) <= SHOWN:
        return data.hex(" ") or "(empty)"
    if data == data[:1] * len(data):
        return f"{data[:1].hex()} x {len(data)}"
    return f"{len(data)} bytes"
