"""The only writer of standard output: data, and nothing else."""

from __future__ import annotations

import io
import json
import math
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from app.cli import process
from app.errors import OutputError
from app.visible import visible, visible_line
from indexes.textpaths import from_text

_ITEMS_AT_ONCE = 4096

_ACTING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]")
"""What JSON may hold as it is, and a terminal would act on."""


def line(text: str = "") -> None:
    """Write a line of visible text; tabs stay."""
    _write(visible(text).replace("\n", " ") + "\n")


def raw_line(text: str) -> None:
    """Write a line that was made visible before and may carry styles of ours."""
    _write(text + "\n")


def path_line(text: str) -> None:
    """Write the path that a collection keeps as `text`, for another program to open.

    Its own bytes, that is, also where they are not UTF-8. What would act on a terminal is
    made visible all the same: piped output often ends on one.
    """
    data = os.fsencode(from_text(text))
    decodable = data.decode("utf-8", "ignore")
    if is_terminal() or visible_line(decodable) != decodable:
        line(text)
        return
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(data + b"\n")


def path_before_nul(text: str) -> None:
    """Write the bytes of a path that a collection keeps as `text`, whatever they are, and a NUL."""
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(os.fsencode(from_text(text)) + b"\0")


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write one JSON value, indented."""
    _write(_json(value, indent=2) + "\n")


def as_json_object(members: Iterable[tuple[str, Any]]) -> None:
    """Write one JSON object, member by member; an iterator becomes an array, written as it goes.

    So an array may be longer than what should be held as text. An item stands on a line.
    """
    before = "{\n"
    for name, value in members:
        _write(f"{before}  {_json(name)}: ")
        before = ",\n"
        if isinstance(value, Iterator):
            _write_array(value)
        else:
            _write(_json(value))
    _write("\n}\n")


def _write_array(items: Iterator[Any]) -> None:
    before = "[\n"
    while part := list(islice(items, _ITEMS_AT_ONCE)):
        _write(before + ",\n".join(f"    {_json(item)}" for item in part))
        before = ",\n"
    _write("[]" if before == "[\n" else "\n  ]")


def as_json_lines(values: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line."""
    for value in values:
        _write(_json(value) + "\n")


def _json(value: Any, indent: int | None = None) -> str:
    # A stream that cannot hold every character gets escapes, which say the same.
    escaped = (getattr(sys.stdout, "encoding", None) or "utf-8").lower() not in ("utf-8", "utf8")
    text = json.dumps(_finite(value), ensure_ascii=escaped, indent=indent, default=str)
    return _ACTING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _finite(value: Any) -> Any:
    """Replace what JSON has no number for by null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write comma-separated values, with a header."""
    import csv

    for row in chain([header], rows):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerow(row)
        _write(buffer.getvalue())


def as_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write aligned columns; all but the first are aligned to the right."""
    table = [[visible_line(cell) for cell in row] for row in (header, *rows)]
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


def coloured(text: str, foreground: int, background: int) -> str:
    """Give visible text two of a terminal's 256 colours where that is wanted."""
    if not _styled():
        return text
    return f"\x1b[38;5;{foreground};48;5;{background}m{text}\x1b[0m"


def _styled() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):  # into a pager: jtcse search ... | less -R
        return True
    return is_terminal() and os.environ.get("TERM") != "dumb"


def _write(text: str) -> None:
    # A name that is not UTF-8, or an ASCII terminal, must not end the output.
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with _writing():
        sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def flush() -> None:
    """Have everything written out; what fails then fails here, and not at the end."""
    with _writing():
        sys.stdout.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        process.abandon_stdout()
        raise OutputError(
            f"the output cannot be written: {error.strerror}", "free some space, or write elsewhere"
        ) from error
