"""The encoders at hand with their measured scores, and a training run to follow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from app.tui.actions import bindings
from app.tui.engine import Engine
from app.tui.events import EncodersListed, Followed, Problem
from app.tui.fit import shorten
from app.tui.folders import folder_problem, typed_path
from app.tui.jobs import Encoders, Follow
from app.tui.messages import EngineReport
from app.tui.notices import plural
from app.tui.plot import plot
from app.tui.screens.chooser import ask_folder
from app.tui.widgets.keys import Keys
from app.tui.widgets.lines import Lines
from app.tui.widgets.statusbar import StatusBar
from app.tui.widgets.told import Told, fact
from app.tui.work import WorkChanged
from app.visible import visible, visible_line
from jtcse_core.curves import find_logs
from jtcse_core.errors import DataError

if TYPE_CHECKING:
    from app.encoders import Installed
    from app.tui.app import SearchApp

LOOK_EVERY = 2.0
"""Seconds between two looks at a run that is followed."""

PLOT_ROWS = 6
DEV = "dev/spearman"
FOLLOW = "Which run? The folder given to jtcse train or jtcse distill with -o."


class EncodersScreen(Screen[None]):
    """Encoders, and a run that is followed.

    Args:
        engine: Lists and reads.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("encoders")]
    AUTO_FOCUS = "#encoders"

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self._encoders: tuple[Installed, ...] = ()
        self._run: Path | None = None
        self._curves: Mapping[str, list[tuple[int, float]]] = {}
        self._trouble = ""
        self._list_generation = self._follow_generation = 0

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(Content(_HEADER), id="encoders-head", markup=False)
        yield Lines(id="encoders")
        with VerticalScroll(id="encoder"):
            yield Told(id="facts")
        yield StatusBar(id="status")
        yield Keys("encoders")

    def on_mount(self) -> None:
        """Look at a followed run now and then."""
        self.set_interval(LOOK_EVERY, self._look)

    def on_screen_resume(self) -> None:
        """List anew."""
        self._list_generation = self._engine.next_generation()
        self._engine.submit(Encoders(self._list_generation))

    def _look(self) -> None:
        if self._run is not None and self.is_current:
            self._follow_generation = self._engine.next_generation()
            self._engine.submit(Follow(self._follow_generation, self._run))

    @on(EngineReport)
    def _engine_reported(self, message: EngineReport) -> None:
        event = message.event
        status = self.query_one("#status", StatusBar)
        if event.generation == self._list_generation and isinstance(event, EncodersListed):
            self._encoders = event.encoders
            status.place = plural(len(event.encoders), "encoder")
            lines = self.query_one(Lines)
            lines.show([_row(one) for one in event.encoders], lines.selected)
            lines.styles.height = max(1, len(event.encoders))
            self._show()
        elif event.generation == self._follow_generation:
            if isinstance(event, Followed):
                self._curves, self._trouble = event.curves, ""
                self._show()
            elif isinstance(event, Problem):
                names = cast("SearchApp", self.app).key_names
                self._trouble = visible_line(names.fill(f"{event.message}; {event.hint}"))
                self._show()

    @on(WorkChanged)
    def _work_changed(self) -> None:
        work = cast("SearchApp", self.app).work
        self.query_one("#status", StatusBar).work = work.line

    @on(Lines.Selected)
    def _show(self) -> None:
        parts = []
        if self._run is not None:
            width = max(20, min(100, self.size.width - 16))
            parts.append(self._trouble or _run_text(self._run, self._curves, width))
        if self._encoders:
            parts.append(_facts(self._encoders[self.query_one(Lines).selected]))
        self.query_one("#facts", Told).tell(visible("\n\n".join(parts)))

    def action_follow(self) -> None:
        """Ask for a run, and follow it."""

        def answered(folder: str | None) -> None:
            if folder:
                self._run, self._curves, self._trouble = typed_path(folder), {}, ""
                self._show()
                self._look()

        ask = ask_folder(FOLLOW, str(self._run or ""), self._run_problem, does="follow it")
        self.app.push_screen(ask, answered)

    def _run_problem(self, folder: str) -> str:
        """Say why a run cannot be followed; empty when it can."""
        wrong = folder_problem(folder)
        if not wrong:
            try:
                find_logs(typed_path(folder))
            except DataError as error:
                wrong = f"{error.message}; {error.hint}"
        return wrong


_HEADER = f"  {'Encoder':<28} {'Dim':>5} {'STS':>7} {'Retrieval':>10}  Base"


def _row(one: Installed) -> str:
    used = "* " if one.current else "  "
    other = one.card is not None and one.card.name != one.name
    name = f"{one.name} ({one.card.name})" if one.card and other else one.name
    if one.card is None:
        return f"{used}{one.name:<26} {one.problem}"
    sts, retrieval = (_score(one.card.scores, name) for name in ("sts", "retrieval"))
    name = f"{shorten(name, 26):<26}"
    return f"{used}{name} {one.card.dim:>5} {sts:>7} {retrieval:>10}  {one.card.base}"


def _score(scores: Mapping[str, object], name: str) -> str:
    value = scores.get(name)
    if isinstance(value, Mapping):
        value = value.get("avg", value.get("mean", value.get("ndcg@10")))
    return f"{value:.2f}" if isinstance(value, float | int) else "-"


def _facts(one: Installed) -> str:
    lines = [f"{one.name}" + ("  (used for new collections)" if one.current else "")]
    if one.card is None:
        lines.append(one.problem)
        return "\n".join(lines)
    card = one.card
    lines += [
        fact("name", card.name),
        fact("base", card.base),
        fact("pooling", f"{card.pooling}, {card.dim} dimensions, reads {card.max_length} tokens"),
        fact("licence", card.licence or "not said"),
        fact("folder", str(one.folder)),
    ]
    scores = card.scores.items()
    lines += [fact(name, _told(value)) for name, value in scores if not _nested(value)]
    if any(_nested(value) for _, value in scores):
        lines.append(fact("more", f"jtcse models show {one.name}"))
    return "\n".join(lines)


def _nested(value: object) -> bool:
    """Whether a score has parts of parts: more than a line can say."""
    return isinstance(value, Mapping) and any(isinstance(v, Mapping) for v in value.values())


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "  ".join(f"{name} {_told(part)}" for name, part in value.items())
    if not isinstance(value, float):
        return str(value)
    return f"{value:g}" if value.is_integer() else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _run_text(run: Path, curves: Mapping[str, list[tuple[int, float]]], width: int) -> str:
    if not curves:
        return f"Following {run}: nothing is logged yet."
    parts = [f"Following {run}"]
    for name in [DEV, "loss", *sorted(set(curves) - {DEV, "loss"})]:
        points = curves.get(name)
        if not points:
            continue
        step, value = points[-1]
        if name in (DEV, "loss"):
            rows = plot([value for _, value in points], width, PLOT_ROWS)
            parts.append("\n".join([f"{name} {value:.4g} at step {step}", *rows]))
        else:
            parts.append(f"{name:<24}{value:.5g}")
    return "\n".join(parts)
