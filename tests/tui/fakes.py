"""A session that answers at once, or when a test lets it, for the seam that the interface has."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from textual.widgets import Input

from app.caching import QueryCache
from app.explanation import Explanation, Word
from app.memory import Memory
from app.paths import Paths
from app.scoring.service import Scoring
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.engine import EngineThread
from app.tui.worker import WorkThread
from indexes.errors import CollectionNotFound
from indexes.events import Checking, Committed, Progressed, Reencoded, Scanned
from indexes.extract.sandbox import Limits
from indexes.types import (
    Answer,
    CollectionInfo,
    DocumentView,
    Finding,
    Hit,
    IndexReport,
    Root,
    Skip,
)

PATIENCE = 20
QUICK = Settings(tui_debounce_ms=0)
BODY = (
    "Preserving fruit\n\nBoil the plums with sugar until they set.\n"
    "Fill the jars to the brim while all is hot.\n\n"
    "Turn them over once, and let them cool slowly."
)


def hit(rank=1, **given) -> Hit:
    text = given.get("text", "Boil the plums with sugar until they set.")
    plums = text.find("plums")
    values = {
        "rank": rank,
        "score": round(1 / rank, 2),
        "cosine": 0.5,
        "bm25": 1.0,
        "collection": "default",
        "path": f"/home/ada/notes/kitchen/preserves-{rank}.md",
        "title": f"Preserving fruit {rank}",
        "type": "md",
        "heading": f"Preserving fruit {rank} > Jam",
        "line_start": 3,
        "line_end": 3,
        "page": None,
        "text": text,
        "highlight": ((plums, plums + 5),) if plums >= 0 else (),
        "passage_id": rank,
        "document_id": rank,
    }
    return Hit(**(values | given))


ROOT = Path("/home/ada/notes")


def info(name="default", documents=12, root=ROOT, generation=1, passages=90) -> CollectionInfo:
    return CollectionInfo(
        name=name, documents=documents, passages=passages, bytes=1000, encoder="tiny",
        fingerprint="f", roots=(Root(root),), updated=1.0, generation=generation, skipped=1,
    )  # fmt: skip


class Letters:
    """An encoder: how often each letter stands in a text."""

    name, dim, fingerprint, max_length = "letters", 27, "f", 1000

    def count_tokens(self, texts):
        return [len(text) for text in texts]

    def encode(self, texts, reached=None):
        places = "abcdefghijklmnopqrstuvwxyz"
        counts = [[text.lower().count(char) for char in places] + [0.01] for text in texts]
        rows = np.array(counts, dtype=np.float32).reshape(len(texts), self.dim)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class FakeSession:
    """Finds three documents for every query but those that say otherwise.

    `gates` hold a call back until they are set: by the name of a method, or by a query.
    `fails` raises instead of answering, by the same names.
    """

    def __init__(self, hits=None, body=BODY, documents=12):
        self.hits = [hit(rank) for rank in (1, 2, 3)] if hits is None else hits
        self.body = body
        self.documents = documents
        self.passages = 90
        self.root = ROOT
        self.roots: list[Path] | None = None  # several, or none at all
        self.unfinished = False  # whether an index run was killed
        self.generation = 1
        self.gates: dict[str, threading.Event] = {}
        self.fails: dict[str, Exception] = {}
        self.searched: list[str] = []
        self.liked: list[int] = []
        self.gone: set[str] = set()  # collections that there are no more
        self.sentence = ""  # the one that answers best, where it stands
        self.modes: list[str] = []
        self.previewed: list[int] = []
        self.reaches: list[int | None] = []
        self.requests = []
        self.names: list[tuple[str, ...]] = []
        self.threads: set[int] = set()
        self.settings = Settings()
        self.paths = Paths(*(Path("/nowhere") / part for part in "data config state cache".split()))
        self.collections = ["default"]
        self.worked: list[tuple[object, ...]] = []
        self.closed = threading.Event()
        self.letters = QueryCache(Letters(), [n / 100 for n in range(51)])

    def gate(self, name):
        self.gates[name] = threading.Event()
        return self.gates[name]

    def _met(self, name):
        self.threads.add(threading.get_ident())
        if name in self.gates:
            self.gates[name].wait(PATIENCE)
        if name in self.fails:
            raise self.fails[name]

    def _find(self, *names):
        for name in self.gone.intersection(names):
            there = ", ".join(one for one in self.collections if one not in self.gone)
            hint = f"there are: {there}" if there else "make one: jtcse index PATH"
            raise CollectionNotFound(f"no collection {name!r}", hint)

    def describe(self, name):
        self._met("describe")
        self._find(name)
        return self._as_it_is(info(name, self.documents, self.root, self.generation, self.passages))

    def _as_it_is(self, one):
        one = replace(one, unfinished=self.unfinished)
        return one if self.roots is None else replace(one, roots=tuple(map(Root, self.roots)))

    def warm(self, names, step):
        return None

    def prepare(self, names):
        self._met("prepare")
        self._find(*names)

    def describe_all(self):
        self._met("describe_all")
        there = [name for name in self.collections if name not in self.gone]
        return [self._as_it_is(info(name, self.documents, self.root)) for name in there], []

    def release(self, name):
        self.worked.append(("release", name))

    def more_like(self, hit, request, names):
        self.liked.append(hit.passage_id)
        answer = self.search(request, names)
        others = tuple(one for one in answer.hits if one.document_id != hit.document_id)
        return answer._replace(hits=others)

    def with_sentences(self, answer):
        self._met("sentences")
        spans = [
            (one.text.find(self.sentence), one.text.find(self.sentence) + len(self.sentence))
            for one in answer.hits
        ]
        return answer._replace(
            hits=tuple(
                one._replace(sentence=span) if self.sentence and span[0] >= 0 else one
                for one, span in zip(answer.hits, spans, strict=True)
            ),
        )

    def explain(self, hit, query, like=()):
        self._met("explain")
        words = (Word("plums", 0.21, ((9, 14),)),)
        return Explanation(0.6, 0.4, 0.5, ("plums",), words)

    def skips(self, name):
        return [Skip("/home/ada/notes/scan.bin", "not text")]

    def index(self, roots, name, *, on_event):
        self.worked.append(("index", name, tuple(str(root.path) for root in roots)))
        self._met("index")
        on_event(Scanned(4, 400))
        for done in range(1, 5):
            for part in (100, 200):
                path = f"/home/ada/notes/{done}.md"
                on_event(Progressed(done - 1, 100 * done - 50, done, path, part, 4000))
                self._met(f"part {done}.{part}")
            self._met(f"file {done}")
            on_event(Progressed(done, 100 * done, done, f"/home/ada/notes/{done}.md"))
        self._met("commit")
        self.fails.clear()
        self.generation += 1
        self.unfinished = False
        on_event(Committed(4, 9))
        return IndexReport(added=4, passages=9, skipped=1, seconds=2)

    def verify(self, name, *, repair, on_event):
        self.worked.append(("verify", name, repair))
        self._met("verify")
        for number, what in enumerate(("rows", "vectors"), start=1):
            on_event(Checking(what, number, 2))
            self._met(f"check {what}")
        return [Finding("note", "an index run did not finish", "an update resumes it")]

    def remove(self, name):
        self.worked.append(("remove", name))
        self.collections.remove(name)

    def forget(self, name, path):
        self.worked.append(("forget", name, path))
        self._met("forget")
        self.generation += 1
        known = [self.root] if self.roots is None else self.roots
        self.roots = [root for root in known if root != path]
        return path in known

    def search(self, request, names):
        self.requests.append(request)
        self.names.append(tuple(names))
        self.searched.append(request.text)
        self.modes.append(request.mode)
        self._met(request.text)
        self._met("search")
        self._find(*names)
        hits = () if "nothing" in request.text else tuple(self.hits[: request.k])
        return Answer(request.text, request.mode, tuple(names), hits, self.passages, 7.0)

    def document(self, hit, reach=None):
        self.previewed.append(hit.passage_id)
        self.reaches.append(reach)
        self._met("document")
        start = max(0, self.body.find(hit.text))
        return DocumentView(
            hit.path, hit.title, hit.type, self.body, start, start + len(hit.text), 1
        )

    @property
    def upkeep(self):
        return self

    def reencode(self, name, encoder, on_event):
        self.worked.append(("reencode", name, encoder))
        for done in (30, 60, 90):
            self._met(f"text {done}")
            on_event(Reencoded(done, 90, done))
        self.fails.clear()
        return 90

    @property
    def scoring(self):
        def encoder(location):
            self._met("score")
            return self.letters

        return Scoring(encoder, self.describe, Limits())

    def close(self):
        self.closed.set()


class Threads:
    """Engine and worker as threads of this process, over a session that tests steer."""

    def __init__(self, session_factory):
        self.session_factory = session_factory

    def typed(self):
        """Nothing is worth holding up here."""

    def engine(self, emit, log):
        return EngineThread(self.session_factory, emit, log)

    def worker(self, emit, log):
        return WorkThread(self.session_factory, emit, log)


def make_app(session, names=("default",), settings=QUICK, state=None) -> SearchApp:
    return SearchApp(Threads(lambda: session), names, settings, Memory(state))


def thread_of(app) -> EngineThread:
    """The engine of an app that `make_app` made."""
    assert isinstance(app.engine, EngineThread)
    return app.engine


def worker_of(app) -> WorkThread:
    """What does its long work."""
    assert isinstance(app.work.worker, WorkThread)
    return app.work.worker


async def until(pilot, condition, what=""):
    """Wait until a condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"never came: {what or condition}"
        await asyncio.sleep(0.005)
        await pilot.pause()


def screen_text(app) -> str:
    """Everything that is painted, row by row."""
    width, height = app.size
    strips = app.screen._compositor.render_strips(app.size)
    return "\n".join(strip.text[:width] for strip in strips[:height])


def field(app, name) -> Input:
    """The field of that name on the screen."""
    found: Input = app.screen.query_one(f"#{name}", Input)
    return found
