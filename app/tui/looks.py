"""Themes by name, and what else decides how the interface looks."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.filter import NoColor
from textual.theme import BUILTIN_THEMES, Theme

from app.themes import check_theme

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
    name="light",
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

DARK = replace(BUILTIN_THEMES["textual-dark"], name="dark")
NO_COLOUR = replace(DARK, name="none")
OURS = (DARK, LIGHT, CONTRAST, NO_COLOUR)
"""Themes whose names say what they look like; `app.themes` has the names."""

FORMER = {"paper": LIGHT.name}
"""What such a name was before."""


def put_theme(app: App[None], name: str) -> None:
    """Give the interface its looks.

    Args:
        app: The application.
        name: `dark`, `light`, `contrast`, `none` for no colour, or a theme of Textual's.

    Raises:
        SettingError: There is no such theme.
    """
    check_theme(name)
    for theme in OURS:
        app.register_theme(theme)
    app.theme = name
    take_colour(app)


def take_colour(app: App[None]) -> None:
    """Take all colour away while the theme is the one without, and no longer.

    It is what NO_COLOR does, but not to the programs that are started from here.
    """
    bare = app.theme == NO_COLOUR.name
    if bare == app.no_color or "NO_COLOR" in os.environ:
        return
    app.no_color = bare
    app._filters[:] = [one for one in app._filters if not isinstance(one, NoColor)]
    if bare:
        app._filters.append(NoColor())


def restore_theme(app: App[None], configured: str, left: object) -> None:
    """Give the interface the looks that were chosen in it, unless the configuration changed since.

    Args:
        app: The application.
        configured: The theme of the configuration.
        left: What was remembered: the theme configured then, and the one chosen.
    """
    if isinstance(left, list) and left[:1] == [configured] and isinstance(left[-1], str):
        chosen = FORMER.get(left[-1], left[-1])
        if chosen in app.available_themes:
            app.theme = chosen
            take_colour(app)
