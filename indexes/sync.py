"""Bring a collection up to date with its roots: only what changed is read, cut and encoded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from indexes.ahead import ahead
from indexes.batching import Batches
from indexes.cutting import cut, encoded_text, text_hash
from indexes.documents import NewDocument, Stamp, is_settled
from indexes.errors import SkipDocument
from indexes.events import IndexEvent, Scanned
from indexes.extract.registry import type_of
from indexes.extract.sandbox import Limits, Sandbox
from indexes.foreign import foreign_counts, known_languages
from indexes.intake import NEVER, Intake, Job, PatientCounter, take_in
from indexes.pruning import Pruning, survey_all
from indexes.store import Store
from indexes.surveying import (
    MOUNTS_KEY,
    Survey,
    is_below,
    mounts_as_text,
    mounts_from_text,
)
from indexes.telling import Telling
from indexes.textpaths import to_text
from indexes.types import IndexingEncoder, IndexReport, Root, Skip, SourceFile

READ_AHEAD = 8
"""Documents that are read and cut before they are needed, so that encoding never waits."""

TOUCHED_TOGETHER = 256
"""Files found unchanged by their contents that are recorded in one commit."""


@dataclass(frozen=True)
class Record:
    """A document that does not come from a file of its own."""

    path: str
    title: str
    type: str
    text: str | bytes
    mtime_ns: int = 0


@dataclass
class _Counts:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    passages: int = 0


class Sync:
    """One index run over one collection, the writer lock held by the caller.

    Args:
        store: The collection.
        encoder: Cuts and encodes.
        encoder_id: The collection's id of it.
        on_event: Told the progress.
        limits: What reading one file may cost.
    """

    def __init__(
        self,
        store: Store,
        encoder: IndexingEncoder,
        encoder_id: int,
        on_event: Callable[[IndexEvent], None],
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits
        self._store = store
        self._encoder = encoder
        self._on_event = on_event
        self._counts = _Counts()
        self._telling = Telling(on_event)
        self._batches = Batches(store, encoder, encoder_id, self._telling, on_event)
        self._skips: dict[str, Skip] = {}
        self._touched: list[Intake] = []
        self._surveys: list[Survey] = []
        self._unreachable: list[str] = []
        self._prune_missing = False
        self._began = time.monotonic()

    def run(
        self, roots: Sequence[Root], remembered: Sequence[Root] = (), *, prune_missing: bool = False
    ) -> IndexReport:
        """Walk the roots, index what is new or changed, and prune what is gone under them.

        Args:
            roots: What is walked.
            remembered: All roots that the collection had before.
            prune_missing: Prune under a root that is missing or became empty at once.
        """
        self._stamps = self._store.stamps()
        self._known_skips = self._store.skips()
        self._prune_missing = prune_missing
        found = self._survey(roots)
        sources = {s.path: s for listed in found.values() for s in listed.sources}
        self._on_event(Scanned(len(sources), sum(s.size for s in sources.values())))
        seen: set[str] = set()
        jobs = list(self._jobs(found, seen))
        if jobs:
            self._work(jobs)
        known = sorted(self._stamps)
        self._prune(seen, Pruning(found, remembered, known, prune_missing=prune_missing))
        return self._report()

    def _jobs(self, found: Mapping[Root, Survey], seen: set[str]) -> Iterator[Job]:
        """Yield the files that must be read; those that are as they were are counted."""
        for root, listed in found.items():
            if to_text(root.path) in listed.unreachable:
                continue
            with self._store.transaction():
                root_id = self._store.put_root(root)
            for source in listed.sources:
                path = to_text(source.path)
                if path in seen:
                    continue
                seen.add(path)
                stamp = self._stamps.get(path)
                if self._unchanged(source, path, stamp):
                    self._telling.read(path, source.size)
                else:
                    known = stamp.content_hash if stamp and stamp.indexed_at else None
                    yield Job(source, path, root_id, known)

    def _work(self, jobs: Sequence[Job]) -> None:
        """Read and cut in one thread, encode and write in this one."""
        counter = PatientCounter(self._encoder)
        with Sandbox(self._limits) as sandbox, closing(self._batches) as batches:

            def abandon() -> None:
                counter.abandon()
                sandbox.abandon()

            def wait() -> None:
                self._telling.again()  # so that a run can be stopped while a file is being read
                batches.settle()

            intakes = ahead(
                (take_in(job, sandbox, counter) for job in jobs),
                READ_AHEAD,
                waiting=wait,
                abandon=abandon,
            )
            with closing(intakes):
                for intake in intakes:
                    self._take(intake)
                    self._telling.read(intake.job.path, intake.job.source.size)
                self._write_touched()
                batches.finish()

    def add_records(self, records: Iterator[Record]) -> IndexReport:
        """Index documents that are given as text."""
        self._stamps = self._store.stamps()
        with Sandbox(self._limits) as sandbox, closing(self._batches) as batches:
            for record in records:
                self._take_record(record, sandbox)
                batches.settle()  # the next may be long in coming
            batches.finish()
        return self._report()

    def _take_record(self, record: Record, sandbox: Sandbox) -> None:
        text = record.text
        text = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        data = record.title.encode("utf-8", "surrogatepass") + b"\0" + text
        digest = blake2b(data, digest_size=16).digest()
        stamp = self._stamps.get(record.path)
        if stamp is not None and stamp.content_hash == digest and stamp.indexed_at:
            self._counts.unchanged += 1
            return
        source = SourceFile(Path(record.path), len(data), record.mtime_ns)
        job, read_at = Job(source, record.path, None, None), time.time()
        try:
            extracted = sandbox.extract(text, record.type)
        except SkipDocument as skip:
            self._skip(Intake(job, source, read_at, skip.message))
            return
        passages = tuple(cut(extracted, self._encoder))
        title = record.title or (extracted.title if isinstance(record.text, bytes) else "")
        extracted = extracted._replace(title=title)
        type_ = type_of(record.type, extracted)
        self._put(
            Intake(job, source, read_at, "", digest, extracted, title, type_, passages), stem=""
        )

    def _report(self) -> IndexReport:
        counts = self._counts
        languages = self._store.languages()
        return IndexReport(
            added=counts.added,
            updated=counts.updated,
            unchanged=counts.unchanged,
            removed=counts.removed,
            skipped=len(self._skips),
            passages=counts.passages,
            encoded=self._telling.encoded,
            seconds=time.monotonic() - self._began,
            skips=tuple(self._skips[path] for path in sorted(self._skips)),
            unreachable=tuple(self._unreachable),
            passed_over=tuple(skip for s in self._surveys for skip in s.passed_over),
            languages=languages,
            unknown_languages=foreign_counts(languages, known_languages(self._encoder)),
        )

    def _survey(self, roots: Sequence[Root]) -> dict[Root, Survey]:
        """Walk the roots, and remember where other file systems begin."""
        known = sorted(self._stamps)
        before = mounts_from_text(self._store.get_meta(MOUNTS_KEY))
        found = survey_all(roots, known, before)
        for listed in found.values():
            self._skips |= {skip.path: skip for skip in listed.skips}
            if self._prune_missing:
                listed.unreachable.clear()
        self._surveys = list(found.values())
        self._unreachable = [path for listed in self._surveys for path in listed.unreachable]
        tops = [to_text(root.path) for root in roots]
        mounts = {
            mount
            for mount in before
            if any(listed.keeps(mount) for listed in self._surveys)
            or not any(is_below(mount, top) for top in tops)
        }.union(*(listed.mounts for listed in self._surveys))
        if mounts != before:
            with self._store.transaction():
                self._store.set_meta(MOUNTS_KEY, mounts_as_text(mounts))
        return found

    def _unchanged(self, source: SourceFile, path: str, stamp: Stamp | None) -> bool:
        """Whether size and time say that the file is as it was; records what follows from it."""
        state = (source.size, source.mtime_ns)
        skip = self._known_skips.get(path)
        if skip is not None and skip[:2] == state:
            self._skips[path] = Skip(path, skip[2])
            return True
        if stamp is None or (stamp.size, stamp.mtime_ns) != state or not stamp.indexed_at:
            return False
        if not stamp.settled:
            return False  # its contents decide
        self._counts.unchanged += 1
        return True

    def _take(self, intake: Intake) -> None:
        if intake.skip:
            self._skip(intake)
        elif intake.extracted is None:
            self._counts.unchanged += 1
            self._touch(intake)
        else:
            self._put(intake, stem=to_text(Path(intake.source.path.stem)))

    def _touch(self, intake: Intake) -> None:
        """Have it recorded that the contents were compared, where that spares the next run it."""
        stamp, source = self._stamps[intake.job.path], intake.source
        changed = (stamp.size, stamp.mtime_ns) != (source.size, source.mtime_ns)
        if changed or is_settled(source.mtime_ns, intake.read_at):
            self._touched.append(intake)
        if len(self._touched) >= TOUCHED_TOGETHER:
            self._write_touched()

    def _write_touched(self) -> None:
        touched, self._touched = self._touched, []
        if not touched:
            return
        with self._store.transaction():
            for intake in touched:
                assert intake.job.root_id is not None
                self._store.touch_document(
                    self._stamps[intake.job.path].document_id,
                    intake.source.size,
                    intake.source.mtime_ns,
                    intake.job.root_id,
                    intake.read_at,
                )

    def _skip(self, intake: Intake) -> None:
        """Name a file as skipped; one that may still change within its time stamp is read again."""
        path, source = intake.job.path, intake.source
        settled = is_settled(source.mtime_ns, intake.read_at)
        self._skips[path] = Skip(path, intake.skip)
        with self._store.transaction():
            self._store.put_skip(
                path, intake.skip, source.size, source.mtime_ns if settled else NEVER,
                intake.job.root_id,
            )  # fmt: skip

    def _put(self, intake: Intake, *, stem: str) -> None:
        """Queue a document; its texts are encoded and committed as the batch fills."""
        job, source, extracted = intake.job, intake.source, intake.extracted
        assert extracted is not None
        hashes = []
        self._telling.begin(job.path, source.size, len(intake.passages))
        for passage in intake.passages:
            self._telling.queue()
            text = encoded_text(
                extracted.title, passage.heading, extracted.text[passage.start : passage.end]
            )
            hashes.append(text_hash(text))
            self._batches.add_text(hashes[-1], text)
        self._batches.add_document(
            NewDocument(
                job.root_id, job.path, stem, intake.title, extracted.title, intake.type,
                source.size, source.mtime_ns, intake.digest, extracted.text, intake.passages,
                hashes, extracted.language, extracted.tags, extracted.date, intake.read_at,
            )
        )  # fmt: skip
        self._counts.passages += len(intake.passages)
        if job.path in self._stamps:
            self._counts.updated += 1
        else:
            self._counts.added += 1

    def _prune(self, seen: set[str], pruning: Pruning) -> None:
        """Drop what is gone under the roots that were walked."""
        gone = pruning.gone(
            path
            for path, stamp in self._stamps.items()
            if stamp.root_id is not None and path not in seen
        )
        lost_skips = pruning.gone_skips(
            path
            for path, known in self._known_skips.items()
            if known[3] is not None and path not in self._skips
        )
        if gone or lost_skips:
            with self._store.transaction():
                for path in gone:
                    self._store.remove_document(self._stamps[path].document_id)
                self._store.remove_skips(lost_skips)
        self._counts.removed = len(gone)
        self._unreachable += pruning.unreachable
