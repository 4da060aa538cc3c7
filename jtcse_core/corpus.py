"""Unlabelled sentences to train on: plain or compressed files, archives, or any iterable."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import tarfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from jtcse_core.errors import DataError

MAX_CHARACTERS = 2000
"""Longer lines are cut: an encoder in training reads a few dozen tokens of them."""

_OPENERS: dict[str, Callable[..., Any]] = {
    ".gz": gzip.open,
    ".bz2": bz2.open,
    ".xz": lzma.open,
    ".lzma": lzma.open,
}
_ARCHIVES = (".tar", ".tgz", ".tbz2", ".txz", ".tar.gz", ".tar.bz2", ".tar.xz")
_HINT = "a corpus is text, a sentence a line, plain or .gz, .bz2, .xz or .tar of such files"


@dataclass(frozen=True)
class Corpus:
    """Distinct sentences, in the order of their sources.

    Attributes:
        sentences: The sentences.
        starts: Index of each source's first sentence, ascending.
        names: Each source's name.
        fingerprint: Hash over all sentences and the bounds of the sources.
    """

    sentences: Sequence[str]
    starts: tuple[int, ...]
    names: tuple[str, ...]
    fingerprint: str

    def __len__(self) -> int:
        return len(self.sentences)

    def neighbour(self, index: int) -> int:
        """Return the next sentence of the same source; the one before at a source's end."""
        source = bisect_right(self.starts, index)
        end = self.starts[source] if source < len(self.starts) else len(self.sentences)
        if index + 1 < end:
            return index + 1
        return index - 1 if index > self.starts[source - 1] else index

    def sample(self, size: int, seed: int) -> Corpus:
        """Return `size` sentences drawn at random, in their order; all when there are no more."""
        if size >= len(self):
            return self
        kept = set(Random(seed).sample(range(len(self)), size))
        bounds = [*self.starts, len(self)]
        return build_corpus(
            (name, (self.sentences[i] for i in range(bounds[s], bounds[s + 1]) if i in kept))
            for s, name in enumerate(self.names)
        )

    def sizes(self) -> dict[str, int]:
        """Return the number of sentences by source."""
        bounds = [*self.starts, len(self.sentences)]
        return {name: bounds[i + 1] - bounds[i] for i, name in enumerate(self.names)}


def read_corpus(paths: Sequence[Path], max_sentences: int | None = None) -> Corpus:
    """Read corpora.

    Blank lines and repetitions are left out: a sentence that stands twice in a batch would be
    its own negative.

    Args:
        paths: Text files, plain or compressed; archives of such; folders of them.
        max_sentences: Stop after as many.

    Raises:
        DataError: A path is missing, damaged or binary, or there is no sentence at all.
    """
    sources = (source for path in paths for source in _sources(path))
    with closing(sources):
        return build_corpus(sources, max_sentences)


def build_corpus(
    sources: Iterable[tuple[str, Iterable[str]]], max_sentences: int | None = None
) -> Corpus:
    """Make a corpus of named sources of sentences, such as the passages of a collection.

    Raises:
        DataError: There is no sentence at all.
    """
    distinct: dict[str, None] = {}
    starts, names = [], []
    for name, lines in sources:
        start = len(distinct)
        room = None if max_sentences is None else max_sentences - start
        cleaned = (clean for line in lines if (clean := " ".join(line.split())[:MAX_CHARACTERS]))
        fresh = (line for line in cleaned if line not in distinct)
        for line in islice(fresh, room):
            distinct[line] = None
        if len(distinct) > start:
            starts.append(start)
            names.append(name)
        if max_sentences is not None and len(distinct) >= max_sentences:
            break
    if not distinct:
        raise DataError("the corpus holds no sentence", _HINT)
    return Corpus(tuple(distinct), tuple(starts), tuple(names), _fingerprint(distinct, starts))


def _fingerprint(sentences: Iterable[str], starts: Sequence[int]) -> str:
    digest = hashlib.blake2b(repr(tuple(starts)).encode(), digest_size=16)
    for sentence in sentences:
        digest.update(sentence.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _sources(path: Path) -> Iterator[tuple[str, Iterator[str]]]:
    path = path.expanduser()
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
        if not files:
            raise DataError(f"{path} is an empty folder", _HINT)
        for file in files:
            yield from _sources(file)
    elif path.name.endswith(_ARCHIVES):
        yield from _members(path)
    else:
        yield path.name, _guarded(path, _open(path))


def _members(path: Path) -> Iterator[tuple[str, Iterator[str]]]:
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is not None:
                    yield member.name, _guarded(path, iter(stream))
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}", _HINT) from error


def _open(path: Path) -> Iterator[bytes]:
    with _OPENERS.get(path.suffix, open)(path, "rb") as stream:
        yield from stream


def _guarded(path: Path, lines: Iterator[bytes]) -> Iterator[str]:
    """Decode lines, and turn whatever reading them may raise into a `DataError`."""
    try:
        for line in lines:
            if b"\0" in line:
                raise DataError(f"{path} is binary, not text", _HINT)
            yield line.decode("utf-8", "replace")
    except (OSError, EOFError, tarfile.TarError, lzma.LZMAError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}", _HINT) from error
