"""What is in a file: told by its bytes first, and by its name where they leave it open."""

from __future__ import annotations

import re

from indexes.errors import SkipDocument

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"{\\pard", "rtf"),  # a piece of one
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)

_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "PNG image"), (b"\xff\xd8\xff", "JPEG image"), (b"GIF8", "GIF image"),
    (b"BM", "bitmap image"), (b"II*\0", "TIFF image"), (b"MM\0*", "TIFF image"),
    (b"8BPS", "Photoshop image"), (b"\0\0\1\0", "icon"), (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"), (b"\xfd7zXZ\0", "xz archive"), (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a", "RAR archive"), (b"\x28\xb5\x2f\xfd", "zstd archive"), (b"\x7fELF", "program"),
    (b"MZ", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"\xcf\xfa\xed\xfe", "program"),
    (b"\0asm", "program"), (b"SQLite format 3\0", "SQLite database"), (b"ID3", "sound"),
    (b"fLaC", "sound"), (b"OggS", "sound"), (b"wOFF", "font"), (b"wOF2", "font"),
    (b"OTTO", "font"), (b"\0\1\0\0\0", "font"), (b"ITSF", "compiled help file"),
    (b"!BDN", "Outlook mail store"), (b"PK00PK\x03\x04", "part of a zip archive"),
)  # fmt: skip

_MARK = rb"(?:\xef\xbb\xbf)?\s*"
_HTML = re.compile(_MARK + rb"(?:<!--.{0,2000}?-->\s*)?(?:<\?xml.{0,200}?\?>\s*)?"
                   rb"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL)  # fmt: skip
_HTML_PIECE = re.compile(_MARK + rb"<(?:head|body|meta|style|table)[\s>]", re.IGNORECASE)
_XML = re.compile(_MARK + rb"<\?xml\s")
_MAIL_FIELD = re.compile(
    rb"(?:from|to|subject|date|message-id|received|newsgroups|return-path|mime-version|path|"
    rb"reply-to|delivered-to|organization|references|sender|cc|content-type|lines|"
    rb"nntp-posting-host|xref):",
    re.IGNORECASE,
)
_FIELD = re.compile(rb"[!-9;-~]{1,60}:|[ \t]")
_MBOX = re.compile(rb"From \S{1,300}[^\n]{0,200}\d{4}\r?\n")
_MAN = re.compile(rb"(?:^|\n)[.'](?:TH|Dd)[ \t]")
_SHEBANG = re.compile(rb"#![^\n]{0,100}?\b(python|bash|sh|zsh|perl|ruby|node|lua|tclsh|wish)\b")
_SHELLS = {
    b"python": "py", b"perl": "pl", b"ruby": "rb", b"node": "js", b"lua": "lua",
    b"tclsh": "tcl", b"wish": "tcl",
}  # fmt: skip

HEAD = 4096
_UNDECIDED = frozenset(("", "txt", "text", "log", "eml", "mbox", "mbx", "mail", "dat", "out"))
"""Names that say nothing of the markup within."""


def container(data: bytes) -> str | None:
    """Return the kind of a file that is not text: pdf, rtf, zip, ole; None for what may be text.

    Raises:
        SkipDocument: It is a kind of binary file that holds no text.
    """
    head = data[:HEAD]
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"%!PS"):
        raise SkipDocument("PostScript, which is not read; convert it to PDF")
    for magic, what in _BINARY:
        if head.startswith(magic) and _is_binary(head):
            raise SkipDocument(f"binary file: {what}")
    _refuse_binary_at_offset(head)
    return None


def _refuse_binary_at_offset(head: bytes) -> None:
    if head[4:8] == b"ftyp":
        raise SkipDocument("binary file: film or picture")
    if head[:4] == b"RIFF" and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        raise SkipDocument("binary file: sound, film or picture")
    if head[257:262] == b"ustar":
        raise SkipDocument("binary file: tar archive")


def _is_binary(head: bytes) -> bool:
    """Whether bytes that begin like a binary format are not just a text that begins so."""
    return any(byte < 9 or 13 < byte < 27 for byte in head[:512])


def text_format(data: bytes, extension: str, *, known: bool) -> str:
    """Return the name that says how the bytes of a text file are to be read.

    Args:
        data: The file's bytes.
        extension: Its extension.
        known: Whether the extension is that of a format; else markup is told by the bytes.
    """
    head = data[:HEAD]
    if extension in ("", "sh", "in", "cgi") and (shebang := _SHEBANG.match(head)):
        return _SHELLS.get(shebang.group(1), "sh")
    if extension in _UNDECIDED or extension.isdigit():
        return _sniffed(head) or ("" if extension.isdigit() else extension)
    if extension in ("xml", "xht") and _HTML.match(head):
        return "html"
    if extension in ("man", "mdoc", "n", "l", "roff", "troff") and _MAN.search(head):
        return "man"
    return extension if known else _markup(head) or extension


def _markup(head: bytes) -> str:
    if _HTML.match(head) or _HTML_PIECE.match(head):
        return "html"
    return "xml" if _XML.match(head) else ""


def _sniffed(head: bytes) -> str:
    if markup := _markup(head):
        return markup
    if _MBOX.match(head):
        return "mbox"
    if _MAN.search(head):
        return "man"
    return "eml" if looks_like_mail(head) else ""


def looks_like_mail(head: bytes) -> bool:
    """Whether the text begins with the header of a message."""
    known = 0
    for line in head.splitlines()[:60]:
        if not line.strip():
            break
        if not _FIELD.match(line):
            return False
        known += bool(_MAIL_FIELD.match(line))
    return known >= 3
