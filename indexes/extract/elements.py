"""Which elements of an HTML page are open, and where a browser would close them."""

from __future__ import annotations

from collections import Counter
from typing import Literal

Mark = Literal["", "left out", "hidden", "main"]
"""`left out` is what is not part of what is read, `hidden` what the page does not show at first."""

BREAKING = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol optgroup option p pre section summary table tbody tfoot thead title tr ul".split()
)
"""Elements that begin a line of their own."""

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
"""Elements that are never closed, as they hold nothing."""

_REGIONS = frozenset(("main", "article"))
_ENDED_BY: dict[str, frozenset[str]] = {
    "head": BREAKING - {"title"} | frozenset(("a", "b", "font", "i", "span")),
    "p": BREAKING,
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "option": frozenset(("option", "optgroup")),
    "tr": frozenset(("tr", "tbody", "tfoot")),
    "td": frozenset(("td", "th", "tr", "tbody", "tfoot")),
    "th": frozenset(("td", "th", "tr", "tbody", "tfoot")),
}
"""Elements whose end tag may be left out, with those whose beginning ends them."""


class Elements:
    """The open elements, as far as they decide what is read.

    Of inline elements only those are kept that bear a mark, and their likes within. `main` and
    `article` end at their own end tags alone: a `</div>` too many must not end the page.
    """

    def __init__(self) -> None:
        self._open: list[tuple[str, Mark]] = []
        self._tags: Counter[str] = Counter()
        self._marks: Counter[Mark] = Counter()
        self._regions: Counter[str] = Counter()
        self._articles = 0

    def start(self, tag: str, mark: Mark) -> None:
        """Open an element, and close those that end where it begins."""
        if tag in VOID:
            return
        while self._open and tag in _ENDED_BY.get(self._open[-1][0], ()):
            self._pop()
        if tag in _REGIONS and not mark and not self._tags[tag]:
            self._articles += tag == "article" and not self._regions["article"]
            self._regions[tag] += 1
        elif mark or tag in BREAKING or self._tags[tag]:
            self._open.append((tag, mark))
            self._tags[tag] += 1
            self._marks[mark] += 1

    def end(self, tag: str) -> None:
        """Close the innermost such element and what is open within it."""
        if self._tags[tag]:
            while self._pop() != tag:
                pass
        elif self._regions[tag]:
            self._regions[tag] -= 1

    def _pop(self) -> str:
        tag, mark = self._open.pop()
        self._tags[tag] -= 1
        self._marks[mark] -= 1
        return tag

    def is_open(self, tag: str) -> bool:
        """Whether we are within such an element, of those that are kept."""
        return self._tags[tag] > 0

    @property
    def unread(self) -> bool:
        """Whether what comes now is left out or hidden."""
        return self._marks["left out"] > 0 or self._marks["hidden"] > 0

    @property
    def hidden(self) -> bool:
        """Whether it would be read if the page showed it."""
        return self._marks["hidden"] > 0 and not self._marks["left out"]

    @property
    def main(self) -> bool:
        """Whether this is the main part of the page."""
        return self._regions["main"] > 0 or self._marks["main"] > 0

    @property
    def article(self) -> int:
        """Which of the outermost articles this is, from 1; 0 outside of them."""
        return self._articles if self._regions["article"] else 0
