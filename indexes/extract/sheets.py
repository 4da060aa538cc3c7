"""XLSX, XLS and ODS: a row a passage, under the name of its sheet, with its row number."""

from __future__ import annotations

import io
import re
import tempfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from indexes.errors import SkipDocument
from indexes.extract.archives import Archive
from indexes.extract.office import core_properties
from indexes.extract.opendocument import properties, refuse_encrypted
from indexes.extract.records import write_rows
from indexes.extract.word import paragraph_text
from indexes.extract.writer import Writer
from indexes.extract.xmltree import BrokenXml, parse_xml
from indexes.types import Extracted

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Cell = int | float | str | bool | time | date | datetime | timedelta

MAX_COLUMNS = 2000
_BESIDE = re.compile(r"xl/(?:comments/?[^/]*|drawings/drawing\d*|diagrams/data\d*)\.xml")


def extract_sheets(data: bytes, archive: Archive | None) -> Extracted:
    """Read a workbook; `archive` is what it is packed in, if it is."""
    import python_calamine

    title = ""
    tags: tuple[str, ...] = ()
    if archive is not None:
        refuse_encrypted(archive)
        for name in archive.names:
            if name.endswith((".xml", ".bin")):
                archive.read(name)  # bombs are found before the workbook is opened
        opened = "content.xml" in archive
        title, tags = properties(archive) if opened else core_properties(archive)
    try:
        workbook = _open(data, old=archive is None)
        names = workbook.sheet_names
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        if "password" in str(error).lower() or isinstance(error, python_calamine.PasswordError):
            raise SkipDocument("encrypted: it needs a password") from error
        raise SkipDocument("damaged: not a workbook that can be opened") from error
    writer = Writer()
    for name in names:
        _write_sheet(workbook, name, writer)
    if archive is not None:
        _write_beside(archive, writer)
    if not writer.blocks:
        raise SkipDocument("no text in its cells")
    return writer.finish(title, tags=tags)


def _write_beside(archive: Archive, writer: Writer) -> None:
    """Write what stands in boxes, diagrams and comments of an Office Open XML workbook."""
    for name in sorted(archive.names):
        if _BESIDE.fullmatch(name):
            with suppress(BrokenXml):
                root = parse_xml(archive.read(name))
                units = root.iter("comment") if "comments" in name else root.iter("txBody")
                for unit in (*units, *root.iter("pt")):
                    lines = (paragraph_text(p) for p in (*unit.iter("p"), *unit.iter("text")))
                    writer.add("\n".join(line for line in lines if line.strip()))


def _open(data: bytes, *, old: bool) -> CalamineWorkbook:
    import python_calamine

    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.CalamineError:
        if not old:
            raise
    # Only by the name of a file does it say what is wrong with an old workbook.
    with tempfile.NamedTemporaryFile(suffix=".xls") as file:
        file.write(data)
        file.flush()
        return python_calamine.CalamineWorkbook.from_path(file.name)


def _write_sheet(workbook: CalamineWorkbook, name: str, writer: Writer) -> None:
    import python_calamine

    try:
        sheet = workbook.get_sheet_by_name(name)
        rows = [
            (number, None, cells)
            for number, row in enumerate(sheet.iter_rows(), 1)
            if any(cells := [shown(cell) for cell in row[:MAX_COLUMNS]])
        ]
    except (python_calamine.CalamineError, OSError, ValueError):
        return  # a chart, or a damaged sheet: it costs only itself
    if rows:
        writer.add(name, "heading", level=1, page=rows[0][0])
        write_rows(writer, rows)


def shown(value: Cell) -> str:
    """Return a cell as a reader sees it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return str(value.date()) if value.time() == time() else str(value)
    if isinstance(value, time):
        return value.isoformat("seconds")
    return str(value)
