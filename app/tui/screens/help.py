"""All keys, from the registry that they are bound by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from app.tui.actions import SCOPES, Action, bindings
from app.tui.widgets.keys import Keys

if TYPE_CHECKING:
    from app.tui.app import SearchApp


class HelpScreen(ModalScreen[None]):
    """What each key does."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("help")]
    AUTO_FOCUS = "#help"

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with VerticalScroll(id="help"):
            yield Static(help_text(cast("SearchApp", self.app).actions))
        yield Keys("help")

    def action_close(self) -> None:
        """Return to where help was asked for."""
        self.dismiss()


def help_text(actions: Iterable[Action]) -> Table:
    """Write the help, scope by scope."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    known = list(actions)
    for scope, heading in SCOPES.items():
        table.add_row(Text(heading, "underline"))
        for action in known:
            if action.scope == scope:
                table.add_row(Text(f"  {action.shown}"), Text(action.help))
        table.add_row()
    return table
