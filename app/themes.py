"""Names of the interface's themes, told without opening it."""

from __future__ import annotations

from app.errors import SettingError

OURS = ("dark", "light", "contrast", "none")


def check_theme(name: str, origin: str = "") -> None:
    """Refuse a theme that there is not.

    Args:
        name: A theme of ours, or of Textual's.
        origin: Where the setting comes from, where that is not plain.

    Raises:
        SettingError: There is no such theme.
    """
    if name in OURS:
        return
    from textual.theme import BUILTIN_THEMES  # nothing but the interface needs it otherwise

    if name not in BUILTIN_THEMES:
        raise SettingError(
            f"{origin}{': ' if origin else ''}tui.theme is {name!r}",
            f"one of: {', '.join([*OURS, *sorted(BUILTIN_THEMES)])}",
        )
