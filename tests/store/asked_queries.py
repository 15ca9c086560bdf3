"""Which named queries the ledger alone answers: those of transactions, and those of workers."""

import ast
from pathlib import Path

from relay_core.store.queries import queries

_SOURCE = Path(__file__).parents[2] / "relay_core"
_OF_A_SESSION = {"run", "run_many", "read"}
"""Methods of `Session`; `read` is a parameter that may be its `run`."""
_OF_THE_FILE = {"rows", "query"}
"""What gives a name to the file's own readers."""
_WITHOUT_A_FILE = {"delivery", "engine"}
"""Rooms that workers use, which have nothing but the ledger."""


def asked_of_the_ledger() -> list[str]:
    """Return the names of all queries that reach a session, or the ledger of a worker.

    Where a module runs a query whose name it holds in a variable, all names in it count, save those
    that are read outside.
    """
    return sorted({name for file in _SOURCE.rglob("*.py") for name in _of(file)})


def _of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text("utf-8"))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and each.args]
    run = [each.args[0] for each in calls if _called(each) in _OF_A_SESSION]
    named = {_constant(each) for each in run}
    if file.relative_to(_SOURCE).parts[0] in _WITHOUT_A_FILE:
        named |= {_constant(each) for each in ast.walk(tree)}
    elif any(isinstance(each, ast.Name) for each in run):
        read = {_constant(each.args[0]) for each in calls if _called(each) in _OF_THE_FILE}
        named |= {_constant(each) for each in ast.walk(tree)} - read
    return named & queries().keys()


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _constant(node: ast.AST) -> object:
    return node.value if isinstance(node, ast.Constant) else None
