"""Helpers that every format shares: lines, gaps, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

from indexes.types import Block

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")


def line_starts(text: str) -> list[int]:
    """Return the offset of each line, and of the end of the text."""
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))


def paragraphs(text: str, start: int, end: int, kind: str = "paragraph") -> Iterator[Block]:
    """Yield the runs of lines between blank lines in `text[start:end]`."""
    for match in _PARAGRAPH.finditer(text, start, end):
        yield Block(match.start(), match.end(), "code" if kind == "code" else "paragraph")


def trimmed(text: str, block: Block) -> Block | None:
    """Return the block without white space at its borders; None when nothing is left."""
    piece = text[block.start : block.end]
    stripped = piece.strip()
    if not stripped:
        return None
    start = block.start + len(piece) - len(piece.lstrip())
    return Block(
        start, start + len(stripped), block.kind, block.level, block.page, block.line, block.label
    )


def fill_gaps(text: str, blocks: Iterable[Block]) -> list[Block]:
    """Order blocks and cover what lies between them, so that no text is lost."""
    filled: list[Block] = []
    end = 0
    for block in sorted(blocks, key=lambda block: block.start):
        whole = trimmed(text, block)
        if whole is None or whole.start < end:
            continue
        filled.extend(paragraphs(text, end, whole.start))
        filled.append(whole)
        end = whole.end
    filled.extend(paragraphs(text, end, len(text)))
    return filled
