"""Markdown: block structure by markdown-it, the text itself kept as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

from indexes.extract.blocks import fill_gaps, line_starts
from indexes.extract.frontmatter import front_matter
from indexes.extract.tables import column_names
from indexes.extract.writer import one_line
from indexes.types import Block, Extracted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKUP = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)|<[^<>\n]{1,200}>|[*`]|\{#[^{}\n]{0,200}\}"
)
_HTML_HEADING = re.compile(
    r"<h([1-6])\b[^<>]{0,300}>(.{0,1000}?)</h\1\s*>", re.DOTALL | re.IGNORECASE
)
_HIDDEN_HTML = ("<!--", "<pre", "<script", "<style", "<textarea", "<?", "<![")
_PARTING = re.compile(r"<(?:br|img|div|p)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>")
_ALT = re.compile(r"<img\b[^<>]{0,500}?\balt\s*=\s*([\"'])([^\"'<>]{1,200})\1", re.IGNORECASE)

MAX_NESTING = 20


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"])  # blocks are all that is asked
    return parser


def extract_markdown(text: str) -> Extracted:
    """Read Markdown: headings, paragraphs, list items, code blocks; front matter's title."""
    front = front_matter(text)
    offset = front.end
    starts = [offset + start for start in line_starts(text[offset:])]
    tokens = _parser().parse(text[offset:])
    blocks = list(_blocks(tokens, starts, text))
    if front.end:
        blocks.append(Block(0, offset, "code"))
    title = front.title or _first_heading(blocks)
    return Extracted(text, fill_gaps(text, blocks), title, tags=front.tags)


def _first_heading(blocks: list[Block]) -> str:
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: (block.level, block.start)).label if headings else ""


def _html(text: str, start: int, end: int) -> Iterator[Block]:
    """Yield the headings of a piece of HTML, and what stands around them."""
    hidden = text[start : start + 20].lstrip().startswith(_HIDDEN_HTML)
    for found in () if hidden else _HTML_HEADING.finditer(text, start, end):
        label = _html_label(found[2])
        if label:
            yield Block(start, found.start(), "code")
            yield Block(*found.span(), "heading", int(found[1]), label=label)
            start = found.end()
    yield Block(start, end, "code")


def _html_label(html: str) -> str:
    """Return the words of a heading, or what its picture is said to show."""
    words = one_line(unescape(_TAG.sub("", _PARTING.sub(" ", html))))
    picture = _ALT.search(html)
    return words or (one_line(unescape(picture[2])) if picture else "")


def _rows(first: int, end: int, starts: list[int], text: str) -> Iterator[Block]:
    """Yield the head of a table, then its rows under the names of its columns."""
    head = text[starts[first] : starts[first + 1]]
    cells = (_MARKUP.sub(lambda m: m.group(1) or "", cell).strip() for cell in head.split("|"))
    names = column_names([cell for cell in cells if cell])
    body = min(first + 2, end)
    yield Block(starts[first], starts[body] - 1, "table")
    for line in range(body, end):
        yield Block(starts[line], starts[line + 1] - 1, "table", label=names)


def _blocks(tokens: list[Token], starts: list[int], text: str) -> Iterator[Block]:
    for i, token in enumerate(tokens):
        if token.map is None:
            continue
        span = (starts[token.map[0]], starts[min(token.map[1], len(starts) - 1)] - 1)
        if token.type == "heading_open" and token.level == 0:
            label = _MARKUP.sub(lambda m: m.group(1) or "", tokens[i + 1].content).strip()
            yield Block(*span, "heading", int(token.tag[1:]), label=label)
        elif token.type == "html_block" and token.level == 0:
            yield from _html(text, *span)
        elif token.type in ("fence", "code_block") and token.level == 0:
            yield Block(*span, "code")
        elif token.type == "table_open" and token.level == 0:
            yield from _rows(token.map[0], token.map[1], starts, text)
        elif _is_unit(token):
            yield Block(*span, "paragraph")


def _is_unit(token: Token) -> bool:
    if token.type in ("paragraph_open", "blockquote_open"):
        return token.level == 0
    return token.type == "list_item_open" and token.level == 1
