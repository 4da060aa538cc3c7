"""All lines of a list against all of another, as a heat map."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Label, Static, TextArea

from app.errors import AppError
from app.keys import Scope, key
from app.scoring.saving import ENDINGS
from app.scoring.wording import describe, percentile_of
from app.tui.actions import bindings
from app.tui.events import Crossed, Problem, Read, Saved
from app.tui.folders import PathSuggester, file_problem, start_folder, typed_path
from app.tui.messages import EngineReport
from app.tui.notices import plural
from app.tui.scoring_jobs import Cross, ReadLines, SaveMatrix
from app.tui.screens.chooser import Ask, Chooser
from app.tui.screens.comparing import Comparing
from app.tui.widgets.heatmap import HeatMap
from app.tui.widgets.texts import Texts
from app.visible import visible_line
from app.writing import check_new

MOST = 1000
"""Lines of a list that are compared: more make no picture, and the shell has them."""

INVITATION = (
    f"Type or paste texts, one a line; {key('matrix.read')} reads a file. Without columns, the "
    f"rows are compared with each other. {key('score.next')} goes to the matrix."
)


class MatrixScreen(Comparing):
    """A matrix of similarities that follows the typing."""

    VIEW = "matrix"
    SCOPES: ClassVar[tuple[Scope, ...]] = ("matrix", "score")
    IN_PANE: ClassVar[tuple[Scope, ...]] = ("heat", "matrix", "score")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("matrix")]
    AUTO_FOCUS = "#rows"
    _background: tuple[float, ...] = ()
    _closest: tuple[tuple[int, int], ...] = ()
    _numbers: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    _cut = False
    _read_generation = _save_generation = 0
    _read_into = "rows"
    _place = "matrix.csv"
    """Where it was to be written last."""

    def body(self) -> ComposeResult:
        """Lay out the two lists, the matrix, and the pair at the cursor."""
        with Horizontal(id="lists"):
            for name, label in (("rows", "Rows"), ("columns", "Columns (or none)")):
                with Vertical(classes="side"):
                    yield Label(label, classes="score-label")
                    yield Texts(id=name, list_=True)
        yield HeatMap(id="heat")
        yield Static(self.told(INVITATION), id="pair", markup=False)

    @property
    def heat(self) -> HeatMap:
        """The matrix."""
        return self.query_one(HeatMap)

    def _texts(self, name: str) -> Texts:
        return self.query_one(f"#{name}", Texts)

    def on_descendant_focus(self) -> None:
        """Mark the list that has the focus; give the matrix more room when it has it."""
        for side in self.query(".side"):
            side.query_one(Label).set_class(side.query_one(Texts).has_focus, "-focused")
        self.query_one("#lists").set_class(self.heat.has_focus, "-away")

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.new_question()
        self.typing.ask(self._cross)

    def _cross(self) -> None:
        rows, columns = self._texts("rows").filled, self._texts("columns").filled
        numbers = self._texts("rows").numbers, self._texts("columns").numbers
        self._numbers = numbers[0], numbers[1] or numbers[0]
        self._cut = max(len(rows), len(columns)) > MOST
        if len(rows) < 2 and not (rows and columns):
            self.heat.clear()
            self._say(INVITATION)
            self.came()
            return
        self.engine.submit(Cross(self.generation, rows[:MOST], columns[:MOST]))
        self.wait()

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        mine = event.generation in (self.generation, self._read_generation, self._save_generation)
        if not mine:
            return
        if isinstance(event, Crossed):
            self._background, self._closest = event.background, event.closest
            cut = f", the first {MOST} of each" if self._cut else ""
            long = f"; {event.cut}" if event.cut else ""
            self.came(f"{len(event.rows)} × {len(event.columns)}{cut}{long}")
            self.heat.show(event.rows, event.columns, event.scores, self._numbers)
        elif isinstance(event, Read):
            self._texts(self._read_into).put("\n".join(event.texts))
            self.came(f"{plural(len(event.texts), 'text')} of {visible_line(event.path.name)}")
        elif isinstance(event, Saved):
            self.came(f"wrote {visible_line(str(event.path))}")
        elif isinstance(event, Problem):
            if event.generation == self.generation:
                self._say(self.failed(event))
            else:
                self.came(f"{visible_line(event.message)}; {visible_line(event.hint)}")

    @on(HeatMap.Moved)
    def _show_pair(self) -> None:
        place = self.heat.cursor
        if place is None:
            return
        row, column = place
        score = self.heat.value(row, column)
        meaning = ""
        if self._background:
            meaning = describe(percentile_of(score, self._background))
        told = f"{score:.4f}  {meaning}\n{self._named(row, column, chr(10))}"
        self._say(told, cut=True)

    def _named(self, row: int, column: int, between: str) -> str:
        """Return two texts with the numbers of their lines."""
        rows, columns = self._numbers
        return (
            f"{rows[row]}: {visible_line(self.heat.rows[row])}{between}"
            f"{columns[column]}: {visible_line(self.heat.columns[column])}"
        )

    def _say(self, text: str, *, cut: bool = False) -> None:
        """Show a text below the matrix; each line in one row where they may be cut."""
        pair = self.query_one("#pair", Static)
        pair.set_class(cut, "-cut")
        pair.update(self.told(text))

    # Keys

    @on(HeatMap.Left)
    def _to_texts(self) -> None:
        self._texts("rows").focus()

    def action_read(self) -> None:
        """Ask for a file of one text a line, and put its texts into the list at hand."""
        self._read_into = "columns" if self._texts("columns").has_focus else "rows"

        def answered(path: str | None) -> None:
            if path:
                self._read_generation = self.engine.next_generation()
                self.engine.submit(ReadLines(self._read_generation, typed_path(path)))

        question = f"Which file, one text a line, for the {self._read_into}?"
        self.app.push_screen(
            Ask(question, start_folder(""), file_problem, PathSuggester(), does="read"), answered
        )

    def action_export(self) -> None:
        """Ask where to write the matrix, and write it."""
        if self.heat.cursor is None:
            self.status.news = "there is no matrix yet"
            return

        def answered(path: str | None) -> None:
            if path:
                self._place = path
                self._save_generation = self.engine.next_generation()
                job = SaveMatrix(
                    self._save_generation, typed_path(path), self.heat.rows,
                    self.heat.columns,
                )  # fmt: skip
                self.engine.submit(job)
                self.wait()

        question = "Write the matrix to which file? .csv, .json, or a picture: .png, .svg, .pdf"
        self.app.push_screen(
            Ask(question, self._place, _place_problem, PathSuggester(), does="write"), answered
        )

    def action_by_value(self) -> None:
        """Choose among the pairs by how close they are."""
        heat, closest = self.heat, self._closest
        if heat.cursor is None:
            return
        lines = [f"{heat.value(i, j):.4f}  {self._named(i, j, '  |  ')}" for i, j in closest]

        def chosen(places: tuple[int, ...] | None) -> None:
            if places:
                heat.go_to(*closest[places[0]])

        self.app.push_screen(Chooser("Pairs, the closest first", lines), chosen)


def _place_problem(name: str) -> str:
    """Say why a matrix cannot be written there; empty when it can, as far as can be seen."""
    try:
        check_new(typed_path(name), ENDINGS)
    except AppError as error:
        return f"{error.message}; {error.hint}"
    return ""
