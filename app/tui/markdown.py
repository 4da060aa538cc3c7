"""Markdown as it is meant to be read: its marks taken out, what they say kept as roles.

Text in, text and spans out: nothing is interpreted that could act, no link can be followed, and no
line is added or lost, so that line numbers stay those of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

Span = tuple[int, int]
Role = tuple[int, int, str]
Edit = tuple[int, int, str]

RENDERED = {"md", "markdown", "mdx", "qmd", "rmd"}
"""File types that are shown as they are meant to be read."""

_ROLE = "\0"
"""Marks a role among replacements; no text that is shown holds it."""

RULE = "─" * 24
_LONGEST = 2_000
"""A longer line was made by a machine and stays as it is."""

_LONGEST_PARAGRAPH = 10_000
"""What is longer is taken apart as if it were several."""

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_HRULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BULLET = re.compile(r"([ \t]*)([-*+])[ \t]+(\[[ xX]\][ \t])?")
_QUOTE = re.compile(r"(?: {0,3}>)+")
_NUMBERED = re.compile(r"[ \t]*\d{1,9}[.)][ \t]")
_TABLE_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$")
_INLINE = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+.!<>|-])"
    r"|(?P<ticks>`{1,3})(?P<code>[^`]+)(?P=ticks)"
    r"|!?\[(?P<link>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*){0,2})\]"
    r"(?P<to>\([^()\s]*(?:[ \t]+\"[^\"\n]*\")?\)|\[[^\[\]\n]*\])"
    r"|(?P<bold>\*\*|__)(?=\S)(?P<strong>[^*_]+?)(?<=\S)(?P=bold)"
    r"|(?<![\w*])(?P<star>[*_])(?=[^\s*_])(?P<emphasis>[^*_]+?)(?<=\S)(?P=star)(?![\w*])"
)
_BEGINS = re.compile(r"[\\`\[*_]")
"""What stands in each of these."""


def rendered(text: str) -> tuple[str, Callable[[int], int], tuple[Role, ...]]:
    """Render a text.

    Returns:
        The text without its marks; where each place of the source is in it; and the parts that
        play a role, in order, as spans into the rendered text.
    """
    found = list(_marks(text))
    edits = [one for one in found if not one[2].startswith(_ROLE)]
    roles = [(a, b, role.removeprefix(_ROLE)) for a, b, role in found if role.startswith(_ROLE)]
    parts: list[str] = []
    starts, shifts, ends = [0], [0], [0]
    at = shift = 0
    for start, end, new in sorted(edits):
        parts += [text[at:start], new]
        shift += len(new) - (end - start)
        starts.append(start)
        ends.append(end)
        shifts.append(shift)
        at = end
    parts.append(text[at:])

    def moved(place: int) -> int:
        i = bisect_right(starts, place) - 1
        # A place inside of what was taken out is where the rest goes on.
        return max(place, ends[i]) + shifts[i]

    placed = ((moved(start), moved(end), role) for start, end, role in sorted(roles))
    return "".join(parts), moved, tuple(one for one in placed if one[0] < one[1])


def _marks(text: str) -> Iterator[Edit]:
    """Yield what is replaced, and, with `_ROLE` before it, what plays a role."""
    at, fence, previous, quoted = 0, "", (0, 0), False
    paragraph = (0, 0)  # words of one, of which links and emphasis may run over line breaks
    for line in text.split("\n"):
        end = at + len(line)
        opened = _FENCE.match(line)
        words = None
        if opened and (not fence or opened.group(1).startswith(fence)):
            fence = "" if fence else opened.group(1)[:3]
            yield at, end, ""
        elif fence:
            yield at, end, _ROLE + "string"
        elif len(line) <= _LONGEST:
            edits, words = _block(line, at, previous)
            yield from edits
        quote = _QUOTE.match(line) is not None
        goes_on = words is not None and words < end and not _begins(line, quote and not quoted)
        if not goes_on or end - paragraph[0] > _LONGEST_PARAGRAPH:
            yield from _paragraph(text, *paragraph)
            paragraph = (end if words is None else words, end)
        paragraph = (paragraph[0], end)
        previous, quoted = (at, end) if line.strip() and not opened else (0, 0), quote
        at = end + 1
    yield from _paragraph(text, *paragraph)


def _begins(line: str, quote: bool) -> bool:
    """Whether a line of words begins a paragraph although one stands before it."""
    item = _BULLET.match(line) or _NUMBERED.match(line)
    return quote or item is not None or line.lstrip().startswith("|")


def _block(line: str, at: int, previous: Span) -> tuple[list[Edit], int | None]:
    """Return what is replaced at the edges of a line, and where its words begin if it has some."""
    end = at + len(line)
    if heading := _HEADING.match(line):
        closing = _CLOSING.search(line, heading.end())
        last = at + (closing.start() if closing else len(line))
        role = (at + heading.end(), last, _ROLE + "heading")
        # Its words look like one: only the marks within go.
        within = _inline(line[: last - at], at, heading.end())
        marks = [one for one in within if not one[2].startswith(_ROLE)]
        edits = [(at, at + heading.end(), ""), role, *marks]
        return [*edits, (last, end, "")] if closing else edits, None
    if _UNDERLINE.match(line) and previous[1]:
        return [(at, end, ""), (*previous, _ROLE + "heading")], None
    if _HRULE.match(line):
        return [(at, end, RULE)], None
    if _TABLE_RULE.match(line):
        return [(at, end, re.sub(r"[-:]", "─", line))], None
    edits, start = [], 0
    if quote := _QUOTE.match(line):
        edits.append((at, at + quote.end(), quote.group().replace(">", "│")))
        start = quote.end()
    if bullet := _BULLET.match(line, start):
        box = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}.get(bullet.group(3) or "", "")
        edits.append((at + bullet.start(2), at + bullet.end(), "• " + box))
        start = bullet.end()
    return edits, at + start if line[start:].strip() else None


def _paragraph(text: str, first: int, last: int) -> Iterator[Edit]:
    """Yield the marks within the words of a paragraph; what plays a role, line by line."""
    for start, end, new in _inline(text[first:last], first, 0):
        if not new.startswith(_ROLE):
            yield start, end, new
            continue
        at = start
        for line in text[start:end].split("\n"):
            quote = _QUOTE.match(line) if at > start else None
            yield at + (quote.end() if quote else 0), at + len(line), new
            at += len(line) + 1


def _inline(line: str, at: int, start: int) -> Iterator[Edit]:
    if not _BEGINS.search(line, start):  # as in most paragraphs, and found in a tenth of the time
        return
    for match in _INLINE.finditer(line, start):
        first, last = at + match.start(), at + match.end()
        if match.group("escape"):
            yield first, first + 1, ""
            continue
        group, role = next((name, role) for name, role in _ROLES if match.group(name) is not None)
        inner = at + match.start(group), at + match.end(group)
        yield first, inner[0], ""
        yield *inner, _ROLE + role
        if role == "name":  # code and emphasis within a link lose their marks too
            within = _inline(line[: match.end(group)], at, match.start(group))
            yield from (edit for edit in within if not edit[2].startswith(_ROLE))
        yield inner[1], last, ""


_ROLES: Sequence[tuple[str, str]] = (
    ("code", "string"),
    ("link", "name"),
    ("strong", "strong"),
    ("emphasis", "emphasis"),
)
