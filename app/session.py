"""The one place where encoder and storage meet; both faces call it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.caching import Load, QueryCache, load_here
from app.cores import usable_cores
from app.courtesy import Courtesy
from app.errors import UsageError
from app.paths import Paths, find_paths
from app.relocating import Places
from app.settings import DEFAULT_ENCODER, Loaded, Settings
from indexes.catalog import Catalog
from indexes.errors import Damaged, NewerFormat
from indexes.types import (
    MODES,
    Answer,
    CollectionInfo,
    DocumentView,
    Example,
    Finding,
    Hit,
    IndexReport,
    Request,
    Root,
    Skip,
)

if TYPE_CHECKING:
    from app.explanation import Explanation
    from app.inspection import Inspection
    from app.scoring.service import Scoring
    from app.sentences import Sentences
    from app.status import Problem, Status
    from app.upkeep import Upkeep
    from indexes.collection import Collection
    from indexes.events import Checking, IndexEvent
    from indexes.extract.sandbox import Limits
    from indexes.preview import Step
    from indexes.sync import Record
    from indexes.view import View
    from jtcse_core.curves import Curves
    from jtcse_core.encoding import IndexingEncoder

DEFAULT_COLLECTION = "default"


class Session:
    """Collections and encoders of one home, opened as they are needed.

    Not for use by several threads at once: whoever owns it calls it from one.

    Args:
        paths: Where things are kept.
        settings: What the user set.
        encoders: Where installed encoders stand, when that is not below `paths`.
        load: Opens encoders, in place of `jtcse_core.loading.load_encoder`.
    """

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        encoders: Path | None = None,
        load: Load | None = None,
    ) -> None:
        self.paths = paths
        self.installed = encoders or paths.encoders
        self._load = load or load_here
        self.settings = settings
        self.catalog = Catalog(paths.collections)
        self._encoders: dict[str, QueryCache] = {}
        self._views: dict[str, View] = {}
        self.places = Places(self)
        self.courtesy = Courtesy(paths.state)

    @classmethod
    def open(cls, home: Path | None, loaded: Loaded, load: Load | None = None) -> Session:
        """Open the session of a home."""
        return cls(find_paths(home), loaded.settings, load=load)

    def close(self) -> None:
        """Close what was opened."""
        for view in self._views.values():
            view.close()
        self._views.clear()

    # Encoders

    def encoder(self, location: str | None = None) -> QueryCache:
        """Open an encoder once; None is the one that the settings name.

        Raises:
            EncoderNotFound: It does not exist.
            EncoderDamaged: It cannot be used.
        """
        location = self.location_of(location)
        if location not in self._encoders:
            loaded = self._load(
                location,
                encoders=self.installed,
                threads=min(self.settings.threads, usable_cores()),
                before_batch=self.courtesy.give_way,
            )
            self._encoders[location] = QueryCache(loaded, loaded.card.background)
        return self._encoders[location]

    def curves(self, run: Path) -> Curves:
        """Return the curves of a training run."""
        from jtcse_core.curves import read_curves

        return read_curves(run)

    def adopt(self, location: str, encoder: IndexingEncoder) -> None:
        """Let a location stand for an encoder that was opened elsewhere, in this session."""
        self._encoders[self.location_of(location)] = QueryCache(encoder)
        self.__dict__.pop("scoring", None)

    def reopen(self, location: str) -> None:
        """Let an encoder be opened anew, as another took its place."""
        self._encoders.pop(self.location_of(location), None)
        self._load = load_here  # the other process has what it opened once
        self.__dict__.pop("scoring", None)

    def location_of(self, location: str | None) -> str:
        """Return an encoder's name or absolute path; None is the one that the settings name."""
        location = location or self.settings.encoder
        if location == DEFAULT_ENCODER or (self.installed / location).is_dir():
            return location
        path = Path(location).expanduser()
        return str(path.resolve()) if path.is_dir() else location

    # Collections

    def index(
        self,
        roots: Sequence[Root],
        name: str = DEFAULT_COLLECTION,
        *,
        encoder: str | None = None,
        prune_missing: bool = False,
        on_event: Callable[[IndexEvent], None] = lambda event: None,
    ) -> IndexReport:
        """Create or update a collection; see `indexes.collection.Collection.index`."""
        from indexes.database import exists
        from indexes.walking import must_exist

        folder = self.catalog.folder(name)
        if not exists(folder):
            for root in roots:
                must_exist(root.path)
            if not roots:
                self.catalog.find(name)
        location = self._index_location(name, encoder)
        with self.courtesy.working():
            return self.collection(folder).index(
                roots,
                self.encoder(location),
                location=location,
                prune_missing=prune_missing,
                on_event=self.courtesy.telling(on_event),
            )

    def add_records(
        self, records: Iterator[Record], name: str, *, encoder: str | None = None
    ) -> IndexReport:
        """Index documents that are given as text."""
        location = self._index_location(name, encoder)
        collection = self.collection(self.catalog.folder(name))
        with self.courtesy.working():
            return collection.add_records(records, self.encoder(location), location=location)

    def add_piped(
        self, data: bytes, title: str, name: str, *, encoder: str | None = None
    ) -> IndexReport:
        """Index a document that came through a pipe in place of one of the same title."""
        from app.piped import record_of

        return self.add_records(iter([record_of(data, title)]), name, encoder=encoder)

    def inspect(self, path: Path, encoder: str | None = None) -> Inspection:
        """Read a file and cut it, without indexing it.

        Raises:
            UsageError: There is no such file.
        """
        from app.inspection import inspect

        return inspect(path, self.encoder(encoder), self._limits())

    def _limits(self) -> Limits:
        from indexes.extract.sandbox import Limits

        our = self.settings
        return Limits(our.index_max_file_mb, our.index_max_seconds, our.index_max_memory_mb)

    def collection(self, folder: Path) -> Collection:
        """Return the writing face of a collection's folder."""
        from indexes.collection import Collection

        return Collection(folder, self.settings.index_graph_from, self._limits())

    def _index_location(self, name: str, encoder: str | None) -> str:
        """Return the encoder asked for, else the collection's own, else the settings'."""
        own = None
        if encoder is None and name in self.catalog.names():
            own = self.places.of_collection(name)
        return own or self.location_of(encoder)

    def preview(self, roots: Sequence[Root], name: str = DEFAULT_COLLECTION) -> list[Step]:
        """Return what an index run would do; nothing is written and no encoder is needed."""
        from indexes.preview import preview
        from indexes.surveying import MOUNTS_KEY, mounts_from_text
        from indexes.walking import must_exist

        for root in roots:
            must_exist(root.path)
        if name not in self.catalog.names():
            if not roots:
                self.catalog.find(name)
            return preview(roots, {}, self._limits())
        reader = self.view(name).reader
        mounts = mounts_from_text(reader.meta(MOUNTS_KEY))
        known, remembered = reader.known_documents(), reader.roots()
        return preview(roots or remembered, known, self._limits(), mounts, remembered)

    def forget(self, name: str, path: Path) -> bool:
        """Forget a root of a collection, and what no other one covers of it."""
        return self.collection(self.catalog.find(name)).forget(path)

    def forget_record(self, name: str, path: str) -> bool:
        """Forget a document that was given as text; False when there is none of that path."""
        return self.collection(self.catalog.find(name)).forget_record(path)

    def remove(self, name: str) -> None:
        """Remove a collection."""
        self.release(name)
        self.catalog.remove(name)

    def rename(self, name: str, new: str) -> None:
        """Give a collection another name."""
        self.release(name)
        self.catalog.rename(name, new)

    def release(self, name: str) -> None:
        """Close a collection; another session may then have removed or replaced it."""
        view = self._views.pop(name, None)
        if view is not None:
            view.close()

    def describe(self, name: str) -> CollectionInfo:
        """Describe a collection."""
        from indexes.collection import describe

        return describe(self.catalog.find(name))

    def describe_all(self) -> tuple[list[CollectionInfo], list[Problem]]:
        """Describe all collections, and name those that cannot be opened."""
        from app.status import describe_all

        return describe_all(self.catalog.names(), self.describe)

    def skips(self, name: str) -> list[Skip]:
        """Return the files of a collection that are not searchable, and why."""
        return self.view(name).reader.skips()

    def status(self) -> Status:
        """Describe the encoder and all collections."""
        from app.status import describe_program

        return describe_program(self, self.location_of(None), self.installed)

    def verify(
        self,
        name: str,
        *,
        repair: bool = False,
        deep: bool = False,
        on_event: Callable[[Checking], None] = lambda event: None,
    ) -> list[Finding]:
        """Check a collection, mending it first when asked to."""
        from indexes import health, mending
        from indexes.checks import START_ANEW

        folder = self.catalog.find(name)
        try:
            if repair:
                mending.repair(folder)
            encoder_for = self.places.encoder if deep else None
            return health.verify(folder, encoder_for, deep=deep, on_event=on_event)
        except (Damaged, NewerFormat) as error:
            anew = isinstance(error, Damaged)
            return [Finding("damage", error.message, START_ANEW if anew else error.hint)]

    @property
    def upkeep(self) -> Upkeep:
        """Archives of collections, and moves to other places and encoders."""
        from app.upkeep import Upkeep

        return Upkeep(self)

    # Searching

    def view(self, name: str) -> View:
        """Open a collection for reading, once."""
        if name in self._views and not self._views[name].reader.is_current():
            self.release(name)  # it was removed or renamed; another may stand in its place
        if name not in self._views:
            from indexes.view import View

            self._views[name] = View(self.catalog.find(name), self.settings.index_graph_from)
        return self._views[name]

    def search(self, request: Request, names: Sequence[str] = (DEFAULT_COLLECTION,)) -> Answer:
        """Search collections; several are ranked together.

        Raises:
            UsageError: The query is blank or the mode unknown.
            CollectionNotFound: A name is none.
            EncoderMismatch: A collection's encoder is no longer what it was.
        """
        from indexes.search import search

        if not request.text.strip() and not any(one.weight > 0 for one in request.like):
            raise UsageError("the query is empty", "type some words")
        if request.mode not in MODES:
            raise UsageError(f"unknown mode {request.mode!r}", f"one of: {', '.join(MODES)}")
        if request.k < 1:
            raise UsageError(f"{request.k} hits make no list", "ask for 1 or more")
        views = [self.view(name) for name in dict.fromkeys(names)]
        return search(views, request, self.places.encoder)

    def more_like(self, hit: Hit, request: Request, names: Sequence[str] | None = None) -> Answer:
        """Search for what is like a hit, besides the query where there is one.

        Its own document is no result. Where: the collections named, else that of the hit.
        """
        from app.likeness import example_of

        wanted = request._replace(like=(*request.like, example_of(self, hit)))
        return self.search(wanted, names or [hit.collection])

    def prepare(self, names: Sequence[str] = (DEFAULT_COLLECTION,)) -> None:
        """Load what a search of these collections needs, so that the first one does not wait."""
        self.search(Request("a", "dense", 1), names)

    def warm(self, names: Sequence[str], step: int) -> int | None:
        """Read ahead what questions are likely to need, a little; returns the next step."""
        from indexes.warming import warm

        return warm([self.view(name) for name in dict.fromkeys(names)], step)

    def changed(self, hits: Sequence[Hit]) -> list[str]:
        """Return the paths of those hits whose files are no longer as they were indexed."""
        from app.freshness import changed_hits

        return changed_hits(lambda name: self.view(name).reader, hits)

    def stale(self, names: Sequence[str]) -> list[str]:
        """Return those of the collections whose files are seen to have changed."""
        from app.freshness import has_changed

        return [name for name in dict.fromkeys(names) if has_changed(self.view(name).reader)]

    def document(self, hit: Hit, reach: int | None = None) -> DocumentView:
        """Return the document around a hit, for a preview: some passages before and after it."""
        near = {} if reach is None else {"reach": reach}
        return self.view(hit.collection).document(hit.document_id, hit.passage_id, **near)

    @cached_property
    def _sentences(self) -> Sentences:
        from app.sentences import Sentences

        return Sentences(self)

    def with_sentences(self, answer: Answer) -> Answer:
        """Return an answer whose hits name their best sentences, as far as that is cheap."""
        spans = self._sentences.best(answer.hits, answer.query, answer.like)
        pairs = zip(answer.hits, spans, strict=True)
        return answer._replace(hits=tuple(hit._replace(sentence=span) for hit, span in pairs))

    def explain(self, hit: Hit, query: str, like: Sequence[Example] = ()) -> Explanation:
        """Say what a hit's score is made of; see `app.explanation`."""
        from app.explanation import explain

        return explain(self, hit, query, like)

    # Scoring

    @cached_property
    def scoring(self) -> Scoring:
        """Pairs, files of pairs, matrices, alignments, and what their scores mean."""
        from app.scoring.service import Scoring

        return Scoring(self.encoder, self.view, self._limits())
