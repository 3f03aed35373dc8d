"""Which functions call which, as far as the source text shows.

Every mention of a function counts as a call: to call it, to pass it on, or to queue it as a task.
The imports of the module resolve the name. A method is found through ``self``; a method of another
object is found only if no other class and no built-in type has a method of that name. So the result
is a guide for a reader, not a proof.
"""

import ast
import asyncio
import collections
import io
import re
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from whatwg_websockets.steps.comments import MarkedFunction, SourceFile

BUILT_IN = frozenset(
    name
    for type_ in (
        *(str, bytes, bytearray, memoryview, int, list, tuple, dict, set, BaseException),
        *(asyncio.Future, asyncio.Task, asyncio.AbstractEventLoop, asyncio.Transport),
        *(collections.deque, io.BytesIO, socket.socket),
    )
    for name in dir(type_)
)
"""Names of methods that do not identify the class."""

ATTIC = re.compile(r"\w+\.(cli|steps)\b")
"""The packages that read the other packages' code; their calls do not count."""

Key = tuple[str, str]
"""A module, and the qualified name of a function in it."""

NOTHING: Key = ("", "")


@dataclass(frozen=True)
class Caller:
    """A function that calls another, or is called.

    Attributes:
        module: its module's dotted name.
        qualified_name: its name in the module.
        marked: its mark, if it carries out an algorithm.
    """

    module: str
    qualified_name: str
    marked: MarkedFunction | None


def where(function: Caller | MarkedFunction) -> str:
    """Return the name of a function with its module, without the package: "close.close"."""
    return f"{function.module.partition('.')[2]}.{function.qualified_name}"


class Calls:
    """The calls of a package."""

    def __init__(self, sources: Iterable[SourceFile]) -> None:
        sources = [each for each in sources if not ATTIC.match(each.module)]
        self._marked = {
            (function.module, function.qualified_name): function
            for source in sources
            for function in source.functions
        }
        modules = [_Module(source) for source in sources]
        self._functions = {key for module in modules for key, _ in module.functions}
        self._methods = _only_methods(self._functions)
        self._callees: dict[Key, dict[Key, None]] = {key: {} for key in self._functions}
        self._callers: dict[Key, dict[Key, None]] = {key: {} for key in self._functions}
        for module in modules:
            for key, node in module.functions:
                for called in self._called(module, key, node):
                    self._callees[key][called] = None
                    self._callers[called][key] = None

    def callees(self, function: MarkedFunction) -> list[Caller]:
        """Return the marked functions that a function calls, itself or through unmarked ones."""
        key = function.module, function.qualified_name
        return [each for each in self._reached(key, self._callees) if each.marked]

    def callers(self, function: MarkedFunction) -> list[Caller]:
        """Return a function's callers: marked functions, and unmarked ones that are not called."""
        return list(self._reached((function.module, function.qualified_name), self._callers))

    def unmarked_callers(self, function: MarkedFunction) -> list[Caller]:
        """Return the functions without a mark that call a function themselves."""
        keys = self._callers[function.module, function.qualified_name]
        return [Caller(*key, None) for key in keys if key not in self._marked]

    def _reached(self, start: Key, edges: dict[Key, dict[Key, None]]) -> Iterator[Caller]:
        """Follow edges through unmarked functions, to the marked ones and to the ends."""
        seen = {start}
        waiting = collections.deque(edges[start])
        while waiting:
            key = waiting.popleft()
            if key in seen:
                continue
            seen.add(key)
            if key in self._marked or not edges[key]:
                yield Caller(*key, self._marked.get(key))
            else:
                waiting.extend(edges[key])

    def _called(self, module: "_Module", key: Key, function: ast.AST) -> Iterator[Key]:
        """Find the functions of the package that a function names."""
        for node in _inside(function):
            for found in self._meant(module, key, node):
                if found in self._functions:
                    yield found
                    break

    def _meant(self, module: "_Module", key: Key, node: ast.AST) -> Iterator[Key]:
        """Return the functions that a node may mean, the most likely first."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                within, meant = module.names.get(name, (module.name, name))
                yield within, f"{meant}.__init__"
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                is_foreign = isinstance(value, ast.Name) and value.id in module.imported
                yield NOTHING if is_foreign else self._methods.get(name, NOTHING)
            case ast.Name(id=name):
                yield from self._local(key, name)
                yield module.names.get(name, (module.name, name))
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                yield module.name, f"{key[1].partition('.')[0]}.{name}"
            case ast.Attribute(value=ast.Name(id=value), attr=name) if value in module.names:
                yield ".".join(module.names[value]), name
                yield module.names[value][0], f"{module.names[value][1]}.{name}"

    def _local(self, key: Key, name: str) -> Iterator[Key]:
        """Return the keys that a name would have in a function and in the functions around it."""
        module, scope = key
        while (module, scope) in self._functions:
            yield module, f"{scope}.{name}"
            scope = scope.rpartition(".")[0]


class _Module:
    """A module: its functions, and what its names mean."""

    def __init__(self, source: SourceFile) -> None:
        self.name = source.module
        tree = ast.parse(source.path.read_text(encoding="utf-8"))
        self.functions = [
            ((self.name, qualified_name), node) for qualified_name, node in _functions(tree)
        ]
        self.names = {
            alias.asname or alias.name: (node.module or "", alias.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        self.imported = {
            alias.asname or alias.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }


def _functions(node: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + child.name, child
        inner = f"{prefix}{child.name}." if isinstance(child, SCOPES) else prefix
        yield from _functions(child, inner)


SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """Go through the code of a function, without its annotations and the functions in it."""
    waiting = list(getattr(function, "body", []))
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, SCOPES):
            continue
        yield node
        if isinstance(node, ast.AnnAssign):
            waiting += [node.target, *([node.value] if node.value else [])]
        else:
            waiting += ast.iter_child_nodes(node)


def _only_methods(functions: Iterable[Key]) -> dict[str, Key]:
    """Return the methods whose name identifies their class."""
    methods = [key for key in functions if "." in key[1]]
    times = collections.Counter(key[1].rpartition(".")[2] for key in methods)
    names = {key[1].rpartition(".")[2]: key for key in methods}
    return {name: key for name, key in names.items() if times[name] == 1 and name not in BUILT_IN}
