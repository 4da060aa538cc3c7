"""Lines of a text file as they stream by: encodings told apart, no line ever held that is huge."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

BLOCK_BYTES = 64 << 10
SAMPLE_BYTES = 1 << 20
"""Read before the first line is given, to tell the encoding."""

MAX_LINE = 1 << 20
"""Bytes of a line (characters where the file is not UTF-8); a longer one is no sentence."""

TOO_LONG = "longer than 1 MiB"
NOT_UTF8 = "not UTF-8"

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_DAMAGED_LINES = 1
"""Lines that are not UTF-8 and make no other encoding of a file that is else ASCII."""


@dataclass(frozen=True)
class Line:
    """A line without its end.

    Attributes:
        number: From 1.
        text: Empty where `problem` says why it cannot be read.
        problem: Empty when it can.
    """

    number: int
    text: str
    problem: str = ""


class LineReader:
    """Reads the lines of a stream, once.

    UTF-8, UTF-16 and UTF-32 by their marks, UTF-16 without one by its zeros, and a code page
    where the beginning of the file is not UTF-8. Only a line feed ends a line; a carriage
    return before it is dropped.

    Args:
        stream: Bytes; unbuffered where lines should be seen as soon as they are written.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._read = getattr(stream, "read1", stream.read)
        self.encoding = "utf-8"
        self.bytes_read = 0

    def __iter__(self) -> Iterator[Line]:
        sample = self._sample()
        self.encoding = detect_encoding(sample)
        if self.encoding == "utf-8":
            yield from self._utf8(sample.removeprefix(codecs.BOM_UTF8))
        else:
            yield from self._decoded(sample)

    def _block(self) -> bytes:
        block = self._read(BLOCK_BYTES) or b""
        self.bytes_read += len(block)
        return block

    def _sample(self) -> bytes:
        sample = bytearray()
        while len(sample) < SAMPLE_BYTES and (block := self._block()):
            sample += block
        return bytes(sample)

    def _utf8(self, sample: bytes) -> Iterator[Line]:
        for number, raw in enumerate(self._raw_lines(sample), start=1):
            if raw is None:
                yield Line(number, "", TOO_LONG)
                continue
            try:
                yield Line(number, raw.decode("utf-8").removesuffix("\r"))
            except UnicodeDecodeError:
                yield Line(number, "", NOT_UTF8)

    def _raw_lines(self, block: bytes) -> Iterator[bytes | None]:
        rest = b""
        dropping = False
        while block:
            *whole, rest = (rest + block).split(b"\n")
            for raw in whole:
                yield None if dropping or len(raw) > MAX_LINE else raw
                dropping = False
            if len(rest) > MAX_LINE:
                rest, dropping = b"", True
            block = self._block()
        if rest or dropping:
            yield None if dropping else rest

    def _decoded(self, block: bytes) -> Iterator[Line]:
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        rest = ""
        dropping = False
        number = 0
        while True:
            *whole, rest = (rest + decoder.decode(block, final=not block)).split("\n")
            for text in whole:
                number += 1
                long = dropping or len(text) > MAX_LINE
                yield Line(number, "", TOO_LONG) if long else Line(number, text.removesuffix("\r"))
                dropping = False
            if len(rest) > MAX_LINE:
                rest, dropping = "", True
            if not block:
                break
            block = self._block()
        if rest or dropping:
            yield Line(number + 1, "", TOO_LONG) if dropping else Line(number + 1, rest)


def detect_encoding(sample: bytes) -> str:
    """Name the codec of a file by its beginning; `utf-8` also where nothing else is likelier."""
    for mark, encoding in _WIDE:
        if sample.startswith(mark):
            return encoding
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8"
    zeros = sample[0::2].count(0), sample[1::2].count(0)
    if max(zeros) > len(sample) // 8 and min(zeros) * 8 < max(zeros):
        return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    if sample.isascii():
        return "utf-8"
    return _code_page(sample)


def _code_page(sample: bytes) -> str:
    """Tell a code page from UTF-8 with damaged lines: in a code page no line is UTF-8."""
    lines = sample.split(b"\n")
    if len(lines) > 1:
        lines.pop()  # cut anywhere, or empty
    odd = [line for line in lines if _NOT_ASCII.search(line)]
    broken = sum(not _is_utf8(line) for line in odd)
    if broken < len(odd) or (broken <= _DAMAGED_LINES and len(lines) > 2 * broken):
        return "utf-8"
    from indexes.decoding import guess_encoding

    return guess_encoding(b"\n".join(odd)) or "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
