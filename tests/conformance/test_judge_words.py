"""A word means one thing in the judge: no two modules give a class, or a type, the same name."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import websocket_conformance

JUDGE = Path(websocket_conformance.__file__).parent


def names_of_types(module: Path) -> Iterator[str]:
    """The classes of a module, and the other types that it names, such as unions."""
    for statement in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name) and not target.id.isupper():
                    yield target.id


def test_no_class_name_stands_for_two_things():
    places = defaultdict(list)
    for module in sorted(JUDGE.rglob("*.py")):
        for name in names_of_types(module):
            if name[0].isupper():
                places[name].append(module.relative_to(JUDGE).as_posix())
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_a_class_and_a_union_are_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "class One: pass\nTwo = One | int\nThree: type = One\nLIMIT = T = 1\nOne.x = 1\n"
    )
    assert list(names_of_types(module)) == ["One", "Two", "Three"]


def test_what_a_packages_docstring_names_is_there():
    missing = []
    for package in JUDGE.rglob("__init__.py"):
        words = ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""
        for name in re.findall(r"(?<!`)`([a-z_][a-z0-9_.]*)`(?!`)", words):
            places = [place / Path(*name.split(".")) for place in (package.parent, JUDGE)]
            if not any(place.with_suffix(".py").exists() or place.is_dir() for place in places):
                missing.append((package.relative_to(JUDGE).as_posix(), name))
    assert missing == []
