"""Find the files under a root: ignore files, globs, hidden files, links."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

from indexes.errors import SkipDocument
from indexes.types import Root, Skip, SourceFile

IGNORE_FILES = (".gitignore", ".jtcseignore")

GENERATED_FOLDERS = frozenset({"__pycache__", "node_modules"})
"""Folders that programs fill, skipped like hidden ones."""


MAX_FILE_BYTES = 64 << 20


@dataclass(frozen=True)
class _IgnoreFile:
    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether its patterns ignore (True), keep (False) or do not name the path."""
        relative = os.path.relpath(path, self.folder) + ("/" if is_folder else "")
        return self.spec.check_file(relative).include


def walk(root: Root) -> Iterator[SourceFile | Skip]:
    """Yield the files under a root, sorted by name, and what is there and cannot be read.

    Hidden files, ignored ones and generated folders are passed over in silence: leaving
    them out is what the user expects. Links are followed to files inside the root, never
    to folders. A root that is a file yields that file.
    """
    if root.path.is_file():
        yield _source(root.path)
        return
    yield from _walk_folder(str(root.path), root, ())


def _walk_folder(
    folder: str, root: Root, ignores: tuple[_IgnoreFile, ...]
) -> Iterator[SourceFile | Skip]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Skip(folder, _reason(error))
        return
    ignores = (*ignores, *_ignore_files(folder, entries))
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in GENERATED_FOLDERS and not _ignored(
                entry.path, True, root, ignores
            ):
                yield from _walk_folder(entry.path, root, ignores)
        elif not _ignored(entry.path, False, root, ignores) and _included(entry.path, root):
            yield from _visit(entry, root)


def _visit(entry: os.DirEntry[str], root: Root) -> Iterator[SourceFile | Skip]:
    path = Path(entry.path)
    try:
        if entry.is_symlink():
            target = path.resolve(strict=True)
            if not target.is_relative_to(root.path.resolve()):
                yield Skip(entry.path, "a link that leads out of the folder")
            return  # what it names is found where it stands
        if not stat.S_ISREG(entry.stat().st_mode):
            yield Skip(entry.path, "not a regular file")
            return
        yield _source(path)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        yield Skip(entry.path, _reason(error))


def _source(path: Path) -> SourceFile:
    status = path.stat()
    return SourceFile(path, status.st_size, status.st_mtime_ns)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error).lower()


def _ignore_files(folder: str, entries: list[os.DirEntry[str]]) -> Iterator[_IgnoreFile]:
    names = {entry.name for entry in entries}
    for name in IGNORE_FILES:
        if name in names:
            try:
                lines = Path(folder, name).read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue  # the folder's own skip names it if it matters
            yield _IgnoreFile(folder, GitIgnoreSpec.from_lines(lines.splitlines()))


def _ignored(path: str, is_folder: bool, root: Root, ignores: tuple[_IgnoreFile, ...]) -> bool:
    if root.exclude and _globs(root.exclude).match_file(_relative(path, root)):
        return True
    for ignore in reversed(ignores):
        verdict = ignore.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def _included(path: str, root: Root) -> bool:
    return not root.include or _globs(root.include).match_file(_relative(path, root))


def _relative(path: str, root: Root) -> str:
    return os.path.relpath(path, root.path)


@lru_cache(maxsize=64)
def _globs(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)


def read_source(source: SourceFile) -> bytes:
    """Read a file that a walk found.

    Raises:
        SkipDocument: It is too large, or cannot be read.
    """
    if source.size > MAX_FILE_BYTES:
        raise SkipDocument(f"larger than {MAX_FILE_BYTES >> 20} MB")
    try:
        return source.path.read_bytes()
    except OSError as error:
        raise SkipDocument(_reason(error)) from error
