"""What stands where results would while there are none, and the row that says what is searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual import on

from app.memory import DEFAULT
from app.tui import notices
from app.tui.events import Problem
from app.tui.screens.recall import Recall
from app.tui.screens.selected import SelectedHit
from app.tui.tasks import IndexTask, ReencodeTask
from app.tui.widgets.keys import Keys
from app.tui.widgets.rows import location
from app.tui.widgets.told import Told
from app.tui.work import WorkChanged
from app.visible import visible_line

if TYPE_CHECKING:
    from app.tui.events import Surveyed
    from app.tui.tasks import Task
    from indexes.types import Answer

UNUSABLE = ("mismatch", "encoder")
"""Kinds of problems out of which another encoder leads."""

A_FOLDER, AN_ENCODER = "Choose a folder", "Another encoder"
"""What Enter asks for where a problem stands in place of results, as the last row names it."""


def same_hits(one: Answer, other: Answer) -> bool:
    """Whether two answers look the same."""
    shown = [
        [(hit.collection, hit.passage_id, round(hit.score, 2)) for hit in answer.hits]
        for answer in (one, other)
    ]
    return shown[0] == shown[1]


class Standing(SelectedHit, Recall):
    """The part of the search screen that says how it stands."""

    trouble: Problem | None = None
    """What stands in place of results."""

    known: set[str]
    """Collections that were there, now or the last time."""

    lost = ""
    """What is said of those that are there no more, until something is typed."""

    @on(WorkChanged)
    def _work_changed(self, message: WorkChanged) -> None:
        self.status.work = self.home.work.line
        if self.trouble is not None:
            self.show_problem(self.trouble)
        elif message.failure:
            self.tell(message.failure)
        if self.trouble is None and self.like is None and not self.field.value.strip():
            self._show_welcome()  # which may say what is indexed
        if any(hit.collection == message.thinned for hit in self.results.hits):
            self.like = None  # it may be what is gone
            self.search_soon(now=True)

    def show_failed_search(self, event: Problem) -> None:
        """Say why a search failed."""
        line = self.filter_line()
        if event.kind == "missing" and line is not None and line.names:
            self.tell(f"filter: {event.message}; {event.hint}")  # perhaps it is not typed out yet
        else:
            self.show_problem(event)

    def show_problem(self, event: Problem) -> None:
        """Say why there are no results, and what can be done about it."""
        self.results.show(())
        work, task = self.home.work, self.work_here
        if event.kind == "missing" and event is not self.trouble:
            self.home.questions.survey(self._leave_out)
        self.trouble = event
        if event.kind == "missing" and task is not None:
            self.status.news = ""
            self.show_notice(notices.indexing(task.name, work.progress.text))
            return
        if event.kind in UNUSABLE and isinstance(task, ReencodeTask):
            self.status.news = ""
            self.show_notice(notices.working(task.title, work.progress.text))
            return
        self.status.news = "no collection" if event.kind == "missing" else "failed"
        failure = work.failures.get(self.names[0], "") if event.kind == "missing" else ""
        self.show_notice(notices.problem(event, self.names, failure))

    def _leave_out(self, told: Surveyed) -> None:
        """Search no more what is gone, unless it is being made, or is still to be made."""
        there = {info.name for info in told.collections} | {one.collection for one in told.problems}
        gone = [name for name in self.names if name not in there]
        awaited = self.work_here is not None or not self.home.work.failures.keys().isdisjoint(gone)
        if self.trouble is None or self.trouble.kind != "missing" or awaited:
            return
        left = tuple(name for name in self.names if name in there)
        if not left and not self.known.isdisjoint(gone):
            left = (DEFAULT if DEFAULT in there or not there else min(there),)
        left = left or self.names[:1]
        if left != self.names:
            self.choose_names(left)
            are = "is" if len(gone) == 1 else "are"
            self.lost = visible_line(f"{', '.join(gone)} {are} not there")
        elif self.reached.collections:
            self.home.reopen()  # it was there until now

    def look_again(self, answer: Answer) -> None:
        """Have the collections counted anew, where an answer shows that others filled them."""
        there = self.reached.collections
        same = answer.collections == tuple(info.name for info in there)
        if there and same and answer.total > sum(info.passages for info in there):
            self.home.reopen()

    def say(self, news: str) -> None:
        """Say something in the status bar, after what is said of collections that are gone."""
        self.status.news = "; ".join(part for part in (self.lost, news) if part)

    @property
    def work_here(self) -> Task | None:
        """The long work at hand, when it is done on what is searched."""
        task = self.home.work.task
        return task if task is not None and task.name in self.searched else None

    @property
    def way_out(self) -> str:
        """What Enter asks for, that mends what stands in place of results; empty for nothing."""
        trouble = self.trouble
        if trouble is None or self.work_here is not None:
            return ""  # or what mends it is under way
        if trouble.kind == "missing":
            return A_FOLDER * (len(self.names) == 1)  # of several, it is left out
        return AN_ENCODER if trouble.kind in UNUSABLE else ""

    def _offer_keys(self) -> None:
        """Offer in the last row what leads out of here, and nothing that has nothing to do."""
        idle = [] if self.trouble is None else ["search.why", "search.open"]
        if self.way_out == A_FOLDER:
            idle += ["search.mode", "search.filter"]
        keys = self.query_one(Keys)
        keys.withhold(*idle)
        keys.label("search.enter", self.way_out)

    def show_nothing_found(self) -> None:
        """Say that there are no hits, and why that may be."""
        if self.work_here is not None:
            work = self.home.work.line
        else:
            work = ""
            there = self.reached.collections
            if notices.is_empty(there) and self.searched == self.names:
                self.show_notice(notices.empty(there))
                return
        filtered = bool(self.filter_field.value.strip())
        query = self.field.value if self.like is None else ""
        self.show_notice(notices.no_hits(query, self.mode, filtered=filtered, work=work))

    def show_state(self) -> None:
        """Say how far the engine is, where nothing was asked."""
        self.show_place()
        state = self.reached
        if state.phase == "failed" and state.problem is not None:
            self.show_problem(state.problem)
            return
        self.trouble = None
        self.say("loading encoder…" if state.phase == "loading" else "ready")
        if not self.results.hits:
            self._show_welcome()

    def _show_welcome(self) -> None:
        task, there, work = self.work_here, self.reached.collections, self.home.work
        if isinstance(task, IndexTask) and notices.is_empty(there):
            self.show_notice(notices.indexing(task.name, work.progress.text))
        else:
            cut = [one.name for one in there if one.unfinished and not work.indexes(one.name)]
            self.show_notice(notices.welcome(there, self.home.key_names.fill, cut))

    def show_place(self) -> None:
        """Say how and where is searched."""
        documents = {info.name: info.documents for info in self.reached.collections}
        line = self.filter_field.value.strip()
        places = [
            f"{name}: {notices.plural(documents[name], 'document')}" if name in documents else name
            for name in self.searched
        ]
        how = f"{self.mode} search"
        if self.like is not None:
            how = self.likeness
        marked = len(self.results.marked)
        parts = [how, ", ".join(places), line, f"{marked} marked" if marked else ""]
        self.status.place = visible_line(" | ".join(part for part in parts if part))
        self.show_filter_row()

    @property
    def likeness(self) -> str:
        """What the results are like; empty when they answer the query."""
        if self.like is None:
            return ""
        return visible_line(f"like {self.like.path.rpartition('/')[2]}{location(self.like)}")

    @property
    def searched(self) -> tuple[str, ...]:
        """The collections that are searched."""
        line = self.filter_line()
        return (line.names if line else ()) or self.names

    def show_notice(self, text: str) -> None:
        """Show a text in place of results."""
        self.query_one("#notice", Told).tell(self.home.key_names.fill(text))
        self.show_panes("notice")

    def show_panes(self, what: Literal["hits", "notice"]) -> None:
        """Show the results, or the notice that stands in their place."""
        self._offer_keys()
        if what == "notice" and self.focused in (self.results, self.preview):
            self.field.focus()
        # Not by a class: that would style anew, and paint anew, all that stands here.
        shown = {
            "#notice": what == "notice",
            "#results": what == "hits",
            "#document": what == "hits",
        }
        for name, display in shown.items():
            widget = self.query_one(name)
            if widget.display != display:
                widget.display = display
