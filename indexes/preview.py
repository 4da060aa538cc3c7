"""What would an index run do? Found out without an encoder, a lock or a write."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

from indexes.errors import SkipDocument
from indexes.extract.sandbox import Limits, Sandbox
from indexes.pruning import Pruning, survey_all
from indexes.textpaths import extension_of, to_text
from indexes.types import KnownDocument, Root, SourceFile
from indexes.walking import read_source


@dataclass(frozen=True)
class Step:
    """Something that an index run would do."""

    what: Literal["add", "update", "remove", "skip"]
    path: str
    reason: str = ""


def preview(
    roots: Sequence[Root],
    known: Mapping[str, KnownDocument],
    limits: Limits | None = None,
    mounts: Collection[str] = (),
    remembered: Sequence[Root] = (),
) -> list[Step]:
    """Compare the roots with what a collection holds; unchanged documents are left out.

    What is passed over in silence by an index run is named here, with the reason.

    Args:
        roots: What would be walked.
        known: What the collection holds, by path.
        limits: What reading one file may cost.
        mounts: Where other file systems began when the roots were last walked.
        remembered: All roots of the collection.
    """
    steps: list[Step] = []
    seen: set[str] = set()
    paths = sorted(known)
    surveys = survey_all(roots, paths, mounts)
    with Sandbox(limits) as sandbox:
        for found in surveys.values():
            left_out = {skip.path: skip.reason for skip in (*found.skips, *found.passed_over)}
            listed = {to_text(source.path): source for source in found.sources}
            for path in sorted({*left_out, *listed} - seen):
                if path in listed:
                    steps.extend(_step(listed[path], path, known.get(path), sandbox))
                else:
                    steps.append(Step("skip", path, left_out[path]))
            seen.update(left_out, listed)
    missed = (path for path in paths if path not in seen and known[path].root is not None)
    steps += [
        Step("remove", path, "gone") for path in Pruning(surveys, remembered, paths).gone(missed)
    ]
    return steps


def _step(
    source: SourceFile, path: str, known: KnownDocument | None, sandbox: Sandbox
) -> Iterator[Step]:
    if known is not None and (known.size, known.mtime_ns) == (source.size, source.mtime_ns):
        return
    try:
        data, _ = read_source(source, sandbox.limits.file_mb << 20)
        if known is not None and blake2b(data, digest_size=16).digest() == known.content_hash:
            return
        sandbox.extract(data, extension_of(source.path))
    except SkipDocument as skip:
        yield Step("skip", path, skip.message)
        return
    yield Step("add" if known is None else "update", path)
