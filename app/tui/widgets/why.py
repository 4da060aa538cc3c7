"""The explanation of a hit, in a few lines that are laid out anew with the width they have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from app.tui.fit import flow, shorten
from app.tui.widgets.laid import Laid
from app.visible import visible_line

if TYPE_CHECKING:
    from app.explanation import Explanation

BAR = 20
CARRIED = "Meaning is carried by: "
GAP = 3
ALIKE = "The same is said in: "
NAMED = 4
"""Documents that say the same, of which no more are named: there is a document to be read below."""

NOTE = 46
"""Cells that a row takes without its bar."""


class Why(Laid):
    """What a score is made of."""

    _why: tuple[Explanation, Sequence[str]] | None = None
    _said = ""

    def say(self, text: str) -> None:
        """Say something in place of an explanation."""
        self._why, self._said = None, text
        self.lay()

    def explain(self, why: Explanation, alike: Sequence[str]) -> None:
        """Show an explanation, with the documents that say the same."""
        self._why = why, alike
        self.lay()

    def laid_out(self, width: int) -> Content:
        """Return the explanation, or what is said in its place."""
        if self._why is None:
            return Content(visible_line(self._said))
        why, alike = self._why
        return why_text(why, width, alike)


def why_text(why: Explanation, width: int = 80, alike: Sequence[str] = ()) -> Content:
    """Say what a score is made of: meaning and words, and the words that carry the meaning.

    Args:
        why: The explanation.
        width: Cells of a row.
        alike: Documents that say the same.
    """
    bar = min(BAR, max(0, width - NOTE))
    total = why.dense_part + why.lexical_part
    rows = [Content.assemble(("Score ", "bold"), f"{total:.3f}")]
    if alike:  # beside the score, as there are few rows
        more = [f"and {len(alike) - NAMED:,} more"] * (len(alike) > NAMED)
        told = [*map(visible_line, alike[:NAMED]), *more]
        beside, *below = _named(ALIKE, told, width, rows[0].cell_length + GAP)
        rows = [Content(" " * GAP).join([rows[0], beside]), *below]
    if why.cosine is not None:
        note = f"cosine with {why.compared} {why.cosine:.3f}"
        rows.append(Content(shorten(_share("meaning", why.dense_part, total, note, bar), width)))
    if why.terms or why.lexical_part:
        terms = ", ".join(map(visible_line, why.found)) or "none"
        row = _share("words", why.lexical_part, total, f"found: {terms}", bar)
        rows.append(Content(shorten(row, width)))  # what carries the meaning needs the room
    if why.words:
        words = (f"{visible_line(word.text)} {word.part:+.3f}" for word in why.words)
        rows += _named(CARRIED, words, width)
    elif why.why_not:
        rows.append(Content(f"No words can be named: {visible_line(why.why_not)}"))
    return Content("\n").join(rows)


def _named(what: str, parts: Iterable[str], width: int, begun: int = 0) -> list[Content]:
    first, *more = flow(parts, width, begun + len(what))
    return [Content.assemble((what, "bold"), first), *map(Content, more)]


def _share(name: str, part: float, total: float, note: str, bar: int) -> str:
    share = part / total if total > 0 else 0.0
    full = round(max(0.0, min(1.0, share)) * bar)
    drawn = "█" * full + "·" * (bar - full) + " " * bool(bar)
    return f"{name:<8}{part:6.3f} {drawn}{note}"
