"""WhatsApp's formatting as Markdown, with everything else shown as it was written."""

import re
from typing import Final

from relay_core.templates.writing.formatting import Run, runs

_GAP: Final = "\u200a"
"""A hair space: keeps the marks of two styled stretches apart that touch each other."""
_HARD_SPACE: Final = "\u00a0"
_LEADING: Final = re.compile(r"^ +", re.MULTILINE)
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_PARTS: Final = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def whatsapp_markdown(text: str) -> str:
    """Return Markdown that looks as WhatsApp shows this text, line by line."""
    pieces: list[str] = []
    after_style = False
    for run in runs(text):
        piece = _styled(run)
        styled = piece != literal(run.text)
        if styled and after_style:
            pieces.append(_GAP)
        pieces.append(piece)
        after_style = styled and not run.text[-1:].isspace()
    return shown_lines("".join(pieces))


def literal(text: str) -> str:
    """Return Markdown that shows any text as it is, even one that was written as Markdown."""
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def shown_lines(markdown: str) -> str:
    """Return Markdown whose line breaks, empty lines and indentation are all kept."""
    indented = _LEADING.sub(lambda found: _HARD_SPACE * len(found[0]), markdown)
    return "  \n".join(line or _HARD_SPACE for line in indented.split("\n"))


def fixed_width(text: str) -> str:
    """Return Markdown that shows one line as it is, in letters of one width, and no link."""
    longest = max((len(found) for found in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest else ""
    return f"{fence}{space}{text}{space}{fence}"


def _styled(run: Run) -> str:
    marks = ("**" if run.bold else "") + ("*" if run.italic else "")
    marks += "~~" if run.strike else ""
    if not (marks or run.mono):
        return literal(run.text)
    # Markdown wants its marks to touch the words, and a style to end with its line.
    return "\n".join(_styled_line(line, marks, mono=run.mono) for line in run.text.split("\n"))


def _styled_line(line: str, marks: str, *, mono: bool) -> str:
    found = _PARTS.fullmatch(line)
    before, inside, after = found.groups() if found else ("", line, "")
    if not inside:
        return line
    shown = fixed_width(inside) if mono else literal(inside)
    return f"{before}{marks}{shown}{marks[::-1]}{after}"
