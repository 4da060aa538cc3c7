"""ODT and ODP: headings, paragraphs, tables a row at a time, slides with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from indexes.errors import SkipDocument
from indexes.extract.archives import Archive
from indexes.extract.tables import write_table
from indexes.extract.tags import split_tags
from indexes.extract.writer import Writer, one_line
from indexes.extract.xmltree import BrokenXml, parse_xml
from indexes.types import Extracted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SILENT = frozenset(
    ("tracked-changes", "annotation-end", "sequence-decls", "forms", "scripts", "settings",
     "automatic-styles", "font-face-decls", "bibliography-configuration")
)  # fmt: skip
_ASIDE = ("note", "annotation")
"""What stands inside a sentence and is read after it."""

MAX_SPACES = 100


def extract_opendocument(archive: Archive) -> Extracted:
    """Read an ODT or ODP document."""
    refuse_encrypted(archive)
    body = parse_xml(archive.read("content.xml")).find("body")
    writer = Writer()
    if body is not None:
        _Body(writer).write(body, None)
    styles = archive.try_read("styles.xml")  # headers and footers stand in the styles
    if styles:
        for master in parse_xml(styles).iter("master-page"):
            for child in master:
                if child.tag in ("header", "footer"):
                    _Body(writer).write(child, None)
    title, tags = properties(archive)
    return writer.finish(title, tags=tags)


def refuse_encrypted(archive: Archive) -> None:
    """Raise SkipDocument when the parts of the document are encrypted."""
    manifest = archive.try_read("META-INF/manifest.xml")
    if manifest and b"encryption-data" in manifest:
        raise SkipDocument("encrypted: it needs a password")


def properties(archive: Archive) -> tuple[str, tuple[str, ...]]:
    """Return title and keywords."""
    data = archive.try_read("meta.xml")
    if not data:
        return "", ()
    try:
        root = parse_xml(data)
    except BrokenXml:
        return "", ()
    title = next((element.text or "" for element in root.iter("title")), "")
    words = "\n".join(element.text or "" for element in root.iter("keyword"))
    return title.strip(), split_tags(words)


class _Body:
    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._slide = 0

    def write(self, element: Element, page: int | None) -> None:
        for child in element:
            if child.tag == "h":
                level = child.get("outline-level", "1")
                self._writer.add(
                    _text(child), "heading", level=int(level) if level.isdigit() else 1, page=page
                )
                self._write_asides(child, page)
            elif child.tag == "p":
                self._writer.add(_text(child), page=page)
                self._write_asides(child, page)
            elif child.tag == "page":
                self._slide += 1
                self._write_slide(child)
            elif child.tag == "table":
                write_table(self._writer, (
                    [one_line(_text(cell)) for cell in row if cell.tag == "table-cell"]
                    for row in _rows(child)
                ), page)  # fmt: skip
            elif child.tag not in _SILENT:
                self.write(child, page)

    def _write_asides(self, paragraph: Element, page: int | None) -> None:
        for name in _ASIDE:
            for aside in paragraph.iter(name):
                self._writer.add("\n".join(_text(inner) for inner in aside.iter("p")), page=page)

    def _write_slide(self, slide: Element) -> None:
        number = self._slide
        for frame in slide:
            if frame.tag == "frame" and frame.get("class") == "title":
                self._writer.add(_text(frame), "heading", level=1, page=number)
            elif frame.tag not in _SILENT:
                self.write(_wrapped(frame), number)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "table-row":
            yield child
        elif child.tag in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child)


def _wrapped(element: Element) -> Element:
    from xml.etree.ElementTree import Element as NewElement

    parent = NewElement("frame")
    parent.append(element)
    return parent


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag == "s":
            count = child.get("c", "1")
            yield " " * min(int(count) if count.isdigit() else 1, MAX_SPACES)
        elif child.tag == "tab":
            yield "\t"
        elif child.tag == "line-break":
            yield "\n"
        elif child.tag not in (*_SILENT, *_ASIDE):
            if child.tag in ("p", "h", "list-item"):
                yield "\n"
            yield from _pieces(child)
        yield child.tail or ""
