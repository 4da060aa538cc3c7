"""PDF: the text of each page in reading order, with its headings, notes and filled-in fields."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any

from indexes.errors import SkipDocument
from indexes.extract.pdflayout import BOLD_WEIGHT, Line, Page, layout
from indexes.extract.pdfrtl import Char, as_read, is_concerned
from indexes.extract.writer import Writer
from indexes.types import Extracted

_LINE = re.compile(r"[^\r\n]+")
_DRAFT = re.compile(r"\.(?:docx?|odt|tex|pptx?|indd|qxd)$|^untitled", re.IGNORECASE)
"""Word processors put the name of a draft where the title belongs."""

_BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
MAX_NAME_BYTES = 100
MAX_NOTES = 1000
"""Annotations read of a page."""

_NOTES = frozenset((1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
"""Annotations that bear a reader's words, by the numbers of the PDF library."""

_FIELD = 20
LEVEL = 0.99
"""Cosine of the angle by which a line may rise or fall."""


def extract_pdf(data: bytes) -> Extracted:
    """Read a PDF, page by page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise SkipDocument("encrypted: it needs a password") from error
        raise SkipDocument("damaged: not a PDF that can be opened") from error
    try:
        pages = [_page(document, number) for number in range(len(document))]
        writer = Writer()
        for number, blocks in enumerate(layout(pages), 1):
            for text, level in blocks:
                writer.add(text, "heading" if level else "paragraph", level=level, page=number)
        if not writer.blocks:
            raise SkipDocument(_why_empty(document))
        return writer.finish(_title(document))
    finally:
        document.close()


def _page(document: Any, number: int) -> Page:
    import pypdfium2

    try:
        page = document[number]
        text = page.get_textpage()
        lines = list(_lines(text))
        text.close()
        notes = list(_notes(page))
        height = page.get_height()
        page.close()
    except pypdfium2.PdfiumError:
        return Page()  # a damaged page costs only itself
    return Page(height, lines, notes)


def _lines(text: Any) -> Iterator[Line]:
    """Yield the lines of a page with the size, weight and place of their first letter."""
    import pypdfium2.raw as pdfium

    written = str(text.get_text_range(errors="replace"))
    across, up, down = (ctypes.c_double() for _ in range(3))
    for match in _LINE.finditer(written):
        words = match.group().strip()
        if not words:
            continue
        at = match.start() + match.group().index(words[0])
        first = pdfium.FPDFText_GetCharIndexFromTextIndex(text.raw, at)
        last = pdfium.FPDFText_GetCharIndexFromTextIndex(text.raw, at + len(words) - 1)
        pdfium.FPDFText_GetCharOrigin(text.raw, first, across, up)
        pdfium.FPDFText_GetCharOrigin(text.raw, last, across, down)
        weight = min(_weight(text, first), _weight(text, last))
        size = pdfium.FPDFText_GetFontSize(text.raw, first)
        if is_concerned(words):
            words = _as_read(text, words, at)
        yield Line(words, round(size, 1), weight, up.value, down.value)


def _as_read(text: Any, line: str, at: int) -> str:
    """Return a line as it is read, when it has letters that are written from right to left.

    Args:
        text: The library's text of the page.
        line: The line in the library's order.
        at: Where it begins in that text.
    """
    import pypdfium2.raw as pdfium

    across, up = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    chars = []
    for number, letter in enumerate(line, at):
        index = pdfium.FPDFText_GetCharIndexFromTextIndex(text.raw, number)
        if math.cos(pdfium.FPDFText_GetCharAngle(text.raw, index)) < LEVEL:
            return line  # which way it runs is not told by where it stands
        pdfium.FPDFText_GetCharOrigin(text.raw, index, across, up)
        pdfium.FPDFText_GetLooseCharBox(text.raw, index, box)
        chars.append(Char(letter, (across.value, up.value), box.left, box.right))
    return as_read(chars)


def _weight(text: Any, index: int) -> int:
    """Return the weight of a letter; fonts that do not state it bear it in their names."""
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(MAX_NAME_BYTES)
    pdfium.FPDFText_GetFontInfo(text.raw, index, name, MAX_NAME_BYTES, None)
    if _BOLD.search(name.value):
        return BOLD_WEIGHT
    return int(pdfium.FPDFText_GetFontWeight(text.raw, index))


def _notes(page: Any) -> Iterator[str]:
    """Yield what readers noted on a page and wrote into its fields."""
    import pypdfium2.raw as pdfium

    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), MAX_NOTES)):
        note = pdfium.FPDFPage_GetAnnot(page.raw, index)
        if not note:
            continue
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        if kind in _NOTES:
            yield _string(note, b"Contents")
        elif kind == _FIELD:
            value = _string(note, b"V")
            if value not in ("", "Off", "Yes"):
                name = _string(note, b"TU") or _string(note, b"T")
                yield f"{name}: {value}" if name else value
        pdfium.FPDFPage_CloseAnnot(note)


def _string(note: Any, key: bytes) -> str:
    import pypdfium2.raw as pdfium

    size = pdfium.FPDFAnnot_GetStringValue(note, key, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    wide = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetStringValue(note, key, wide, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()


def _why_empty(document: Any) -> str:
    import pypdfium2
    import pypdfium2.raw as pdfium

    for number in range(len(document)):
        try:
            pictures = document[number].get_objects([pdfium.FPDF_PAGEOBJ_IMAGE])
            if next(iter(pictures), None) is not None:
                return "no text in it: pages that are pictures would need OCR"
        except pypdfium2.PdfiumError:
            continue
    return "no text in it"


def _title(document: Any) -> str:
    title = str(document.get_metadata_value("Title") or "").strip()
    return "" if _DRAFT.search(title) else title
