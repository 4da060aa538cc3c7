"""XML of any kind: the text of its elements, titles as headings; a page of XHTML as HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from indexes.extract.html import extract_html
from indexes.extract.tables import joined
from indexes.extract.writer import Writer, one_line
from indexes.extract.xmltree import LINE, BrokenXml, parse_xml, text_of
from indexes.types import Extracted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TITLES = frozenset(("title", "book-title"))
_SILENT = frozenset(("binary", "script", "style"))
_ROWS = frozenset(("tr", "row", "Row"))
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")
_SPOKEN = ("text", "title", "_note")
"""Attributes that hold what is read, as in OPML."""

MAX_LEVEL = 6


def extract_xml(data: bytes, text: str) -> Extracted:
    """Read XML; lines are those of the source. What is not well-formed is read as a browser would.

    Args:
        data: The bytes, which say their encoding themselves.
        text: The same, decoded.
    """
    try:
        root = parse_xml(data, lines=True)
    except BrokenXml:
        try:
            root = parse_xml(text.lstrip("\ufeff \n\t").encode("utf-8", "replace"), lines=True)
        except BrokenXml:
            return extract_html(text)
    if root.tag == "html":
        return extract_html(text)
    writer = Writer()
    _write(root, writer, 0)
    title = next((one_line(text_of(e)) for e in root.iter() if e.tag in _TITLES), "")
    return writer.finish(title)


def _write(element: Element, writer: Writer, depth: int) -> None:
    if element.tag in _SILENT:
        return
    line = int(element.get(LINE, "0")) or None
    if element.tag in _TITLES:
        level = min(max(depth - 1, 1), MAX_LEVEL)
        writer.add(one_line(text_of(element)), "heading", level=level, line=line)
        return
    if element.tag == "outline":
        spoken = (element.get(name, "") for name in _SPOKEN)
        said = "\n".join(dict.fromkeys(filter(None, spoken)))
        for paragraph in _TAG.sub("", said).split("\n\n"):
            writer.add(paragraph, line=line)
    if element.tag in _ROWS:
        writer.add(joined([one_line(text_of(child)) for child in element]), line=line)
        return
    own = (element.text or "").strip() or any((child.tail or "").strip() for child in element)
    if own:
        writer.add(one_line(text_of(element)), line=line)
        return
    for child in element:
        _write(child, writer, depth + 1)
