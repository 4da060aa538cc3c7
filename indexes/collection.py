"""A collection: index it, describe it, forget roots of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexes import common_words, graph
from indexes.calibration import measure, needs_measuring
from indexes.cutting import CUTTER_VERSION
from indexes.database import DATABASE_FILE, storage_errors
from indexes.errors import SourceMissing
from indexes.events import IndexEvent
from indexes.extract.legacy import available_converters
from indexes.extract.registry import EXTRACTOR_VERSION
from indexes.extract.sandbox import Limits
from indexes.folders import make_private
from indexes.forgetting import forget, forget_record
from indexes.locking import writer_of
from indexes.reader import EncoderRow, Reader
from indexes.reencoding import drop_others, progress, reencode
from indexes.rerooting import reroot
from indexes.store import TIDY_KEY, Store
from indexes.sync import Record, Sync
from indexes.textpaths import to_text
from indexes.types import CollectionInfo, Encoder, IndexingEncoder, IndexReport, Root
from indexes.view import BACKGROUND_KEY, View
from indexes.walking import must_exist
from indexes.writing import writing

DEFAULT_GRAPH_FROM = 20_000
"""Below this an exact scan is as fast, and opens sooner."""


class Collection:
    """The writing face of a collection's folder.

    Args:
        folder: Its folder; made when it is missing.
        graph_from: Number of vectors from which a graph is kept.
        limits: What reading one file may cost.
    """

    def __init__(
        self,
        folder: Path,
        graph_from: int = DEFAULT_GRAPH_FROM,
        limits: Limits | None = None,
    ) -> None:
        self.folder = folder
        self._limits = limits or Limits()
        self._graph_from = graph_from

    def index(
        self,
        roots: Sequence[Root],
        encoder: IndexingEncoder,
        *,
        location: str = "default",
        prune_missing: bool = False,
        on_event: Callable[[IndexEvent], None] = lambda event: None,
    ) -> IndexReport:
        """Add roots to the collection and bring it up to date with them; with none, with all.

        Args:
            roots: Folders and files; remembered with their options.
            encoder: Cuts and encodes.
            location: Where the encoder can be found again, by a later search.
            prune_missing: Prune under a root that is missing or became empty at once.
            on_event: Told the progress.

        Raises:
            Busy: Another process writes.
            SourceMissing: A root that was never indexed does not exist, or there is none.
            EncoderMismatch: The collection was made with another encoder.
        """
        with self._writing() as (store, reader):
            known = reader.roots()
            chosen = _choose(roots, known)
            with self._run(store, reader, encoder, location, on_event) as sync:
                return sync.run(chosen, known, prune_missing=prune_missing)

    def add_records(
        self,
        records: Iterator[Record],
        encoder: IndexingEncoder,
        *,
        location: str = "default",
        on_event: Callable[[IndexEvent], None] = lambda event: None,
    ) -> IndexReport:
        """Index documents that are given as text."""
        with (
            self._writing() as (store, reader),
            self._run(store, reader, encoder, location, on_event) as sync,
        ):
            return sync.add_records(records)

    @contextmanager
    def _writing(self) -> Iterator[tuple[Store, Reader]]:
        """Do as `writing`, in a folder that is made when it is missing."""
        with storage_errors(self.folder):
            make_private(self.folder)
        with writing(self.folder) as sides:
            yield sides

    @contextmanager
    def _run(
        self,
        store: Store,
        reader: Reader,
        encoder: IndexingEncoder,
        location: str,
        on_event: Callable[[IndexEvent], None],
    ) -> Iterator[Sync]:
        """Give an index run, which counts as unfinished until what it leads to is done as well."""
        encoder_id = self._prepare(store, encoder, location)
        yield Sync(store, encoder, encoder_id, on_event, self._limits)
        self._conclude(store, reader, on_event)
        self._calibrate(store, encoder)

    def reencode(
        self,
        encoder: IndexingEncoder,
        *,
        location: str = "default",
        on_event: Callable[[IndexEvent], None] = lambda event: None,
    ) -> int:
        """Move the collection to another encoder; see `indexes.reencoding`."""
        with writing(self.folder) as (store, reader):
            encoded = reencode(store, reader, encoder, location, self._graph_from, on_event)
            self._calibrate(store, encoder)
        return encoded

    def _prepare(self, store: Store, encoder: Encoder, location: str) -> int:
        """Claim the encoder; have everything read again when reading or cutting changed."""
        versions = f"{EXTRACTOR_VERSION}.{CUTTER_VERSION}"
        with store.transaction():
            encoder_id = store.claim_encoder(encoder, location)
            if store.get_meta("versions") not in (None, versions):
                # What was indexed stays searchable, and sound, until it is read again.
                store.connection.execute("UPDATE documents SET indexed_at = 0")
                store.connection.execute("DELETE FROM skips")
            if store.get_meta("limits") not in (None, self._readers()):
                store.connection.execute("DELETE FROM skips")
            store.set_meta("versions", versions)
            store.set_meta("limits", self._readers())
            if not store.get_meta("unfinished"):
                store.set_meta("unfinished", f"{os.getpid()} {time.time():.0f}")
            else:  # so that the end of this run tidies up after that one too
                store.set_meta("unfinished", f"resumed {os.getpid()} {time.time():.0f}")
        return encoder_id

    def _readers(self) -> str:
        """Return what decides which files can be read besides the files themselves."""
        return f"{self._limits} {available_converters()}"

    def _conclude(
        self, store: Store, reader: Reader, on_event: Callable[[IndexEvent], None]
    ) -> None:
        drop_others(store, reader)
        with store.transaction():
            resumed = (store.get_meta("unfinished") or "").startswith("resumed")
            if resumed or not store.get_meta(TIDY_KEY):
                store.collect_garbage()
            store.set_meta("unfinished", "")
            store.set_meta("updated", repr(time.time()))
        common_words.refresh(store)
        encoder = reader.encoder()
        size = reader.count_vectors(encoder) if encoder else 0
        if encoder and size >= self._graph_from and graph.is_stale(self.folder, reader, encoder):
            graph.refresh(self.folder, store, reader, encoder, on_event)
        else:  # an earlier run may have ended before it could
            graph.remove_strays(self.folder, reader)

    def _calibrate(self, store: Store, encoder: Encoder) -> None:
        """Keep with the collection what its scores mean."""
        view = View(self.folder, self._graph_from)
        try:
            row = view.reader.encoder()
            size = view.reader.count_vectors(row) if row else 0
            if row and needs_measuring(view.background(), size):
                background = measure(view, encoder).to_json() if size else ""
                with store.transaction():
                    store.set_meta(BACKGROUND_KEY.format(encoder=row.id), background)
        finally:
            view.close()

    def reroot(self, old: Path, new: Path) -> int:
        """Follow a folder to where it was moved; nothing is read or encoded.

        Returns:
            How many documents moved.

        Raises:
            SourceMissing: No root of the collection stands at or under the old place.
        """
        with writing(self.folder) as (store, _), store.transaction():
            return reroot(store, to_text(old), to_text(new))

    def compact(self) -> int:
        """Give the space of removed rows back to the disk; returns the bytes freed.

        Raises:
            Busy: Another process writes, or reads just now.
        """
        path = self.folder / DATABASE_FILE
        with writing(self.folder) as (store, _):
            store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            before = path.stat().st_size
            store.connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            store.connection.commit()
            store.connection.execute("VACUUM")
            store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return max(before - path.stat().st_size, 0)

    def forget(self, path: Path) -> bool:
        """Forget a root and what no other root covers of it; False when it is no root."""
        with writing(self.folder) as (store, reader), store.transaction():
            return forget(store, reader.roots(), path)

    def forget_record(self, path: str) -> bool:
        """Forget a document that was given as text; False when there is none of that path."""
        with writing(self.folder) as (store, _), store.transaction():
            return forget_record(store, path)


def _choose(roots: Sequence[Root], known: Sequence[Root]) -> Sequence[Root]:
    known_paths = {root.path for root in known}
    for root in roots:
        if root.path not in known_paths:
            must_exist(root.path)
    if not roots and not known:
        raise SourceMissing("the collection follows no folder yet", "name one: jtcse index PATH")
    return roots or known


def describe(folder: Path) -> CollectionInfo:
    """Describe a collection.

    Raises:
        CollectionNotFound: There is none in this folder.
    """
    reader = Reader(folder)
    try:
        with reader.consistent() as generation:
            encoder = reader.encoder()
            row = reader.snapshot(encoder.id) if encoder else None
            updated = reader.meta("updated")
            return CollectionInfo(
                name=folder.name,
                documents=reader.count("documents"),
                passages=reader.count("passages"),
                bytes=sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
                encoder=encoder.name if encoder else "",
                fingerprint=encoder.fingerprint if encoder else "",
                roots=tuple(reader.roots()),
                updated=float(updated) if updated else None,
                generation=generation,
                skipped=reader.count("skips"),
                graph=_graph_facts(row),
                reclaimable=reader.reclaimable(),
                moving=_moving(progress(reader)),
                unfinished=bool(reader.meta("unfinished")) and writer_of(folder) is None,
            )
    finally:
        reader.close()


def _moving(found: tuple[EncoderRow, int, int] | None) -> dict[str, object] | None:
    if found is None:
        return None
    row, done, total = found
    return {"encoder": row.name, "location": row.location, "texts": done, "of": total}


def _graph_facts(row: Any) -> dict[str, object] | None:
    if row is None:
        return None
    return {"vectors": row.count, "bytes": row.bytes, "ef": row.ef, "recall": row.recall}
