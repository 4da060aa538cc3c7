"""`jtcse inspect`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import output
from app.cli.calling import Context
from app.cli.diagnostics import ExitCode
from app.visible import visible_line


def inspect(
    context: Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    model: Annotated[
        str | None, typer.Option(metavar="NAME|PATH", help="The encoder it is cut for.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> ExitCode | None:
    """Show what is read of a file, and how it is cut into passages. Nothing is indexed."""
    from indexes.units import page_unit

    found = context.session.inspect(path.expanduser().absolute(), model)
    if found.skip or found.extracted is None:
        if json:
            output.as_json({"path": found.path, "skip": found.skip})
        else:
            output.line(f"{found.path}: would be skipped: {found.skip}")
        return None
    extracted = found.extracted
    passages = [
        {
            "start": passage.start,
            "end": passage.end,
            "line_start": passage.line_start,
            "line_end": passage.line_end,
            "page": passage.page,
            "heading": passage.heading,
            "text": extracted.text[passage.start : passage.end],
        }
        for passage in found.passages
    ]
    value: dict[str, Any] = {
        "path": found.path,
        "type": found.type,
        "title": found.title,
        "language": extracted.language or None,
        "tags": list(extracted.tags),
        "date": None if extracted.date is None else _iso(extracted.date),
        "bytes": found.bytes,
        "characters": len(extracted.text),
        "unit": page_unit(found.type),
        "passages": passages,
    }
    if json:
        output.as_json(value)
    else:
        _write(value)
    return None


def _write(value: dict[str, Any]) -> None:
    for name in ("title", "type", "language", "tags", "date", "bytes", "characters"):
        shown = ", ".join(value[name]) if name == "tags" else value[name]
        if shown not in (None, ""):
            output.line(f"{name:<10}  {shown}")
    output.line(f"{'passages':<10}  {len(value['passages'])}")
    for number, passage in enumerate(value["passages"], 1):
        place = f"lines {passage['line_start']}-{passage['line_end']}"
        if passage["page"] is not None:
            place = f"{value['unit']} {passage['page']}, {place}"
        output.line()
        heading = f"  {passage['heading']}" if passage["heading"] else ""
        output.raw_line(output.faint(visible_line(f"{number}  {place}{heading}")))
        output.line(passage["text"])


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
