"""LaTeX: sections, paragraphs and code, with commands replaced by what they print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from indexes.extract.blocks import paragraphs
from indexes.extract.latextext import argument_end, plain
from indexes.extract.writer import Writer
from indexes.types import Extracted

_SECTION = re.compile(
    r"\\(part|chapter|section|subsection|subsubsection|paragraph)\*?[ \t]*"
    r"(?:\[[^\]\n]{0,300}\])?[ \t]*(?=\{)"
)
_LEVELS = {
    "part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
}  # fmt: skip
_TITLE = re.compile(r"\\title\s{0,20}(?:\[[^\]]{0,300}\])?\s{0,20}(?=\{)")
_SCANNED = re.compile(
    r"\\begin\{(?P<name>verbatim\*?|[BL]?Verbatim\*?|lstlisting|minted|alltt|comment)\}"
    r"|\\(?:verb\*?|lstinline(?:\[[^\]\n]{0,300}\])?)(?P<mark>[^\w\s*{\[])[^\n]{0,1000}?(?P=mark)"
    r"|\\[\s\S]|(?P<comment>%[^\n]*)"
)
"""What may hold a `%` that begins no comment, and comments."""

_OPTIONS = re.compile(r"[ \t]*(?:\[[^\]]{0,500}\])?[ \t]*(?:\{[^{}\n]{0,60}\})?")
_WITH_OPTIONS = frozenset(("Verbatim", "BVerbatim", "LVerbatim", "lstlisting", "minted"))


class _Part(NamedTuple):
    text: str
    line: int
    code: bool


def extract_latex(text: str) -> Extracted:
    """Read a LaTeX document; lines are those of the source."""
    writer = Writer()
    title = ""
    for part in _parts(text):
        if part.code:
            blank = len(part.text) - len(part.text.lstrip())
            line = part.line + part.text.count("\n", 0, blank)
            writer.add(part.text, "code", line=line)
            continue
        title = title or _title(part.text)
        _write_prose(part, writer)
    return writer.finish(title)


def _parts(text: str) -> Iterator[_Part]:
    """Yield what is prose, without its comments, and what is code."""
    prose: list[str] = []
    endless: set[str] = set()
    begin, end, line, counted = 0, 0, 1, 0
    while found := _SCANNED.search(text, end):
        end = found.end()
        name = found["name"]
        if found["comment"]:
            prose.append(text[begin : found.start()])
            begin = end
        elif name and name not in endless:
            close = f"\\end{{{name}}}"
            closing = text.find(close, end)
            if closing < 0:
                endless.add(name)
                continue
            yield _Part("".join([*prose, text[begin : found.start()]]), line, code=False)
            options = _OPTIONS.match(text, end, closing) if name in _WITH_OPTIONS else None
            start = options.end() if options else end
            line += text.count("\n", counted, start)
            if name != "comment":
                yield _Part(text[start:closing], line, code=True)
            line += text.count("\n", start, closing)
            prose, begin, end, counted = [], closing + len(close), closing + len(close), closing
    yield _Part("".join([*prose, text[begin:]]), line, code=False)


def _title(text: str) -> str:
    found = _TITLE.search(text)
    return plain(text[found.end() : argument_end(text, found.end())]) if found else ""


def _write_prose(part: _Part, writer: Writer) -> None:
    line, counted = part.line, 0
    for block in paragraphs(part.text, 0, len(part.text)):
        line += part.text.count("\n", counted, block.start)
        counted = block.start
        _write(part.text[block.start : block.end], line, writer)


def _write(piece: str, line: int, writer: Writer) -> None:
    end = 0
    for match in _SECTION.finditer(piece):
        close = argument_end(piece, match.end())
        if match.start() < end or close == match.end():
            continue
        _write_text(piece[end : match.start()], line, writer)
        line += piece.count("\n", end, match.start())
        level = _LEVELS[match.group(1)]
        writer.add(plain(piece[match.end() : close]), "heading", level=level, line=line)
        line += piece.count("\n", match.start(), close)
        end = close
    _write_text(piece[end:], line, writer)


def _write_text(piece: str, line: int, writer: Writer) -> None:
    blank = len(piece) - len(piece.lstrip())
    writer.add(plain(piece), line=line + piece.count("\n", 0, blank))
