"""CSV, TSV, JSON and JSON lines: a record a passage, with its row."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from indexes.extract.plain import extract_code
from indexes.extract.tables import SEPARATOR, is_header
from indexes.extract.writer import Writer, one_line
from indexes.types import BlockKind, Extracted

MAX_RECORDS = 20_000
"""Above this, records share passages: a passage for each would be millions of vectors."""

MAX_TITLE_ROWS = 10
"""Rows that may stand above the names of the columns."""

DELIMITERS = ";\t|,"
"""The comma last: where another is as even, the commas are those of numbers and of sentences."""

SAMPLE_CHARS = 20_000
_QUOTED = re.compile(rf'(?<![^{DELIMITERS}\n"])"[^"]*(?:"|\Z)')
"""A field in quotation marks, or the half of one that has such marks within."""

MAX_DEPTH = 60


def extract_csv(text: str) -> Extracted:
    """Read comma-separated values, with whatever separates them."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    reader = csv.reader(io.StringIO(text), delimiter=delimiter_of(text), strict=False)
    rows: list[tuple[int, int, list[str]]] = []
    line = 1
    try:
        for number, row in enumerate(reader, 1):
            if any(cell.strip() for cell in row):
                rows.append((number, line, row))
            line = reader.line_num + 1
    except csv.Error:
        return extract_code(text)
    writer = Writer()
    write_rows(writer, rows)
    return writer.finish()


def delimiter_of(text: str) -> str:
    """Return what separates the fields: what most of the first lines hold equally often.

    Lines without it may stand above the table. What stands in quotation marks does not count.
    """
    sample = text[:SAMPLE_CHARS]
    if len(text) > SAMPLE_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    lines = _QUOTED.sub("", sample).split("\n")

    def evenness(mark: str) -> tuple[int, int]:
        counts = Counter(count for line in lines if (count := line.count(mark)))
        return max(((number, count) for count, number in counts.items()), default=(0, 0))

    return max(DELIMITERS, key=evenness)


def write_rows(writer: Writer, rows: Sequence[tuple[int, int | None, Sequence[str]]]) -> None:
    """Write rows (number, line, cells) as records, under the names of a header if it is one."""
    kind: BlockKind = "record" if len(rows) <= MAX_RECORDS else "row"
    names: Sequence[str] = ()
    header = _header(rows)
    for i, (number, line, cells) in enumerate(rows):
        if i == header:
            names = [one_line(name) for name in cells]
            said = SEPARATOR.join(name for name in names if name)
            writer.add(said, page=number, line=line)
        else:
            writer.add(_record(names, cells), kind, page=number, line=line)


def _header(rows: Sequence[tuple[int, int | None, Sequence[str]]]) -> int | None:
    """Return which row names the columns: the first, or one below a title or a preamble.

    The rows of a preamble may be pairs; a blank row stands below them, and wider ones follow.
    """
    found, widest = None, 1
    for i, (number, _, cells) in enumerate(rows[: min(MAX_TITLE_ROWS + 1, len(rows) - 1)]):
        width = _width(cells)
        if width <= widest:
            continue
        below = i > 0 and rows[i - 1][0] + 1 < number and _width(rows[i + 1][2]) > widest
        if widest == 1 or below:
            found = i if is_header(cells) else None
        widest = width
    return found


def _width(cells: Sequence[str]) -> int:
    filled = [i for i, cell in enumerate(cells, 1) if cell.strip()]
    return filled[-1] if len(filled) > 1 else len(filled)


def _record(names: Sequence[str], cells: Sequence[str]) -> str:
    parts = []
    for i, cell in enumerate(cells):
        if cell.strip():
            name = names[i] if i < len(names) else ""
            parts.append(f"{name}: {cell.strip()}" if name else cell.strip())
    return SEPARATOR.join(parts)


def extract_json_lines(text: str) -> Extracted:
    """Read JSON lines; a line that is none stays as it is written."""
    lines = [(i, line) for i, line in enumerate(text.split("\n"), 1) if line.strip()]
    kind: BlockKind = "record" if len(lines) <= MAX_RECORDS else "row"
    writer = Writer()
    for number, line in lines:
        try:
            value = flat(json.loads(line))
        except (ValueError, RecursionError):
            value = line
        writer.add(value, kind, page=number, line=number)
    return writer.finish()


def extract_json(text: str) -> Extracted:
    """Read JSON: a list a record at a time, all else as code."""
    try:
        records = list(_elements(text))
    except (ValueError, RecursionError):
        records = []
    if len(records) < 2:
        return extract_code(text)
    kind: BlockKind = "record" if len(records) <= MAX_RECORDS else "row"
    writer = Writer()
    line, counted = 1, 0
    for number, (start, value) in enumerate(records, 1):
        line += text.count("\n", counted, start)
        counted = start
        try:
            writer.add(flat(value), kind, page=number, line=line)
        except RecursionError:
            return extract_code(text)
    return writer.finish()


def _elements(text: str) -> Iterator[tuple[int, Any]]:
    """Yield offset and value of each element of the list that the text is."""
    decoder = json.JSONDecoder()
    position = _skip_blank(text, 0)
    if text[position : position + 1] != "[":
        return
    position = _skip_blank(text, position + 1)
    while text[position : position + 1] != "]":
        value, end = decoder.raw_decode(text, position)
        yield position, value
        position = _skip_blank(text, end)
        if text[position : position + 1] == ",":
            position = _skip_blank(text, position + 1)
        elif text[position : position + 1] != "]":
            raise ValueError("not a list")


def _skip_blank(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n\r":
        position += 1
    return position


def flat(value: Any) -> str:
    """Return a value as `name: text` parts in the order they stand."""
    return SEPARATOR.join(_flat(value, "", 0))


def _flat(value: Any, name: str, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise RecursionError
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key), depth + 1)
    elif isinstance(value, list):
        if all(not isinstance(inner, dict | list) for inner in value):
            words = ", ".join(_word(inner) for inner in value if inner is not None)
            if words:
                yield f"{name}: {words}" if name else words
        else:
            for inner in value:
                yield from _flat(inner, name, depth + 1)
    elif value is not None and str(value).strip():
        yield f"{name}: {_word(value)}" if name else _word(value)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
