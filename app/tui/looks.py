"""Themes by name, and what else decides how the interface looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.filter import NoColor
from textual.theme import BUILTIN_THEMES, Theme

from app.errors import SettingError

if TYPE_CHECKING:
    from textual.app import App

CONTRAST = Theme(
    name="contrast",
    primary="#ffff00",
    secondary="#00ffff",
    warning="#ffff00",
    error="#ff6060",
    success="#00ff00",
    accent="#00ffff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#303030",
    dark=True,
)
"""White on black, and nothing in between."""

LIGHT = Theme(
    name="paper",
    primary="#004578",
    secondary="#00566b",
    warning="#6f3000",
    error="#a00018",
    success="#14501b",
    accent="#6f3000",
    foreground="#101010",
    background="#fafafa",
    surface="#eeeeee",
    panel="#dfe4e8",
    dark=False,
)
"""Textual's own light theme has orange on white for what matters most, which nobody can read."""

NO_COLOUR = "none"
OURS = {"dark": "textual-dark", "light": LIGHT.name, CONTRAST.name: CONTRAST.name}
"""Names that say what they look like, with the themes they stand for."""


def put_theme(app: App[None], name: str) -> None:
    """Give the interface its looks.

    Args:
        app: The application.
        name: `dark`, `light`, `contrast`, `none` for no colour, or a theme of Textual's.

    Raises:
        SettingError: There is no such theme.
    """
    app.register_theme(CONTRAST)
    app.register_theme(LIGHT)
    if name == NO_COLOUR:
        # What NO_COLOR does, but not to the programs that are started from here.
        app.no_color = True
        app._filters.append(NoColor())
    elif name in OURS:
        app.theme = OURS[name]
    elif name in BUILTIN_THEMES:
        app.theme = name
    else:
        known = ", ".join([*OURS, NO_COLOUR, *sorted(BUILTIN_THEMES)])
        raise SettingError(f"tui.theme is {name!r}", f"one of: {known}")


def restore_theme(app: App[None], configured: str, left: object) -> None:
    """Give the interface the looks that were chosen in it, unless the configuration changed since.

    Args:
        app: The application.
        configured: The theme of the configuration.
        left: What was remembered: the theme configured then, and the one chosen.
    """
    if (
        isinstance(left, list)
        and left[:1] == [configured]
        and isinstance(left[-1], str)
        and left[-1] in app.available_themes
    ):
        app.theme = left[-1]
