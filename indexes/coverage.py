"""Would a walk of a root list a path? Told from the path and the folders above it."""

from __future__ import annotations

import stat
from pathlib import Path

from indexes.surveying import is_below
from indexes.textpaths import to_text
from indexes.types import Root
from indexes.walking import IGNORE_FILES, IgnoreFile, ignore_files, why_passed_over


class Coverage:
    """What a walk of one root lists; ignore files are read once each.

    Args:
        root: Where the walk begins, with its options.
    """

    def __init__(self, root: Root) -> None:
        self.top = to_text(root.path)
        self._root = root
        self._looked: dict[Path, tuple[IgnoreFile, ...] | None] = {}

    def holds(self, path: str) -> bool:
        """Whether a path is the root or lies under it, listed or not."""
        return is_below(path, self.top)

    def lists(self, path: Path) -> bool:
        """Whether a walk lists this path when a file stands there."""
        if path == self._root.path:
            return not stat.S_ISDIR(_mode(path, follow_symlinks=True))
        if not path.is_relative_to(self._root.path) or _is_link(path):
            return False
        ignores = self._ignores(path.parent)
        return ignores is not None and not why_passed_over(str(path), False, self._root, ignores)

    def _ignores(self, folder: Path) -> tuple[IgnoreFile, ...] | None:
        """Return the ignore files that count in a folder; None when no walk comes there."""
        if folder not in self._looked:
            self._looked[folder] = self._look(folder)
        return self._looked[folder]

    def _look(self, folder: Path) -> tuple[IgnoreFile, ...] | None:
        if folder == self._root.path:
            return tuple(ignore_files(str(folder), IGNORE_FILES))
        above = self._ignores(folder.parent)
        if above is None or _is_link(folder):
            return None
        if why_passed_over(str(folder), True, self._root, above):
            return None
        return (*above, *ignore_files(str(folder), IGNORE_FILES))


def _is_link(path: Path) -> bool:
    return stat.S_ISLNK(_mode(path, follow_symlinks=False))


def _mode(path: Path, *, follow_symlinks: bool) -> int:
    """Return what stands at a path; 0 when nothing does, or nobody may look."""
    try:
        return path.stat(follow_symlinks=follow_symlinks).st_mode
    except OSError:
        return 0
