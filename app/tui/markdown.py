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

_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+|$)")
_CLOSING = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_HRULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_BULLET = re.compile(r"([ \t]*)([-*+])[ \t]+(\[[ xX]\][ \t])?")
_QUOTE = re.compile(r"(?: {0,3}>)+")
_TABLE_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$")
_INLINE = re.compile(
    r"(?P<escape>\\[\\`*_{}\[\]()#+.!<>|-])"
    r"|(?P<ticks>`{1,3})(?P<code>[^`]+)(?P=ticks)"
    r"|!?\[(?P<link>[^\[\]]*)\](?P<to>\([^()\s]*(?:[ \t]+\"[^\"]*\")?\)|\[[^\[\]]*\])"
    r"|(?P<bold>\*\*|__)(?=\S)(?P<strong>[^*_]+?)(?<=\S)(?P=bold)"
    r"|(?<![\w*])(?P<star>[*_])(?=[^\s*_])(?P<emphasis>[^*_]+?)(?<=\S)(?P=star)(?![\w*])"
)


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
    at, fence, previous = 0, "", (0, 0)
    for line in text.split("\n"):
        end = at + len(line)
        opened = _FENCE.match(line)
        if opened and (not fence or opened.group(1).startswith(fence)):
            fence = "" if fence else opened.group(1)[:3]
            yield at, end, ""
        elif fence:
            yield at, end, _ROLE + "string"
        elif len(line) <= _LONGEST:
            yield from _block(line, at, previous)
        previous = (at, end) if line.strip() and not opened else (0, 0)
        at = end + 1


def _block(line: str, at: int, previous: Span) -> Iterator[Edit]:
    end = at + len(line)
    if heading := _HEADING.match(line):
        yield at, at + heading.end(), ""
        closing = _CLOSING.search(line, heading.end())
        if closing:
            yield at + closing.start(), end, ""
        yield (
            at + heading.end(),
            at + (closing.start() if closing else len(line)),
            _ROLE + "heading",
        )
    elif _UNDERLINE.match(line) and previous[1]:
        yield at, end, ""
        yield *previous, _ROLE + "heading"
    elif _HRULE.match(line):
        yield at, end, RULE
    elif _TABLE_RULE.match(line):
        yield at, end, re.sub(r"[-:]", "─", line)
    else:
        start = 0
        if quote := _QUOTE.match(line):
            yield at, at + quote.end(), quote.group().replace(">", "│")
            start = quote.end()
        if bullet := _BULLET.match(line, start):
            box = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}.get(bullet.group(3) or "", "")
            yield at + bullet.start(2), at + bullet.end(), "• " + box
            start = bullet.end()
        yield from _inline(line, at, start)


def _inline(line: str, at: int, start: int) -> Iterator[Edit]:
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
