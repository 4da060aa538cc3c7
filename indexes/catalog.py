"""The collections under a data folder, by name."""

from __future__ import annotations

import re
import shutil
from difflib import get_close_matches
from pathlib import Path

from indexes.database import exists, storage_errors
from indexes.errors import BadName, CollectionExists, CollectionNotFound
from indexes.locking import writer_lock

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")


class Catalog:
    """Names and folders of collections.

    Args:
        home: The folder that holds one folder a collection.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def folder(self, name: str) -> Path:
        """Return where a collection of that name stands, or would stand.

        Raises:
            BadName: The name cannot be a collection's.
        """
        if not _NAME.fullmatch(name):
            raise BadName(
                f"{name!r} cannot be the name of a collection",
                "use up to 64 letters, digits, dots, dashes and underscores",
            )
        return self._home / name

    def names(self) -> list[str]:
        """Return the names of all collections, sorted."""
        if not self._home.is_dir():
            return []
        return sorted(
            path.name
            for path in self._home.iterdir()
            if _NAME.fullmatch(path.name) and exists(path)
        )

    def find(self, name: str) -> Path:
        """Return the folder of an existing collection.

        Raises:
            CollectionNotFound: There is none of that name.
        """
        folder = self.folder(name)
        if exists(folder):
            return folder
        names = self.names()
        close = get_close_matches(name, names, n=1)
        if close:
            hint = f"did you mean {close[0]!r}?"
        elif names:
            hint = f"there are: {', '.join(names)}"
        else:
            hint = "make one: jtcse index PATH"
        raise CollectionNotFound(f"no collection {name!r}", hint)

    def remove(self, name: str) -> None:
        """Remove a collection and every file of it.

        Raises:
            Busy: A process writes to it.
        """
        folder = self.find(name)
        with storage_errors(folder), writer_lock(folder):
            # Out of sight in one step: a reader sees all of it or none.
            doomed = folder.with_name(f".removed-{name}")
            if doomed.exists():
                shutil.rmtree(doomed)
            folder.rename(doomed)
            shutil.rmtree(doomed)

    def rename(self, name: str, new: str) -> None:
        """Give a collection another name.

        Raises:
            CollectionExists: The new name is taken.
            Busy: A process writes to it.
        """
        folder, target = self.find(name), self.folder(new)
        if target.exists():
            raise CollectionExists(f"collection {new!r} exists already", "choose another name")
        with storage_errors(folder), writer_lock(folder):
            folder.rename(target)
