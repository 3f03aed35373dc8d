"""The kinds of causes that the code knows, as the log has them in `record.kind`."""

import ast
import typing

from support.chapters import ROOT
from whatwg_websockets.network.cause import Kind
from whatwg_websockets.network.console import GIVEN_UP

# Where a kind stands among the arguments of what takes one.
PLACES = {
    "Failure": 2,
    "HttpFailure": 0,
    "fail": 2,
    "fail_the_websocket_connection": 2,
    "network_error": 1,
    "note_why_it_ends": 1,
}


def kinds_returned_by(function: ast.FunctionDef) -> list[ast.expr]:
    """Return what a function returns as kinds, each behind a sentence."""
    returned = [each.value for each in ast.walk(function) if isinstance(each, ast.Return)]
    return [each.elts[1] for each in returned if isinstance(each, ast.Tuple)]


def kinds_in_the_code() -> set[str]:
    """Return each string that is given as a kind, or stands in for one that is not given."""
    kinds = {*typing.get_args(Kind), GIVEN_UP}
    for path in (ROOT / "src/whatwg_websockets").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", None))
                place = PLACES.get(str(name), len(node.args))
                given = node.args[place : place + 1]
            elif isinstance(node, ast.FunctionDef) and node.args.args[-1:]:
                is_a_kind = node.args.args[-1].arg == "kind"
                given = node.args.defaults[-1:] if is_a_kind else []
                if node.name.startswith("why_"):
                    given += kinds_returned_by(node)
            else:
                continue
            kinds |= {str(each.value) for each in given if isinstance(each, ast.Constant)}
    return kinds
