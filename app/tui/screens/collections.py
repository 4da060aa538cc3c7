"""The collections: what is indexed, and the work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.keys import key
from app.paths import is_there
from app.tui.actions import bindings
from app.tui.described import columns, facts, row
from app.tui.events import Problem, Skipped
from app.tui.hints import UNDER, in_here
from app.tui.jobs import Skips
from app.tui.messages import EngineReport
from app.tui.notices import plural
from app.tui.screens.chooser import Ask, Chooser, Confirm, ask_folder
from app.tui.screens.forgetting import ask_folder_to_forget
from app.tui.tasks import IndexTask, RemoveTask, VerifyTask
from app.tui.widgets.keys import Keys
from app.tui.widgets.lines import Lines
from app.tui.widgets.statusbar import StatusBar
from app.tui.widgets.told import Told
from app.tui.work import WorkChanged
from app.visible import visible, visible_line

if TYPE_CHECKING:
    from app.tui.app import SearchApp
    from app.tui.events import Surveyed
    from indexes.types import CollectionInfo, Skip

EMPTY = (
    "There is no collection yet.\n\n"
    f"Press {key('collections.add')} to choose a folder of documents to search."
)
NEED_ONE = ("update", "watch", "search", "verify", "skips")
"""Keys of the footer that do something to a collection."""

LOOKING = "looking what there is…"
GOES_ON, PAUSES = f"{key('collections.pause')} goes on", f"{key('collections.pause')} pauses"
STOPS = f"{key('collections.cancel')} stops"
BAR = 30
MARGIN = 2
"""Cells before each line of the list: what is selected."""


class CollectionsScreen(Screen[None]):
    """What is indexed, and how it is: add, update, check, mend, remove."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("collections")]
    AUTO_FOCUS = "#collections"

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._infos: dict[str, CollectionInfo] = {}
        self._problems: dict[str, str] = {}
        self._skips_generation = 0
        self._skips: Chooser | None = None
        self.expecting = True
        """Whether it does not know yet what there is, so that keys wait."""

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="collections-head", markup=False)
        yield Lines(id="collections")
        with VerticalScroll(id="collection"):
            yield Told(id="facts")
        yield StatusBar(id="status")
        yield Keys("collections")

    @property
    def home(self) -> SearchApp:
        """The application."""
        return cast("SearchApp", self.app)

    def on_screen_resume(self) -> None:
        """Look again: other programs may have changed something."""
        self._look()

    def _look(self) -> None:
        self.home.questions.survey(self._surveyed)

    def _surveyed(self, surveyed: Surveyed) -> None:
        if self.expecting:
            self.expecting = False
            self._say("")
        self._infos = {info.name: info for info in surveyed.collections}
        self._problems = {
            one.collection: f"{one.what}; {in_here(one.hint)}" for one in surveyed.problems
        }
        self._watch_anew()
        self._list(sorted({*self._infos, *self._problems}))
        documents = sum(info.documents for info in surveyed.collections)
        self.query_one(
            "#status", StatusBar
        ).place = f"{plural(len(self._names), 'collection')}, {plural(documents, 'document')}"
        self._show_rows()
        self._show_facts()

    def _list(self, names: list[str]) -> None:
        """Take other names, the selected one staying so: keys act on it."""
        chosen, lines = self._chosen, self.query_one(Lines)
        self._names = names
        if chosen in names:
            lines.set_reactive(Lines.selected, names.index(chosen))

    def on_resize(self) -> None:
        """Leave out what there is no room for."""
        self._show_rows()

    def _show_rows(self) -> None:
        width, watched = self.size.width - MARGIN, self.home.work.watched
        head = columns(width, "Collection", "Documents", "Passages", "Size", "Updated")
        self.query_one("#collections-head", Static).update(Content(" " * MARGIN + head))
        lines = self.query_one(Lines)
        shown = [
            row(self._infos[name], width, watched=name in watched)
            if name in self._infos
            else f"{name}: cannot be opened"
            for name in self._names
        ]
        lines.show(shown, lines.selected)
        lines.styles.height = max(1, len(shown))

    def _watch_anew(self) -> None:
        # Folders were added, or the collection was removed.
        work = self.home.work
        for name, watched in list(work.watched.items()):
            info = self._infos.get(name)
            roots = tuple(one.path for one in info.roots if is_there(one.path)) if info else ()
            if roots != watched:
                work.watch(name, roots)

    @property
    def _chosen(self) -> str | None:
        return self._names[self.query_one(Lines).selected] if self._names else None

    def _named(self, *, sound: bool = False) -> str | None:
        """Return the selected collection; say so when there is none, or none that can be opened."""
        name = self._chosen
        if self.expecting:
            self._say(LOOKING)
        elif name is None:
            self._say(f"there is no collection yet; {key('collections.add')} adds a folder")
        elif sound and name not in self._infos:
            self._say(f"{name} cannot be opened")
            return None
        return name

    def _say(self, news: str) -> None:
        bar = self.query_one("#status", StatusBar)
        bar.news = visible_line(self.home.key_names.fill(news))

    @on(Lines.Selected)
    def _selected(self) -> None:
        self._say("")
        self._show_facts()

    @on(WorkChanged)
    def _work_changed(self, message: WorkChanged) -> None:
        self._show_facts()
        if message.stored and self.is_current:
            self._look()

    def _show_facts(self) -> None:
        work, fill = self.home.work, self.home.key_names.fill
        self.query_one("#status", StatusBar).work = work.line
        parts = []
        if work.task is not None:
            share = work.progress.share
            full = round((share or 0.0) * BAR)
            bar = "" if share is None else f"[{'█' * full}{'·' * (BAR - full)}] {share:.0%}  "
            keys = f"{GOES_ON if work.paused else PAUSES}, {STOPS}"
            if work.stopping:
                keys = "it ends in a moment; what is done is kept"
            parts.append(f"{work.task.title}\n{bar}{work.progress.text}\n{keys}")
            if work.waiting:
                parts.append("then: " + ", ".join(task.title for task in work.waiting))
        name = self._chosen
        whole = name in self._infos and not self._infos[name].skipped
        idle = ("skips",) * whole if name else NEED_ONE
        self.query_one(Keys).withhold(*(f"collections.{one}" for one in idle))
        latest = next(reversed(work.outcomes), None)
        for other, outcome in work.outcomes.items():
            if other not in (*self._names, latest):
                continue  # it is gone, and that was told
            parts.append(outcome if other == name or other in outcome else f"{other}: {outcome}")
        if name is not None and name in self._infos:
            parts.append(facts(self._infos[name], indexed=work.indexes(name)))
        elif name is not None:
            parts.append(f"{name}: {self._problems[name]}")
        elif work.task is None:
            parts.append(EMPTY)
        self.query_one("#facts", Told).tell(visible(fill("\n\n".join(parts).replace(UNDER, ""))))

    # Keys

    def action_add(self) -> None:
        """Ask for a folder, then for the collection it goes into."""
        if self.expecting:
            self._say(LOOKING)
            return
        if not self._names:
            self.home.add_folder("default")
            return

        def answered(folder: str | None) -> None:
            if folder:
                self._ask_name(folder)

        self.app.push_screen(ask_folder(), answered)

    def _ask_name(self, folder: str) -> None:
        def named(name: str | None) -> None:
            if name:
                self.home.work.index_folder(name, folder)

        question = "Into which collection? A new name makes a new one."
        self.app.push_screen(
            Ask(question, self._chosen or "default", _name_problem, does="index"), named
        )

    def action_update(self) -> None:
        """Bring the selected collection up to date."""
        if (name := self._named()) is not None:
            self.home.work.submit(IndexTask(name))

    def action_watch(self) -> None:
        """Keep the selected collection up to date with its folders; or no more."""
        name, work = self._named(sound=True), self.home.work
        if name is None:
            return
        roots = [root.path for root in self._infos[name].roots if is_there(root.path)]
        if name in work.watched:
            work.watch(name, ())
        elif roots:
            work.submit(IndexTask(name))
            work.watch(name, roots)
        else:
            self._say("there is no folder to watch")
        self._look()

    @on(Lines.Chosen)
    def action_search(self) -> None:
        """Search the selected collection."""
        if (name := self._named()) is not None:
            self.home.search_in(name)

    def action_verify(self, repair: bool) -> None:
        """Check the selected collection, mending it first when asked to."""
        if (name := self._named()) is not None:
            self.home.work.submit(VerifyTask(name, repair))

    def action_move(self) -> None:
        """Offer other encoders for the selected collection."""
        if (name := self._named(sound=True)) is not None:
            self.home.move_collection((name,), sound=True)

    def action_remove(self) -> None:
        """Remove the selected collection, once that is confirmed."""
        name = self._named()
        if name is None:
            return

        def confirmed(yes: bool | None) -> None:
            if yes:
                self.home.work.watch(name, ())
                self.home.work.submit(RemoveTask(name))

        extent = ", which cannot be opened"
        if name in self._infos:
            extent = f" ({plural(self._infos[name].documents, 'document')})"
        question = (
            f"Remove the collection {visible_line(name)}{extent}?\n"
            "Only its index goes; the documents themselves are not touched."
        )
        self.app.push_screen(Confirm(question), confirmed)

    def action_forget(self) -> None:
        """Forget a folder of the selected collection, once it is chosen and confirmed."""
        name = self._named(sound=True)
        if name is None:
            return
        if self._infos[name].roots:
            ask_folder_to_forget(self.home, self._infos[name])
        else:
            self._say("there is no folder to forget")

    def action_skips(self) -> None:
        """Show the files that are not searchable."""
        name = self._named()
        if name is None:
            return
        if name in self._infos and not self._infos[name].skipped:
            self._say("nothing was skipped")
            return
        self._skips = Chooser(f"Files of {visible_line(name)} that are not searchable", None)
        self.app.push_screen(self._skips)
        engine = self.home.engine
        self._skips_generation = engine.next_generation()
        engine.submit(Skips(self._skips_generation, name))

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        chooser = self._skips
        if event.generation != self._skips_generation or chooser is None or not chooser.is_current:
            return
        if isinstance(event, Skipped):
            title = f"{plural(len(event.skips), 'file')} of {event.name} not searchable"
            chooser.fill(list(map(_skipped, event.skips)), title=title)
        elif isinstance(event, Problem):
            chooser.action_close()
            self._say(event.message)


def _skipped(skip: Skip) -> str:
    folder, _, name = skip.path.rpartition("/")
    return f"{name}: {skip.reason}   {folder}"


def _name_problem(name: str) -> str:
    from pathlib import Path

    from indexes.catalog import Catalog
    from indexes.errors import BadName

    try:
        Catalog(Path()).folder(name)
    except BadName as error:
        return f"{error.message}; {error.hint}"
    return ""
