"""Cut a text into sentences, and a sentence into pieces when it alone is too long."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"""(?<=[.!?…])["'”’)\]]*\s+(?=["'“‘(\[*_`]*[A-Z0-9À-ÖØ-ÞΑ-ΩА-Я])"""  # and a capital follows
    r"|(?<=[。！？])(?![。！？」』）】”’\s])"
    r"|\n(?=[^\S\n]*(?:[-*+•]|\d+[.)])\s)"  # list items
    r"|\n[^\S\n]*\n"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|e\.g|i\.e|cf|vs|etc|Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|No|Fig|Eq|Sec|Vol|pp|approx|al|"
    r"Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec))\.\s+$"
)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences in `text[start:end]`, white space left out."""
    end = len(text) if end is None else end
    begin = start
    for match in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text, max(begin, match.end() - 12), match.end()):
            continue
        yield from _strip(text, begin, match.end())
        begin = match.end()
    yield from _strip(text, begin, end)


def piece_spans(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """Yield pieces of at most `size` code points, cut at line ends or else at white space."""
    while end - start > size:
        marks = (text.rfind(mark, start + size // 2, start + size) for mark in ("\n", " ", "\t"))
        cut = next((at for at in marks if at > start), start + size)
        yield from _strip(text, start, cut)
        start = cut
    yield from _strip(text, start, end)


def _strip(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
