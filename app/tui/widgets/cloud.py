"""How a file of pairs was scored, as a cloud of points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from app.tui.notices import plural
from app.tui.plot import histogram, scatter

if TYPE_CHECKING:
    from app.scoring.report import FileReport

BESIDES = 2
"""Rows above and below the plot."""


class Cloud(Widget):
    """Similarity against gold; without gold, how many pairs have which similarity."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  as Textual calls it
        super().__init__(id=id)
        self._report: FileReport | None = None

    def show(self, report: FileReport) -> None:
        """Show another file."""
        self._report = report
        self.refresh()

    def render(self) -> Content:
        """Draw as large as there is room."""
        report = self._report
        if report is None:
            return Content()
        width, height = max(20, self.size.width), max(4, self.size.height - BESIDES)
        told = [plural(report.pairs, "pair")]
        if report.skipped:
            told.append(f"{plural(report.skipped, 'line')} passed over")
        if report.spearman is not None:
            told.append(f"Spearman {report.spearman:.4f}")
        if report.auc is not None:
            told.append(f"AUC {report.auc:.4f}")
        with_gold = [(gold, score) for score, gold in report.points if gold is not None]
        if with_gold:
            rows = scatter(with_gold, width, height)
            foot = "up: similarity, across: gold; below: the worst disagreements"
        else:
            told.append("no gold")
            rows = histogram([score for score, _ in report.points], width, height)
            foot = "how many pairs have which similarity"
        return Content("\n".join([", ".join(told), *rows, foot]))
