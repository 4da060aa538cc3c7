"""BM25 from memory: it is SQLite's own, in every state of a collection."""

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from indexes import common_words, lexical
from indexes.collection import Collection
from indexes.health import verify
from indexes.mending import repair
from indexes.passage_table import read_varints
from indexes.posting import Posting, summed
from indexes.postings import Postings
from indexes.query import Query, parse
from indexes.store import Store
from indexes.sync import Record
from indexes.tokens import Tokens
from indexes.view import View
from indexes.words import quote
from tests.indexes.word_encoder import WordEncoder

WORDS = (
    "run running runs ran snake_case Snake case naïve NAIVE naive don't e2e std::vector café 3.11 "
    "straße 東京 the of error connection_error ___ 🙂 x"
).split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


def add(folder: Path, texts: Sequence[str], first: int = 0) -> None:
    records = (Record(f"/r/{first + i}", f"T{i % 3}", "txt", text) for i, text in enumerate(texts))
    Collection(folder).add_records(records, WordEncoder())


@pytest.fixture
def view(folder: Path) -> Iterator[View]:
    """A view that stays open while the collection changes."""
    add(folder, ["one common word", "two common words", "the common cold"])
    view = View(folder, 10_000)
    yield view
    view.close()


@pytest.fixture
def listed(view: View, folder: Path, monkeypatch: pytest.MonkeyPatch) -> View:
    """The same, with lists of the words that two passages have."""
    monkeypatch.setattr(common_words, "LEAST_COLLECTION", 1)
    monkeypatch.setattr(common_words, "LEAST_PASSAGES", 2)
    rebuild_lists(folder)
    return view


def found(
    postings: Postings,
    query: Query,
    k: int,
    allowed: NDArray[np.bool_] | None = None,
    also: Sequence[int] = (),
) -> dict[int, float]:
    """Return the k best passages by words, and others asked for, with their scores."""
    scores, table = lexical.scores(postings, query), postings.table
    scores = scores if allowed is None else scores * allowed
    rows = np.union1d(lexical.best(scores, k), table.rows_of(np.array(also, dtype=np.int64)))
    rows = rows[scores[rows] > 0]
    return dict(zip(table.ids[rows].tolist(), scores[rows].tolist(), strict=True))


def rebuild_lists(folder: Path) -> None:
    store = Store(folder)
    with store.transaction():
        common_words.build(store.connection)
    store.close()


def bm25(view: View, text: str) -> dict[int, float]:
    """Return what SQLite's own function gives."""
    query = parse(text)
    if not query.words:
        return {}
    rows = view.reader.connection.execute(
        "SELECT rowid, -rank FROM words WHERE words MATCH ?",
        (" OR ".join(map(quote, query.words)),),
    )
    return dict(rows.fetchall())


def assert_exact(view: View, text: str) -> None:
    with view.reader.consistent():
        scores = found(view.postings(), parse(text), 10_000)
        # Single precision: six digits of a score, whatever its size.
        assert scores == pytest.approx(bm25(view, text), rel=2e-6, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=12), st.lists(SENTENCES, min_size=1, max_size=4))
def test_the_scores_are_those_of_sqlite(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], queries: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("collections") / "notes"
    add(folder, texts)
    view = View(folder, 10_000)
    try:
        for query in queries:
            assert_exact(view, query)
    finally:
        view.close()


@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.5, 1.0, 1.5, 2.0, 7.0]), max_size=400),
    st.integers(min_value=1, max_value=30),
)
def test_the_best_by_words_are_those_of_a_plain_sort(scores: list[float], k: int) -> None:
    order = sorted((-score, row) for row, score in enumerate(scores) if score > 0)
    assert lexical.best(np.array(scores), k).tolist() == [row for _, row in order[:k]]


def test_what_is_added_changed_and_removed_is_followed(view: View, folder: Path) -> None:
    assert_exact(view, "common word")
    add(folder, ["a rare word", "common again"], first=3)
    assert_exact(view, "common rare word")
    add(folder, ["nothing of that"], first=0)
    assert_exact(view, "common nothing word")
    assert bm25(view, "common word") != {}


@settings(max_examples=30, deadline=None)
@given(
    texts=st.lists(SENTENCES, min_size=2, max_size=12),
    changes=st.lists(st.tuples(st.integers(0, 14), SENTENCES), max_size=6),
    queries=st.lists(SENTENCES, min_size=1, max_size=4),
)
def test_with_lists_of_common_words_too(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[str],
    changes: list[tuple[int, str]],
    queries: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("collections") / "notes"
    add(folder, texts)
    view = View(folder, 10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common_words, "LEAST_PASSAGES", 1)
        rebuild_lists(folder)
    try:
        for query in queries:
            assert_exact(view, query)
        for place, text in changes:  # the lists fall behind
            add(folder, [text], first=place)
        for query in queries:
            assert_exact(view, query)
            fresh = View(folder, 10_000)
            assert_exact(fresh, query)
            fresh.close()
    finally:
        view.close()


def test_lists_are_made_once_a_collection_is_large_and_again_when_it_changed(
    view: View, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def known() -> common_words.Extent | None:
        with view.reader.consistent():
            return common_words.extent(view.reader.connection)

    assert known() is None
    monkeypatch.setattr(common_words, "LEAST_COLLECTION", 100)
    monkeypatch.setattr(common_words, "LEAST_PASSAGES", 50)
    add(folder, [f"common number {i}" for i in range(100)], first=3)
    first = known()
    assert first is not None
    assert first.passages == 103
    add(folder, ["another common one"], first=200)
    assert known() == first
    add(folder, [f"changed and common {i}" for i in range(5)], first=3)
    assert known() == common_words.Extent(109, 104)
    assert common_words.read(view.reader.connection, "common") is not None
    assert_exact(view, "common number")


def test_a_damaged_list_is_passed_over_and_named_and_dropped(listed: View, folder: Path) -> None:
    with sqlite3.connect(folder / "collection.db") as connection:
        connection.execute("UPDATE common_words SET counts = x'0909' WHERE term = 'common'")
    assert_exact(listed, "common word")
    assert [f.what for f in verify(folder) if "common" in f.what] == [
        "1 lists of common words are not what was written; searches pass them over"
    ]
    repair(folder)
    assert [f for f in verify(folder) if "common" in f.what] == []
    assert_exact(listed, "common word")


@given(st.lists(st.integers(0, 2000)))
def test_packed_numbers_come_back(steps: list[int]) -> None:
    numbers = np.cumsum(np.array(steps, dtype=np.int64))
    assert common_words.unpack(common_words.pack(numbers)).tolist() == numbers.tolist()


def test_rows_of_gone_passages_do_not_pile_up(view: View, folder: Path) -> None:
    with view.reader.consistent():
        view.postings()
    for version in range(4):
        add(folder, [f"version {version} of text {i}" for i in range(600)])
        assert_exact(view, "version text")
    with view.reader.consistent():
        table = view.postings().table
    assert len(table) < 600 * 1.5 + 1000
    assert_exact(view, "version text 599")


def test_columns_that_were_read_before_grow_with_the_collection(view: View, folder: Path) -> None:
    for first in (0, 3, 5):
        add(folder, [f"text number {first + i} here" for i in range(4)], first)
        with view.reader.consistent():
            table = view.postings().table
            rows = view.reader.connection.execute(
                "SELECT id, document_id, text_id FROM passages ORDER BY id"
            ).fetchall()
            at = table.rows_of(np.array([id_ for id_, _, _ in rows]))
            columns = (table.ids[at], table.documents[at], table.texts[at])
            assert list(zip(*(c.tolist() for c in columns), strict=True)) == rows


def test_the_best_are_taken_among_those_allowed_and_others_only_when_asked_for(view: View) -> None:
    with view.reader.consistent():
        postings = view.postings()
        table = postings.table
        best = found(postings, parse("common"), 1)
        assert len(best) == 1
        others = [id_ for id_ in table.ids.tolist() if id_ not in best]
        more = found(postings, parse("common"), 1, also=[*others, 999])
        assert set(more) == set(table.ids.tolist())
        allowed = np.isin(table.ids, others)
        assert set(found(postings, parse("common"), 10, allowed)) == set(others)


def test_a_word_that_is_nowhere_makes_the_ideal_higher(view: View) -> None:
    with view.reader.consistent():
        postings = view.postings()
        plain = lexical.ideal_score(postings, parse("cold"))
        assert lexical.ideal_score(postings, parse("cold xylophone")) > plain
        assert lexical.ideal_score(postings, parse("___")) > 0


def test_an_empty_collection_has_no_words(folder: Path) -> None:
    add(folder, [])
    view = View(folder, 10_000)
    with view.reader.consistent():
        assert found(view.postings(), parse("anything"), 5) == {}
    view.close()


def test_words_are_cut_as_the_index_cuts_them() -> None:
    tokens = Tokens()
    assert tokens.of(["running", "snake_case", "___", "Äpfel", "running"]) == [
        ("run",), ("snake", "case"), (), ("apfel",), ("run",),
    ]  # fmt: skip


def test_more_words_than_are_remembered_are_cut_all_the_same() -> None:
    tokens = Tokens()
    many = [f"word{i}" for i in range(3000)]
    assert tokens.of(many) == [(word,) for word in many]
    assert tokens.of(many[:10] + [f"other{i}" for i in range(3000)])[:10] == tokens.of(many[:10])


def test_highlights_leave_nothing_behind() -> None:
    tokens = Tokens()
    for _ in range(2):
        assert tokens.highlight({7: "a cat", 9: "dogs"}, '"cats"', "<", ">") == {7: "a <cat>"}


@given(st.lists(st.integers(0, 2**49 - 1)))
def test_varints_of_every_size_are_read(values: list[int]) -> None:
    data = bytearray()
    for value in values:
        groups = [value & 0x7F]
        while value := value >> 7:
            groups.append(value & 0x7F | 0x80)
        data += bytes(reversed(groups))
    assert read_varints(bytes(data)).tolist() == values


@given(
    st.integers(1, 60).flatmap(
        lambda size: st.tuples(
            st.just(size), st.lists(st.integers(0, size - 1), unique=True, max_size=size)
        )
    )
)
def test_a_posting_gives_the_same_whichever_way_it_is_kept(case: tuple[int, list[int]]) -> None:
    size, places = case
    rows = np.array(sorted(places), dtype=np.int32)
    scores = np.linspace(0.5, 3, len(rows), dtype=np.float32)
    posting = Posting(rows, scores, 1.5, size)
    quarter = (scores[:1] / 4).astype(np.float32)
    other = Posting(rows[:1], quarter, 1.0, size)
    expected = np.zeros(size)
    expected[rows] += scores
    assert summed([posting], size).tolist() == expected.tolist()
    expected[rows[:1]] += quarter
    assert summed([posting, other], size).tolist() == expected.tolist()
    assert posting.rows.tolist() == rows.tolist()
    assert posting.count == len(places)
    assert [row for row in range(size) if posting.has(row)] == rows.tolist()
