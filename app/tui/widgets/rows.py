"""How a hit is laid out: in two rows where there is little height, in four where there is much."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from app.results import shown_from
from app.tui.fit import KEPT, segments, shorten, shorten_path, snippet, wrap
from app.tui.markdown import RENDERED, rendered
from app.visible import visible, visible_line

if TYPE_CHECKING:
    from indexes.types import Duplicate, Hit, Root

INDENT = 6
SCORE = 6
HEADING_FROM = 12
"""Cells that a heading must have beside the title to be worth showing."""


class Piece(NamedTuple):
    """A stretch of a row, and the part it plays: its style."""

    text: str
    role: str = "text"


Row = list[Piece]
_MARGIN = Piece(" " * INDENT)


@dataclass(frozen=True)
class Item:
    """A hit made ready for showing: nothing in it can act on the terminal."""

    rank: str
    title: str
    heading: str
    place: str
    suffix: str
    score: str
    text: str
    highlight: tuple[tuple[int, int], ...]
    """`text` begins with the best sentence, where that is known, else behind headers of mail."""
    led: bool
    """Whether `text` begins with the best sentence."""


def item(hit: Hit, roots: Sequence[Root], *, name_collection: bool) -> Item:
    """Prepare a hit.

    Args:
        hit: The hit.
        roots: Folders that were indexed; paths are shown from there.
        name_collection: Whether several collections are searched at once.
    """
    place = visible_line(relative(hit.path, roots))
    title = visible_line(hit.title).strip()
    heading = visible_line(hit.heading).strip()
    if title == PurePath(place).name:
        title = ""
    if heading == title:
        heading = ""
    # What is before the best sentence is left out: there is room for little.
    start = shown_from(hit)
    text, moved = _readable(hit.text[start:], hit.type)
    marks = ((moved(a - start), moved(b - start)) for a, b in hit.highlight if a >= start)
    alike = f" (+{len(hit.duplicates)} alike)" if hit.duplicates else ""
    return Item(
        rank=str(hit.rank),
        title=title,
        heading=heading.removeprefix(f"{title} > "),
        place=f"{hit.collection}: {place}" if name_collection else place,
        suffix=location(hit) + alike,
        score=f"{hit.score:.2f}" if hit.match is None else f"{int(100 * hit.match)} %",
        text=text,
        highlight=tuple((a, b) for a, b in marks if a < b),
        led=hit.sentence is not None,
    )


@lru_cache(KEPT)
def _readable(text: str, kind: str) -> tuple[str, Callable[[int], int]]:
    """Return a passage as it is meant to be read, and where each place of it went."""
    text = visible(text)
    if kind not in RENDERED:
        return text, int
    text, moved, _ = rendered(text)
    return text, moved


def location(hit: Hit | Duplicate) -> str:
    """Return the page of a hit, or the line to open it at."""
    return f" p. {hit.page}" if hit.page is not None else f":{hit.line}"


def relative(path: str, roots: Sequence[Root]) -> str:
    """Return a path from the folder that was indexed, with that folder's name."""
    inside = [root.path for root in roots if PurePath(path).is_relative_to(root.path)]
    if not inside:
        return path
    return str(PurePath(path).relative_to(max(inside, key=lambda root: len(root.parts)).parent))


def rows(shown: Item, width: int, *, tall: bool, selected: bool, marked: bool = False) -> list[Row]:
    """Lay a hit out, in four rows or in two."""
    marker = (">" if selected else " ") + ("*" if marked else " ")
    lead: Row = [
        Piece(marker, "marker" if selected else "mark"),
        Piece(f"{shown.rank:>2}    "[:4], "dim"),
    ]
    score = Piece(f"{shown.score:>{SCORE}}", "score")
    wide = width - INDENT
    room = wide - SCORE
    if not shown.title:
        first = lead + _spread(_place(shown, room, "title"), [score], wide)
        return [first, *_snippet(shown, wide, 2), []] if tall else [first, *_snippet(shown, wide)]
    if tall:
        first = lead + _spread(_titled(shown, room), [score], wide)
        return [first, [_MARGIN, *_place(shown, wide)], *_snippet(shown, wide), []]
    # Of one row for both, the title yields first: the place is what tells documents apart.
    wanted = cell_len(shown.place + shown.suffix)
    name = cell_len(PurePath(shown.place).name + shown.suffix)
    title = cell_len(shown.title)
    place = min(wanted, max(name + 2, room // 2, room - title - 2))
    right = [Piece("  "), *_place(shown, place), score]
    left = _titled(shown, room - 2 - place)
    return [lead + _spread(left, right, wide), *_snippet(shown, wide)]


def _titled(shown: Item, width: int) -> Row:
    title = shorten(shown.title, width)
    room = width - cell_len(title) - 3
    if not shown.heading or room < HEADING_FROM:
        return [Piece(title, "title")]
    return [Piece(title, "title"), Piece(f" > {shorten(shown.heading, room)}", "dim")]


def _place(shown: Item, width: int, role: str = "place") -> Row:
    path = shorten_path(shown.place, width - cell_len(shown.suffix))
    folder, slash, name = path.rpartition("/")
    return [Piece(folder + slash, "dim"), Piece(name, role), Piece(shown.suffix, "dim")]


def _snippet(shown: Item, width: int, count: int = 1) -> list[Row]:
    line, marks = snippet(shown.text, shown.highlight, width, count, led=shown.led)
    made = [
        [
            _MARGIN,
            *(
                Piece(line[a:b], "match" if marked else "text")
                for a, b, marked in segments(start, end, marks)
            ),
        ]
        for start, end in wrap(line, width)
    ]
    return [*made, *([[]] * count)][:count]


def _spread(left: Row, right: Row, width: int) -> Row:
    used = sum(cell_len(piece.text) for piece in [*left, *right])
    return [*left, Piece(" " * (width - used)), *right]
