"""docs/dependencies.md lists what each extra requires, and each private name of others in use."""

import ast
import re
import tomllib

import pytest

from support.chapters import ROOT

SOURCE = ROOT / "src/whatwg_websockets"
PAGE = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("\n## What others do not promise\n")[2].partition("\n## ")[0]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in SECTION.splitlines()
    if line.startswith("| ")
][2:]

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Attributes of a task, a future and a transport that a module looks at or replaces.
NAMES_OF_OTHERS = {"_asyncio_future_blocking", "_force_close", "_log_destroy_pending"}

# Names for type checkers alone, which no program evaluates.
NAMES_OF_TYPESHED = {"_Decompress"}


def private_names_of_others(path):
    """Return the names with an underscore that a module takes from modules that are not ours."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    others, names = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            others |= {each.asname or each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.module.startswith("whatwg_websockets"):
            names |= {each.name for each in node.names if is_private(each.name)}
            names |= {each for each in node.module.split(".") if is_private(each)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            root = node.value
            while isinstance(root, ast.Attribute):
                root = root.value
            is_of_a_module = isinstance(root, ast.Name) and root.id in others
            if is_of_a_module or node.attr in NAMES_OF_OTHERS:
                names.add(node.attr)
    return names - NAMES_OF_TYPESHED


def is_private(name):
    """Tell whether a name is private; ``os._exit`` is public, and its name is as old as Unix."""
    return name.startswith("_") and not name.startswith("__") and name != "_exit"


def test_there_are_some():
    assert len(ROWS) > 10


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1][:40])
def test_each_row_names_files_and_a_test_that_are_there(row):
    _, _, where, test = row
    for each in re.findall(r"`([^`]+)`", where):
        assert (SOURCE / each).is_file(), each
    path, name = re.fullmatch(r"\{source\}`test <(.*)::(.*)>`", test).groups()
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_each_private_name_that_the_code_takes_from_others_is_listed():
    used = {
        (path.relative_to(SOURCE).as_posix(), name)
        for path in SOURCE.rglob("*.py")
        for name in private_names_of_others(path)
    }
    listed = {
        (file, name)
        for _, what, where, _ in ROWS
        for file in re.findall(r"`([^`]+)`", where)
        for name in re.findall(r"\b_[a-z]\w*", what)
    }
    assert used == listed


def test_each_requirement_of_an_extra_has_a_reason():
    required = {
        (extra, re.match(r"[\w.-]+", requirement)[0])
        for extra, requirements in PROJECT["optional-dependencies"].items()
        for requirement in requirements
        if not requirement.startswith(f"{PROJECT['name']}[")
    }
    section = PAGE.partition("\n## Extras\n")[2].partition("\nA command whose")[0]
    listed = {
        (extra, name)
        for extra, names in re.findall(r"^\| `(\w+)` \| ([^|]+) \|", section, re.MULTILINE)
        for name in names.strip().split(", ")
    }
    assert listed == required
