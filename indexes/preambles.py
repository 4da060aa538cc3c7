"""What stands above a text and is said of it: headers of mail, front matter of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TOML_FRONT_MATTER = re.compile(r"\A\+\+\+[ \t]*\n(.*?\n)\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)

_FIELDS = re.compile(r"\A---[ \t]*\n\s*(?:#[^\n]*\n\s*)*[\w-]+:(?:\s|\Z)")
"""Front matter, and no text between two rules."""

_HEADERS = re.compile(
    r"(?:\A|(?<=\n\n))(?:From|To|Cc|Date|Sent|Subject|Newsgroups):[ \t][^\n]*"
    r"(?:\n(?:[A-Z][\w-]*:|[ \t]+\S)[^\n]*)+(?=\n[ \t]*\n|\s*\Z)"
)
"""Two lines at least: one may be anything."""


def without_preambles(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a passage that are left without headers and front matter."""
    front = FRONT_MATTER.match(text) if _FIELDS.match(text) else TOML_FRONT_MATTER.match(text)
    at = front.end() if front else 0
    for match in _HEADERS.finditer(text, at):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < len(text):
        yield at, len(text)


def text_from(text: str, found: Iterable[tuple[int, int]] = ()) -> int:
    """Return where a passage goes on behind headers or front matter it begins with, else 0.

    A heading above them, one line, goes with them. They stay where something was `found` in them.
    """
    stretches = list(without_preambles(text))
    headed = bool(stretches) and stretches[0][0] == 0
    heading = stretches.pop(0)[1] if headed and "\n" not in text[: stretches[0][1]].strip() else 0
    if not stretches or stretches[0][0] == heading:
        return 0
    start = stretches[0][0]
    if any(heading <= a < start for a, _ in found):
        return 0
    return start + len(text[start:]) - len(text[start:].lstrip())
