"""A document made ready for the preview: all that takes time is done before it is painted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.tui.fit import Span, expand_tabs
from app.tui.markdown import RENDERED, Role, rendered
from app.visible import visible

if TYPE_CHECKING:
    from indexes.types import DocumentView, Hit


@dataclass(frozen=True)
class Page:
    """A stretch of a document around a hit; nothing in it can act on a terminal.

    Attributes:
        type: File type.
        passage: Where the hit stands.
        marks: Matched words, in order.
        sentence: The sentence that answers best; (0, 0) while that is not known.
        first_line: Number of the first line; None when lines are not those of the file.
        roles: Parts to be coloured, in order: start, end, role.
        rendered: Whether marks were taken out, so that the file itself looks otherwise.
    """

    text: str
    type: str
    passage: Span
    marks: tuple[Span, ...]
    sentence: Span
    first_line: int | None
    roles: tuple[tuple[int, int, str], ...] = ()
    rendered: bool = False


def page_of(view: DocumentView, hit: Hit, *, raw: bool) -> Page:
    """Make a document ready.

    Args:
        view: The document.
        hit: The hit that it is shown for.
        raw: Whether Markdown is shown as it stands in the file.
    """
    start = view.start
    inside = [hit.sentence or (0, 0), *hit.highlight]
    spans = [(start, view.end), *((start + a, start + b) for a, b in inside)]
    text = visible(view.text)
    roles: tuple[Role, ...] = ()
    is_rendered = view.type in RENDERED and not raw
    if is_rendered:
        text, moved, roles = rendered(text)
        spans = [(moved(a), moved(b)) for a, b in spans]
    marked = len(spans)
    text, spans = expand_tabs(text, [*spans, *((a, b) for a, b, _ in roles)])
    placed = tuple((*span, role[2]) for span, role in zip(spans[marked:], roles, strict=True))
    return Page(
        text=text,
        type=view.type,
        passage=spans[0],
        marks=tuple(span for span in spans[2:marked] if span[0] < span[1]),
        sentence=spans[1] if hit.sentence else (0, 0),
        first_line=view.first_line if hit.page is None else None,
        roles=placed,
        rendered=is_rendered,
    )
