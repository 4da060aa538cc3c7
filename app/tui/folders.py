"""Folders, as they are typed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from textual.suggester import Suggester

from app.paths import is_there


def typed_path(typed: str) -> Path:
    """Return a path as it was typed, `~` made a home; a home that nobody has stays as it is."""
    return Path(os.path.expanduser(typed))  # noqa: PTH111  pathlib's raises there


def is_folder(path: Path) -> bool:
    """Return whether a folder is there, as far as can be seen from here."""
    return is_there(path) and path.is_dir()


PATIENCE = 0.5
"""Seconds that a folder is waited for: other keys wait too."""


class PathSuggester(Suggester):
    """Completes a path to the first folder, or else file, that begins like it."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Look in a thread: a folder may be far away."""
        return await asyncio.to_thread(complete, value)


def complete(value: str) -> str | None:
    """Return a path that goes on from what is typed; None when there is none."""
    if value.endswith("/"):
        return None  # the first of all would look as if it had been typed
    return next(iter(completions(value)), None)


def completions(value: str) -> list[str]:
    """Return the paths that go on from what is typed: folders, each with a slash, then files."""
    head, slash, begun = value.rpartition("/")
    if not value:
        return []
    folder = typed_path(head + slash) if slash else Path()
    try:
        with os.scandir(folder) as entries:
            found = sorted(
                (not entry.is_dir(), entry.name) for entry in entries if _goes_on(entry.name, begun)
            )
    except (OSError, ValueError):
        return []
    return [f"{head}{slash}{name}" + ("" if is_file else "/") for is_file, name in found]


def _goes_on(name: str, begun: str) -> bool:
    hidden = name.startswith(".") and not begun
    return name.startswith(begun) and not hidden and name.isprintable()


class Completing:
    """Completes a path key by key, as a shell does: what is sure, then each path in turn."""

    def __init__(self) -> None:
        self._given = ""
        self._paths: list[str] = []
        self._next = 0

    async def complete(self, value: str) -> str:
        """Return what stands there next; what stands there now when nothing goes on from it."""
        if value != self._given or len(self._paths) < 2:
            # In a thread, and not for ever: a folder may be far away.
            look = asyncio.to_thread(completions, value)
            try:
                self._paths = await asyncio.wait_for(look, PATIENCE)
            except TimeoutError:
                self._paths = []
            self._next = 0
            self._given = os.path.commonprefix(self._paths)  # noqa: RUF071  as a shell does
            if len(self._given) > len(value):
                return self._given
        if self._paths:
            self._given = self._paths[self._next % len(self._paths)]
            self._next += 1
            return self._given
        return value


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
    return _problem(typed, "a folder", _look_into)


def file_problem(typed: str) -> str:
    """Say what is wrong with a path to be read; empty when nothing is."""
    return _problem(typed, "a file", _open)


def _problem(typed: str, what: str, look: Callable[[Path], None]) -> str:
    if not typed:
        return f"type the path of {what}"
    path = typed_path(typed)
    try:
        if not path.exists():
            return f"{path} does not exist"
        look(path)
    except (OSError, ValueError) as error:
        return f"{path}: {getattr(error, 'strerror', None) or error}"
    return ""


def _look_into(path: Path) -> None:
    if path.is_dir():
        os.scandir(path).close()


def _open(path: Path) -> None:
    if path.is_file() or path.is_dir():  # a pipe would be waited for; to open a folder is an error
        path.open("rb").close()
