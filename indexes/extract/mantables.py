"""Tables of manual pages (tbl): their rows, without what says how they are laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_TAB = re.compile(r"\btab\s*\(\s*(\S|\t)\s*\)", re.IGNORECASE)
_RULE = re.compile(r"[_=]")
_COMMAND = re.compile(r"\.[ \t]*[A-Za-z\\]")


def table_rows(lines: Sequence[str]) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield the rows of a table: the number of their first line, and the lines of each cell.

    Args:
        lines: What stands between `.TS` and `.TE`.
    """
    at = 0
    tab = "\t"
    if lines and lines[0].rstrip().endswith(";"):
        stated = _TAB.search(lines[0])
        tab = stated.group(1) if stated else tab
        at = 1
    at = _after_format(lines, at)
    while at < len(lines):
        line = lines[at]
        if line.startswith(".T&"):
            at = _after_format(lines, at + 1)
        elif is_command(line) or _RULE.fullmatch(line.strip()):
            at += 1
        else:
            first = at
            row, at = _row(lines, at, tab)
            yield first, row


def is_command(line: str) -> bool:
    """Whether a line of a table is a macro; one that begins with `.5` is not."""
    return _COMMAND.match(line) is not None


def _after_format(lines: Sequence[str], at: int) -> int:
    """Return the number of the line after a format, which ends with a full stop."""
    ends = (i for i in range(at, len(lines)) if lines[i].rstrip().endswith("."))
    return next(ends, len(lines)) + 1


def _row(lines: Sequence[str], at: int, tab: str) -> tuple[list[list[str]], int]:
    """Return the cells of the row that begins at a line, and the line after it."""
    row = [[cell] for cell in lines[at].split(tab)]
    at += 1
    while row[-1] == ["T{"]:
        block: list[str] = []
        while at < len(lines) and not lines[at].startswith("T}"):
            block.append(lines[at])
            at += 1
        rest = lines[at][2:].split(tab)[1:] if at < len(lines) else []
        row[-1:] = [block, *([cell] for cell in rest)]
        at += 1
    return row, at
