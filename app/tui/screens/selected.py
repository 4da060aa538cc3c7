"""The selected hit: its document around it, and why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from app.tui.colours import LEXERS, stretch
from app.tui.debounce import Debounce
from app.tui.engine import Engine
from app.tui.events import Coloured, Explained, Previewed, Problem
from app.tui.fit import shorten_path
from app.tui.jobs import Colour, Explain
from app.tui.jobs import Preview as PreviewJob
from app.tui.markdown import RENDERED
from app.tui.messages import EngineState
from app.tui.screens.layout import NO_RESULT, SearchLayout
from app.tui.widgets.keys import Keys
from app.tui.widgets.results import Results
from app.tui.widgets.rows import location, relative
from app.tui.widgets.why import Why
from app.visible import visible_line

if TYPE_CHECKING:
    from app.tui.page import Page
    from indexes.types import Answer, Hit, Root

AT_REST = 0.25
"""Seconds that a preview stands before it is coloured, so that no search waits for that."""


class SelectedHit(SearchLayout):
    """The part of the search screen that shows the selected hit."""

    engine: Engine
    reached: EngineState
    rest: Debounce
    like: Hit | None = None
    explaining = False
    raw = False
    preview_generation = 0
    why_generation = 0
    answer: Answer | None = None

    @property
    def roots(self) -> list[Root]:
        """The folders that were indexed; paths are shown from there."""
        return [root for info in self.reached.collections for root in info.roots]

    @on(Results.Selected)
    def _selected(self, message: Results.Selected) -> None:
        self.preview_hit(message.hit)

    def preview_hit(self, hit: Hit, page: Page | None = None) -> None:
        """Show the document around a hit, and why it was found if that is wanted.

        Args:
            hit: The hit.
            page: The document, when it was read already.
        """
        place, suffix = visible_line(relative(hit.path, self.roots)), location(hit)
        width = self.query_one("#document-name").size.width or self.size.width
        self.name_document(shorten_path(place, width - len(suffix)) + suffix)
        self.rest.cancel()
        self.preview_generation = self.engine.next_generation()
        if page is not None:
            self.show_document(Previewed(self.preview_generation, hit, page))
        else:
            self.engine.submit(PreviewJob(self.preview_generation, hit, self.raw))
        if self.explaining:
            self._explain()

    def show_document(self, event: object) -> None:
        """Take what the engine tells of a document."""
        if isinstance(event, Previewed):
            page = event.page
            self.preview.show(page, event.hit)
            self._offer_raw(page)
            if page.type in LEXERS and not page.rendered:
                first, last = stretch(page.text, *page.passage)
                job = Colour(event.generation, page.type, page.text[first:last], first)
                self.rest.ask(lambda: self.engine.submit(job))
        elif isinstance(event, Coloured):
            self.preview.colour(event.spans)
        elif isinstance(event, Problem):
            self.preview.clear()
            self.name_document(f"{event.message}: {event.hint}")

    def _offer_raw(self, page: Page) -> None:
        other = "As in the file" if page.rendered else "Rendered"
        self.query_one(Keys).label("preview.raw", other if page.type in RENDERED else "")

    def action_raw(self) -> None:
        """Show Markdown as it stands in the file, or as it is meant to be read."""
        if self.results.hit is not None and self.results.hit.type not in RENDERED:
            self.tell(f"a .{self.results.hit.type} file is shown as it stands anyway")
            return
        self.raw = not self.raw
        if self.results.hit is not None:
            self.preview_hit(self.results.hit)

    def _explain(self) -> None:
        hit, query = self.results.hit, self.field.value
        if hit is not None:
            self.why_generation = self.engine.next_generation()
            like = () if self.answer is None else self.answer.like
            text = query if self.like is None else ""
            self.engine.submit(Explain(self.why_generation, hit, text, like))

    @property
    def settled(self) -> bool:
        """Whether no answer is on its way."""
        raise NotImplementedError

    @property
    def alike(self) -> list[str]:
        """Where else is said what the selected hit says."""
        hit, roots = self.results.hit, self.roots
        if hit is None:
            return []
        places = [relative(one.path, roots) + location(one) for one in hit.duplicates]
        elsewhere = [
            f"{one.collection}: " * (one.collection != hit.collection) for one in hit.duplicates
        ]
        return [name + place for name, place in zip(elsewhere, places, strict=True)]

    def show_why(self, event: object) -> None:
        """Take what the engine tells of why the selected hit was found."""
        why = self.query_one("#why", Why)
        if isinstance(event, Explained):
            why.explain(event.explanation, self.alike)
        elif isinstance(event, Problem):
            why.say(event.message)

    def action_why(self) -> None:
        """Explain the selected hit, and those selected from now on; or no more."""
        if self.results.hit is None and self.settled:
            none = NO_RESULT.format("explain")
            self.tell("results are explained no more" if self.explaining else none)
            if not self.explaining:
                return
        self.explaining = not self.explaining
        self.query_one("#why").display = self.explaining
        if self.explaining:
            self.query_one("#why", Why).say("…")
            self._explain()
