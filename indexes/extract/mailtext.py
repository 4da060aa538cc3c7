"""The body of a message: what is said and what is quoted apart, without encoded attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

_QUOTE_MARKS = re.compile(r"[\s>|:]*")
_ENCODED = re.compile(
    r"M[!-`]{60}"  # uuencoded
    r"|(?=[^\s]*[0-9+/])(?=[^\s]*[a-z])(?=[^\s]*[A-Z])[A-Za-z0-9+/]{60,80}={0,2}"  # base64
)
_ENDS = re.compile(
    r"begin [0-7]{3} \S.*|end|`|[!-M][!-`]{1,60}"  # uuencoded
    r"|(?:[A-Za-z0-9+/]{4}){0,18}[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=)"  # base64
)
"""Lines next to such data that belong to it."""

_SIGNATURE = "-- "
MIN_ENCODED = 3
"""Lines in a row that tell encoded data from an odd word."""


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a body with the number of their first line, from 0.

    A paragraph ends at a blank line, also one that is quoted, and where quoting begins or ends.
    """
    lines = text.split("\n")
    encoded = _encoded(lines)
    begin = 0
    for i, line in enumerate(lines):
        if i in encoded or not _QUOTE_MARKS.sub("", line, count=1):
            if begin < i:
                yield begin, "\n".join(lines[begin:i])
            begin = i + 1
        elif begin < i and _quoted(line) != _quoted(lines[i - 1]):
            yield begin, "\n".join(lines[begin:i])
            begin = i
    if begin < len(lines):
        yield begin, "\n".join(lines[begin:])


def unbroken(piece: str) -> str:
    """Return a piece of a body with its lines put together where one goes on in the next.

    It does where it ends with a space, which is not part of it (RFC 3676 with `delsp=yes`).
    """
    lines: list[str] = []
    going_on: str | None = None
    for line in piece.split("\n"):
        marks = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(marks) :].removeprefix(" ")
        if marks == going_on and words != _SIGNATURE:
            lines[-1] = lines[-1][:-1] + words
        else:
            lines.append(line)
        going_on = marks if words.endswith(" ") and words != _SIGNATURE else None
    return "\n".join(lines)


def _quoted(line: str) -> bool:
    return line.lstrip()[:1] == ">"


def _encoded(lines: list[str]) -> set[int]:
    """Return the lines that are data in letters: no reader reads them, no search should."""
    found: set[int] = set()
    run = 0
    for i, line in enumerate([*lines, ""]):
        if _ENCODED.fullmatch(line):
            run += 1
            continue
        if run >= MIN_ENCODED:
            found.update(range(i - run, i))
            for near in (i - run - 1, i, i + 1, i + 2):
                if 0 <= near < len(lines) and _ENDS.fullmatch(lines[near]):
                    found.add(near)
        run = 0
    return found
