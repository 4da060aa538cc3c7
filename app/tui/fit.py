"""Making text fit a place on the screen without losing what matters in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len

Span = tuple[int, int]
"""First code point and one past the last."""

TAB = 4
KEPT = 128
"""Passages that are kept as they were made ready: every other one comes again with the next key."""

_GAP = "…"
_NOISE = re.compile(r"(?:\A|(?! [^\s~=^_*#+.`-]))(?:\s|[~=^_*#+.`-]{4,})+")
"""White space, and the underlines that text formats draw below headings; not a space between two
words, of which there are too many to look at each."""


def cells(text: str) -> int:
    """Return how many cells a text takes; it has no control characters."""
    return len(text) if text.isascii() else cell_len(text)


def shorten_path(path: str, width: int) -> str:
    """Cut directories out of a path so that it fits; its file name is cut only when it must be."""
    if cell_len(path) <= width:
        return path
    head, _, name = path.rpartition("/")
    room = width - cell_len(name) - 2
    if room < 0:
        return name if cell_len(name) <= width else _cut_middle(name, width)
    directories = head.split("/")
    first = directories[0] + "/"
    start = first if cell_len(first) <= room // 2 and len(directories) > 1 else ""
    end = ""
    for directory in reversed(directories[1:]):
        if cell_len(start + end + directory) + 1 > room:
            break
        end = f"{directory}/{end}"
    return f"{start}{_GAP}/{end}{name}"


def _cut_middle(text: str, width: int) -> str:
    if width <= 1:
        return _GAP[:width]
    head, tail = take_cells(text, width // 2), text
    while cell_len(tail) > width - 1 - cell_len(head):
        tail = tail[1:]
    return head + _GAP + tail


def take_cells(text: str, width: int) -> str:
    """Return as much of the beginning of a text as `width` cells hold."""
    start = text[: max(0, width)]
    # As a rule one character fills one cell; looking at each takes a hundred times as long.
    if start.isascii() or (len(start) == width and cell_len(start) == width):
        return start
    used = 0
    for i, char in enumerate(text):
        used += cell_len(char)
        if used > width:
            return text[:i]
    return text


def shorten(text: str, width: int) -> str:
    """Cut the end of a text so that it fits."""
    head = text[: 4 * max(0, width)]  # of a whole passage, more need not be measured
    if cell_len(head) <= width and cell_len(text) <= width:
        return text
    return take_cells(text, width - 1) + _GAP if width > 0 else ""


def flow(parts: Iterable[str], width: int, begun: int = 0) -> list[str]:
    """Put parts into lines, two spaces between, none of them torn apart.

    Args:
        parts: What stands together.
        width: Cells of a line.
        begun: Cells that the first line has already.
    """
    lines = [""]
    for part in (shorten(one, width) for one in parts):
        used = cell_len(lines[-1]) + (begun if len(lines) == 1 else 0)
        if used and used + 2 + cell_len(part) > width:
            lines.append(part)
        else:
            lines[-1] += ("  " if lines[-1] else "") + part
    return lines


def snippet(
    text: str, spans: Sequence[Span], width: int, count: int = 1, *, led: bool = False
) -> tuple[str, list[Span]]:
    """Return the stretch of a passage, as one line, that holds most of its matched words.

    Args:
        text: The passage.
        spans: Matched words in it, in order.
        width: Cells of a row of the place.
        count: Rows of the place, all of which are filled if the passage can.
        led: Whether the passage begins with what matters most, which is then kept.
    """
    line, marks = _one_line(text, spans)
    room = width * count
    start = 0 if led or len(line) <= room else _best_start(line, marks, room)
    if start:
        start = min(start, _last_start(line, start, width, count))
        # Cut before the gap is put on: plain text is measured at once.
        line = _GAP + shorten(line[start:], room - 1)
        marks = [(a - start + 1, b - start + 1) for a, b in marks if a >= start]
    else:
        line = shorten(line, room)
    return line, [(a, min(b, len(line))) for a, b in marks if a < len(line)]


def _one_line(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    line, old, new = _flattened(text)

    def moved(offset: int) -> int:
        i = max(0, bisect_right(old, offset) - 1)
        return min(new[i] + max(0, offset - old[i]), len(line)) if old else 0

    return line, [(moved(a), moved(b - 1) + 1) for a, b in spans if b > a]


@lru_cache(KEPT)
def _flattened(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return a text as one line, and where its parts begin in the text and in the line."""
    parts: list[str] = []
    old: list[int] = []
    new: list[int] = []
    at = length = 0
    for match in [*_NOISE.finditer(text), None]:
        end = match.start() if match else len(text)
        if end > at:
            if parts:
                parts.append(" ")
                length += 1
            old.append(at)
            new.append(length)
            parts.append(text[at:end])
            length += end - at
        at = match.end() if match else end
    return "".join(parts), old, new


def _best_start(line: str, marks: Sequence[Span], width: int) -> int:
    if not marks or marks[-1][1] < width:
        return 0
    best, most = 0, 0
    for first, _ in marks:
        words = {
            line[a:b].casefold() for a, b in marks if first <= a and b <= first + width * 3 // 4
        }
        if len(words) > most:
            best, most = first, len(words)
    if best < width // 2:
        return 0
    space = line.find(" ", best - width // 5, best)
    return best if space < 0 else space + 1


def _last_start(line: str, best: int, width: int, count: int) -> int:
    """Return where the end of a line begins that fills its rows, looking no further than `best`."""
    reach = width // 5
    tail = take_cells(line[::-1], width * count - 1)
    start = _word_at(line, len(line) - len(tail), reach)
    while start < best and len(list(wrap(_GAP + line[start:], width))) > count:
        start = _word_at(line, start + 1, reach)
    return start


def _word_at(line: str, at: int, reach: int) -> int:
    """Return where a word begins, at a place or within reach behind it; else the place."""
    space = line.find(" ", at - 1, at + reach) if at else -1
    return at if space < 0 else space + 1


def expand_tabs(text: str, spans: Sequence[Span]) -> tuple[str, list[Span]]:
    """Replace tabs by spaces up to the next stop, moving spans along."""
    if "\t" not in text:
        return text, list(spans)
    parts: list[str] = []
    tabs: list[int] = []
    added: list[int] = [0]
    at = column = 0
    for match in re.finditer(r"[\t\n]", text):
        part = text[at : match.start()]
        column += cell_len(part)
        parts.append(part)
        at = match.end()
        if match.group() == "\n":
            parts.append("\n")
            column = 0
            continue
        fill = TAB - column % TAB
        parts.append(" " * fill)
        column += fill
        tabs.append(match.start())
        added.append(added[-1] + fill - 1)
    parts.append(text[at:])

    def moved(offset: int) -> int:
        return offset + added[bisect_right(tabs, offset - 1)]

    return "".join(parts), [(moved(a), moved(b)) for a, b in spans]


def wrap(line: str, width: int) -> Iterable[Span]:
    """Return the spans of the rows that a line takes, cut at spaces where it can be."""
    if line.isascii() and len(line) <= width:
        yield 0, len(line)
        return
    start = 0
    while start < len(line):
        row = take_cells(line[start : start + width], width) or line[start]
        end = start + len(row)
        if end < len(line):
            space = line.rfind(" ", start + 1, end + 1)
            # A lone space near the beginning, as in an indented long word, is no place to cut.
            if space > start + len(row) // 3:
                yield start, space
                start = space + 1
                continue
        yield start, end
        start = end
    if not line:
        yield 0, 0


def hang(line: str, width: int) -> Iterable[str]:
    """Yield the rows of a line; a second column, after a tab, goes on below its beginning.

    Args:
        line: One line; its first column is padded to its width.
        width: Cells of a row.
    """
    first, _, second = line.partition("\t")
    indent = min(cell_len(first), width // 2) if second else 0
    left = first + second.replace("\t", " ")
    lead, room = "", width
    while True:
        start, end = next(iter(wrap(left, max(1, room))))
        yield lead + left[start:end]
        left = left[end:].removeprefix(" ")
        if not left:
            return
        lead, room = " " * indent, width - indent


def segments(start: int, end: int, spans: Iterable[Span]) -> Iterable[tuple[int, int, bool]]:
    """Split a stretch into parts that are marked and parts that are not."""
    at = start
    for first, last in spans:
        if first >= end:
            break
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if first > at:
            yield at, first, False
        yield first, last, True
        at = last
    if at < end:
        yield at, end, False
