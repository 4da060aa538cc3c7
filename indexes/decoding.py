"""Bytes to text: what encoding, and is it text at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexes.errors import SkipDocument

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
COMMON_CODE_PAGE = "cp1252"

SAMPLE_BYTES = 64 << 10
MAX_CONTROL_SHARE = 0.02
"""Text holds next to no control characters; binary data that decodes does."""


def decode(data: bytes) -> str:
    r"""Decode the bytes of a text file; every line ends in a single line feed.

    Raises:
        SkipDocument: The bytes are not text.
    """
    text = _decode(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_binary(text)
    return text.replace("\0", "")


def _decode(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\0" in data[:SAMPLE_BYTES]:
        raise SkipDocument("binary file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(data)


def _guess(data: bytes) -> str:
    encoding = guess_encoding(data)
    if encoding is None:
        raise SkipDocument("binary file, or text of an unknown encoding")
    try:
        return data.decode(encoding, errors="replace")
    except LookupError as error:
        raise SkipDocument(f"text of an unknown encoding: {encoding}") from error


def guess_encoding(data: bytes) -> str | None:
    """Name the code page that bytes which are not UTF-8 are likely in; None when none fits."""
    from charset_normalizer import from_bytes  # 45 ms that UTF-8 does not need

    matches = from_bytes(data[:SAMPLE_BYTES])
    best = matches.best()
    if best is None:
        return None
    # Short texts fit several code pages equally well; then the most common one is meant.
    equals = {best.encoding, *best.could_be_from_charset}
    equals |= {match.encoding for match in matches if _as_good(match, best)}
    return COMMON_CODE_PAGE if COMMON_CODE_PAGE in equals else best.encoding


def _as_good(match: CharsetMatch, best: CharsetMatch) -> bool:
    return match.chaos <= best.chaos and match.coherence >= best.coherence


def _refuse_binary(text: str) -> None:
    sample = text[:SAMPLE_BYTES]
    if not sample:
        return
    odd = sum(1 for c in sample if (c < " " and c not in "\n\t\f\x1b\b") or c == "�")
    if odd / len(sample) > MAX_CONTROL_SHARE:
        raise SkipDocument("binary file")
