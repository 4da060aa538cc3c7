"""Find the files under a root: ignore files, globs, hidden files, links."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

from indexes.errors import SkipDocument, SourceMissing
from indexes.types import Root, Skip, SourceFile

IGNORE_FILES = (".gitignore", ".jtcseignore")

GENERATED_FOLDERS = frozenset({"__pycache__", "node_modules"})
"""Folders that programs fill, skipped like hidden ones."""


MAX_DEPTH = 250
"""Levels of folders; each costs several calls on the stack."""

MAX_FILE_BYTES = 64 << 20
ATTEMPTS = 3
"""How often a file is read that changes meanwhile."""


@dataclass(frozen=True)
class IgnoreFile:
    """The patterns of one ignore file, which hold in its folder and below."""

    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether its patterns ignore (True), keep (False) or do not name the path."""
        relative = os.path.relpath(path, self.folder) + ("/" if is_folder else "")
        return self.spec.check_file(relative).include


def status_of(path: Path) -> os.stat_result | None:
    """Return the status of what stands at a path, or what a link there leads to; None of nothing.

    Raises:
        OSError: Nobody can say: a folder above is closed, or the disk fails or does not answer.
    """
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def must_exist(path: Path) -> None:
    """Refuse a path where nothing stands, or where nobody can look.

    Raises:
        SourceMissing: It is one.
    """
    try:
        missing = status_of(path) is None
    except OSError as error:
        raise SourceMissing(
            f"{path} cannot be looked at: {reason(error)}",
            "check the permissions of the folders above it, and their disk",
        ) from error
    if missing:
        raise SourceMissing(f"{path} does not exist", "check the path")


def walk(root: Root, *, name_all: bool = False) -> Iterator[SourceFile | Skip]:
    """Yield the files under a root, sorted by name, and what is there and cannot be read.

    Hidden files, ignored ones and generated folders are passed over in silence, as leaving
    them out is what the user expects; with `name_all` they are named too. Links are not
    followed: what they name inside the root is found where it stands. A root that is a file
    yields that file, one that is missing nothing.
    """
    try:
        status = status_of(root.path)
    except OSError as error:
        yield Closed(str(root.path), reason(error))
        return
    if status is None:
        return
    if not stat.S_ISDIR(status.st_mode):
        yield _file(root.path, status, named=True)
        return
    for item in _walk_folder(str(root.path), root, (), 0):
        if name_all or not isinstance(item, PassedOver):
            yield item


class PassedOver(Skip):
    """Something that is left out because it should be."""


class Closed(Skip):
    """Something that cannot be looked at: neither it nor what it holds is known to be gone."""


def _walk_folder(
    folder: str, root: Root, ignores: tuple[IgnoreFile, ...], depth: int
) -> Iterator[SourceFile | Skip]:
    if depth > MAX_DEPTH:
        yield Skip(folder, f"folders nested deeper than {MAX_DEPTH} levels")
        return
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
        Path(folder, os.pardir).stat()  # what may be listed may not be entered
    except (FileNotFoundError, NotADirectoryError) as error:
        yield Skip(folder, reason(error))
        return
    except OSError as error:
        yield Closed(folder, reason(error))
        return
    ignores = (*ignores, *ignore_files(folder, {entry.name for entry in entries}))
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        why = why_passed_over(entry.path, is_folder, root, ignores)
        if why:
            yield PassedOver(entry.path, why)
        elif is_folder:
            yield from _walk_folder(entry.path, root, ignores, depth + 1)
        else:
            yield from _visit(entry, root)


def why_passed_over(path: str, is_folder: bool, root: Root, ignores: tuple[IgnoreFile, ...]) -> str:
    """Return why a walk of the root leaves out what stands at a path; empty when it does not.

    Args:
        ignores: The ignore files of the folders from the root down to it.
    """
    name = path.rpartition(os.sep)[2]
    if name.startswith("."):
        return "hidden"
    if is_folder and name in GENERATED_FOLDERS:
        return "a generated folder"
    if _ignored(path, is_folder, root, ignores):
        return "ignored"
    if not is_folder and not _included(path, root):
        return "not included"
    return ""


def _visit(entry: os.DirEntry[str], root: Root) -> Iterator[SourceFile | Skip]:
    path = Path(entry.path)
    try:
        if entry.is_symlink():
            target = path.resolve(strict=True)
            if target.is_relative_to(root.path.resolve()):
                yield PassedOver(entry.path, f"a link; found at {target}")
            else:
                yield Skip(entry.path, "a link that leads out of the folder")
            return
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links
        yield Skip(entry.path, reason(error))
        return
    try:
        yield _file(path, entry.stat())
    except (FileNotFoundError, NotADirectoryError) as error:
        yield Skip(entry.path, reason(error))
    except OSError as error:
        yield Closed(entry.path, reason(error))


def _file(path: Path, status: os.stat_result, *, named: bool = False) -> SourceFile | Skip:
    if not stat.S_ISREG(status.st_mode):
        return Skip(str(path), "not a regular file")
    return SourceFile(path, status.st_size, status.st_mtime_ns, named)


def reason(error: Exception) -> str:
    """Return what an error says, as the reason why something is left out."""
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    return str(error).lower()


def ignore_files(folder: str, names: Collection[str]) -> Iterator[IgnoreFile]:
    """Read those ignore files of a folder that are among the names."""
    for name in IGNORE_FILES:
        if name in names:
            try:
                lines = Path(folder, name).read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue  # the folder's own skip names it if it matters
            yield IgnoreFile(folder, GitIgnoreSpec.from_lines(lines.splitlines()))


def _ignored(path: str, is_folder: bool, root: Root, ignores: tuple[IgnoreFile, ...]) -> bool:
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


def read_source(source: SourceFile, max_bytes: int = MAX_FILE_BYTES) -> tuple[bytes, SourceFile]:
    """Read a file that a walk found.

    Returns:
        Its bytes, and the file as it was when they were read.

    Raises:
        SkipDocument: It is too large, cannot be read, or changes all the time.
    """
    for _ in range(ATTEMPTS):
        try:
            data, before, after = _read(source, max_bytes)
        except OSError as error:
            if error.errno == errno.ELOOP and not source.named:
                raise SkipDocument("it became a link after it was found") from error
            raise SkipDocument(reason(error)) from error
        if before == after and len(data) == after[0]:
            return data, SourceFile(source.path, *after, source.named)
    raise SkipDocument("it changes while it is read; the next run tries again")


def _read(source: SourceFile, max_bytes: int) -> tuple[bytes, tuple[int, int], tuple[int, int]]:
    # What was a file when it was listed may be a pipe by now, or a link.
    following = 0 if source.named else os.O_NOFOLLOW
    descriptor = os.open(source.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | following)
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise SkipDocument("not a regular file")
        before = (status.st_size, status.st_mtime_ns)
        if status.st_size > max_bytes:
            raise SkipDocument(f"larger than {max_bytes >> 20} MB")
        data = stream.read(max_bytes + 1)
        if len(data) > max_bytes:
            raise SkipDocument(f"larger than {max_bytes >> 20} MB")
        status = os.fstat(descriptor)
        return data, before, (status.st_size, status.st_mtime_ns)
