"""Tables inside documents: a row a block, under the names of its columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat

from indexes.extract.writer import Writer

SEPARATOR = " | "
MIN_ROWS = 3
"""A table of fewer has no row that would be read without the names above it."""

MAX_NAME_CHARS = 80
MAX_NAMES_CHARS = 160


def write_table(
    writer: Writer,
    rows: Iterable[Sequence[str]],
    page: int | None = None,
    lines: Iterable[int | None] = repeat(None),
) -> None:
    """Write the rows of a table; each knows the names of the columns, if the first row has them.

    Args:
        writer: Where to.
        rows: The cells of each row.
        page: The page of the table.
        lines: The line of each row.
    """
    filled = [(row, line) for row, line in zip(rows, lines, strict=False) if any(row)]
    names = ""
    for i, (row, line) in enumerate(filled):
        writer.add(joined(row), "table", page=page, line=line, label=names)
        if i == 0 and len(filled) >= MIN_ROWS and is_header(row):
            names = column_names(row)


def joined(cells: Sequence[str]) -> str:
    """Return a row as one line. Empty cells keep their place before others, but not a lone one."""
    filled = [i for i, cell in enumerate(cells) if cell]
    if len(filled) < 2:
        return "".join(cells)
    parts = [cells[0]]
    for cell in cells[1 : filled[-1] + 1]:
        parts += (SEPARATOR.strip(), cell)
    return " ".join(part for part in parts if part)


def column_names(cells: Sequence[str]) -> str:
    """Return the names of columns as one line, cut where it is too long to help."""
    return joined(cells)[:MAX_NAMES_CHARS]


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row can be the names of columns: short, different, no numbers."""
    words = [cell.strip() for cell in cells if cell.strip()]
    return (
        len(words) > 1
        and len(set(words)) == len(words)
        and all(len(word) <= MAX_NAME_CHARS and not _is_number(word) for word in words)
    )


def _is_number(word: str) -> bool:
    return word.replace(".", "").replace(",", "").replace("-", "").replace("%", "").isdigit()
