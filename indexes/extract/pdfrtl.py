"""Arabic and Hebrew in a PDF: letters in the order in which they are read.

The PDF library takes what is written from right to left for drawn from left to right, and turns
it round. Where it was drawn as it is read, that puts it in disorder, and so it does with letters
that one glyph stands for, in any case. Where a letter stands on the page tells which it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from unicodedata import bidirectional, category, normalize

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_FORM = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")
_WORD = "(?:(?<![om])m+)?r[rm]*"
_RUN = re.compile(f"{_WORD}(?: +(?:{_WORD}|m+))*")
_MARK_FIRST = re.compile("m+r")
"""Over what `_shape` makes of a line: letters from right to left, marks, spaces, and others."""

APART = 0.4
"""Words are further apart than this share of the width of their letters."""


class Char(NamedTuple):
    """A character of a line; its places are in points.

    Attributes:
        text: The character.
        origin: From the left and the bottom of the page; all that one glyph stands for has one.
        left: Where it begins.
        right: Where it ends: in the same place when it is a space that is not drawn.
    """

    text: str
    origin: tuple[float, float]
    left: float
    right: float


def is_concerned(text: str) -> bool:
    """Whether a text has letters that are written from right to left."""
    return not text.isascii() and _RIGHT_TO_LEFT.search(text) is not None


def as_read(line: Sequence[Char]) -> str:
    """Return a line, in the order of the PDF library, as it is read, in usual letters."""
    parts, at = [], 0
    for match in _RUN.finditer("".join(_shape(char.text) for char in line)):
        parts += [_text(line[at : match.start()]), _run(line[match.start() : match.end()])]
        at = match.end()
    return _FORM.sub(_usual, "".join([*parts, _text(line[at:])]))


def _shape(char: str) -> str:
    if char == " ":
        return " "
    if category(char)[0] == "M":
        return "m"
    return "r" if bidirectional(char) in ("R", "AL") else "o"


def _text(chars: Sequence[Char]) -> str:
    return "".join(char.text for char in chars)


def _run(run: Sequence[Char]) -> str:
    """Return words between which nothing stands but spaces."""
    parts = [list(part) for _, part in groupby(run, lambda char: char.text == " ")]
    words, gaps = parts[::2], parts[1::2]
    drawn_as_read = any(map(_runs_right, words))
    width = sum(char.right - char.left for word in words for char in word) / sum(map(len, words))
    words = sorted(map(_word, words), key=lambda word: -max(char.origin[0] for char in word))
    text = _text(words[0])
    for before, gap, word in zip(words, gaps, words[1:], strict=False):
        space = min(char.left for char in before) - max(char.right for char in word)
        is_drawn = any(char.right > char.left for char in gap)
        is_space = is_drawn or space > width * APART or not drawn_as_read
        text += " " * is_space + _text(word)
    return text


def _runs_right(word: Sequence[Char]) -> bool:
    letters = [char.origin[0] for char in word if _shape(char.text) == "r"]
    return len(letters) > 1 and letters[-1] > letters[0]


def _word(word: Sequence[Char]) -> list[Char]:
    glyphs = [list(glyph) for _, glyph in groupby(word, lambda char: char.origin)]
    if _runs_right(word):
        glyphs.reverse()
    return [char for glyph in glyphs for char in _glyph(glyph)]


def _glyph(glyph: list[Char]) -> Iterator[Char]:
    """Yield what one glyph stands for.

    The library turned it round, and not where it took a ligature apart, which it does afterwards.
    """
    shape = "".join(_shape(char.text) for char in glyph)
    several = shape.count("r") > 1 and _text(glyph) not in _ligatures()
    if several or _MARK_FIRST.match(shape):
        end = len(shape) if shape[0] == "m" else len(shape.rstrip("m"))
        yield from (*glyph[:end][::-1], *glyph[end:])
    else:
        yield from glyph


@lru_cache(1)
def _ligatures() -> frozenset[str]:
    """Return what ligatures of Arabic are made of."""
    codes = (*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD))
    made = (normalize("NFKC", chr(code)) for code in codes)
    return frozenset(text for text in made if len(text) > 1)


def _usual(match: re.Match[str]) -> str:
    return normalize("NFKC", match.group()).lstrip(" ")
