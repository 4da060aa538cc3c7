"""A file of pairs: how well the scores agree with gold, as a cloud of points, and the worst."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from app.errors import UsageError
from app.keys import Scope, key
from app.tui.actions import bindings
from app.tui.folders import PathSuggester, typed_path
from app.tui.notices import SHOWN_WORK
from app.tui.screens.comparing import Comparing
from app.tui.tasks import ScoreFileTask
from app.tui.widgets.cloud import Cloud
from app.tui.widgets.field import Field
from app.tui.widgets.lines import Lines
from app.tui.work import WorkChanged
from app.visible import visible_line

if TYPE_CHECKING:
    from app.scoring.report import FileReport, Worst

INVITATION = (
    "Which file? One pair of texts a line, a tab between, and maybe a gold score in a third "
    f"column.\n\nType its path (Right completes) and press {key('pairs.enter')}. Columns are found "
    "by themselves, or are named, from 1: text,text,gold; for STS files 2,3,1."
)


class PairsScreen(Comparing):
    """A file of pairs and what its scores say."""

    VIEW = "pairs"
    SCOPES: ClassVar[tuple[Scope, ...]] = ("pairs", "score")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("pairs")]
    AUTO_FOCUS = "#file"
    _report: FileReport | None = None
    _asked: ScoreFileTask | None = None

    def body(self) -> ComposeResult:
        """Lay out the path, the cloud, and the worst pairs."""
        with Horizontal(classes="file-row"):
            yield Label("File", classes="file-label")
            yield Field(
                id="file", compact=True, select_on_focus=False, suggester=PathSuggester(),
                placeholder="path of a tab-separated file",
            )  # fmt: skip
            yield Label("Columns", classes="file-label")
            yield Field(id="columns", compact=True, placeholder="auto")
        yield Static(self.told(INVITATION), id="notice", markup=False)
        with Container(id="report"):
            yield Cloud(id="cloud")
            yield Lines(id="worst")
        yield Static(id="pair", classes="-cut", markup=False)

    def on_mount(self) -> None:
        """Begin with the invitation."""
        super().on_mount()
        self._say(INVITATION)

    def emptied(self) -> None:
        """Begin anew, unless a file is being scored."""
        if self._asked is None:
            self.came()
            self._say(INVITATION)

    def _say(self, text: str) -> None:
        self.query_one("#notice", Static).update(self.told(text))
        self.set_class(True, "-notice")

    # Not before the field itself: what was typed just now must stand in it.
    @on(Input.Submitted)
    def action_enter(self) -> None:
        """Score the file that is named."""
        if not isinstance(self.focused, Input):
            return
        path = self.query_one("#file", Input).value.strip()
        if not path:
            return
        from app.scoring.pairs import parse_columns

        typed = self.query_one("#columns", Input).value.strip()
        try:
            columns = parse_columns(typed) if typed else None
        except UsageError as error:
            self.came(f"{error.message}; {error.hint}")
            return
        self._asked = ScoreFileTask(typed_path(path), columns)
        self._say(f"Scoring {visible_line(path)}\n\n{SHOWN_WORK}")
        self.home.work.submit(self._asked)

    @on(WorkChanged)
    def _scored(self, message: WorkChanged) -> None:
        work = self.home.work
        if not message.stored or self._asked is None:
            return
        scored = work.scored.pop(self._asked, None)
        if scored is None:
            return
        self._asked = None
        if isinstance(scored, str):
            self.came("failed")
            self._say(visible_line(scored))
        else:
            self._show(scored)

    def _show(self, report: FileReport) -> None:
        self._report = report
        self.set_class(False, "-notice")
        names = ",".join(str(column + 1) for column in report.columns)
        self.came(f"columns {names}" + (f"; {report.cut}" if report.cut else ""))
        rows = [f"{one.score:6.2f} {one.gold:6.4g}  {one.a}  |  {one.b}" for one in report.worst]
        worst = self.query_one("#worst", Lines)
        worst.display = bool(rows)
        worst.show(rows)
        self.query_one(Cloud).show(report)
        self._show_pair()
        (worst if rows else self.query_one("#file")).focus()

    @on(Lines.Selected)
    def _show_pair(self) -> None:
        report = self._report
        if report is not None and report.worst:
            one = report.worst[self.query_one("#worst", Lines).selected]
            self.query_one("#pair", Static).update(Content(_told(one)))


def _told(one: Worst) -> str:
    way = "too near" if one.rank_difference > 0 else "too far"
    return (
        f"line {one.line}: {way}, by {abs(one.rank_difference):.0%} of the ranks\n"
        f"{visible_line(one.a)}\n{visible_line(one.b)}"
    )
