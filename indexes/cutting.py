"""Cut a document into passages where a reader would: at headings, paragraphs, sentences.

Passages cover all that is not white space and never overlap. About `TARGET_TOKENS` tokens
of the encoder's own tokenizer, short neighbours merged, nothing cut inside a sentence
unless that alone is too long. The path of headings is kept beside a passage and encoded
with it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest

from indexes.extract.blocks import line_starts, paragraphs
from indexes.sentences import piece_spans, sentence_spans
from indexes.types import Block, Extracted, Passage, TokenCounter

CUTTER_VERSION = 3
"""Raised when the same text gives other passages: documents are then cut again."""

TARGET_TOKENS = 200
MERGE_BELOW = 80
"""A passage shorter than this goes on into the next section."""

MIN_TOKENS = 20
"""What is shorter and begins nothing goes to the passage before, a heading to what follows,
be they then longer by this than they should be."""

MIN_SENTENCE_CHARS = 40
CHARS_PER_LINE = 20
"""Of words in a line of markup, at the least."""

MAX_HEADING_CHARS = 160
HEADING_SEPARATOR = " > "

_CHARS_PER_TOKEN = 3
"""For pieces of a sentence that is too long; the loop below cuts again what is still long."""


@dataclass(frozen=True)
class _Unit:
    """A block, or a sentence or piece of one that was too long.

    Attributes:
        opens: Whether something begins here that a reader would not want cut off: a section,
            a unit of code.
        whole: Whether it is all of its block.
    """

    block: Block
    tokens: int
    path: str
    opens: bool
    whole: bool = True


def cut(extracted: Extracted, counter: TokenCounter) -> list[Passage]:
    """Cut an extracted text into passages."""
    units = _units(extracted, counter)
    starts = line_starts(extracted.text)
    groups = list(_tidied(_groups(units)))
    following = (group[0].block.line for group in groups[1:])
    return [
        _passage(group, starts, extracted.text, after)
        for group, after in zip_longest(groups, following)
    ]


def encoded_text(title: str, heading: str, text: str) -> str:
    """Return what the encoder reads of a passage: where it stands, then what it says."""
    context = heading
    if title and not heading.startswith(title) and not text.startswith(title):
        context = f"{title}{HEADING_SEPARATOR}{heading}" if heading else title
    context = context[-MAX_HEADING_CHARS:]
    return f"{context}\n{text}" if context else text


def text_hash(encoded: str) -> bytes:
    """Return the hash that equal encoded texts share."""
    return blake2b(encoded.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _units(extracted: Extracted, counter: TokenCounter) -> list[_Unit]:
    """Give every block its heading path and token count, splitting those that are too long."""
    blocks = list(extracted.blocks)
    paths = _paths(blocks)
    text = extracted.text
    units: list[_Unit] = []
    for block, path, tokens in zip(blocks, paths, _count(text, blocks, counter), strict=True):
        opens = block.kind == "heading" or (block.kind == "code" and bool(block.label))
        if tokens <= TARGET_TOKENS:
            units.append(_Unit(block, tokens, path, opens))
            continue
        parts = _split(text, block, counter)
        for part, n in zip(parts, _count(text, parts, counter), strict=True):
            units.append(_Unit(part, n, path, opens, whole=False))
            opens = False
    return units


def _count(text: str, blocks: Sequence[Block], counter: TokenCounter) -> list[int]:
    return counter.count_tokens([text[block.start : block.end] for block in blocks])


def _split(text: str, block: Block, counter: TokenCounter) -> list[Block]:
    spans = list(
        _code_spans(text, block, counter) if block.kind == "code" else
        _joined(sentence_spans(text, block.start, block.end))
    )  # fmt: skip
    parts: list[Block] = []
    counts = counter.count_tokens([text[start:end] for start, end in spans])
    for (start, end), tokens in zip(spans, counts, strict=True):
        if tokens <= TARGET_TOKENS:
            parts.append(_part(text, block, start, end))
        else:
            parts.extend(_hard_split(text, block, start, end, counter))
    return parts


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join sentences of a word or two with the next: each is counted, which takes its time."""
    start: int | None = None
    for begin, end in spans:
        start = begin if start is None else start
        if end - start >= MIN_SENTENCE_CHARS:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _code_spans(text: str, block: Block, counter: TokenCounter) -> Iterator[tuple[int, int]]:
    """Yield what stands between blank lines, by lines where that is too long."""
    pieces = list(paragraphs(text, block.start, block.end))
    for piece, tokens in zip(pieces, _count(text, pieces, counter), strict=True):
        if tokens <= TARGET_TOKENS:
            yield piece.start, piece.end
        else:
            yield from _line_spans(text, piece.start, piece.end)


def _line_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in text[start:end].split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _hard_split(
    text: str, block: Block, start: int, end: int, counter: TokenCounter
) -> Iterator[Block]:
    size = TARGET_TOKENS * _CHARS_PER_TOKEN
    while True:
        spans = list(piece_spans(text, start, end, size))
        counts = counter.count_tokens([text[a:b] for a, b in spans])
        if max(counts, default=0) <= TARGET_TOKENS or size <= TARGET_TOKENS:
            break
        size //= 2
    for a, b in spans:
        yield _part(text, block, a, b)


def _part(text: str, block: Block, start: int, end: int) -> Block:
    line = None if block.line is None else block.line + text.count("\n", block.start, start)
    return block._replace(start=start, end=end, line=line)


def _paths(blocks: Sequence[Block]) -> list[str]:
    """Return the headings that each block stands under, its own left out."""
    stack: list[Block] = []
    paths = []
    for block in blocks:
        if block.kind == "heading":
            while stack and stack[-1].level >= block.level:
                stack.pop()
        path = HEADING_SEPARATOR.join(above.label for above in stack if above.label)
        paths.append(_below(path, block.label) if block.kind in ("code", "table") else path)
        if block.kind == "heading":
            stack.append(block)
    return paths


def _below(path: str, name: str) -> str:
    return f"{path}{HEADING_SEPARATOR}{name}" if path and name else path or name


def _groups(units: Sequence[_Unit]) -> Iterator[list[_Unit]]:
    """Merge units into passages; a heading begins a new one unless the last is short.

    A passage never goes over to the next page, slide, row or message.
    """
    group: list[_Unit] = []
    tokens = 0
    for unit in units:
        apart = _apart(group[-1].block, unit.block) if group else False
        full = tokens + unit.tokens > TARGET_TOKENS
        enough = tokens >= MERGE_BELOW or not unit.whole
        if group and (full or apart or (unit.opens and enough)):
            carried = _trailing_headings(group) if unit.block.kind != "heading" else []
            kept = group[: len(group) - len(carried)]
            if kept:
                yield kept
                group = carried
            else:
                yield group
                group = []
            tokens = sum(u.tokens for u in group)
        group.append(unit)
        tokens += unit.tokens
    if group:
        yield group


def _apart(last: Block, block: Block) -> bool:
    """Whether the two stand on different pages, slides, rows: a passage has one."""
    return last.page != block.page and not last.kind == block.kind == "row"


def _trailing_headings(group: Sequence[_Unit]) -> list[_Unit]:
    """Headings at the end of a group belong to what follows."""
    count = 0
    while count < len(group) and group[-1 - count].block.kind == "heading":
        count += 1
    return list(group[len(group) - count :])


def _tidied(groups: Iterable[list[_Unit]]) -> Iterator[list[_Unit]]:
    """Leave no heading without what follows it, and no crumbs of a block that was cut."""
    last: list[_Unit] = []
    for group in groups:
        if last and _belong(last, group):
            last = last + group
            continue
        if last:
            yield last
        last = group
    if last:
        yield last


def _belong(last: Sequence[_Unit], group: Sequence[_Unit]) -> bool:
    size = sum(unit.tokens for unit in group)
    if _apart(last[-1].block, group[0].block) or (
        sum(unit.tokens for unit in last) + size > TARGET_TOKENS + MIN_TOKENS
    ):
        return False
    headings = all(unit.block.kind == "heading" for unit in last)
    crumb = size < MIN_TOKENS and not group[0].opens
    return headings or crumb


def _passage(
    group: Sequence[_Unit], starts: Sequence[int], text: str, after: int | None
) -> Passage:
    first, last = group[0].block, group[-1].block
    line_start = first.line or bisect_right(starts, first.start)
    if last.line is None:
        line_end = bisect_right(starts, max(last.end - 1, 0))
    else:
        line_end = _last_line(last, last.line, text, after)
    return Passage(
        start=first.start,
        end=last.end,
        line_start=line_start,
        line_end=max(line_start, line_end),
        page=first.page,
        heading=group[0].path,
    )


def _last_line(last: Block, line: int, text: str, after: int | None) -> int:
    """Return the source line that a block ends at, or just before the next one begins.

    How many lines of markup its words took is not known; more than they can have filled are
    not claimed, as what lies before the next block may have been left out.
    """
    end = line + text.count("\n", last.start, last.end)
    most = end + (last.end - last.start) // CHARS_PER_LINE + 2
    return end if after is None else max(end, min(after - 1, most))
