"""Markdown: block structure by markdown-it, the text itself kept as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from indexes.extract.blocks import fill_gaps, line_starts
from indexes.extract.tables import column_names
from indexes.extract.tags import split_tags
from indexes.preambles import FRONT_MATTER
from indexes.types import Block, Extracted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT_TITLE = re.compile(r"^title:[ \t]*(['\"]?)(.+?)\1[ \t]*$", re.MULTILINE | re.IGNORECASE)
_FRONT_TAGS = re.compile(
    r"^(?:tags|keywords|categories):[ \t]*(?:\[([^\]\n]*)\]|([^\n\[]+))?"
    r"((?:\n[ \t]*-[ \t][^\n]*)*)",
    re.MULTILINE | re.IGNORECASE,
)
_MARKUP = re.compile(
    r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,500}\)|<[^<>\n]{1,200}>|[*`]|\{#[^{}\n]{0,200}\}"
)

MAX_NESTING = 20


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.core.ruler.disable(["inline", "text_join"])  # blocks are all that is asked
    return parser


def extract_markdown(text: str) -> Extracted:
    """Read Markdown: headings, paragraphs, list items, code blocks; front matter's title."""
    front = FRONT_MATTER.match(text)
    offset = front.end() if front else 0
    starts = [offset + start for start in line_starts(text[offset:])]
    tokens = _parser().parse(text[offset:])
    blocks = list(_blocks(tokens, starts, text))
    if front:
        blocks.append(Block(0, offset, "code"))
    return Extracted(text, fill_gaps(text, blocks), _title(front, blocks), tags=_tags(front))


def _tags(front: re.Match[str] | None) -> tuple[str, ...]:
    parts: list[str] = []
    for listed, plain, lines in _FRONT_TAGS.findall(front.group(1)) if front else ():
        items = [line.strip().lstrip("-").strip() for line in lines.split("\n")]
        parts += [listed or plain, *items]
    return split_tags("\n".join(parts))


def _title(front: re.Match[str] | None, blocks: list[Block]) -> str:
    stated = _FRONT_TITLE.search(front.group(1)) if front else None
    if stated:
        return stated.group(2)
    headings = [block for block in blocks if block.kind == "heading"]
    return min(headings, key=lambda block: (block.level, block.start)).label if headings else ""


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
        elif token.type in ("fence", "code_block", "html_block") and token.level == 0:
            yield Block(*span, "code")
        elif token.type == "table_open" and token.level == 0:
            yield from _rows(token.map[0], token.map[1], starts, text)
        elif _is_unit(token):
            yield Block(*span, "paragraph")


def _is_unit(token: Token) -> bool:
    if token.type in ("paragraph_open", "blockquote_open"):
        return token.level == 0
    return token.type == "list_item_open" and token.level == 1
