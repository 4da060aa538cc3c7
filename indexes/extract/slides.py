"""PPTX: the text of each slide in order, its title as heading, with notes and comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexes.extract.archives import Archive
from indexes.extract.office import core_properties, main_part, relations, relations_by_id
from indexes.extract.word import paragraph_text
from indexes.extract.writer import Writer, one_line
from indexes.extract.xmltree import parse_xml
from indexes.types import Extracted

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TITLES = ("title", "ctrTitle")
_NOT_SAID = frozenset(("sldNum", "dt", "hdr", "ftr"))
_BESIDE = frozenset(("notesSlide", "comments", "diagramData", "chart"))


def extract_slides(archive: Archive) -> Extracted:
    """Read a PPTX presentation."""
    part = main_part(archive, "ppt/presentation.xml")
    targets = relations_by_id(archive, part)
    listed = parse_xml(archive.read(part)).iter("sldId")
    slides = [targets[id_] for slide in listed if (id_ := _relation_id(slide)) in targets]
    writer = Writer()
    for number, name in enumerate(slides, 1):
        if name not in archive:
            continue
        _write(parse_xml(archive.read(name)), writer, number)
        for kind, target in relations(archive, name):
            if kind in _BESIDE and target in archive:
                _write(parse_xml(archive.read(target)), writer, number, aside=True)
    title, tags = core_properties(archive)
    return writer.finish("" if title == "PowerPoint Presentation" else title, tags=tags)


def _relation_id(slide: Element) -> str:
    # Both its own id and the relation's have the local name `id`; the relation's begins with r.
    return next((v for v in slide.attrib.values() if not v.isdigit()), "")


def _write(root: Element, writer: Writer, page: int, *, aside: bool = False) -> None:
    for element in _units(root):
        kind = _placeholder(element)
        if kind in _NOT_SAID:
            continue
        is_title = kind in _TITLES and not aside
        if element.tag == "tr":
            cells = (one_line(_lines(cell)) for cell in element.iter("tc"))
            text = " | ".join(cell for cell in cells if cell)
        else:
            text = _lines(element)
        writer.add(text, "heading" if is_title else "paragraph", level=int(is_title), page=page)


def _units(root: Element) -> list[Element]:
    """Return the shapes, table rows and comments of a slide, outermost first."""
    found: list[Element] = []
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in ("sp", "tr", "cm", "pt", "v", "rich"):
            found.append(element)
        elif element.tag != "Fallback":
            stack.extend(reversed(element))
    return found


def _placeholder(shape: Element) -> str:
    mark = next(shape.iter("ph"), None)
    return mark.get("type", "") if mark is not None else ""


def _lines(shape: Element) -> str:
    lines = [paragraph_text(paragraph) for paragraph in shape.iter("p")]
    lines += [element.text or "" for element in shape.iter("text")]
    return "\n".join(line for line in lines if line.strip())
