"""Which function reads which file.

Plain text and the markups that are read line by line are read here and now. All else is
parsed, some of it in C and all of it at a cost that a hostile file can choose: `needs_care`
says so, and `sandbox` reads such files where they can be stopped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from indexes.decoding import decode
from indexes.errors import SkipDocument
from indexes.extract.code import LANGUAGES
from indexes.extract.detect import container, text_format
from indexes.extract.markdown import extract_markdown
from indexes.extract.plain import extract_code, extract_plain, extract_underlined
from indexes.language import language_of
from indexes.types import Extracted

EXTRACTOR_VERSION = 4
"""Raised when the same bytes give another text or structure: documents are then read again."""

_MARKUPS: dict[str, tuple[str, Callable[[str], Extracted]]] = {
    **dict.fromkeys(("md", "markdown", "mkd", "mdx", "qmd", "rmd"), ("md", extract_markdown)),
    **dict.fromkeys(("rst", "rest"), ("rst", extract_underlined)),
    **dict.fromkeys(("adoc", "asciidoc", "asc"), ("adoc", extract_underlined)),
}

_CODE = frozenset(
    "bash bat c cc cfg clj conf cpp cs css cxx d dart dockerfile el erl ex exs f90 fs go gradle h "
    "hpp hs ini java jl js jsx kt less lisp lua m makefile mjs ml nim php pl pm properties proto "
    "ps1 py pyi r rb rs scala scss sh sol sql swift tcl toml ts tsx v vb vim yaml yml zig".split()
)

PARSED = {
    **dict.fromkeys(("html", "htm", "xhtml", "xht"), "html"),
    **dict.fromkeys(("xml", "docbook", "fb2", "opml", "svg", "rdf", "atom", "rss", "opf", "xsl",
                     "xsd", "dbk", "ncx", "kml", "gpx", "tei"), "xml"),
    **dict.fromkeys(("csv", "tsv", "tab"), "csv"),
    **dict.fromkeys(("json", "geojson", "webmanifest"), "json"),
    **dict.fromkeys(("jsonl", "ndjson"), "jsonl"),
    **dict.fromkeys(("eml", "mht", "mhtml"), "eml"),
    **dict.fromkeys(("mbox", "mbx"), "mbox"),
    **dict.fromkeys(("srt", "vtt"), "srt"),
    **dict.fromkeys(("tex", "latex", "ltx", "sty", "cls"), "tex"),
    **dict.fromkeys(("ics", "ifb"), "ics"),
    "ipynb": "ipynb",
    "man": "man",
}  # fmt: skip
"""Formats of text that take parsing, by extension."""

CONTAINERS = frozenset(("pdf", "docx", "pptx", "xlsx", "xls", "odt", "odp", "ods", "epub", "rtf",
                        "doc", "ppt", "msg"))  # fmt: skip
"""Formats that are not text; a file that bears such a name and is neither is damaged."""

_SHEETS = frozenset(("xlsx", "xls", "ods"))
"""Those whose names programs also give to tables that are text."""

_CONTAINER_ALIASES = {
    "docm": "docx", "dotx": "docx", "pptm": "pptx", "ppsx": "pptx", "potx": "pptx",
    "xlsm": "xlsx", "xlsb": "xlsx", "ott": "odt", "otp": "odp", "ots": "ods", "dot": "doc",
    "pps": "ppt", "pot": "ppt",
}  # fmt: skip

MAX_PLAIN_BYTES = 4 << 20
"""Text beyond this is read with care too."""

MAX_MARKDOWN_BYTES = 100_000
"""Likewise Markdown: what its parser takes grows with the square of some hostile texts."""

_LONE = re.compile("[\ud800-\udfff\0]")


def needs_care(data: bytes, extension: str) -> bool:
    """Whether reading the file takes a parser that could crash, hang or fill the memory.

    Raises:
        SkipDocument: It is a kind of binary file that holds no text.
    """
    kind = container(data)
    if kind is not None or _promised(extension):
        return True
    name = _text_format(data, extension)
    markdown = _MARKUPS.get(name, ("",))[0] == "md"
    limit = MAX_MARKDOWN_BYTES if markdown else MAX_PLAIN_BYTES
    return name in PARSED or name in LANGUAGES or len(data) > limit


def extract(data: bytes, extension: str) -> Extracted:
    """Read a file's text and structure, in this process.

    Args:
        data: The file's bytes.
        extension: Its lower-case extension, without the dot.

    Raises:
        SkipDocument: It holds no text that can be read.
    """
    kind = container(data)
    if kind is not None:
        from indexes.extract.parsed import extract_container

        extracted = extract_container(data, kind)
    else:
        if (promised := _promised(extension)) is not None:
            _refuse_damaged(data, promised)
        extracted = _extract_text(data, _text_format(data, extension))
    if not extracted.blocks:
        raise SkipDocument("no text in it")
    return _finished(extracted)


def _text_format(data: bytes, extension: str) -> str:
    if (promised := _promised(extension)) is not None:
        told = text_format(data, "", known=False)
        return told or ("csv" if promised in _SHEETS else "txt")
    known = any(extension in names for names in (PARSED, LANGUAGES, _CODE, _MARKUPS))
    return text_format(data, extension, known=known)


def _extract_text(data: bytes, name: str) -> Extracted:
    form = PARSED.get(name)
    if form in ("eml", "mbox"):
        from indexes.extract.parsed import extract_mail

        return extract_mail(data, form)
    text = decode(data, declared=form in ("html", "xml"))
    if not text.strip():
        raise SkipDocument("no text in it")
    if form is not None:
        from indexes.extract.parsed import extract_parsed

        return extract_parsed(form, data, text)._replace(format=form)
    if name in LANGUAGES:
        from indexes.extract.code import extract_units

        return extract_units(text, name)._replace(format=name)
    if name in _CODE:
        return extract_code(text)._replace(format=name)
    form, reader = _MARKUPS.get(name, ("txt", extract_plain))
    return reader(text)._replace(format=form)


def _promised(extension: str) -> str | None:
    """Return the container format that a name promises."""
    extension = _CONTAINER_ALIASES.get(extension, extension)
    return extension if extension in CONTAINERS else None


def _refuse_damaged(data: bytes, promised: str) -> None:
    try:
        decode(data)
    except SkipDocument as error:
        raise SkipDocument(f"damaged: not a {promised.upper()} file") from error


def _finished(extracted: Extracted) -> Extracted:
    text, title = extracted.text, extracted.title
    # Halves of pairs stand in text that was cut by machines; no database takes them.
    text = _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
    title = _LONE.sub("\N{REPLACEMENT CHARACTER}", title)
    prose = any(block.kind not in ("heading", "code") for block in extracted.blocks)
    language = language_of(text) if prose else ""
    return extracted._replace(text=text, title=title, language=language)


def type_of(extension: str, extracted: Extracted) -> str:
    """Return what a document's type is called: its extension, unless the bytes say otherwise."""
    form = extracted.format
    promised = _promised(extension)
    if promised != form and (form in CONTAINERS or promised is not None):
        return form
    if not extension or extension.isdigit() or (form in PARSED and extension not in PARSED):
        return form
    return extension
