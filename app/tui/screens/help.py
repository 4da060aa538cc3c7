"""All keys, from the registry that they are bound by."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from app.tui.actions import ACTIONS, SCOPES, bindings


class HelpScreen(ModalScreen[None]):
    """What each key does."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings("help")]
    AUTO_FOCUS = "#help"

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        with VerticalScroll(id="help"):
            yield Static(help_text(), markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def action_close(self) -> None:
        """Return to where help was asked for."""
        self.dismiss()


def help_text() -> Content:
    """Write the help, scope by scope."""
    parts: list[str | tuple[str, str]] = []
    for scope, heading in SCOPES.items():
        parts.append((f"{heading}\n", "bold underline"))
        for action in ACTIONS:
            if action.scope == scope:
                parts.append((f"  {action.shown:<12}", "bold"))
                parts.append(f"{action.help}\n")
        parts.append("\n")
    return Content.assemble(*parts)
