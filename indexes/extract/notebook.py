"""Jupyter notebooks: cell by cell, Markdown with its headings, code, and what it printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from indexes.errors import SkipDocument
from indexes.extract.markdown import extract_markdown
from indexes.extract.writer import Writer
from indexes.types import Extracted

MAX_OUTPUT_CHARS = 4000
_ESCAPES = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")


def extract_notebook(text: str) -> Extracted:
    """Read a notebook; the page of a passage is the number of its cell."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SkipDocument("damaged: not a whole notebook") from error
    writer = Writer()
    for number, cell in enumerate(_cells(notebook), 1):
        source = _joined(cell.get("source", cell.get("input", "")))
        kind = cell.get("cell_type")
        if kind == "markdown":
            writer.extend(extract_markdown(source), page=number)
        elif kind == "heading":
            level = cell.get("level")
            level = level if isinstance(level, int) and 0 < level < 10 else 1
            writer.add(source, "heading", level=level, page=number)
        else:
            writer.add(source, "code" if kind == "code" else "paragraph", page=number)
        for output in _outputs(cell):
            writer.add(output[:MAX_OUTPUT_CHARS], "code", page=number)
    return writer.finish()


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(notebook, dict):
        raise SkipDocument("damaged: not a notebook")
    sheets = [notebook, *_dicts(notebook.get("worksheets"))]
    for sheet in sheets:
        yield from _dicts(sheet.get("cells"))


def _outputs(cell: dict[str, Any]) -> Iterator[str]:
    for output in _dicts(cell.get("outputs")):
        if "ename" in output:
            yield _error(output)
            continue
        data = output.get("data")
        plain = data.get("text/plain") if isinstance(data, dict) else None
        yield _ESCAPES.sub("", _joined(output.get("text", plain if plain is not None else "")))


def _error(output: dict[str, Any]) -> str:
    """Return an error's name and message, and what its traceback ends with."""
    traceback = output.get("traceback")
    frames = traceback if isinstance(traceback, list) else []
    said = f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}"
    last = _ESCAPES.sub("", _joined(frames[-1:])).rstrip().rpartition("\n")[2]
    return said if last in said else f"{said}\n{last}"


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
