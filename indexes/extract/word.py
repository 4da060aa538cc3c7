"""DOCX: paragraphs with their heading styles, tables a row at a time, notes and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexes.extract.archives import Archive
from indexes.extract.html import extract_html
from indexes.extract.mail import extract_page
from indexes.extract.office import core_properties, main_part
from indexes.extract.tables import write_table
from indexes.extract.writer import Writer, one_line
from indexes.extract.xmltree import find, parse_xml
from indexes.types import Extracted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BESIDE = re.compile(r"word/(?:footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_EMBEDDED_PAGE = re.compile(r"word/[^/]+\.x?html?", re.IGNORECASE)
_EMBEDDED_MAIL = re.compile(r"word/[^/]+\.mht(?:ml)?", re.IGNORECASE)
_HEADING_NAME = re.compile(r"heading (\d)", re.IGNORECASE)
_SILENT = frozenset(
    ("delText", "instrText", "delInstrText", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "trPr",
     "tcPr", "binData", "del", "moveFrom", "numPicBullet", "posOffset")
)  # fmt: skip
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def extract_word(archive: Archive) -> Extracted:
    """Read a DOCX document."""
    part = main_part(archive, "word/document.xml")
    writer = Writer()
    levels = _heading_levels(archive)
    body = parse_xml(archive.read(part)).find("body")
    if body is not None:
        _write(body, writer, levels)
    for name in sorted(archive.names):
        if _BESIDE.fullmatch(name):
            _write(parse_xml(archive.read(name)), writer, {})
        elif _EMBEDDED_PAGE.fullmatch(name):
            writer.extend(extract_html(archive.read(name).decode("utf-8", "replace")))
        elif _EMBEDDED_MAIL.fullmatch(name):
            writer.extend(extract_page(archive.read(name)))
    title, tags = core_properties(archive)
    return writer.finish(title, tags=tags)


def _heading_levels(archive: Archive) -> dict[str, int]:
    """Return the level of each heading style by its id."""
    data = archive.try_read("word/styles.xml")
    levels: dict[str, int] = {}
    for style in parse_xml(data).iter("style") if data else ():
        id_, name = style.get("styleId", ""), style.find("name")
        named = _HEADING_NAME.fullmatch(name.get("val", "") if name is not None else "")
        outline = find(style, "pPr", "outlineLvl")
        value = outline.get("val", "") if outline is not None else ""
        if named:
            levels[id_] = int(named.group(1))
        elif value.isdigit() and int(value) < 9:
            levels[id_] = int(value) + 1
        elif name is not None and name.get("val", "").lower() == "title":
            levels[id_] = 1
    return levels


def _write(element: Element, writer: Writer, levels: dict[str, int]) -> None:
    for child in element:
        if child.tag == "p":
            level = _level(child, levels)
            text = paragraph_text(child)
            writer.add(text, "heading" if level else "paragraph", level=level)
        elif child.tag == "tbl":
            write_table(writer, (
                [one_line(paragraph_text(cell)) for cell in _outermost(row, "tc")]
                for row in _outermost(child, "tr")
            ))  # fmt: skip
        elif child.tag not in _SILENT:
            _write(child, writer, levels)


def _outermost(element: Element, tag: str) -> Iterator[Element]:
    """Yield the elements of a name below, but not those within them."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _SILENT:
            yield from _outermost(child, tag)


def _level(paragraph: Element, levels: dict[str, int]) -> int:
    style = find(paragraph, "pPr", "pStyle")
    return levels.get(style.get("val", ""), 0) if style is not None else 0


def paragraph_text(paragraph: Element) -> str:
    """Return what is read of a paragraph, also of a slide's: breaks and tabs, nothing deleted."""
    return "".join(_pieces(paragraph))


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == "t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == "sym":
            yield " "
        elif child.tag not in _SILENT:
            if child.tag in ("p", "txbxContent"):
                yield "\n"
            yield from _pieces(child)
