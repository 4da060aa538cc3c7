"""What would an index run do? Found out without an encoder, a lock or a write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Literal

from indexes.errors import SkipDocument
from indexes.extract.sandbox import Limits, Sandbox
from indexes.textpaths import to_text
from indexes.types import KnownDocument, Root, Skip, SourceFile
from indexes.walking import read_source, walk


@dataclass(frozen=True)
class Step:
    """Something that an index run would do."""

    what: Literal["add", "update", "remove", "skip"]
    path: str
    reason: str = ""


def preview(
    roots: Sequence[Root], known: Mapping[str, KnownDocument], limits: Limits | None = None
) -> list[Step]:
    """Compare the roots with what a collection holds; unchanged documents are left out.

    What is passed over in silence by an index run is named here, with the reason.
    """
    steps: list[Step] = []
    seen: set[str] = set()
    with Sandbox(limits) as sandbox:
        for root in roots:
            for item in walk(root, name_all=True) if root.path.exists() else ():
                path = to_text(Path(item.path))
                if path in seen:
                    continue
                seen.add(path)
                if isinstance(item, Skip):
                    steps.append(Step("skip", path, item.reason))
                else:
                    steps.extend(_step(item, path, known.get(path), sandbox))
    walked = {to_text(root.path) for root in roots if root.path.exists()}
    steps += [
        Step("remove", path, "gone")
        for path, document in sorted(known.items())
        if path not in seen and document.root in walked
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
        sandbox.extract(data, source.path.suffix[1:].lower())
    except SkipDocument as skip:
        yield Step("skip", path, skip.message)
        return
    yield Step("add" if known is None else "update", path)
