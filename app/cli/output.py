"""The only writer of standard output: data, and nothing else."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.visible import visible


def line(text: str = "") -> None:
    """Write a line of visible text."""
    _write(visible(text) + "\n")


def raw_line(text: str) -> None:
    """Write a line that was made visible before and may carry styles of ours."""
    _write(text + "\n")


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write one JSON value, indented."""
    _write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def as_json_lines(values: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line."""
    for value in values:
        _write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write comma-separated values, with a header."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    _write(buffer.getvalue())


def as_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write aligned columns; all but the first are aligned to the right."""
    table = [[visible(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(header))]
    for row in table:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        _write("  ".join(cells).rstrip() + "\n")


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def width() -> int:
    """Columns to fill."""
    return shutil.get_terminal_size((100, 24)).columns


def bold(text: str) -> str:
    """Make visible text bold where that is wanted."""
    return f"\x1b[1m{text}\x1b[0m" if _styled() else text


def faint(text: str) -> str:
    """Make visible text faint where that is wanted."""
    return f"\x1b[2m{text}\x1b[0m" if _styled() else text


def _styled() -> bool:
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write(text: str) -> None:
    # A name that is not UTF-8, or an ASCII terminal, must not end the output.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
