"""EPUB: the chapters in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from indexes.decoding import decode
from indexes.errors import SkipDocument
from indexes.extract.archives import Archive, resolve
from indexes.extract.html import extract_html
from indexes.extract.tags import split_tags
from indexes.extract.writer import Writer
from indexes.extract.xmltree import parse_xml
from indexes.types import Extracted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")


def extract_epub(archive: Archive) -> Extracted:
    """Read an EPUB book; the page of a passage is the number of its chapter's file."""
    root = parse_xml(archive.read("META-INF/container.xml"))
    package = next((file.get("full-path", "") for file in root.iter("rootfile")), "")
    book = parse_xml(archive.read(package))
    sealed = archive.try_read("META-INF/encryption.xml") or b""
    writer = Writer()
    for number, name in enumerate(_spine(book, package), 1):
        if name not in archive:
            continue
        if name.encode() in sealed:
            raise SkipDocument("encrypted: its chapters are locked")
        try:
            page = decode(archive.read(name), declared=True)
        except SkipDocument:
            continue
        writer.extend(extract_html(page), page=number)
    title = next((element.text or "" for element in book.iter("title")), "")
    subjects = "\n".join(element.text or "" for element in book.iter("subject"))
    return writer.finish(title, tags=split_tags(subjects))


def _spine(book: Element, package: str) -> list[str]:
    items = {
        item.get("id", ""): resolve(package, unquote(item.get("href", "")))
        for item in book.iter("item")
        if item.get("media-type") in _PAGES
    }
    return [items[id_] for ref in book.iter("itemref") if (id_ := ref.get("idref", "")) in items]
