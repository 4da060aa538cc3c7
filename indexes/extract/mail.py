"""Mail: messages with their headers, bodies and the names of what is attached."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import TypeGuard

from indexes.decoding import decode
from indexes.errors import SkipDocument
from indexes.extract.html import extract_html
from indexes.extract.mailtext import pieces, unbroken
from indexes.extract.writer import Writer, one_line
from indexes.types import Extracted

_SHOWN = ("From", "To", "Cc", "Date", "Newsgroups", "Organization", "Keywords")
_MBOX_LINE = re.compile(
    rb"^From (?:[^\n]*\n(?=[!-9;-~]{1,60}:|>From )|\S[^\n]{0,200}\d\d:\d\d[^\n]{0,60}\n)",
    re.MULTILINE,
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_AS_IS = ("", "7bit", "8bit", "binary")
MAX_PARTS = 1000
PROBE_CHARS = 400
"""By so many of its first characters a part is found again."""

MAX_DEPTH = 20


def extract_message(data: bytes) -> Extracted:
    """Read one message."""
    message = _parse(data)
    writer = Writer()
    _write(message, writer, None, 1, data)
    return writer.finish(_header(message, "Subject"), date=_date(message))


def extract_mailbox(data: bytes) -> Extracted:
    """Read an mbox; the page of a passage is the number of its message."""
    starts = [match.start() for match in _MBOX_LINE.finditer(data)]
    if not starts:
        return extract_message(data)
    writer = Writer()
    line, counted = 1, 0
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        line += data.count(b"\n", counted, start)
        counted = start
        body = data[data.index(b"\n", start) + 1 : end]
        _write(_parse(_QUOTED_FROM.sub(rb"\1", body)), writer, number, line + 1, body)
    return writer.finish("" if len(starts) == 1 else " ")


def extract_page(data: bytes) -> Extracted:
    """Read a page that is packed as a message (MHT): what it shows, without a header."""
    writer = Writer()
    _write_body(_parse(data), writer, _Place(None, 1), 0)
    return writer.finish()


def _parse(data: bytes) -> Message:
    try:
        return message_from_bytes(data)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise SkipDocument("damaged: not a message that can be read") from error


@dataclass
class _Place:
    """Where parts of a message stand: its number in a mailbox, and a line of the source.

    Parts are found again in the bytes that they came from, one after the other; a part that is
    not has the line of the message.
    """

    page: int | None
    line: int
    data: bytes = b""
    position: int = 0

    def line_of_body(self, part: Message) -> int:
        """Return the line where the body of a part begins."""
        payload = part.get_payload()
        return self._line_of(payload if _is_said(payload) else "")

    def line_of_header(self, message: Message) -> int:
        """Return the line where a message within another one begins."""
        return self._line_of(next((f"{name}: {value}" for name, value in message.items()), ""))

    def _line_of(self, said: str) -> int:
        begin = said[:PROBE_CHARS].encode("utf-8", "surrogateescape")
        at = self.data.find(begin, self.position) if begin else -1
        if at < 0:
            return self.line
        self.line += self.data.count(b"\n", self.position, at)
        self.position = at
        return self.line


def _is_said(payload: object) -> TypeGuard[str]:
    return isinstance(payload, str) and bool(payload.strip())


def _write(message: Message, writer: Writer, page: int | None, line: int, data: bytes) -> None:
    place = _Place(page, line, data)
    _write_header(message, writer, place, 1)
    _write_body(message, writer, place, 0)


def _write_header(message: Message, writer: Writer, place: _Place, level: int) -> None:
    subject = _header(message, "Subject") or "(no subject)"
    writer.add(subject, "heading", level=level, page=place.page, line=place.line)
    fields = (f"{name}: {value}" for name in _SHOWN if (value := _header(message, name)))
    writer.add("\n".join(fields), page=place.page, line=place.line)


def _write_body(message: Message, writer: Writer, place: _Place, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise SkipDocument(f"messages nested deeper than {MAX_DEPTH} levels")
    if not message.is_multipart():
        _write_leaf(message, writer, place)
        return
    parts = list(_payload(message))[:MAX_PARTS]
    if message.get_content_type() == "multipart/alternative":
        parts = _preferred(parts)
    for part in parts:
        if message.get_content_type() == "message/rfc822":
            _write_inner(message, part, writer, place, depth + 1)
        else:
            _write_body(part, writer, place, depth + 1)


def _write_inner(
    carrier: Message, message: Message, writer: Writer, place: _Place, depth: int
) -> None:
    """Write a message that another one carries, with its header."""
    unpacked = _unpacked(carrier, message)
    if unpacked is not None:
        message, place = unpacked, _Place(place.page, place.line)
    place.line_of_header(message)
    _write_header(message, writer, place, 2)
    _write_body(message, writer, place, depth)


def _unpacked(carrier: Message, message: Message) -> Message | None:
    """Return a message that is carried in base64, which the standard forbids and programs do."""
    packed = message.get_payload()
    if _transfer(carrier) != "base64" or message.keys() or not _is_said(packed):
        return None
    holder = Message()
    holder["Content-Transfer-Encoding"] = "base64"
    holder.set_payload(packed)
    data = holder.get_payload(decode=True)
    return _parse(data) if isinstance(data, bytes) else None


def _transfer(message: Message) -> str:
    return _header(message, "Content-Transfer-Encoding").lower()


def _payload(message: Message) -> Iterator[Message]:
    payload = message.get_payload()
    for part in payload if isinstance(payload, list) else ():
        if isinstance(part, Message):
            yield part


def _preferred(parts: list[Message]) -> list[Message]:
    """Return the plain one of several forms of the same text, else the first that is read."""
    for kind in ("text/plain", "text/html"):
        found = [part for part in parts if part.get_content_type() == kind]
        if found and _text(found[0]).strip():
            return found[:1]
    return parts


def _write_leaf(part: Message, writer: Writer, place: _Place) -> None:
    name = part.get_filename()
    kind = part.get_content_type()
    if name or kind not in ("text/plain", "text/html"):
        if name:
            writer.add(f"Attachment: {_decoded(name)}", page=place.page, line=place.line)
        return
    text = _text(part)
    line = place.line_of_body(part)
    if kind == "text/html":
        writer.extend(extract_html(text), page=place.page, line=line, below=1)
        return
    as_is = place.data and _transfer(part) in _AS_IS
    flowing = _parameter(part, "format") == "flowed" and _parameter(part, "delsp") == "yes"
    for number, piece in pieces(text):
        said = unbroken(piece) if flowing else piece
        writer.add(said, page=place.page, line=line + number if as_is else line)


def _parameter(part: Message, name: str) -> str:
    return str(part.get_param(name, "")).lower()


def _text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return ""
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ""
    try:
        return payload.decode(charset or "utf-8").replace("\r\n", "\n")
    except (LookupError, ValueError):
        try:
            return decode(payload)
        except SkipDocument:
            return ""


def _header(message: Message, name: str) -> str:
    values = message.get_all(name) or []
    return one_line(", ".join(_decoded(str(value)) for value in values))[:2000]


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value[:4000])
    except (ValueError, LookupError, AssertionError):
        return value
    text = ""
    for piece, charset in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        try:
            text += piece.decode(charset or "ascii")
        except (LookupError, ValueError):
            text += piece.decode("latin-1")
    return text.encode("utf-8", "replace").decode()


def _date(message: Message) -> float | None:
    try:
        return parsedate_to_datetime(str(message.get("Date", ""))).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
