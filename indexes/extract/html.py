"""HTML: the words a reader sees, with headings and source lines, without navigation."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple

from indexes.extract.elements import BREAKING, Elements, Mark
from indexes.extract.tables import column_names, joined
from indexes.extract.tags import split_tags
from indexes.extract.writer import one_line
from indexes.types import Block, BlockKind, Extracted

_LEFT_OUT = frozenset("script style noscript template nav svg head iframe".split())
_NEVER_SHOWN = frozenset(("script", "style", "noscript", "template", "head"))
_CELLS = frozenset(("td", "th"))
_CONTROLS = frozenset(("textarea", "button", "select"))
_ASIDE = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
_NOT_DISPLAYED = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_PERMALINKS = frozenset(("¶", "#", "§", "🔗", "\uf0c1"))
"""What stands behind a heading as a link to it."""

MIN_MAIN_CHARS = 200
"""A main part shorter than this is not taken for the page."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")
_SCRIPT_END = re.compile(r"</(script|style)\s[^<>]{0,200}>", re.IGNORECASE)
"""A browser ends a script here too; html.parser would take the rest of the page for it."""

_Attributes = dict[str, str | None]


def extract_html(text: str) -> Extracted:
    """Read an HTML page. Line numbers are those of the source."""
    text = _closed(_SCRIPT_END.sub(_plain_end, text))
    reader = _read(text, _Reader())
    if reader.hidden_chars >= max(MIN_MAIN_CHARS, sum(map(len, reader.pieces))):
        reader = _read(text, _Reader(hidden=True))
    if not reader.blocks:
        reader = _read(text, _Reader(hidden=True, left_out=True))
    if not reader.blocks:
        reader.take_title()
    reader.keep_main()
    title = _SPACE.sub(" ", reader.title).strip()
    if not title:
        labels = [block.label for block in reader.blocks if block.kind == "heading"]
        title = labels[0] if labels else ""
    return Extracted("".join(reader.pieces), reader.blocks, title, tags=reader.tags)


def _plain_end(match: re.Match[str]) -> str:
    return f"</{match.group(1)}>" + "\n" * match.group().count("\n")


def _closed(text: str) -> str:
    """Close what is open at the end: html.parser tries an open tag again at every bracket."""
    if text.rfind("<!--") > text.rfind("-->"):
        return f"{text}-->"
    return f"{text}>" if text.rfind("<") > text.rfind(">") else text


def _read(text: str, reader: _Reader) -> _Reader:
    reader.feed(text)
    reader.close()
    reader.break_block()
    return reader


def _is_hidden(values: _Attributes) -> bool:
    """Whether attributes say that an element is not shown.

    The panels behind tabs are what a reader comes for, one after the other.
    """
    if "hidden" in values or _NOT_DISPLAYED.search(values.get("style") or ""):
        return values.get("role") != "tabpanel" and values.get("hidden") != "until-found"
    return False


class _Region(NamedTuple):
    """Where on the page a block stands: in its main part, in which article (0: in none)."""

    main: bool
    article: int


class _Reader(HTMLParser):
    """Collects blocks of visible text; each block becomes a paragraph of the output.

    Args:
        hidden: Take also what is hidden at first, for a page that shows itself by a script.
        left_out: Take also navigation and its like, for a page that has nothing else.
    """

    def __init__(self, *, hidden: bool = False, left_out: bool = False) -> None:
        super().__init__(convert_charrefs=True)
        self._takes_hidden = hidden
        self._left_out = _NEVER_SHOWN if left_out else _LEFT_OUT
        self._asides = frozenset() if left_out else _ASIDE
        self.hidden_chars = 0
        self.pieces: list[str] = []
        self.blocks: list[Block] = []
        self.title = ""
        self.tags: tuple[str, ...] = ()
        self._elements = Elements()
        self._regions: list[_Region] = []
        self._length = 0
        self._words: list[str] = []
        self._line = 1
        self._heading = 0
        self._in_title = False
        self._permalink = -1  # where in the words the link to a place of this page begins
        self._row: Counter[str] = Counter()
        self._cells: list[int] = []  # where in the words each cell of the row begins
        self._columns = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs) if attrs else {}
        if tag == "title":
            self._in_title = not self._elements.is_open("svg")
        elif tag == "meta" and (values.get("name") or "").lower() == "keywords":
            self.tags = split_tags(values.get("content") or "")
        if tag in BREAKING or tag in self._left_out:
            self.break_block()
        self._elements.start(tag, self._mark(tag, values))
        if not self._elements.unread:
            self._start_shown(tag, values)

    def _start_shown(self, tag: str, values: _Attributes) -> None:
        if tag in _CELLS:
            self._row[tag] += 1
            self._cells.append(len(self._words))
        elif tag in BREAKING:
            if tag in ("tr", "table"):
                self._end_row()
                self._columns = "" if tag == "table" else self._columns
            self._heading = _HEADINGS.get(tag, 0)
        elif tag == "img" and not self._mark(tag, values) and values.get("alt"):
            self.handle_data(f" {one_line(values['alt'] or '')} ")
        elif tag in _CONTROLS:
            self.handle_data(" ")
        elif tag == "a" and (values.get("href") or "").partition("#")[2]:
            self._permalink = len(self._words)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "a":
            self._drop_permalink()
        elif tag in _CONTROLS:
            self.handle_data(" ")
        if tag in BREAKING:
            self.break_block()
            self._heading = 0
            if tag == "table":
                self._end_row()
                self._columns = ""
        self._elements.end(tag)

    def _mark(self, tag: str, values: _Attributes) -> Mark:
        role = values.get("role") or ""
        if tag in self._left_out or role in self._asides:
            return "left out"
        if not self._takes_hidden and values and _is_hidden(values):
            return "hidden"
        return "main" if role == "main" and tag in BREAKING and tag != "main" else ""

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._elements.unread:
            self.hidden_chars += len(data.strip()) if self._elements.hidden else 0
            return
        if not data.strip():
            if data and self._words:
                self._words.append(data if self._elements.is_open("pre") else " ")
            return
        if not self._words:
            blank = data[: len(data) - len(data.lstrip())]
            self._line = self.getpos()[0] + blank.count("\n")
        self._words.append(data)

    def _drop_permalink(self) -> None:
        begin, self._permalink = self._permalink, -1
        if begin >= 0 and "".join(self._words[begin:]).strip() in _PERMALINKS:
            del self._words[begin:]

    def _end_row(self) -> None:
        self._row.clear()
        self._cells.clear()

    def break_block(self) -> None:
        """End the current block, if it has any words."""
        if not self._words:
            return
        pre = self._elements.is_open("pre")
        words = "".join(self._words).strip("\n") if pre else self._line_of_words()
        self._words.clear()
        self._cells.clear()
        self._permalink = min(self._permalink, 0)
        if not words.strip():
            return
        if self.pieces:
            self.pieces.append("\n\n")
            self._length += 2
        kind: BlockKind = "heading" if self._heading else "code" if pre else "paragraph"
        label = words if self._heading else ""
        if kind == "paragraph" and self._row.total() > 1:
            kind, label = "table", self._columns
            if self._row["th"] == self._row.total():
                self._columns = column_names([words])
        start = self._length + len(words) - len(words.lstrip())
        end = self._length + len(words.rstrip())
        self.blocks.append(Block(start, end, kind, self._heading, line=self._line, label=label))
        self.pieces.append(words)
        self._regions.append(_Region(self._elements.main, self._elements.article))
        self._length += len(words)

    def _line_of_words(self) -> str:
        """Return the words since the last block, those of cells with marks between them."""
        edges = self._cells if self._cells and not self._cells[0] else [0, *self._cells]
        cells = ("".join(self._words[a:b]) for a, b in pairwise([*edges, len(self._words)]))
        return joined([_SPACE.sub(" ", cell).strip() for cell in cells])

    def take_title(self) -> None:
        """Take the title as the text of a page that has no other."""
        self._elements = Elements()
        self._in_title = False
        self.handle_data(self.title)
        self.break_block()

    def keep_main(self) -> None:
        """Leave out what stands outside the main part of the page, if it has one."""
        texts = [piece for piece in self.pieces if piece != "\n\n"]
        mains = _main_blocks([len(text) for text in texts], self._regions)
        if all(mains):
            return
        kept = [(t, b) for t, b, main in zip(texts, self.blocks, mains, strict=True) if main]
        self.pieces, self.blocks = [], []
        length = 0
        for text, block in kept:
            if self.pieces:
                self.pieces.append("\n\n")
                length += 2
            lead = len(text) - len(text.lstrip())
            size = block.end - block.start
            self.blocks.append(block._replace(start=length + lead, end=length + lead + size))
            self.pieces.append(text)
            length += len(text)


def _main_blocks(sizes: list[int], regions: list[_Region]) -> list[bool]:
    """Tell of each block whether it belongs to the main part of the page.

    That is what the page says it is. Failing that, articles: but teasers and comments are
    articles too, so one of them must be longer than all else on the page.
    """
    if sum(size for size, region in zip(sizes, regions, strict=True) if region.main) >= (
        MIN_MAIN_CHARS
    ):
        return [region.main for region in regions]
    articles: Counter[int] = Counter()
    for size, region in zip(sizes, regions, strict=True):
        articles[region.article] += size
    del articles[0]
    longest = max(articles.values(), default=0)
    if longest >= MIN_MAIN_CHARS and 2 * longest > sum(sizes):
        return [region.article > 0 for region in regions]
    return [True] * len(regions)
