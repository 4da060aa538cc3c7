"""Builds an extracted text block by block, for formats whose source is not what is read."""

from __future__ import annotations

import re

from indexes.errors import SkipDocument
from indexes.types import Block, BlockKind, Extracted

MAX_TEXT_CHARS = 30_000_000
"""Thirty long novels; what gives more was made to."""

_SPACES = re.compile(r"[ \t\xa0\f\v]+")
_UNWANTED = re.compile("[\0\ufeff\u00ad]|\r\n?")
_GAP = "\n\n"


class Writer:
    """Collects blocks; each becomes a paragraph of the text."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._pieces: list[str] = []
        self._length = 0

    def add(
        self,
        text: str,
        kind: BlockKind = "paragraph",
        *,
        level: int = 0,
        page: int | None = None,
        line: int | None = None,
        label: str = "",
    ) -> None:
        """Append a block, unless it is blank. A heading's label is its text by default."""
        text = _UNWANTED.sub(lambda m: "\n" if m.group()[0] == "\r" else "", text)
        text = text.strip("\n").rstrip() if kind == "code" else text.strip()
        if not text.strip():
            return
        start = self._append(text)
        if kind == "heading" and not label:
            label = " ".join(text.split())[:200]
        lead = len(text) - len(text.lstrip())
        self.blocks.append(Block(start + lead, self._length, kind, level, page, line, label))

    def extend(
        self,
        part: Extracted,
        *,
        page: int | None = None,
        line: int | None = None,
        below: int = 0,
    ) -> None:
        """Append a text that was extracted already, its headings `below` levels further down."""
        if not part.text.strip():
            return
        start = self._append(part.text)
        for block in part.blocks:
            self.blocks.append(
                block._replace(
                    start=start + block.start,
                    end=start + block.end,
                    level=block.level + below if block.kind == "heading" else 0,
                    page=block.page if page is None else page,
                    line=line,
                )
            )

    def _append(self, text: str) -> int:
        if self._pieces:
            self._pieces.append(_GAP)
            self._length += len(_GAP)
        start = self._length
        self._pieces.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT_CHARS:
            raise SkipDocument(f"more than {MAX_TEXT_CHARS // 10**6} million characters in it")
        return start

    def finish(
        self, title: str = "", *, tags: tuple[str, ...] = (), date: float | None = None
    ) -> Extracted:
        """Return all of it; without a title, the first of the highest headings."""
        headings = [block for block in self.blocks if block.kind == "heading"]
        if not title.strip() and headings:
            title = min(headings, key=lambda block: (block.level, block.start)).label
        return Extracted(
            "".join(self._pieces), self.blocks, one_line(title)[:300], tags=tags, date=date
        )


def one_line(text: str) -> str:
    """Return the text with every run of white space as one space."""
    return " ".join(text.split())


def squeezed(text: str) -> str:
    """Return the lines of a text with their spaces squeezed and blank lines left out."""
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
