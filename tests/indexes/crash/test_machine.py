"""Any sequence of what users do, against a plain dictionary and an exact scan."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from indexes import mending, portable
from indexes.catalog import Catalog
from indexes.collection import Collection
from indexes.events import Committed, IndexEvent, Reencoded
from indexes.health import verify
from indexes.reader import EncoderRow
from indexes.search import search
from indexes.types import Filters, Mode, Request, Root
from indexes.view import View
from tests.indexes.word_encoder import WordEncoder

GRAPH_FROM = 5
WORDS = [f"word{n}" for n in range(30)]
NAMES = st.sampled_from([f"{letter}.{kind}" for letter in "abcdefgh" for kind in ("txt", "md")])
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
ENCODERS = {e.fingerprint: e for e in (WordEncoder(), WordEncoder(16, "others"))}


class Stopped(BaseException):
    """The process ends here."""


class Documents(RuleBasedStateMachine):
    """Files come, change and go; the collection follows when it is told to."""

    @initialize()
    def begin(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="machine"))
        self.docs = self.place / "docs"
        self.docs.mkdir()
        self.home = self.place / "collections"
        self.name = "notes"
        self.files: dict[str, str] = {}
        self.indexed: dict[str, str] = {}
        self.possible: dict[str, set[str | None]] = {}
        self.view: View | None = None
        self.encoder = next(iter(ENCODERS.values()))
        self._index()

    def teardown(self) -> None:
        self._close()
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def folder(self) -> Path:
        return self.home / self.name

    def _collection(self) -> Collection:
        return Collection(self.folder, GRAPH_FROM)

    def _close(self) -> None:
        if self.view is not None:
            self.view.close()
            self.view = None

    def _index(self, on_event: object = lambda event: None) -> None:
        self._collection().index(
            [Root(self.docs)],
            self.encoder,
            prune_missing=True,
            on_event=on_event,  # type: ignore[arg-type]
        )
        self.indexed = dict(self.files)

    @rule(name=NAMES, text=TEXTS)
    def write(self, name: str, text: str) -> None:
        (self.docs / name).write_text(text)
        self.files[name] = text

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        (self.docs / name).unlink(missing_ok=True)
        self.files.pop(name, None)

    @rule(name=NAMES, new=NAMES)
    def rename_file(self, name: str, new: str) -> None:
        if name in self.files and name != new:
            (self.docs / name).rename(self.docs / new)
            self.files[new] = self.files.pop(name)

    @rule()
    def index(self) -> None:
        self._index()

    @rule(after=st.integers(0, 3))
    def index_and_die(self, after: int) -> None:
        """What was committed when the process ended may be old or new, document by document."""
        left = after

        def stop(event: IndexEvent) -> None:
            nonlocal left
            if isinstance(event, Committed):
                if not left:
                    raise Stopped
                left -= 1

        before = dict(self.indexed)
        try:
            self._index(stop)
        except Stopped:
            self._accept_either(before)

    def _accept_either(self, before: dict[str, str]) -> None:
        found = self._contents()
        for name in before.keys() | self.files.keys() | found.keys():
            assert found.get(name) in (before.get(name), self.files.get(name))
        self.indexed = found

    def _contents(self) -> dict[str, str]:
        view = View(self.folder, GRAPH_FROM)
        rows = view.reader.connection.execute(
            "SELECT d.path, p.text FROM documents d JOIN passages p ON p.document_id = d.id"
        )
        found = {Path(path).name: text for path, text in rows}
        view.close()
        return found

    @rule()
    def reopen(self) -> None:
        self._close()

    @rule()
    def lose_the_graph_and_repair(self) -> None:
        for path in self.folder.glob("*.hnsw"):
            path.unlink()
        mending.repair(self.folder)

    @rule(stops=st.booleans())
    def change_encoder(self, stops: bool) -> None:
        other = next(e for e in ENCODERS.values() if e is not self.encoder)

        def stop(event: IndexEvent) -> None:
            if stops and isinstance(event, Reencoded):
                raise Stopped

        try:
            self._collection().reencode(other, location=other.name, on_event=stop)
            self.encoder = other
        except Stopped:
            pass

    @rule()
    def compact(self) -> None:
        self._close()
        self._collection().compact()

    @rule()
    def rename_collection(self) -> None:
        new = "notes" if self.name != "notes" else "papers"
        Catalog(self.home).rename(self.name, new)
        self._close()
        self.name = new

    @rule()
    def move_documents(self) -> None:
        new = self.docs.with_name("docs2" if self.docs.name == "docs" else "docs")
        self.docs.rename(new)
        self._collection().reroot(self.docs, new)
        self.docs = new

    @rule()
    def back_up_remove_and_restore(self) -> None:
        archive = self.place / "kept.tar"
        portable.export(self.folder, archive)
        self._close()
        catalog = Catalog(self.home)
        catalog.remove(self.name)
        with catalog.beside(self.name) as folder:
            portable.unpack(archive, folder, GRAPH_FROM, lambda fingerprint, location: location)

    @rule(
        text=TEXTS,
        mode=st.sampled_from(["dense", "lexical", "hybrid"]),
        kind=st.sampled_from(["", "txt", "md"]),
        k=st.integers(1, 20),
    )
    def ask(self, text: str, mode: Mode, kind: str, k: int) -> None:
        """The hits are those of an exact scan over what is indexed and passes the filter."""
        if self.view is None:
            self.view = View(self.folder, GRAPH_FROM)
        filters = Filters(types=(kind,)) if kind else Filters()
        answer = search([self.view], Request(text, mode, k, filters), encoder_of)
        allowed = {n: t for n, t in self.indexed.items() if not kind or n.endswith(f".{kind}")}
        names = [Path(hit.path).name for hit in answer.hits]
        assert len(set(names)) == len(names)
        assert all(hit.text == allowed[Path(hit.path).name] for hit in answer.hits)
        if mode == "lexical":
            matching = {n for n, t in allowed.items() if set(t.split()) & set(text.split())}
            assert set(names) <= matching
            assert len(names) == min(k, len(matching))
            return
        assert len(names) == min(k, len(allowed))
        if mode == "dense" and names:
            exact = self._cosines(text, allowed)
            found = np.array([hit.cosine for hit in answer.hits], dtype=np.float64)
            assert np.allclose(found, exact[: len(names)], atol=1e-5)

    def _cosines(self, text: str, allowed: dict[str, str]) -> list[float]:
        query = self.encoder.encode([text])[0]
        return sorted(map(float, self.encoder.encode(list(allowed.values())) @ query), reverse=True)

    @invariant()
    def the_collection_is_sound(self) -> None:
        if not getattr(self, "place", None):
            return
        assert [f for f in verify(self.folder) if f.severity == "damage"] == []
        assert self._contents() == self.indexed


def encoder_of(row: EncoderRow) -> WordEncoder:
    return ENCODERS[row.fingerprint]


def test_a_few_histories():
    bounds = settings(max_examples=8, stateful_step_count=15, deadline=None)
    run_state_machine_as_test(Documents, settings=bounds)


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_many_long_histories():
    bounds = settings(max_examples=150, stateful_step_count=60, deadline=None)
    run_state_machine_as_test(Documents, settings=bounds)
