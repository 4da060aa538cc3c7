"""All keys, from the registry that they are bound by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from app.keys import SCOPES, Action, Scope
from app.tui.actions import bindings
from app.tui.widgets.keys import Keys

if TYPE_CHECKING:
    from app.tui.app import SearchApp


CLOSE = "close"


class HelpPane(VerticalScroll):
    """What scrolls."""

    BINDINGS: ClassVar[list[BindingType]] = [one for one in bindings("help") if one.action != CLOSE]


class HelpScreen(ModalScreen[None]):
    """What each key does.

    Args:
        here: Scopes of the screen that help was asked for on; they come first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [one for one in bindings("help") if one.action == CLOSE]
    AUTO_FOCUS = "#help"

    def __init__(self, here: Collection[Scope] = ()) -> None:
        super().__init__()
        self._here = here

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with HelpPane(id="help"):
            yield Static(help_text(cast("SearchApp", self.app).actions, self._here))
        yield Keys("help")

    def action_close(self) -> None:
        """Return to where help was asked for."""
        self.dismiss()


def help_text(actions: Iterable[Action], here: Collection[Scope] = ()) -> Group:
    """Write the help, scope by scope, those at hand first."""
    known = list(actions)
    width = max(len(action.shown) for action in known) + 2
    parts: list[Text | Table] = []
    for scope in sorted(SCOPES, key=lambda one: one not in here):
        table = Table.grid(padding=(0, 2))
        table.add_column(width=width, style="bold")
        table.add_column()
        for action in known:
            if action.scope == scope:
                table.add_row(Text(f"  {action.shown}"), Text(action.help))
        parts += [Text(SCOPES[scope], "bold underline"), table, Text()]
    return Group(*parts)
