"""The search: results appear while the query is typed, and the selected one in its document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input, Label

from app.memory import names_left
from app.tui import notices
from app.tui.actions import bindings
from app.tui.debounce import Debounce
from app.tui.engine import Engine
from app.tui.events import Found, Problem, Refined
from app.tui.fit import shorten
from app.tui.folders import is_folder, typed_path
from app.tui.jobs import MoreLike, Refine, Search
from app.tui.messages import EngineChanged, EngineReport, EngineState
from app.tui.screens.hits import HitActions
from app.tui.screens.selected import AT_REST
from app.tui.screens.standing import A_FOLDER, AN_ENCODER, Standing, same_hits
from app.tui.widgets.preview import Preview
from app.tui.widgets.results import Results
from indexes.types import MODES, Answer, Request

if TYPE_CHECKING:
    from app.settings import Settings
    from app.tui.page import Page

LIMIT = 20
"""Documents asked for at first: more than a screenful. Scrolling on asks for more."""

MORE = 4
"""How many times as many are asked for when the end of the list is near."""

MOST = 10_000

SETTLED = 0.15
"""Seconds that results stand before their best sentences are looked for: a search may follow."""

PATIENCE = 0.15
"""Seconds after which a search that is not answered is said to run."""


class SearchScreen(Standing, HitActions):
    """Query, results and preview.

    Args:
        engine: Answers.
        names: The collections to search.
        settings: What the user set.
        state: How far the engine is.
        left: How the screen was left last time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("search")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  as Textual has it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = "#query"

    def __init__(
        self,
        engine: Engine,
        names: Sequence[str],
        settings: Settings,
        state: EngineState,
        left: Mapping[str, Any],
    ) -> None:
        super().__init__()
        self.engine = engine
        self.names = tuple(names)
        self.reached = state
        self.rest = Debounce(self, AT_REST if settings.tui_debounce_ms else 0)
        self._typing = Debounce(self, settings.tui_debounce_ms / 1000)
        self._patience = Debounce(self, PATIENCE)
        self._resting = Debounce(self, SETTLED if settings.tui_debounce_ms else 0)
        wanted = left.get("mode", settings.search_mode)
        self.mode = next((mode for mode in MODES if mode == wanted), MODES[0])
        self.explaining = bool(left.get("why"))
        self.known = set(names_left(left))
        self._limit = LIMIT
        self._rest_due: tuple[Answer, Page | None] | None = None
        self._extending = self._answered = self._entering = self._renewing = False
        self._awaiting = False
        self._generations: tuple[int, ...] = ()
        self._search_generation = 0

    def on_mount(self) -> None:
        """Show what there is before anything is asked."""
        self.query_one("#why").display = self.explaining
        self.show_state()

    def left(self) -> dict[str, Any]:
        """Return what is remembered for the next time; never the query."""
        return {"mode": self.mode, "names": list(self.names), "why": self.explaining}

    @property
    def untouched(self) -> bool:
        """Whether nothing was asked yet."""
        fields = (self.field, self.query_one("#filter", Input))
        return self.like is None and not any(field.value for field in fields)

    @property
    def expecting(self) -> bool:
        """Whether Enter came before the answer that it leads to, so that other keys wait too."""
        return self._entering

    @property
    def expecting_encoder(self) -> bool:
        """Whether that answer waits for the encoder, which may take a while."""
        return self._entering and self.reached.phase == "loading"

    @property
    def settled(self) -> bool:
        """Whether no answer is on its way."""
        return self._answered or (self.like is None and not self.field.value.strip())

    # The query

    @on(Input.Changed, "#query")
    def _typed(self) -> None:
        self.like, self.lost = None, ""
        self.search_soon()

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        self.search_soon()

    def search_soon(self, *, now: bool = False) -> None:
        """Answer what stands in the fields, after a pause if an answer is on its way, or `now`."""
        now = now or not self._awaiting
        # What is on its way answers another query.
        self._search_generation = self.engine.next_generation()
        self._limit, self._extending, self._answered = LIMIT, False, False
        self._entering = self._renewing = False
        self._resting.cancel()
        self._typing.ask(self._search, now=now)

    def _search(self) -> None:
        self._patience.cancel()
        self._label()
        self._awaiting = False
        if self.like is None and not self.field.value.strip():
            self.results.show(())
            self.show_state()
            self.filter_line()
            return
        line = self.filter_line()
        if line is None:
            self._answered = True  # there is nothing that keys would have to wait for
            return
        names, like, filters = line.names or self.names, self.like, line.filters()
        generation, preview = self._search_generation, not self._extending
        if like is not None:
            request = Request("", "dense", self._limit, filters, collapse=True)
            self.engine.submit(MoreLike(generation, like, request, names, preview, self.raw))
        else:
            request = Request(self.field.value, self.mode, self._limit, filters, collapse=True)
            self.engine.submit(Search(generation, request, names, preview, self.raw))
        self._awaiting = True
        self._patience.ask(self._show_searching)

    def _label(self) -> None:
        """Say what is looked for: the query, or else a hit, the query being dim meanwhile."""
        label = self.query_one("#prompt-label", Label)
        text = shorten(self.likeness, self.size.width // 2) or "search"
        text = text[:1].upper() + text[1:]
        self.query_one("#prompt").set_class(self.like is not None, "-idle")
        if str(label.content) != text:
            label.update(text)

    def _show_searching(self) -> None:
        loading = self.reached.phase == "loading"
        self.status.news = "loading encoder…" if loading else "searching…"

    @on(Results.NearEnd)
    def _want_more(self) -> None:
        if len(self.results.hits) >= self._limit < MOST and not self._extending:
            self._limit = min(MOST, self._limit * MORE)
            self._extending = True
            self._search_generation = self.engine.next_generation()
            self._search()

    # What the engine tells

    @on(EngineChanged)
    def _engine_changed(self, message: EngineChanged) -> None:
        self.reached = message.state
        reached = {info.name for info in self.reached.collections}
        self.known |= reached
        self.completing.names |= reached
        failed = self.reached.phase == "failed" and not self.results.hits
        if not self.field.value.strip() or failed:
            self.show_state()
            if self._entering and self.reached.phase != "loading":
                self._entering = False
                self.action_enter()
        elif self._answered and self.reached.problem is None and self._outdated():
            self.search_soon(now=True)
            self._renewing = True
        else:
            self.show_place()

    def _outdated(self) -> bool:
        """Whether there may be better results now, and nobody is at those that are shown."""
        at_work = bool(self.results.selected or self.results.marked or self.like)
        untouched = self.focused is self.field and not at_work and self._limit == LIMIT
        changed = self._generations not in ((), self.reached.generations)
        return not self.results.hits or (untouched and changed)

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        if event.generation == self._search_generation:
            self._patience.cancel()
            self._answered, self._awaiting = True, False
            if isinstance(event, Found):
                self._show_answer(event.answer, event.first)
            elif isinstance(event, Refined):
                self._show_sentences(event.answer)
            elif isinstance(event, Problem):
                self.show_failed_search(event)
            if self._entering:
                self._show_rest()
                self._entering = False
                self.action_enter()
        elif event.generation == self.preview_generation:
            self.show_document(event)
        elif event.generation == self.why_generation:
            self.show_why(event)

    def _show_answer(self, answer: Answer, first: Page | None) -> None:
        renewed, self._renewing = self._renewing, False
        shown = self.answer if self.results.hits else None
        if renewed and shown is not None and same_hits(shown, answer):
            self._generations = self.reached.generations
            self.show_place()
            if not any(hit.sentence for hit in self.results.hits):
                self._refine(shown)
            return
        self.answer, self.trouble = answer, None
        self.look_again(answer)
        self._generations = self.reached.generations
        if self._extending:
            self._extending = False
            self._show_rest()
            self.results.extend(answer.hits)
            self.status.news = notices.found(answer, self._limit)
            self._refine(answer)
            return
        several = len(answer.collections) > 1
        self.results.show(answer.hits, self.roots, name_collection=several)
        self._rest_due = answer, first
        if answer.hits:
            self.show_panes("hits")
            self._refine(answer)
            # The list is what was asked for, and is painted alone: what lies around it, and the
            # document above all, take as long again.
            self.results.call_after_refresh(self._show_rest)
        else:
            self._show_rest()
            self.show_nothing_found()

    def _show_rest(self) -> None:
        """Show what goes with a list, unless that was done: how it came, and a document."""
        if self._rest_due is None:
            return
        (answer, first), self._rest_due = self._rest_due, None
        if self.results.hits != answer.hits:  # nothing is shown any more, or a problem is
            return
        self.say(notices.found(answer, self._limit))
        self.show_place()
        if answer.hits and self.results.hit == answer.hits[0]:
            self.preview_hit(answer.hits[0], first)

    def _refine(self, answer: Answer) -> None:
        if answer.hits:
            job = Refine(self._search_generation, answer)
            self._resting.ask(lambda: self.engine.submit(job))

    def _show_sentences(self, answer: Answer) -> None:
        self._show_rest()
        self.answer = answer
        self.results.refine(answer.hits)
        hit = self.results.hit
        if hit is not None:  # its sentence is known now, and more of its document is wanted
            self.preview_hit(hit)

    # Keys

    @on(Results.Marked)
    def _marked(self) -> None:
        self.show_place()

    def action_more_like_this(self) -> None:
        """Look for what is like the selected hit."""
        if self.results.hit is not None:
            self.like = self.results.hit
            self.remember()
            self.search_soon(now=True)

    def action_cycle_mode(self) -> None:
        """Rank by the next mode."""
        self.mode = MODES[(MODES.index(self.mode) + 1) % len(MODES)]
        self.like = None
        self.show_place()
        if self.field.value.strip():
            self.search_soon(now=True)
        else:
            self.status.news = f"{self.mode}: ranks {notices.MODES[self.mode]}"

    def choose_names(self, names: tuple[str, ...]) -> None:
        """Search these collections from now on."""
        self.names, self.lost = names, ""
        self.home.choose_names(names)
        self.show_place()
        if self.field.value.strip():
            self.search_soon(now=True)

    def action_filter(self) -> None:
        """Show the line of filters and give it the focus; from there, go back to the query."""
        row = self.query_one("#filter-row")
        if self.focused is self.filter_field:
            self.set_focus(self.field)
        else:
            row.add_class("-shown")
            self.set_focus(self.filter_field)

    def action_enter(self) -> None:
        """Go where Enter leads from the focused pane."""
        if self.focused is self.filter_field:
            self.set_focus(self.field)
        elif self.focused is not self.field:
            self.action_open_hit()
        elif self.field.value.strip() and not self._answered:
            self._entering = True
        elif self.results.hits:
            self.remember()
            self.set_focus(self.results)
        elif self.trouble is not None:
            self._mend()
        elif not self.field.value.strip() and self.reached.phase == "loading":
            self._entering = True  # there may be nothing to search, and then it asks for a folder

    def _mend(self) -> None:
        if self.way_out == A_FOLDER:
            typed = self.field.value
            if typed and is_folder(typed_path(typed)):
                self.field.value = ""  # it was meant for the question that comes now
            self.home.add_folder(self.names[0], typed)
        elif self.way_out == AN_ENCODER:
            self.home.move_collection(self.searched)

    def action_move(self, by: int) -> None:
        """Select a hit further down, or up, the focus staying where it is."""
        if by < 0 and not self.results.hits and not self.field.value:
            self.action_history()
        else:
            self.results.move(by)

    def action_move_page(self, direction: int) -> None:
        """Select the hit that is a page away."""
        self.results.move_page(direction)

    @on(Results.Left)
    @on(Preview.Left)
    def action_query(self) -> None:
        """Give the query the focus."""
        self.set_focus(self.field)

    def action_back(self) -> None:
        """Return to the query; there, empty it."""
        if self.focused is self.filter_field:
            self.filter_field.value = ""
            self.set_focus(self.field)
        elif self.focused is not self.field:
            self.set_focus(self.field)
        elif self.like is not None:
            self.like = None
            self.search_soon(now=True)
        else:
            self.field.value = ""
        self.show_place()
