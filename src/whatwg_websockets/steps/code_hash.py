"""Hashes of code, which show later whether a statement or a function has changed."""

import ast
import hashlib
from collections.abc import Iterable
from functools import lru_cache


def hash_of_code(lines: Iterable[str]) -> str:
    """Return a hash of lines of code; indentation, empty lines and comments do not affect it."""
    stripped = (line.strip() for line in lines)
    code = "\n".join(line for line in stripped if line and not line.startswith("#"))
    return hashlib.sha256(code.encode()).hexdigest()[:12]


@lru_cache(1)
def tree_of(text: str) -> ast.Module:
    """Return the syntax tree of a file; several hashes of one file share it."""
    return ast.parse(text)
