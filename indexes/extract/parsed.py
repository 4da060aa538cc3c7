"""The formats that take parsing; imported when the first such file is met."""

from __future__ import annotations

from collections.abc import Callable

from indexes.errors import SkipDocument
from indexes.extract.archives import Archive
from indexes.extract.calendars import extract_calendar
from indexes.extract.compound import compound_kind, extract_outlook
from indexes.extract.epub import extract_epub
from indexes.extract.html import extract_html
from indexes.extract.latex import extract_latex
from indexes.extract.legacy import extract_legacy
from indexes.extract.mail import extract_mailbox, extract_message
from indexes.extract.man import extract_man
from indexes.extract.notebook import extract_notebook
from indexes.extract.opendocument import extract_opendocument
from indexes.extract.pdf import extract_pdf
from indexes.extract.records import extract_csv, extract_json, extract_json_lines
from indexes.extract.rtf import extract_rtf
from indexes.extract.sheets import extract_sheets
from indexes.extract.slides import extract_slides
from indexes.extract.subtitles import extract_subtitles
from indexes.extract.word import extract_word
from indexes.extract.xmldoc import extract_xml
from indexes.types import Extracted

_TEXTS: dict[str, Callable[[str], Extracted]] = {
    "html": extract_html,
    "csv": extract_csv,
    "json": extract_json,
    "jsonl": extract_json_lines,
    "srt": extract_subtitles,
    "tex": extract_latex,
    "ics": extract_calendar,
    "ipynb": extract_notebook,
    "man": extract_man,
}

_PACKED: dict[str, Callable[[Archive], Extracted]] = {
    "docx": extract_word,
    "pptx": extract_slides,
    "odt": extract_opendocument,
    "odp": extract_opendocument,
    "epub": extract_epub,
}

_MIMETYPES = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/epub+zip": "epub",
}
_FOLDERS = (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx"))


def extract_parsed(form: str, data: bytes, text: str) -> Extracted:
    """Read text that takes parsing."""
    return extract_xml(data, text) if form == "xml" else _TEXTS[form](text)


def extract_mail(data: bytes, form: str) -> Extracted:
    """Read a message or a mailbox."""
    if not data.strip():
        raise SkipDocument("no text in it")
    read = extract_mailbox if form == "mbox" else extract_message
    return read(data)._replace(format=form)


def extract_container(data: bytes, kind: str) -> Extracted:
    """Read a file that is not text.

    Args:
        data: Its bytes.
        kind: `pdf`, `rtf`, `zip` or `ole`.
    """
    if kind == "zip":
        return _extract_zip(data)
    if kind == "pdf":
        return extract_pdf(data)._replace(format="pdf")
    if kind == "rtf":
        return extract_rtf(data)._replace(format="rtf")
    kind = compound_kind(data)
    if kind == "msg":
        return extract_outlook(data)._replace(format="msg")
    if kind == "xls":
        return extract_sheets(data, None)._replace(format="xls")
    return extract_legacy(data, kind)._replace(format=kind)


def _extract_zip(data: bytes) -> Extracted:
    archive = Archive(data)
    form = _packed_form(archive)
    if form in ("xlsx", "ods"):
        return extract_sheets(data, archive)._replace(format=form)
    return _PACKED[form](archive)._replace(format=form)


def _packed_form(archive: Archive) -> str:
    mimetype = archive.try_read("mimetype") or b""
    for start, form in _MIMETYPES.items():
        if mimetype.strip().startswith(start):
            return form
    names = archive.names
    if "[Content_Types].xml" in archive:
        for folder, form in _FOLDERS:
            if any(name.startswith(folder) for name in names):
                return form
    if "META-INF/container.xml" in archive:
        return "epub"
    if any(name.endswith(".iwa") or name == "index.apxl" for name in names) or (
        "index.xml" in archive and "buildVersionHistory.plist" in " ".join(names)
    ):
        raise SkipDocument("an Apple iWork file, which is not read; export it as PDF or DOCX")
    raise SkipDocument("binary file: zip archive")
