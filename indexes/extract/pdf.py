"""PDF: the text of each page, lines joined to paragraphs, hyphenated words to words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import median
from typing import Any

from indexes.errors import SkipDocument
from indexes.extract.writer import Writer
from indexes.types import Extracted

_HYPHENS = "-\u2010"
"""What ends a line inside a word."""

_KNOWN_HYPHEN = re.compile("[\ufffe\x02](?:\r?\n)?")
"""What pdfium writes for a hyphen that it knows to be no part of the word."""

_SENTENCE_END = re.compile(r"[.!?:;…。！？]['\"”’)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•●▪◦‣*–-]|\(?\d{1,3}[.)])\s")
SHORT_SHARE = 0.75
"""A line shorter than this share of the usual one, ending a sentence, ends a paragraph."""


def extract_pdf(data: bytes) -> Extracted:
    """Read a PDF, page by page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise SkipDocument("encrypted: it needs a password") from error
        raise SkipDocument("damaged: not a PDF that can be opened") from error
    writer = Writer()
    try:
        for number in range(len(document)):
            for paragraph in _paragraphs(_page_text(document, number)):
                writer.add(paragraph, page=number + 1)
        title = _title(document)
    finally:
        document.close()
    if not writer.blocks:
        raise SkipDocument("no text in it: pages that are pictures would need OCR")
    return writer.finish(title)


def _page_text(document: Any, number: int) -> str:
    import pypdfium2

    try:
        page = document[number]
        text_page = page.get_textpage()
        text = _KNOWN_HYPHEN.sub("", str(text_page.get_text_range(errors="replace")))
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""  # a damaged page costs only itself
    return text


def _title(document: Any) -> str:
    title = str(document.get_metadata_value("Title") or "").strip()
    # Word processors put the name of a draft here.
    return "" if re.search(r"\.(?:docx?|odt|tex|pptx?|indd|qxd)$|^untitled", title, re.I) else title


def _paragraphs(text: str) -> Iterator[str]:
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    lengths = [len(line) for line in lines if line]
    if not lengths:
        return
    usual = median(lengths)
    paragraph = ""
    for line in lines:
        if not line or (paragraph and _LIST_ITEM.match(line)):
            yield paragraph
            paragraph = line
            continue
        paragraph = _joined(paragraph, line)
        if _SENTENCE_END.search(line) and len(line) < SHORT_SHARE * usual:
            yield paragraph
            paragraph = ""
    yield paragraph


def _joined(paragraph: str, line: str) -> str:
    if not paragraph:
        return line
    last = paragraph[-1]
    if last in _HYPHENS and len(paragraph) > 1 and paragraph[-2].isalpha():
        if line[0].islower():
            return paragraph[:-1] + line
        return paragraph[:-1] + "-" + line
    return f"{paragraph} {line}"
