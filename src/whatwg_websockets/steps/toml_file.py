"""The base for reading files of the index: their tables, and faults that point into them."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any


class IndexFault(Exception):
    """A file of the index has a fault.

    Attributes:
        path: the file.
        line: the line in it, from 1.
        problem: what is wrong, and how to correct it.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class TomlFile:
    """A file of the index that is read as TOML.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []

    def fault(self, line: int, problem: str, near: str | None = None) -> IndexFault:
        """Make a fault that points to a line, or to the next one that begins with a key."""
        if near is not None:
            for number, text in enumerate(self.lines[line - 1 :], line):
                if number > line and text.startswith("[["):
                    break
                if re.match(rf"""\s*["']?{re.escape(near)}["']?\s*=""", text):
                    return IndexFault(self.path, number, problem)
        return IndexFault(self.path, line, problem)

    def data(self) -> dict[str, Any]:
        """Read the file as TOML."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise self.fault(1, f"not UTF-8 ({error.reason}); save it as UTF-8") from None
        self.lines = text.split("\n")
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            number = int(line[1]) if line else len(text.splitlines())
            raise self.fault(max(number, 1), f"not TOML: {error}; mend the line") from None

    def tables(self, data: dict[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
        """Return the tables of a kind, each with the line that it begins on."""
        found = data.get(key, [])
        if not (isinstance(found, list) and all(isinstance(each, dict) for each in found)):
            raise self.fault(1, f"{key!r} is not an array of tables; write [[{key}]] above each")
        header = re.compile(rf"\s*\[\[\s*{key}\s*\]\].*")
        lines = [number for number, line in enumerate(self.lines, 1) if header.fullmatch(line)]
        lines += [1] * len(found)
        return list(zip(lines, found, strict=False))

    def value(self, table: dict[str, Any], key: str, kind: type, line: int) -> Any:
        """Return the value of a key in a table."""
        value = table.get(key)
        if not isinstance(value, kind):
            names = {
                str: "a text",
                dict: "a table",
                date: "a date",
                list: "an array",
                bool: "true or false",
                int: "a number",
            }
            problem = f"{key!r} is missing here, or is not {names[kind]}; write one"
            raise self.fault(line, problem, key)
        return value

    def reason(self, table: dict[str, Any], line: int) -> str:
        """Return the reason in a table, which must have more than one word."""
        reason: str = self.value(table, "reason", str, line)
        if len(reason.split()) < 2:
            raise self.fault(line, "'reason' has to say in a few words why; write it", "reason")
        return reason
