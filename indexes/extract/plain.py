"""Plain text, source code, and the markups whose headings are lines (reST, AsciiDoc)."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from indexes.extract.blocks import fill_gaps, line_starts, paragraphs
from indexes.types import Block, Extracted

_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_<>])\1{2,}\s*$")
_ASCIIDOC = re.compile(r"(={1,6})[ \t]+(\S.*)$")
_FIELD = re.compile(r"([A-Z][\w-]*):(.*)")

MAX_HEADING = 200


def extract_plain(text: str) -> Extracted:
    """Read text whose only structure is blank lines."""
    return Extracted(text, list(paragraphs(text, 0, len(text))))


def extract_code(text: str) -> Extracted:
    """Read source code: pieces between blank lines."""
    return Extracted(text, list(paragraphs(text, 0, len(text), "code")))


def extract_underlined(text: str) -> Extracted:
    """Read reStructuredText and AsciiDoc: underlined titles, `== titles`, a preamble's title."""
    headings = list(_headings(text))
    title = _preamble_title(text)
    if not title and headings:
        title = headings[0].label
    return Extracted(text, fill_gaps(text, headings), title)


def _preamble_title(text: str) -> str:
    """Return the `Title:` among the fields that a text begins with, as PEPs have them."""
    for line in io.StringIO(text):
        field = _FIELD.match(line)
        if field is None and not line.startswith((" ", "\t")):
            break
        if field is not None and field.group(1) == "Title":
            return field.group(2).strip()
    return ""


def _headings(text: str) -> Iterator[Block]:
    lines = text.split("\n")
    starts = line_starts(text)
    levels: dict[str, int] = {}
    i = 0
    while i < len(lines):
        asciidoc = _ASCIIDOC.match(lines[i])
        size = _underlined(lines, i)
        if asciidoc:
            level, label = len(asciidoc.group(1)), asciidoc.group(2).strip()
            yield _heading(starts, i, 1, level, label)
        elif size:
            mark = ("over" if size == 3 else "") + lines[i + size - 1][0]
            level = levels.setdefault(mark, len(levels) + 1)
            yield _heading(starts, i, size, level, lines[i + size - 2].strip())
        i += size or 1


def _heading(starts: list[int], line: int, size: int, level: int, label: str) -> Block:
    return Block(starts[line], starts[line + size] - 1, "heading", level, label=label)


def _underlined(lines: list[str], i: int) -> int:
    """How many lines the underlined title beginning at line i takes: 0, 2, or 3 with overline."""
    if i + 2 < len(lines) and _UNDERLINE.match(lines[i]):
        title = lines[i + 1]
        if title.strip() and lines[i + 2].rstrip() == lines[i].rstrip() and _fits(title, lines[i]):
            return 3
        return 0
    if i + 1 < len(lines) and lines[i].strip() and not lines[i][0].isspace():
        free_above = i == 0 or not lines[i - 1].strip()
        if free_above and _UNDERLINE.match(lines[i + 1]) and _fits(lines[i], lines[i + 1]):
            return 2
    return 0


def _fits(title: str, underline: str) -> bool:
    """Whether the line is about as long as its title, as AsciiDoc and reST both want it."""
    length = len(title.strip())
    return length <= MAX_HEADING and len(underline.rstrip()) >= length - 2
