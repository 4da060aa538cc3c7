"""The collections under a data folder, by name."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path

from indexes.database import UNFINISHED_FILE, exists, storage_errors
from indexes.errors import BadName, CollectionExists, CollectionNotFound
from indexes.folders import make_private
from indexes.locking import LOCK_FILE, writer_lock
from indexes.syncing import sync

REMOVED = ".removed-"
INCOMING = ".incoming-"
"""Folders that are no collections yet, or no more: named with the process at work on them."""

_OF_FIRST_RUNS = (LOCK_FILE, UNFINISHED_FILE)
"""How the names of files begin that are there before a collection is."""

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
        self.sweep()
        with storage_errors(folder), writer_lock(folder):
            self._discard(folder)

    def rename(self, name: str, new: str) -> None:
        """Give a collection another name.

        Raises:
            CollectionExists: The new name is taken.
            Busy: A process writes to it.
        """
        folder, target = self.find(name), self.free(new)
        self.sweep()
        with storage_errors(folder), writer_lock(folder):
            self._vacate(target)
            folder.rename(target)
            sync(self._home)

    def free(self, name: str) -> Path:
        """Return the folder of a name that no collection has.

        Raises:
            CollectionExists: One has it.
        """
        folder = self.folder(name)
        if exists(folder):
            raise CollectionExists(f"collection {name!r} exists already", "choose another name")
        return folder

    def make(self) -> None:
        """Make the folder that holds the collections, for its owner alone."""
        make_private(self._home)

    @contextmanager
    def beside(self, name: str) -> Iterator[Path]:
        """Give an empty folder in which a new collection is made; it takes its name at the end.

        Nothing is seen of it before, and nothing is left of it when that fails.

        Raises:
            CollectionExists: The name is taken.
        """
        target = self.free(name)
        self.make()
        self.sweep()
        folder = self._beside(INCOMING, name)
        with storage_errors(target):
            folder.mkdir(mode=0o700)
            try:
                yield folder
                self.free(name)
                self._vacate(target)
                folder.rename(target)
                sync(self._home)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def _vacate(self, folder: Path) -> None:
        """Remove what a first run left that ended before its collection was there.

        Raises:
            CollectionExists: A collection stands there by now, or what is none of ours.
            Busy: A first run is at work.
        """
        if not folder.exists():
            return
        with storage_errors(folder), writer_lock(folder):
            self.free(folder.name)
            if not all(path.name.startswith(_OF_FIRST_RUNS) for path in folder.iterdir()):
                raise CollectionExists(
                    f"{folder} holds files that are no collection's",
                    "move them away, or choose another name",
                )
            self._discard(folder)

    def _discard(self, folder: Path) -> None:
        # Out of sight in one step: a reader sees all of it or none.
        doomed = self._beside(REMOVED, folder.name)
        folder.rename(doomed)
        sync(self._home)
        shutil.rmtree(doomed)

    def _beside(self, what: str, name: str) -> Path:
        return self._home / f"{what}{os.getpid()}-{name}"

    def sweep(self) -> None:
        """Remove what removals and imports of processes that are gone have left."""
        if not self._home.is_dir():
            return
        for path in self._home.iterdir():
            for what in (REMOVED, INCOMING):
                if path.name.startswith(what):
                    process = path.name.removeprefix(what).partition("-")[0]
                    if not (process.isdigit() and _lives(int(process))):
                        shutil.rmtree(path, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False  # it does one thing at a time, so this was left by an earlier one
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
