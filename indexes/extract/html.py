"""HTML: the words a reader sees, with headings and source lines, without navigation."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

from indexes.extract.tables import SEPARATOR, column_names
from indexes.extract.tags import split_tags
from indexes.types import Block, Extracted

_BREAKING = frozenset(
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol option p pre section "
    "summary table tbody thead title tr ul".split()
)
_HIDDEN = frozenset("script style noscript template nav svg head iframe".split())
_CELLS = frozenset(("td", "th"))
_MAIN = frozenset(("main", "article"))
_ASIDE = frozenset(("navigation", "banner", "contentinfo", "search", "complementary"))
MIN_MAIN_CHARS = 200
"""A main part shorter than this is not taken for the page."""

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SPACE = re.compile(r"\s+")
_SCRIPT_END = re.compile(r"</(script|style)\s[^<>]{0,200}>", re.IGNORECASE)
"""A browser ends a script here too; html.parser would take the rest of the page for it."""


def extract_html(text: str) -> Extracted:
    """Read an HTML page. Line numbers are those of the source."""
    text = _closed(_SCRIPT_END.sub(_plain_end, text))
    reader = _read(text, _Reader())
    if not reader.blocks:
        reader = _read(text, _Reader(frozenset(("script", "style", "template", "head"))))
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
    if not reader.blocks and reader.title.strip():
        reader.forget_hidden()
        reader.handle_data(reader.title)
        reader.break_block()
    return reader


class _Reader(HTMLParser):
    """Collects blocks of visible text; each block becomes a paragraph of the output."""

    def __init__(self, hidden: frozenset[str] = _HIDDEN) -> None:
        super().__init__(convert_charrefs=True)
        self._hiding = hidden
        self._aside = _ASIDE if "nav" in hidden else ()
        self.pieces: list[str] = []
        self.blocks: list[Block] = []
        self.title = ""
        self.tags: tuple[str, ...] = ()
        self._main: list[bool] = []
        self._in_main = 0
        self._length = 0
        self._words: list[str] = []
        self._line = 1
        self._hidden: list[str] = []
        self._heading = 0
        self._preformatted = 0
        self._in_title = False
        self._row: Counter[str] = Counter()
        self._columns = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self._in_title = True
        values = dict(attrs) if attrs else {}
        if tag == "meta" and (values.get("name") or "").lower() == "keywords":
            self.tags = split_tags(values.get("content") or "")
        if tag in _MAIN:
            self.break_block()
            self._in_main += 1
        if tag in self._hiding or (tag in _BREAKING and values.get("role") in self._aside):
            self.break_block()
            self._hidden.append(tag)
        elif tag in _CELLS:
            self._row[tag] += 1
            if self._words:
                self._words.append(SEPARATOR)
        elif tag in _BREAKING:
            self.break_block()
            if tag in ("tr", "table"):
                self._row.clear()
                self._columns = "" if tag == "table" else self._columns
            self._heading = _HEADINGS.get(tag, 0)
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        if tag in _MAIN:
            self.break_block()
            self._in_main = max(0, self._in_main - 1)
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BREAKING:
            self.break_block()
            self._columns = "" if tag == "table" else self._columns
            self._heading = 0
            if tag == "pre":
                self._preformatted = max(0, self._preformatted - 1)

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if self._hidden or not data.strip():
            if data and self._words and not self._hidden:
                self._words.append(data if self._preformatted else " ")
            return
        if not self._words:
            blank = data[: len(data) - len(data.lstrip())]
            self._line = self.getpos()[0] + blank.count("\n")
        self._words.append(data)

    def break_block(self) -> None:
        """End the current block, if it has any words."""
        raw = "".join(self._words)
        self._words.clear()
        words = raw.strip("\n") if self._preformatted else _SPACE.sub(" ", raw).strip()
        if not words.strip():
            return
        if self.pieces:
            self.pieces.append("\n\n")
            self._length += 2
        kind = "heading" if self._heading else "code" if self._preformatted else "paragraph"
        label = words if self._heading else ""
        if kind == "paragraph" and self._row.total() > 1:
            kind, label = "table", self._columns
            if self._row["th"] == self._row.total():
                self._columns = column_names([words])
        start = self._length + len(words) - len(words.lstrip())
        self.blocks.append(
            Block(
                start,
                self._length + len(words.rstrip()),
                kind,  # type: ignore[arg-type]  # one of the four literals
                self._heading,
                line=self._line,
                label=label,
            )
        )
        self.pieces.append(words)
        self._main.append(self._in_main > 0)
        self._length += len(words)

    def forget_hidden(self) -> None:
        """Take everything as shown from here on."""
        self._hidden.clear()
        self._in_title = False

    def keep_main(self) -> None:
        """Leave out what stands outside the main part of the page, if it has one."""
        texts = [piece for piece in self.pieces if piece != "\n\n"]
        kept = [
            (text, block)
            for text, block, main in zip(texts, self.blocks, self._main, strict=True)
            if main
        ]
        if len(kept) == len(texts) or sum(len(text) for text, _ in kept) < MIN_MAIN_CHARS:
            return
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
