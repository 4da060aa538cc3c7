"""Folders, as they are typed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from textual.suggester import Suggester


def typed_path(typed: str) -> Path:
    """Return a path as it was typed, `~` made a home; a home that nobody has stays as it is."""
    return Path(os.path.expanduser(typed))  # noqa: PTH111  pathlib's raises there


def is_there(path: Path) -> bool:
    """Return whether something is there, as far as can be seen from here."""
    try:
        return path.exists()
    except (OSError, ValueError):  # no right to look, or no path at all
        return False


def is_folder(path: Path) -> bool:
    """Return whether a folder is there, as far as can be seen from here."""
    return is_there(path) and path.is_dir()


class PathSuggester(Suggester):
    """Completes a path to the first folder, or else file, that begins like it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Look in a thread: a folder may be far away."""
        return await asyncio.to_thread(complete, value)


def complete(value: str) -> str | None:
    """Return a path that goes on from what is typed; None when there is none."""
    head, slash, begun = value.rpartition("/")
    if not begun:
        return None  # the first of all would look as if it had been typed
    folder = typed_path(head + slash) if slash else Path()
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                (not entry.is_dir(), entry.name)
                for entry in entries
                if entry.name.startswith(begun)
            )
    except (OSError, ValueError):
        return None
    if not found or not found[0][1].isprintable():
        return None
    is_file, name = found[0]
    return f"{head}{slash}{name}" + ("" if is_file else "/")


def start_folder(typed: str) -> str:
    """Return the folder to begin with: what was typed if it is one, else where the user stands."""
    if typed.startswith(("/", "~", ".")) and is_folder(typed_path(typed)):
        return typed
    home = typed_path("~")
    try:
        here = Path.cwd()
    except OSError:  # it was removed
        here = home
    if here not in (home, Path("/")):
        return f"{here}/"
    return "~/Documents/" if is_folder(home / "Documents") else "~/"


def folder_problem(typed: str) -> str:
    """Say what is wrong with a path to be indexed; empty when nothing is."""
    if not typed:
        return "type the path of a folder"
    path = typed_path(typed)
    try:
        if not path.exists():
            return f"{path} does not exist"
        if path.is_dir():
            os.scandir(path).close()
    except (OSError, ValueError) as error:
        return f"{path}: {getattr(error, 'strerror', None) or error}"
    return ""
