"""OLE compound files: Outlook messages are read here, old Office documents by converters."""

from __future__ import annotations

import io
import struct
from typing import Any

from indexes.errors import SkipDocument
from indexes.extract.html import extract_html
from indexes.extract.lzfu import unpack
from indexes.extract.rtf import extract_rtf
from indexes.extract.writer import Writer
from indexes.types import Extracted

_SUBJECT, _SENDER, _SENDER_MAIL, _TO, _CC = "0037", "0C1A", "0C1F", "0E04", "0E03"
_BODY, _RTF, _HTML, _FILE_NAME, _DISPLAY_NAME = "1000", "1009", "1013", "3707", "3001"
_SENT = 0x00390040
_CODE_PAGES = (0x3FFD0003, 0x3FDE0003)
_HEADER_BYTES = 32
_PROPERTY_BYTES = 16
_EPOCH_DIFFERENCE_S = 11_644_473_600
"""Between 1601, where Windows begins to count, and 1970."""

MAX_ATTACHMENTS = 200


def compound_kind(data: bytes) -> str:
    """Return what a compound file is: doc, ppt, xls or msg.

    Raises:
        SkipDocument: It is damaged, encrypted, or none of these.
    """
    ole = _open(data)
    names = {"/".join(path) for path in ole.listdir()}
    if "EncryptedPackage" in names:
        raise SkipDocument("encrypted: it needs a password")
    for stream, kind in (
        ("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"),
        ("Book", "xls"), ("__properties_version1.0", "msg"),
    ):  # fmt: skip
        if stream in names:
            return kind
    raise SkipDocument("binary file: an OLE compound file of an unknown kind")


def _open(data: bytes) -> Any:
    import olefile

    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except Exception as error:
        raise SkipDocument("damaged: not a whole compound file") from error


def extract_outlook(data: bytes) -> Extracted:
    """Read an Outlook message."""
    ole = _open(data)
    message = _Message(ole)
    writer = Writer()
    subject = message.text(_SUBJECT)
    writer.add(subject or "(no subject)", "heading", level=1)
    sender = " ".join(filter(None, (message.text(_SENDER), message.text(_SENDER_MAIL))))
    fields = (("From", sender), ("To", message.text(_TO)), ("Cc", message.text(_CC)))
    writer.add("\n".join(f"{name}: {value}" for name, value in fields if value))
    _write_body(message, writer)
    for folder in message.attachments():
        name = message.text(_FILE_NAME, folder) or message.text(_DISPLAY_NAME, folder)
        writer.add(f"Attachment: {name}" if name else "")
    return writer.finish(subject, date=message.sent())


def _write_body(message: _Message, writer: Writer) -> None:
    body = message.text(_BODY)
    if body.strip():
        for paragraph in body.replace("\r\n", "\n").split("\n\n"):
            writer.add(paragraph)
        return
    html = message.binary(_HTML) or message.text(_HTML).encode()
    if html:
        writer.extend(extract_html(html.decode(message.encoding, "replace")), below=1)
        return
    packed = message.binary(_RTF)
    if packed:
        writer.extend(extract_rtf(unpack(packed)), below=1)


class _Message:
    def __init__(self, ole: Any) -> None:
        self._ole = ole
        self._properties = self._stream("__properties_version1.0") or b""
        pages = [value for tag in _CODE_PAGES if (value := self._number(tag)) is not None]
        self.encoding = _encoding(pages)

    def _stream(self, name: str) -> bytes | None:
        try:
            return bytes(self._ole.openstream(name).read()) if self._ole.exists(name) else None
        except Exception:  # noqa: BLE001 - a damaged stream costs only itself
            return None

    def text(self, tag: str, folder: str = "") -> str:
        prefix = f"{folder}/" if folder else ""
        wide = self._stream(f"{prefix}__substg1.0_{tag}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._stream(f"{prefix}__substg1.0_{tag}001E")
        return narrow.decode(self.encoding, "replace").rstrip("\0") if narrow else ""

    def binary(self, tag: str) -> bytes:
        return self._stream(f"__substg1.0_{tag}0102") or b""

    def attachments(self) -> list[str]:
        folders = {
            path[0] for path in self._ole.listdir() if path[0].startswith("__attach_version1.0_")
        }
        return sorted(folders)[:MAX_ATTACHMENTS]

    def _value(self, tag: int) -> bytes | None:
        for at in range(_HEADER_BYTES, len(self._properties) - 15, _PROPERTY_BYTES):
            if struct.unpack_from("<I", self._properties, at)[0] == tag:
                return self._properties[at + 8 : at + 16]
        return None

    def _number(self, tag: int) -> int | None:
        value = self._value(tag)
        return int(struct.unpack("<I", value[:4])[0]) if value else None

    def sent(self) -> float | None:
        value = self._value(_SENT)
        if not value:
            return None
        seconds = struct.unpack("<Q", value)[0] / 1e7 - _EPOCH_DIFFERENCE_S
        return seconds if 0 < seconds < 1e11 else None


def _encoding(pages: list[int]) -> str:
    for page in pages:
        name = "utf-8" if page == 65001 else f"cp{page}"
        try:
            "".encode(name)
        except LookupError:
            continue
        return name
    return "cp1252"
