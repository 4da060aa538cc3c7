"""Bytes to text: what encoding, and is it text at all?"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from indexes.alphabets import fit
from indexes.errors import SkipDocument
from indexes.language import script_of

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch, CharsetMatches

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
COMMON_CODE_PAGES = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257", "mac_roman")
"""Of code pages for Latin letters those that are met, the most common one first."""

MAX_MORE_CHAOS = 0.02
"""How much worse than the best a code page may look: a few odd words are that much."""

SAMPLE_BYTES = 64 << 10
MIN_ZERO_SHARE = 0.7
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,40}m")
"""What programs write to colour a terminal; it would stick to the words."""

MAX_NUL_SHARE = 0.1
"""A program that pads its lines with zeros still writes text."""

_SEVEN_BITS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"\x1b\$[@B]"), "iso2022_jp_2"),
    (re.compile(rb"\x1b\$\)C"), "iso2022_kr"),
    (re.compile(rb"~\{(?:[!-w][!-~])+~\}(?s:.*)~\{(?:[!-w][!-~])+~\}"), "hz"),
)
"""What tells encodings that write other scripts in ASCII."""

_CONTROL = re.compile(rb"[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_WORD_BEYOND_ASCII = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
MAX_BROKEN = 20
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)

MAX_CONTROL_SHARE = 0.02
"""Text holds next to no control characters; binary data that decodes does."""


def decode(data: bytes, *, declared: bool = False) -> str:
    r"""Decode the bytes of a text file; every line ends in a single line feed.

    Args:
        data: The bytes.
        declared: The text may say its own encoding, as HTML and XML do.

    Raises:
        SkipDocument: The bytes are not text.
    """
    text = _decode(data, declared)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_binary(text)
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    return text.replace("\0", "")


def _decode(data: bytes, declared: bool) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\0" in data[:SAMPLE_BYTES]:
        return _without_mark(data)
    try:
        return _seven_bits(data) or data.decode("utf-8")
    except UnicodeDecodeError:
        return (_as_declared(data) if declared else None) or _nearly_utf8(data) or _guess(data)


def _seven_bits(data: bytes) -> str | None:
    """Decode East Asian text that is written in ASCII and escapes."""
    for marks, encoding in _SEVEN_BITS:
        if marks.search(data, 0, SAMPLE_BYTES):
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
    return None


def _without_mark(data: bytes) -> str:
    """Decode UTF-16 that does not say so: every other byte of western text is zero."""
    sample = data[: SAMPLE_BYTES & ~1]
    half = len(sample) // 2
    for start, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        zeros = sample[start::2].count(0)
        others = sample[1 - start :: 2].count(0)
        if half > 1 and zeros > half * MIN_ZERO_SHARE and others * 50 < half:
            with suppress(UnicodeDecodeError):
                return data.decode(encoding)
    if sample.count(0) <= len(sample) * MAX_NUL_SHARE and _CONTROL.search(sample) is None:
        with suppress(UnicodeDecodeError):
            return data.replace(b"\0", b" ").decode("utf-8")
    raise SkipDocument("binary file")


def _as_declared(data: bytes) -> str | None:
    match = _DECLARED.search(data[:2048])
    if match is None:
        return None
    try:
        return data.decode(match.group(1).decode("ascii"))
    except (LookupError, ValueError):
        return None


def _nearly_utf8(data: bytes) -> str | None:
    """Decode text that is UTF-8 but for a few bytes, as when it was cut in the middle."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    sound = sum(1 for c in text[:SAMPLE_BYTES] if c > "\x7f") - broken
    return text if broken <= MAX_BROKEN and sound > 4 * broken else None


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

    sample = data[:SAMPLE_BYTES]
    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        return None
    others = _BEYOND_ASCII.findall(str(best))
    if script_of("".join(others)) in ("latin", "") or _among_latin_letters(sample):
        return _by_letters(sample, matches, best)
    return best.encoding


def _among_latin_letters(data: bytes) -> bool:
    """Whether bytes beyond ASCII stand in words that are mostly ASCII: of a few, all fits."""
    inside = total = 0
    for word in _WORD_BEYOND_ASCII.findall(data):
        beyond = sum(byte > 0x7F for byte in word)
        inside += beyond if 2 * beyond < len(word) else 0
        total += beyond
    return 0 < total <= 2 * inside


def _by_letters(data: bytes, matches: CharsetMatches, best: CharsetMatch) -> str:
    """Name the code page, of those that may be, whose letters are those of the text's language.

    Code pages for Latin letters differ in few of them: what tells them apart is that `egyenlõ`
    is no Hungarian and `egyenlő` is. Where several fit, the most common one is meant.
    """
    likely = [match for match in matches if match.chaos <= best.chaos + MAX_MORE_CHAOS]
    names = {name for match in likely for name in match.could_be_from_charset}
    fits: dict[str, float] = {}
    for name in (*COMMON_CODE_PAGES, best.encoding, *sorted(names)):
        with suppress(UnicodeDecodeError, LookupError):
            fits.setdefault(name, fit(data.decode(name)))
    return max(fits, key=lambda name: fits[name], default=best.encoding)


def _refuse_binary(text: str) -> None:
    sample = text[:SAMPLE_BYTES]
    if not sample:
        return
    odd = sum(1 for c in sample if (c < " " and c not in "\n\t\v\f\x1b\b\a") or c == "�")
    if odd / len(sample) > MAX_CONTROL_SHARE:
        raise SkipDocument("binary file, or text of an unknown encoding")
