"""What is gone of a collection, once some of its roots were walked.

Roots may lie within each other. A path that a walk passed is gone, whichever root it was indexed
for, unless another root that was not walked covers it and it is there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from indexes.coverage import Coverage
from indexes.surveying import Survey, is_below, survey
from indexes.textpaths import from_text, to_text
from indexes.types import Root


def survey_all(
    roots: Sequence[Root], known: Sequence[str], mounts: Collection[str] = ()
) -> dict[Root, Survey]:
    """Walk the roots; arguments as of `survey`.

    A root that was a file and is missing is out of reach only where no other root shows that it
    is gone.
    """
    found = {root: survey(root, known, mounts) for root in roots}
    files = set(known)
    for root, listed in found.items():
        top = to_text(root.path)
        if listed.unreachable == [top] and top in files and _others_miss(root, found):
            listed.unreachable.clear()
    return found


def _others_miss(file: Root, found: Mapping[Root, Survey]) -> bool:
    """Whether another root was walked that would have listed this one."""
    return any(
        to_text(root.path) not in listed.unreachable
        and not listed.keeps(to_text(file.path))
        and Coverage(root).lists(file.path)
        for root, listed in found.items()
        if root.path != file.path
    )


class Pruning:
    """Tells which of the paths that no walk found are gone.

    Args:
        surveys: What was walked.
        remembered: The roots of the collection; those that were not walked count too.
        known: The paths of its documents, in order.
        prune_missing: Let go also what was under a root that is missing or became empty at once.

    Attributes:
        unreachable: Roots inside the walked ones, not walked themselves, that are missing or
            became empty at once; found by `gone`, and kept.
    """

    def __init__(
        self,
        surveys: Mapping[Root, Survey],
        remembered: Sequence[Root],
        known: Sequence[str],
        *,
        prune_missing: bool = False,
    ) -> None:
        self._surveys = surveys
        self._known = known
        self._prune_missing = prune_missing
        self._walked = [
            Coverage(root)
            for root, listed in surveys.items()
            if to_text(root.path) not in listed.unreachable
        ]
        tops = {root.path for root in surveys}
        self._others = [Coverage(root) for root in remembered if root.path not in tops]
        self.unreachable: list[str] = []

    def gone(self, missed: Iterable[str]) -> list[str]:
        """Return those of the documents that no walk found that are gone."""
        gone = sorted(path for path in missed if self._is_gone(path))
        if not self._prune_missing:
            self.unreachable = [
                other.top
                for other in self._others
                if _below(other.top, gone) == _below(other.top, self._known) > 0
                and other.top not in gone  # a file is not mounted
            ]
        return [path for path in gone if not self._out_of_reach(path)]

    def gone_skips(self, missed: Iterable[str]) -> list[str]:
        """Return the same of skipped files; to be asked after `gone`."""
        return [path for path in missed if self._is_gone(path) and not self._out_of_reach(path)]

    def _out_of_reach(self, path: str) -> bool:
        return any(is_below(path, top) for top in self.unreachable)

    def _is_gone(self, path: str) -> bool:
        walked = [root for root in self._walked if root.holds(path)]
        if not walked or any(listed.keeps(path) for listed in self._surveys.values()):
            return False
        others = [root for root in self._others if root.holds(path)]
        if not others:
            return True
        file = from_text(path)
        try:
            file.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return any(root.lists(file) for root in walked)
        except OSError:
            return False  # it cannot be looked at
        return not any(root.lists(file) for root in others)


def _below(top: str, paths: Sequence[str]) -> int:
    """Count the paths, which are in order, that lie under a folder."""
    folder = top.rstrip("/") + "/"
    after = folder[:-1] + chr(ord("/") + 1)
    return bisect_left(paths, after) - bisect_left(paths, folder)
