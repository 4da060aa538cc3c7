"""The part of a passage that is shown under a hit: its first match, fitted to the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from unicodedata import east_asian_width

from app.cli import output
from app.visible import visible

CHARS = 300
WORD = 30
"""Characters given up at an end so that no word is cut."""

_Marked = list[tuple[str, bool]]
"""Characters, each with whether it is part of a match."""


def snippet(text: str, highlight: Sequence[tuple[int, int]], width: int | None) -> list[str]:
    """Return the lines to show of a passage, matches in bold.

    Args:
        text: The passage.
        highlight: Spans of its matches.
        width: Columns of a line; None for all of it in one line.
    """
    first = highlight[0][0] if highlight else 0
    start = max(0, min(first - CHARS // 3, len(text) - CHARS))
    end = min(len(text), start + CHARS)
    start, end = _between_words(text, start, end, first)
    marked = _collapsed(visible(text[start:end]), [(a - start, b - start) for a, b in highlight])
    if start:
        marked.insert(0, ("…", False))
    if end < len(text):
        marked.append(("…", False))
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


def _collapsed(text: str, spans: Sequence[tuple[int, int]]) -> _Marked:
    """Mark the matches, and make each run of white space a single space."""
    inside = {i for start, end in spans for i in range(max(start, 0), end)}
    marked: _Marked = []
    for i, char in enumerate(text):
        if not char.isspace():
            marked.append((char, i in inside))
        elif marked and marked[-1][0] != " ":
            marked.append((" ", i in inside))
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
    runs = ((bold, "".join(c for c, _ in run)) for bold, run in groupby(line, lambda item: item[1]))
    return "".join(output.bold(text) if bold else text for bold, text in runs)
