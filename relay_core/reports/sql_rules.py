"""What may be asked in SQL: one SELECT over the facts, and nothing that reaches past them.

Judged on DuckDB's own tree of the statement (`json_serialize_sql`), by what is known to be
harmless: a kind of node, a table or a function that is not listed is refused.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from relay_core.errors import QueryError
from relay_core.reports.sql_functions import CALLABLE, SOURCES

_Node = dict[str, Any]

_QUERIES: Final = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_PARTS: Final = {
    "BASE_TABLE",
    "SUBQUERY",
    "JOIN",
    "EMPTY",
    "EXPRESSION_LIST",
    "PIVOT",
    "TABLE_FUNCTION",
    "SHOW_REF",
    "ORDER_MODIFIER",
    "LIMIT_MODIFIER",
    "LIMIT_PERCENT_MODIFIER",
    "DISTINCT_MODIFIER",
    "ORDER_DEFAULT",
    "ASCENDING",
    "DESCENDING",
    "ORDER_ASCENDING",
    "ORDER_DESCENDING",
}
_EXPRESSIONS: Final = {
    "BETWEEN",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN_REF",
    "COMPARISON",
    "CONJUNCTION",
    "CONSTANT",
    "FUNCTION",
    "LAMBDA",
    "LAMBDA_REF",
    "OPERATOR",
    "POSITIONAL_REFERENCE",
    "STAR",
    "SUBQUERY",
    "TYPE",
    "WINDOW",
}
_PLAIN_NAME: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """What stands in the file, by name in lower case."""

    facts: Collection[str]
    """The views that may be asked."""
    others: Collection[str]
    """Every other table and view."""


def check_tree(tree: _Node, *, relations: Relations) -> None:
    """Refuse what is not one query over the facts.

    Args:
        tree: What DuckDB made of the statement.
        relations: What there is.

    Raises:
        QueryError: With what to write instead.
    """
    if tree["error"]:
        raise _cannot_be_read(tree)
    nodes = list(_every_node(tree["statements"]))
    named = {
        str(entry["key"]).lower()
        for node in nodes
        for entry in node.get("cte_map", {}).get("map", [])
    }
    for name in named:
        if name in relations.others or not _PLAIN_NAME.fullmatch(name):
            raise QueryError(
                "unusable CTE", advice=f"WITH {name}: Relay uses this name. Choose another one."
            )
    for node in nodes:
        _check_node(node, tables={*relations.facts, *named}, facts=relations.facts)


def _check_node(node: _Node, *, tables: Collection[str], facts: Collection[str]) -> None:
    kind = node.get("class") or node.get("type")
    if not isinstance(kind, str):
        return
    allowed = _EXPRESSIONS if "class" in node else _QUERIES | _PARTS
    if kind not in allowed:
        raise QueryError(
            f"kind {kind}", advice=f"Only SELECT is possible here; this has {_said(kind)} in it."
        )
    if kind == "BASE_TABLE":
        _check_table(node, tables=tables, facts=facts)
    elif kind == "SHOW_REF" and "query" not in node:
        raise QueryError("show", advice=f"The views are: {', '.join(sorted(facts))}.")
    elif kind == "TABLE_FUNCTION":
        _check_function(node["function"], known=SOURCES)
    elif kind in {"FUNCTION", "WINDOW"}:
        _check_function(node, known=CALLABLE)


def _check_table(node: _Node, *, tables: Collection[str], facts: Collection[str]) -> None:
    path = node["qualified_name"]["path"]
    if len(path) != 1 or str(path[0]).lower() not in tables:
        raise QueryError(
            "unknown relation",
            advice=f"There is no {'.'.join(map(str, path))} here. "
            f"The views are: {', '.join(sorted(facts))}.",
        )


def _check_function(node: _Node, *, known: Collection[str]) -> None:
    path = node["qualified_name"]["path"]
    name = ".".join(map(str, path))
    if len(path) != 1 or name.lower() not in known:
        raise QueryError(
            "function refused",
            advice=f"{name}() cannot be used here. Functions of numbers, texts, dates, lists and "
            "groups can, called like upper(name).",
        )


def _every_node(part: Any) -> Iterator[_Node]:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _every_node(value)
    elif isinstance(part, list):
        for value in part:
            yield from _every_node(value)


def _cannot_be_read(tree: _Node) -> QueryError:
    said = tree["error_message"]
    return QueryError("unreadable", advice=f"DuckDB cannot read this: {said}")


def _said(kind: str) -> str:
    return kind.removesuffix("_NODE").removesuffix("_QUERY").replace("_", " ")
