"""A deterministic encoder without a model, and collections made with it."""

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexes.collection import Collection
from indexes.search import search
from indexes.types import Answer, Filters, IndexReport, Mode, Request, Root
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The collection's folder; it does not exist yet."""
    return tmp_path / "collections" / "notes"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of documents with known words."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "bread.md").write_text("# Bread\n\nKnead the dough and bake it in a hot oven.\n")
    (docs / "boats.md").write_text("# Boats\n\nRaise the sail when the wind is fair.\n")
    (docs / "bees.txt").write_text("A hive of bees makes honey from clover.\n")
    return docs


@pytest.fixture
def interrupt_soon() -> Iterator[None]:
    """A Ctrl-C comes in a moment."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


IndexDocs = Callable[..., IndexReport]
Ask = Callable[..., Answer]


@pytest.fixture
def index(folder: Path, docs: Path, encoder: WordEncoder) -> IndexDocs:
    """Return a function that indexes `docs`, or other roots, into the collection."""

    def run(*paths: Path, graph_from: int = 10_000, prune_missing: bool = False) -> IndexReport:
        roots = [Root(path) for path in paths or (docs,)]
        return Collection(folder, graph_from).index(roots, encoder, prune_missing=prune_missing)

    return run


@pytest.fixture
def ask(folder: Path, encoder: WordEncoder) -> Iterator[Ask]:
    """Return a function that searches the collection."""
    views: list[View] = []

    def run(
        text: str, mode: Mode = "hybrid", k: int = 10, graph_from: int = 10_000, **filters: object
    ) -> Answer:
        view = View(folder, graph_from)
        views.append(view)
        request = Request(text, mode, k, Filters(**filters))  # type: ignore[arg-type]
        return search([view], request, lambda row: encoder)

    yield run
    for view in views:
        view.close()
