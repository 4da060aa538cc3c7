"""The search: results appear while the query is typed, and the selected one in its document."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Label, Static

from app.tui import notices
from app.tui.actions import bindings
from app.tui.debounce import Debounce
from app.tui.editor import editor_command
from app.tui.engine import EngineThread, Search
from app.tui.engine import Preview as PreviewJob
from app.tui.fit import shorten_path
from app.tui.messages import (
    EngineChanged,
    EngineReport,
    EngineState,
    Found,
    Previewed,
    Problem,
)
from app.tui.widgets.preview import Preview
from app.tui.widgets.results import Results
from app.tui.widgets.rows import location, relative
from app.tui.widgets.statusbar import StatusBar
from app.visible import visible_line
from indexes.types import MODES, Answer, Hit, Mode, Request

if TYPE_CHECKING:
    from app.settings import Settings

LIMIT = 100
"""Documents asked for: more than anybody reads, few enough to be read in no time."""

PATIENCE = 0.15
"""Seconds after which a search that is not answered is said to run."""

NOT_FOR_EDITORS = {"pdf", "docx", "odt", "epub", "pptx", "rtf", "doc", "ppt"}


class SearchScreen(Screen[None]):
    """Query, results and preview.

    Args:
        engine: Answers.
        names: The collections to search.
        settings: What the user set.
        state: How far the engine is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("search")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it
    AUTO_FOCUS = "#query"

    def __init__(
        self,
        engine: EngineThread,
        names: Sequence[str],
        settings: Settings,
        state: EngineState,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._names = tuple(names)
        self._state = state
        self._typing = Debounce(self, settings.tui_debounce_ms / 1000)
        self._patience = Debounce(self, PATIENCE)
        self._mode: Mode = next(mode for mode in MODES if mode == settings.search_mode)
        self._search_generation = 0
        self._preview_generation = 0

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Horizontal(id="prompt"):
            yield Label("Search", id="prompt-label")
            yield Input(
                placeholder="a question, or a few words",
                id="query",
                compact=True,
                select_on_focus=False,
            )
        with Container(id="panes"):
            yield Static(id="notice", markup=False)
            yield Results(id="results")
            with Vertical(id="document"):
                yield Static(id="document-name", markup=False)
                yield Preview(id="preview")
        yield StatusBar(id="status")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what there is before anything is asked."""
        self._show_state()

    def on_descendant_focus(self) -> None:
        """Mark the pane that has the focus; the list marks its selection itself."""
        self.query_one("#prompt-label").set_class(self._query.has_focus, "-focused")
        self.query_one("#document-name").set_class(self._preview.has_focus, "-focused")

    # The query

    @on(Input.Changed, "#query")
    def _typed(self) -> None:
        self._search_soon()

    @on(Input.Submitted, "#query")
    def _entered(self) -> None:
        if self._results.hits:
            self._results.focus()

    def _search_soon(self, *, now: bool = False) -> None:
        # What is on its way answers another query.
        self._search_generation = self._engine.next_generation()
        self._typing.ask(self._search, now=now)

    def _search(self) -> None:
        self._patience.cancel()
        text = self._query.value
        if not text.strip():
            self._results.show(())
            self._show_state()
            return
        request = Request(text, self._mode, LIMIT)
        self._engine.submit(Search(self._search_generation, request, self._names))
        self._patience.ask(self._show_searching)

    def _show_searching(self) -> None:
        loading = self._state.phase == "loading"
        self._status.news = "loading encoder…" if loading else "searching…"

    # What the engine tells

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        self._state = message.state
        if not self._query.value.strip() or self._state.phase == "failed":
            self._show_state()
        else:
            self._show_place()

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        if event.generation == self._search_generation:
            self._patience.cancel()
            if isinstance(event, Found):
                self._show_answer(event.answer)
            elif isinstance(event, Problem):
                self._show_problem(event)
        elif event.generation == self._preview_generation:
            if isinstance(event, Previewed):
                numbered = event.hit.page is None
                self._preview.show(event.view, event.hit.highlight, numbered=numbered)
            elif isinstance(event, Problem):
                self._preview.clear()
                self._name_document(f"{event.message}: {event.hint}")

    def _show_answer(self, answer: Answer) -> None:
        several = len(self._names) > 1
        roots = [root for info in self._state.collections for root in info.roots]
        self._results.show(answer.hits, roots, name_collection=several)
        documents = notices.plural(len(answer.hits), "document")
        more = "first " if len(answer.hits) == LIMIT else ""
        self._status.news = f"{more}{documents} in {answer.took_ms:.0f} ms"
        if answer.hits:
            self._show_panes("hits")
            self._preview_hit(answer.hits[0])
        else:
            self._show_notice(notices.no_hits(self._mode))

    def _show_problem(self, event: Problem) -> None:
        self._results.show(())
        self._status.news = "no collection" if event.kind == "missing" else "failed"
        self._show_notice(notices.problem(event, self._names))

    def _show_state(self) -> None:
        self._show_place()
        state = self._state
        if state.phase == "failed" and state.problem is not None:
            self._show_problem(state.problem)
            return
        self._status.news = "loading encoder…" if state.phase == "loading" else "ready"
        if not self._results.hits:
            self._show_notice(notices.welcome(state.collections))

    def _show_place(self) -> None:
        documents = {info.name: info.documents for info in self._state.collections}
        places = [
            f"{name}: {notices.plural(documents[name], 'document')}" if name in documents else name
            for name in self._names
        ]
        self._status.place = visible_line(f"{self._mode} search | {', '.join(places)}")

    def _show_notice(self, text: str) -> None:
        self.query_one("#notice", Static).update(Content(text))
        self._preview_generation = 0
        self._show_panes("notice")

    def _show_panes(self, what: str) -> None:
        if what == "notice" and self.focused in (self._results, self._preview):
            self._query.focus()
        self.query_one("#panes").set_class(what == "notice", "-notice")

    # The selected hit

    @on(Results.Selected)
    def _selected(self, message: Results.Selected) -> None:
        self._preview_hit(message.hit)

    def _preview_hit(self, hit: Hit) -> None:
        roots = [root for info in self._state.collections for root in info.roots]
        place, suffix = visible_line(relative(hit.path, roots)), location(hit)
        width = self.query_one("#document-name").size.width or self.size.width
        self._name_document(shorten_path(place, width - len(suffix)) + suffix)
        self._preview_generation = self._engine.next_generation()
        self._engine.submit(PreviewJob(self._preview_generation, hit))

    def _name_document(self, text: str) -> None:
        name = Content(visible_line(text))
        self.query_one("#document-name", Static).update(name, layout=False)

    @on(Results.Opened)
    @on(Preview.Opened)
    def action_open_hit(self) -> None:
        """Open the selected hit in the user's editor."""
        hit = self._results.hit
        if hit is None:
            return
        command = editor_command(os.environ, hit.path, hit.line_start)
        if hit.type in NOT_FOR_EDITORS:
            self._read_here("not a text file")
        elif command is None:
            self._read_here("set $EDITOR to open documents at the line")
        elif not Path(hit.path).exists():
            self._read_here("the file is gone; update with: jtcse index")
        else:
            self._edit(command)

    def _read_here(self, why: str) -> None:
        self._preview.focus()
        self._status.news = why

    def _edit(self, command: list[str]) -> None:
        try:
            with self.app.suspend():
                status = subprocess.run(command, check=False).returncode
        except SuspendNotSupported:
            self._read_here("this terminal cannot make room for an editor")
        except OSError as error:
            self._status.news = visible_line(f"{command[0]}: {error.strerror}; see $EDITOR")
        else:
            if status:
                self._status.news = visible_line(f"{command[0]} ended with {status}")

    # Keys

    def action_cycle_mode(self) -> None:
        """Rank by the next mode."""
        self._mode = MODES[(MODES.index(self._mode) + 1) % len(MODES)]
        self._show_place()
        if self._query.value.strip():
            self._search_soon(now=True)
        else:
            self._status.news = f"{self._mode}: ranks {notices.MODES[self._mode]}"

    def action_move(self, by: int) -> None:
        """Select a hit further down, or up, the focus staying where it is."""
        self._results.move(by)

    def action_move_page(self, direction: int) -> None:
        """Select the hit that is a page away."""
        self._results.move_page(direction)

    @on(Results.Left)
    @on(Preview.Left)
    def action_query(self) -> None:
        """Give the query the focus."""
        self._query.focus()

    def action_back(self) -> None:
        """Return to the query; there, empty it."""
        if self.focused is self._query:
            self._query.value = ""
        else:
            self._query.focus()

    @property
    def _query(self) -> Input:
        return self.query_one("#query", Input)

    @property
    def _results(self) -> Results:
        return self.query_one("#results", Results)

    @property
    def _preview(self) -> Preview:
        return self.query_one("#preview", Preview)

    @property
    def _status(self) -> StatusBar:
        return self.query_one("#status", StatusBar)
