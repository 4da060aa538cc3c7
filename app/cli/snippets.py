"""The part of a passage that is shown under a hit: its first match, fitted to the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum
from itertools import groupby
from unicodedata import east_asian_width

from app.cli import output
from app.visible import visible

CHARS = 300
WORD = 30
"""Characters given up at an end so that no word is cut."""

Span = tuple[int, int]


class Style(IntEnum):
    """How a character is shown."""

    PLAIN = 0
    MATCH = 1
    AROUND = 2


_Marked = list[tuple[str, Style]]


def snippet(
    text: str, highlight: Sequence[Span], width: int | None, sentence: Span | None = None
) -> list[str]:
    """Return the lines to show of a passage: from its best sentence on, else its first match.

    Matches are bold, and what stands around the best sentence is faint.

    Args:
        text: The passage.
        highlight: Spans of its matches.
        width: Columns of a line; None for all of it in one line.
        sentence: Span of its best sentence, when that is known.
    """
    first = sentence[0] if sentence else highlight[0][0] if highlight else 0
    lead = 0 if sentence else CHARS // 3
    start = max(0, min(first - lead, len(text) - CHARS))
    end = min(len(text), start + CHARS)
    start, end = _between_words(text, start, end, first)
    styles = [Style.AROUND if sentence else Style.PLAIN] * len(text)
    for spans, style in (([sentence] if sentence else [], Style.PLAIN), (highlight, Style.MATCH)):
        for a, b in spans:
            styles[a:b] = [style] * (b - a)
    marked = _collapsed(visible(text[start:end]), styles[start:end])
    if start:
        marked.insert(0, ("…", Style.AROUND))
    if end < len(text):
        marked.append(("…", Style.AROUND))
    return [_styled(line) for line in ([marked] if width is None else _wrapped(marked, width))]


def _between_words(text: str, start: int, end: int, first: int) -> tuple[int, int]:
    """Narrow a span so that it cuts no word, unless that would cost much or the match."""
    if start:
        spaces = [i for i in range(start, min(start + WORD, first)) if text[i].isspace()]
        start = spaces[0] + 1 if spaces else start
    if end < len(text):
        spaces = [i for i in range(max(end - WORD, first + WORD), end) if text[i].isspace()]
        end = spaces[-1] if spaces else end
    return start, end


def without_title(text: str, title: str) -> int:
    """Return where a passage goes on after headings that only repeat its title."""
    pattern = rf"(?:\s*(?:#+\s+)?{re.escape(title)}[ \t]*(?:\n[=~*^\"'-]{{3,}}[ \t]*)?(?:\n|$))+\s*"
    match = re.match(pattern, text) if title else None
    return match.end() if match and match.end() < len(text) else 0


def _collapsed(text: str, styles: Sequence[Style]) -> _Marked:
    """Make each run of white space a single space."""
    marked: _Marked = []
    for char, style in zip(text, styles, strict=True):
        if not char.isspace():
            marked.append((char, style))
        elif marked and marked[-1][0] != " ":
            marked.append((" ", style))
    while marked and marked[-1][0] == " ":
        marked.pop()
    return marked


def _wrapped(marked: _Marked, width: int) -> Iterator[_Marked]:
    """Break between words where that is possible, else inside them."""
    line: _Marked = []
    used = 0
    for item in marked:
        cells = 2 if east_asian_width(item[0]) in "WF" else 1
        if used + cells > width and line:
            space = max((i for i, (char, _) in enumerate(line) if char == " "), default=-1)
            if item[0] == " " or space < 1:
                yield line
                line = []
            else:
                yield line[:space]
                line = line[space + 1 :]
            used = sum(2 if east_asian_width(char) in "WF" else 1 for char, _ in line)
        if line or item[0] != " ":
            line.append(item)
            used += cells
    if line:
        yield line


def _styled(line: _Marked) -> str:
    write: dict[Style, Callable[[str], str]] = {
        Style.PLAIN: str,
        Style.MATCH: output.bold,
        Style.AROUND: output.faint,
    }
    runs = groupby(line, lambda item: item[1])
    return "".join(write[style]("".join(char for char, _ in run)) for style, run in runs)
