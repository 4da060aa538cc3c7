"""Earlier searches, saved searches, and where to search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.errors import OutputError, UsageError
from app.filters import FilterLine, parse_line
from app.keys import key
from app.memory import SavedSearch
from app.tui import notices
from app.tui.screens.chooser import Ask, Chooser
from app.tui.screens.layout import SearchLayout
from indexes.types import MODES, Mode

if TYPE_CHECKING:
    from app.tui.events import Surveyed
    from indexes.types import CollectionInfo

SAVE = "+ save this search"


class Recall(SearchLayout):
    """The part of the search screen that brings back what was searched, how and where."""

    mode: Mode = "hybrid"
    names: tuple[str, ...] = ()

    def search_soon(self, *, now: bool = False) -> None:
        """Answer what stands in the fields."""
        raise NotImplementedError

    def choose_names(self, names: tuple[str, ...]) -> None:
        """Search these collections from now on."""
        raise NotImplementedError

    def filter_line(self) -> FilterLine | None:
        """Return the filters that are typed; None while they make no sense, which is told."""
        try:
            return parse_line(self.filter_field.value)
        except UsageError as error:
            self.tell(f"filter: {error.message}; {error.hint}")
            return None

    def action_history(self) -> None:
        """Choose among earlier queries."""
        queries = self.home.memory.history()
        if not queries:
            self.tell("no earlier searches yet")
            return

        def chosen(places: tuple[int, ...] | None) -> None:
            if places:
                self.field.value = queries[places[0]]
                self.field.cursor_position = len(self.field.value)

        self.app.push_screen(Chooser("Earlier searches", queries), chosen)

    def action_saved(self) -> None:
        """Choose among saved searches, or save this one."""
        memory = self.home.memory
        saved = memory.saved()
        lines = [f"{one.name}   {one.query}  {one.filters}".rstrip() for one in saved]
        extra = [SAVE] if self.field.value.strip() else []
        if not lines and not extra:
            self.tell(f"no saved searches yet; type one, then {key('search.saved')} saves it")
            return

        def chosen(places: tuple[int, ...] | None) -> None:
            if places and places[0] < len(saved):
                self._bring_back(saved[places[0]])
            elif places:
                ask = Ask("Save this search as", self.field.value, self._save, does="save")
                self.app.push_screen(ask, self._saved)

        def dropped(place: int) -> None:
            try:
                memory.drop(saved[place].name)
            except OutputError as error:
                chooser.action_close()
                self.tell(f"not forgotten: {error.message}")

        kept = [len(saved)] if extra else []
        chooser = Chooser("Saved searches", lines + extra, dropped=dropped, kept=kept)
        self.app.push_screen(chooser, chosen)

    def _save(self, name: str) -> str:
        """Save this search; returns why it was not."""
        if name:
            search = SavedSearch(name, self.field.value, self.mode, self.filter_field.value)
            try:
                self.home.memory.save(search)
            except OutputError as error:
                return f"not saved: {error.message}"
        return ""

    def _saved(self, name: str | None) -> None:
        if name:
            self.tell(f"saved as {name}")

    def _bring_back(self, search: SavedSearch) -> None:
        if search.mode in MODES:
            self.mode = next(mode for mode in MODES if mode == search.mode)
        self.filter_field.value = search.filters
        self.field.value = search.query
        self.field.cursor_position = len(search.query)
        self.search_soon(now=True)

    def action_where(self) -> None:
        """Choose the collections to search."""
        names: list[str] = []

        def chosen(places: tuple[int, ...] | None) -> None:
            if places:
                self.choose_names(tuple(names[place] for place in places))

        # It opens at once: what is typed now is meant for it.
        chooser = Chooser("Search these collections", None, several=True)

        def surveyed(told: Surveyed) -> None:
            names.extend(info.name for info in told.collections)
            marked = [place for place, name in enumerate(names) if name in self.names]
            if names:
                chooser.fill([_where(info) for info in told.collections], marked)
            else:
                chooser.action_close()
                self.tell("there are no collections yet")

        self.app.push_screen(chooser, chosen)
        self.home.questions.survey(surveyed)


def _where(info: CollectionInfo) -> str:
    return f"{info.name}   {notices.plural(info.documents, 'document')}"
