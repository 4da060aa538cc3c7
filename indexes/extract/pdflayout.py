"""From the lines of a PDF to paragraphs and headings, without what is printed on every page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

_HYPHENS = "-\u2010"
"""What ends a line inside a word."""

_KNOWN_HYPHENS = "\ufffe\x02"
"""What the PDF library writes for a hyphen that it knows to be no part of the word."""

_HIDDEN_HYPHEN = re.compile(f"[{_KNOWN_HYPHENS}]")
_SENTENCE_END = re.compile(r"[.!?:;…。！？]['\"”’)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•●▪◦‣*–-]|\(?\d{1,3}[.)])\s")
_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|página|p\.)?\W*(?:\d{1,4}|[ivxlc]{1,6})\W*(?:(?:of|von|de|/)\W*\d{1,4})?\W*",
    re.IGNORECASE,
)

SHORT_SHARE = 0.75
"""A line shorter than this share of the usual one, ending a sentence, ends a paragraph."""

WIDE_GAP = 1.45
"""Lines further apart than this many times the usual distance belong to two paragraphs."""

USUAL_STEP = 1.2
"""The usual distance of lines, in sizes of their letters, where a page does not tell."""

MARGIN_SHARE = 0.12
"""Headers and footers stand in this share of the page, at its top and bottom."""

MIN_REPEATS = 3
LARGE = 1.12
"""Letters this many times as large as those of the text make a heading."""

BOLD_WEIGHT = 540
MAX_HEADING_CHARS = 200
MAX_BOLD_CHARS = 90
MAX_LEVEL = 6


@dataclass(frozen=True)
class Line:
    """A line of a page.

    Attributes:
        text: What it says.
        size: Size of its letters, in points.
        weight: Weight of its letters; 400 is regular, 700 bold.
        up: Where it begins, in points from the bottom of the page.
        down: Where it ends: lower, when the library joined a hyphenated word.
    """

    text: str
    size: float = 0.0
    weight: int = 400
    up: float = 0.0
    down: float = 0.0


@dataclass(frozen=True)
class Page:
    """The lines of a page in reading order, and what readers noted on it."""

    height: float = 0.0
    lines: Sequence[Line] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


def layout(pages: Sequence[Page]) -> Iterator[list[tuple[str, int]]]:
    """Yield the blocks of each page: text and level, 0 for a paragraph."""
    repeated = _repeated(pages)
    lines = [line for page in pages for line in page.lines]
    headings = _Headings(lines)
    shown: set[str] = set()
    for page in pages:
        kept = []
        for line in page.lines:
            key = _key(line.text)
            if _in_margin(line, page) and (
                _PAGE_NUMBER.fullmatch(line.text) or (key in repeated and key in shown)
            ):
                continue  # the first of a kind stays, so that no word is lost
            shown.add(key)
            kept.append(line)
        yield [*_blocks(kept, headings), *((note, 0) for note in page.notes if note)]


def _repeated(pages: Sequence[Page]) -> set[str]:
    """Return what stands at the top or bottom of several pages, but for its numbers."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_key(line.text) for line in page.lines if _in_margin(line, page)})
    return {key for key, count in counts.items() if count >= MIN_REPEATS}


def _key(text: str) -> str:
    return _NUMBERS.sub("0", text.casefold())


def _in_margin(line: Line, page: Page) -> bool:
    margin = page.height * MARGIN_SHARE
    return not margin < line.up < page.height - margin


class _Headings:
    """Tells headings by the size and weight of their letters."""

    def __init__(self, lines: Sequence[Line]) -> None:
        letters: Counter[float] = Counter()
        bold = 0
        for line in lines:
            letters[line.size] += len(line.text)
            bold += len(line.text) if line.weight >= BOLD_WEIGHT else 0
        self._usual = letters.most_common(1)[0][0] if letters else 0.0
        self._bold_tells = bold * 4 < letters.total()
        sizes = sorted({line.size for line in lines if self._large(line)}, reverse=True)
        self._levels = {size: min(level, MAX_LEVEL) for level, size in enumerate(sizes, 1)}
        self._lowest = min(len(sizes) + 1, MAX_LEVEL)

    def _large(self, line: Line) -> bool:
        return (
            0 < self._usual * LARGE <= line.size
            and len(line.text) <= MAX_HEADING_CHARS
            and any(c.isalpha() for c in line.text)
        )

    def level(self, line: Line) -> int:
        """Return the level of a heading, 0 when the line is none."""
        if self._large(line):
            return self._levels[line.size]
        bold = (
            self._bold_tells
            and line.weight >= BOLD_WEIGHT
            and line.size >= self._usual
            and len(line.text) <= MAX_BOLD_CHARS
            and line.text[-1] not in ".,;:"
            and sum(c.isalpha() for c in line.text) > 2
        )
        return self._lowest if bold else 0


def _blocks(lines: Sequence[Line], headings: _Headings) -> Iterator[tuple[str, int]]:
    if not lines:
        return
    usual_length = median(len(line.text) for line in lines)
    usual_step = _usual_step(lines)
    text, level = "", 0
    last: Line | None = None
    for line in lines:
        now = headings.level(line)
        step = last.down - line.up if last else 0.0
        beside = last is not None and abs(step) < line.size / 2
        if beside:
            now = level  # what stands beside a heading is a part of it
        own_step = line.size * USUAL_STEP  # lines of a heading are as far apart as it is large
        apart = step > (max(usual_step, own_step) if now else usual_step or own_step) * WIDE_GAP
        if text and not beside and (now != level or apart or _LIST_ITEM.match(line.text)):
            yield _block(text, level)
            text = ""
        text, level = _joined(text, line.text), now
        last = line
        short = len(line.text) < SHORT_SHARE * usual_length
        if not level and short and _SENTENCE_END.search(line.text):
            yield _block(text, level)
            text = ""
    if text:
        yield _block(text, level)


def _block(text: str, level: int) -> tuple[str, int]:
    return _HIDDEN_HYPHEN.sub("", text), level if len(text) <= MAX_HEADING_CHARS else 0


def _usual_step(lines: Sequence[Line]) -> float:
    """Return the usual distance between two lines, 0 when there is none."""
    steps = [
        step
        for last, line in pairwise(lines)
        if line.size / 2 < (step := last.down - line.up) < 3 * line.size
    ]
    return median(steps) if steps else 0.0


def _joined(paragraph: str, line: str) -> str:
    if not paragraph:
        return line
    last = paragraph[-1]
    if last in _KNOWN_HYPHENS:
        return paragraph[:-1] + line
    if last in _HYPHENS and len(paragraph) > 1 and paragraph[-2].isalpha():
        if line[0].islower():
            return paragraph[:-1] + line
        return paragraph[:-1] + "-" + line
    return f"{paragraph} {line}"
