"""How a report stands on paper: its style, sections, columns and tables, as HTML."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_MOST_ROWS: Final = 8
_NUMBERS: Final = frozenset(
    {
        *("Planned", "Sent", "Delivered", "Of sent", "Replied", "Failed"),
        *("Messages", "Parts", "People", "Cost"),
        *("People of 100", "Tickets per 100", "Answers apart"),
    }
)
"""Headings of columns that are aligned as numbers are."""
STYLE: Final = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { font: 10.5px/1.4 "Helvetica Neue", Arial, "Liberation Sans", sans-serif; color: #14191B;
       background: #fff; max-width: 190mm; margin: 0 auto; padding: 6px }
h1 { font-size: 20px; margin: 0 } h2 { font-size: 12.5px; margin: 12px 0 3px }
p { margin: 2px 0 } .quiet { color: #4A5557 }
svg { width: 100%; height: auto; display: block }
section { break-inside: avoid }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 18px }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 1px 6px 1px 0;
         border-bottom: 1px solid #D9E0E0; overflow-wrap: anywhere }
.number { text-align: right; white-space: nowrap } .code { white-space: nowrap }
@media print { body { font-size: 8.5px; line-height: 1.3; padding: 0 } h1 { font-size: 16px }
               h2 { font-size: 10.5px; margin: 7px 0 2px } }
@media (max-width: 600px) { .two { grid-template-columns: 1fr } }
"""


def section(title: str, content: str) -> str:
    """Return content under a heading, which is escaped; they are not torn apart."""
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def two(*sections: str) -> str:
    """Return sections side by side, where there is room."""
    return f'<div class="two">{"".join(sections)}</div>'


def table(headings: Sequence[str], rows: Sequence[Iterable[str]]) -> str:
    """Return the first rows as a table, each cell escaped, and how many more there are."""
    if not rows:
        return "<p>None.</p>"
    head = "".join(f"<th{_aligned(name)}>{escape(name)}</th>" for name in headings)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{_aligned(name)}>{escape(cell)}</td>"
            for name, cell in zip(headings, row, strict=True)
        )
        + "</tr>"
        for row in rows[:_MOST_ROWS]
    )
    more = len(rows) - _MOST_ROWS
    rest = f"<p>And {more:,} more; `--json` has them all.</p>" if more > 0 else ""
    shown = f"<thead><tr>{head}</tr></thead>" if any(headings) else ""
    return f"<table>{shown}<tbody>{body}</tbody></table>{rest}"


def _aligned(heading: str) -> str:
    if heading == "Code":
        return ' class="code"'
    return ' class="number"' if heading in _NUMBERS else ""
