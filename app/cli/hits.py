"""Hits as people read them, and as other programs do where that is not JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from textwrap import TextWrapper
from typing import TYPE_CHECKING

from app.cli import output
from app.cli.snippets import snippet, without_title
from app.results import CSV_COLUMNS, as_markdown, csv_row, place, shown_from
from app.visible import visible_line

if TYPE_CHECKING:
    from app.explanation import Explanation
    from indexes.types import Answer, Hit

INDENT = " " * 4
MIN_HEADING = 10
SHOWN_DUPLICATES = 2
TOGETHER = "\N{NO-BREAK SPACE}"
"""Between words that stay on one line; written as a space."""


def write_plain(answer: Answer, explanations: Sequence[Explanation], form: str) -> None:
    """Write an answer as `csv`, `md`, `files` or `null`, else as text with its explanations."""
    if form == "csv":
        _write_csv(answer)
    elif form == "md":
        _write_markdown(answer)
    elif form == "files":
        for hit in answer.hits:
            output.path_line(hit.path)
    elif form == "null":
        for hit in answer.hits:
            output.path_before_nul(hit.path)
    else:
        _write_text(answer, explanations)


def _write_csv(answer: Answer) -> None:
    output.as_csv(CSV_COLUMNS, map(csv_row, answer.hits))


def _write_markdown(answer: Answer) -> None:
    for hit in answer.hits:
        output.raw_line(as_markdown(hit))


def _match(hit: Hit) -> str:
    """Return how good a hit is: its share above unrelated questions, else its raw score."""
    return f"{hit.score:.3f}" if hit.match is None else f"{int(100 * hit.match):>3} %"


def _write_text(answer: Answer, explanations: Sequence[Explanation]) -> None:
    width = max(output.width() - len(INDENT), 20) if output.is_terminal() else None
    for hit, explanation in zip_longest(answer.hits, explanations):
        if hit.rank > 1:
            output.line()
        output.raw_line(f"{hit.rank:>2}  {_match(hit)}  {output.bold(visible_line(hit.title))}")
        collection = hit.collection if len(answer.collections) > 1 else ""
        where = "  ".join(filter(None, [place(hit), collection]))
        output.raw_line(INDENT + output.faint(visible_line(where + _heading(hit, where, width))))
        if hit.duplicates:
            _write_faint(_repeated(hit), width)
        begin = without_title(hit.text, hit.title)
        if not hit.sentence:
            begin = max(begin, shown_from(hit))
        spans = [(a - begin, b - begin) for a, b in hit.highlight if a >= begin]
        best = hit.sentence
        sentence = (best[0] - begin, best[1] - begin) if best and best[0] >= begin else None
        for line in snippet(hit.text[begin:], spans, width, sentence):
            output.raw_line(INDENT + line)
        if explanation is not None:
            for line in _explained(explanation):
                _write_faint(line, width)


def _write_faint(text: str, width: int | None) -> None:
    """Write a note under a hit, what does not fit a line indented under it."""
    text = visible_line(text)
    wrapper = TextWrapper(
        sys.maxsize if width is None else width,
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in wrapper.wrap(text):
        output.raw_line(INDENT + output.faint(line.replace(TOGETHER, " ")))


def _heading(hit: Hit, before: str, width: int | None) -> str:
    """Return the headings above a passage, as far as they say more and find room."""
    heading = hit.heading.removeprefix(hit.title).removeprefix(" > ")
    if width is not None and len(before) + 2 + len(heading) > width:
        room = width - len(before) - 3
        heading = f"{heading[:room]}…" if room >= MIN_HEADING else ""
    return f"  {heading}" if heading else ""


def _repeated(hit: Hit) -> str:
    count = len(hit.duplicates)
    shown = ", ".join(place(other) for other in hit.duplicates[:SHOWN_DUPLICATES])
    more = ", …" if count > SHOWN_DUPLICATES else ""
    return f"and {count} more like it: {shown}{more}"


def _explained(why: Explanation) -> Iterator[str]:
    """Yield what a score is made of, a line a side."""
    total = max(why.dense_part + why.lexical_part, 1e-9)
    if why.cosine is not None:
        share = f"{why.dense_part / total:.0%}"
        yield f"meaning {why.dense_part:.3f} ({share} of the score; cosine {why.cosine:.3f})"
    if why.words:
        told = ", ".join(f"{word.text}{TOGETHER}{word.part:+.3f}" for word in why.words)
        yield f"  of the cosine: {told}, all else {why.rest:+.3f}"
    elif why.cosine is not None:
        yield f"  no words can be named: {why.why_not}"
    if why.bm25 is not None:
        share = f"{why.lexical_part / total:.0%}"
        yield f"words   {why.lexical_part:.3f} ({share} of the score; BM25 {why.bm25:.2f})"
        yield f"  matched: {', '.join(why.found) or 'none'}"
