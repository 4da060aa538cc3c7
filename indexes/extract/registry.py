"""Which function reads which file."""

from __future__ import annotations

from collections.abc import Callable

from indexes.decoding import decode
from indexes.errors import SkipDocument
from indexes.extract.html import extract_html
from indexes.extract.markdown import extract_markdown
from indexes.extract.plain import extract_code, extract_plain, extract_underlined
from indexes.types import Extracted

EXTRACTOR_VERSION = 1
"""Raised when the same bytes give another text or structure: documents are then read again."""

_READERS: dict[str, Callable[[str], Extracted]] = {
    **dict.fromkeys(("md", "markdown", "mkd", "mdx", "qmd", "rmd"), extract_markdown),
    **dict.fromkeys(("rst", "rest", "adoc", "asciidoc", "asc"), extract_underlined),
    **dict.fromkeys(("html", "htm", "xhtml"), extract_html),
    **dict.fromkeys(("txt", "text", "log", "org", ""), extract_plain),
}

_CODE = frozenset(
    "bash bat c cc cfg clj cpp cs css cxx d dart el erl ex exs f90 fs go h hpp hs ini java jl js "
    "json jsx kt lisp lua m mjs ml nim php pl pm proto ps1 py pyi r rb rs scala sh sol sql swift "
    "tcl toml ts tsx v vb vim xml yaml yml zig".split()
)

_OFFICE = {
    "pdf": "PDF", "docx": "Word", "doc": "Word", "pptx": "PowerPoint", "ppt": "PowerPoint",
    "xlsx": "Excel", "xls": "Excel", "odt": "OpenDocument", "ods": "OpenDocument",
    "odp": "OpenDocument", "epub": "EPUB", "rtf": "RTF",
}  # fmt: skip


def extract(data: bytes, extension: str) -> Extracted:
    """Read a file's text and structure.

    Args:
        data: The file's bytes.
        extension: Its lower-case extension, without the dot.

    Raises:
        SkipDocument: It holds no text that can be read.
    """
    if extension in _OFFICE:
        raise SkipDocument(f"{_OFFICE[extension]} files are not read yet")
    text = decode(data)
    if not text.strip():
        raise SkipDocument("no text in it")
    if extension in _CODE:
        extracted = extract_code(text)
    else:
        extracted = _READERS.get(extension, extract_plain)(text)
    if not extracted.blocks:
        raise SkipDocument("no text in it")
    return extracted
