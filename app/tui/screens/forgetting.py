"""Forgetting a folder of a collection: which one, and whether it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.keys import key
from app.paths import is_there
from app.tui.screens.chooser import Chooser, Confirm
from app.tui.tasks import ForgetTask
from app.visible import visible_line

if TYPE_CHECKING:
    from pathlib import Path

    from app.tui.app import SearchApp
    from indexes.types import CollectionInfo


def ask_folder_to_forget(home: SearchApp, info: CollectionInfo) -> None:
    """Have a folder of a collection chosen, and forgotten once that is confirmed.

    Args:
        home: The application.
        info: The collection; it has a folder.
    """
    paths = [root.path for root in info.roots]
    if len(paths) == 1:
        _confirm(home, info.name, paths[0], alone=True)
        return

    def chosen(places: tuple[int, ...] | None) -> None:
        if places:
            _confirm(home, info.name, paths[places[0]], alone=False)

    title = f"Which folder of {info.name} is to be forgotten?"
    lines = [f"{path}" if is_there(path) else f"{path}  MISSING" for path in paths]
    home.push_screen(Chooser(title, lines), chosen)


def _confirm(home: SearchApp, name: str, path: Path, *, alone: bool) -> None:
    told = [
        f"Forget the folder {visible_line(str(path))} of {visible_line(name)}?",
        "What was indexed under it goes; the documents themselves are not touched.",
    ]
    if not is_there(path):
        told.append("It is not there now: until it is back, nothing of it can be indexed again.")
    if alone:
        removes = home.key_names.fill(key("collections.remove"))
        told.append(f"It is the only folder; the collection stays, and {removes} removes it.")

    def confirmed(yes: bool | None) -> None:
        if yes:
            home.work.submit(ForgetTask(name, path))

    home.push_screen(Confirm("\n".join(told)), confirmed)
