"""What stands where on the search screen, and the names by which its parts are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static

from app.filters import WORDS
from app.tui.painting import Painter
from app.tui.prelude import INVITATION
from app.tui.widgets.field import Field
from app.tui.widgets.keys import Keys
from app.tui.widgets.preview import Preview
from app.tui.widgets.results import Results
from app.tui.widgets.statusbar import StatusBar
from app.tui.widgets.told import Told
from app.tui.widgets.why import Why
from app.visible import visible_line

if TYPE_CHECKING:
    from app.tui.app import SearchApp
    from app.tui.events import Surveyed

NO_RESULT = "there is no result to {}"
EXAMPLE = "type:md,pdf since:30d path:notes in:papers"


class FilterSuggester(Suggester):
    """Completes the last word of a line of filters."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.names: set[str] = set()
        """Of collections."""

    async def get_suggestion(self, value: str) -> str | None:
        """Return the line with its last word completed."""
        head, _, last = value.rpartition(" ")
        lead = value[: len(value) - len(last)] if head or " " in value else ""
        begun = last.rpartition(",")[2]
        if last.startswith("in:"):
            begun = begun.removeprefix("in:")
            choices = sorted(name for name in self.names if name.startswith(begun) and begun)
        else:
            choices = [f"{word}:" for word in WORDS if word.startswith(last) and last]
            begun = last
        return lead + last[: len(last) - len(begun)] + choices[0] if choices else None


class SearchLayout(Screen[None]):
    """Query, filters, results, preview."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = Painter()
        self.completing = FilterSuggester()

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with Horizontal(id="prompt"):
            yield Label("Search", id="prompt-label")
            yield Field(
                placeholder=INVITATION,
                id="query",
                compact=True,
                select_on_focus=False,
            )
        with Horizontal(id="filter-row"):
            yield Label("Filter", id="filter-label")
            yield Field(
                placeholder=EXAMPLE,
                id="filter",
                compact=True,
                select_on_focus=False,
                suggester=self.completing,
            )
        with Container(id="panes"):
            yield Told(id="notice")
            yield Results(id="results")
            with Vertical(id="document"):
                yield Static(id="document-name", markup=False)
                yield Why(id="why")
                yield Preview(id="preview")
        yield StatusBar(id="status")
        yield Keys("search")

    def on_descendant_focus(self) -> None:
        """Mark the pane that has the focus; the list marks its selection itself."""
        self.show_filter_row()
        if self.filter_field.has_focus:
            self.home.questions.survey(self._complete_from)
        self.query_one("#prompt-label").set_class(self.field.has_focus, "-focused")
        self.query_one("#filter-label").set_class(self.filter_field.has_focus, "-focused")
        self.query_one("#document-name").set_class(self.preview.has_focus, "-focused")
        keys = self.query_one(Keys)
        if self.results.has_focus:
            keys.offer("results", "search")
        elif self.preview.has_focus:
            keys.offer("preview", "search")
        else:
            keys.offer("search")

    def _complete_from(self, there: Surveyed) -> None:
        self.completing.names = {info.name for info in there.collections}

    def show_filter_row(self) -> None:
        """Show the row of filters while it holds some, or has the focus."""
        wanted = bool(self.filter_field.value.strip()) or self.focused is self.filter_field
        self.query_one("#filter-row").set_class(wanted, "-shown")

    def name_document(self, text: str) -> None:
        """Say what stands in the preview."""
        name = Content(visible_line(self.home.key_names.fill(text)))
        self.query_one("#document-name", Static).update(name, layout=False)

    def read_here(self, why: str) -> None:
        """Say why a document is not opened elsewhere, and give the preview the focus."""
        self.preview.focus()
        self.tell(why)

    def tell(self, news: str) -> None:
        """Say something in the status bar."""
        self.status.news = visible_line(self.home.key_names.fill(news))

    @property
    def home(self) -> SearchApp:
        """The application."""
        return cast("SearchApp", self.app)

    @property
    def field(self) -> Input:
        """Where the query is typed."""
        return self.query_one("#query", Input)

    @property
    def filter_field(self) -> Input:
        """Where filters are typed."""
        return self.query_one("#filter", Input)

    @property
    def results(self) -> Results:
        """The list of hits."""
        return self.query_one("#results", Results)

    @property
    def preview(self) -> Preview:
        """The document around the selected hit."""
        return self.query_one("#preview", Preview)

    @property
    def status(self) -> StatusBar:
        """What is searched, and how it goes."""
        return self.query_one("#status", StatusBar)
