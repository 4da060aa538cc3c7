"""The graph: the same answers as the exact scan, and never trusted unseen."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexes import dense, graph, snapshots
from indexes.collection import Collection
from indexes.dense import ExactIndex, GraphIndex, best, open_index
from indexes.events import Building
from indexes.health import verify
from indexes.mending import repair
from indexes.reader import Reader, SnapshotRow
from indexes.types import Root
from indexes.view import View

pytestmark = pytest.mark.skipif(not graph.available(), reason="hnswlib is not installed")

LOW = 10


@pytest.fixture
def many(docs: Path) -> Path:
    rng = np.random.default_rng(0)
    for i in range(300):
        words = " ".join(f"w{n}" for n in rng.integers(0, 80, 12))
        (docs / f"n{i:03}.txt").write_text(f"{words} id{i}")
    return docs


def opened(folder: Path, graph_from: int) -> dense.DenseIndex:
    reader = Reader(folder)
    encoder = reader.encoder()
    assert encoder is not None
    return open_index(reader, encoder, graph_from)


def test_below_the_threshold_there_is_no_graph(index, folder):
    index(graph_from=100)
    assert not list(folder.glob("*.hnsw"))
    assert isinstance(opened(folder, 100), ExactIndex)


def test_the_graph_finds_what_the_exact_scan_finds(index, folder, many, encoder):
    index(graph_from=LOW)
    by_graph, exact = opened(folder, LOW), opened(folder, 10_000)
    assert isinstance(by_graph, GraphIndex)
    found = 0
    for i in range(50):
        query = encoder.encode([f"w{i} w{i + 7} w{i + 13}"])[0]
        found += len(set(by_graph.search(query, 10)[0]) & set(exact.search(query, 10)[0]))
    assert found / 500 >= 0.98


def test_texts_added_after_the_graph_are_found_too(index, folder, many, ask):
    index(graph_from=LOW)
    (many / "late.txt").write_text("quite unlike anything before")
    index(graph_from=LOW)
    assert isinstance(opened(folder, LOW), GraphIndex)
    hits = ask("quite unlike anything before", "dense", graph_from=LOW).hits
    assert hits[0].path.endswith("late.txt")


def test_texts_removed_after_the_graph_are_not_found(index, many, ask):
    index(graph_from=LOW)
    first = ask("w1 w2 w3", "dense", graph_from=LOW).hits[0]
    Path(first.path).unlink()
    index(graph_from=LOW)
    again = ask("w1 w2 w3", "dense", k=20, graph_from=LOW).hits
    assert first.path not in {hit.path for hit in again}
    assert len(again) == 20


def test_asking_for_everything_gives_everything(index, many, ask):
    index(graph_from=LOW)
    assert len(ask("w1", "dense", k=400, graph_from=LOW).hits) == 303


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove"])
def test_a_damaged_graph_is_never_loaded_and_is_rebuilt_without_encoding(
    index, folder, many, ask, encoder, damage
):
    index(graph_from=LOW)
    (path,) = folder.glob("*.hnsw")
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "truncate":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.unlink()
    assert isinstance(opened(folder, LOW), ExactIndex)
    assert ask("w1 w2", "dense", graph_from=LOW).hits
    assert [finding.severity for finding in verify(folder)] == ["note"]
    encoder.encoded.clear()
    repair(folder)
    assert verify(folder) == []
    assert isinstance(opened(folder, LOW), GraphIndex)
    assert encoder.encoded == []


def test_only_the_current_graph_is_kept(index, folder, many):
    index(graph_from=LOW)
    for i in range(150):
        (many / f"new{i}.txt").write_text(f"new document {i}")
    index(graph_from=LOW)
    assert len(list(folder.glob("*.hnsw"))) == 1
    assert len(list(folder.glob("*.hnsw*"))) == 2  # with its remembered hash


@given(
    arrays.arrays(np.float32, st.integers(1, 40), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    st.integers(1, 45),
)
def test_best_is_a_full_sort_with_ties_by_id(scores, k):
    ids = np.arange(len(scores), dtype=np.int64)[::-1].copy()
    found, values = best(ids, scores, k)
    expected = sorted(zip(-scores, ids, strict=True))[:k]
    assert list(zip(-values, found, strict=True)) == expected


def rows_of(folder: Path) -> SnapshotRow:
    reader = Reader(folder)
    encoder = reader.encoder()
    assert encoder is not None
    row = reader.snapshot(encoder.id)
    assert row is not None
    return row


def test_a_graph_knows_its_recall(index, folder, many):
    index(graph_from=LOW)
    row = rows_of(folder)
    assert row.ef in graph.EF_STEPS
    assert row.recall is not None
    assert graph.TARGET_RECALL <= row.recall <= 1


def test_a_graph_is_topped_up_with_what_came_late(index, folder, many, ask):
    index(graph_from=LOW)
    first = rows_of(folder)
    for i in range(100):
        (many / f"late{i}.txt").write_text(f"late w{i} document{i}")
    index(graph_from=LOW)
    row = rows_of(folder)
    assert (row.count, row.last_text_id) == (first.count + 100, first.last_text_id + 100)
    assert ask("late w7 document7", "dense", graph_from=LOW).hits[0].path.endswith("late7.txt")
    assert verify(folder) == []


def test_removed_texts_are_marked_and_after_many_the_graph_is_built_anew(index, folder, many, ask):
    index(graph_from=LOW)
    for i in range(50):
        (many / f"n{i:03}.txt").unlink()
    for i in range(80):
        (many / f"late{i}.txt").write_text(f"late w{i} document{i}")
    index(graph_from=LOW)
    assert rows_of(folder).count == 383  # the marked ones are still in it
    assert len(ask("w1", "dense", k=20, graph_from=LOW).hits) == 20
    for i in range(50, 150):
        (many / f"n{i:03}.txt").unlink()
    index(graph_from=LOW)
    assert rows_of(folder).count == 233
    assert len(ask("w1", "dense", k=400, graph_from=LOW).hits) == 233
    assert verify(folder) == []


def test_a_file_that_was_hashed_once_is_not_hashed_again_until_it_is_touched(
    index, folder, many, monkeypatch
):
    index(graph_from=LOW)
    (path,) = folder.glob("*.hnsw")
    hashed: list[Path] = []
    real = snapshots.sha256

    def counted(path: Path) -> str:
        hashed.append(path)
        return real(path)

    monkeypatch.setattr(snapshots, "sha256", counted)
    assert isinstance(opened(folder, LOW), GraphIndex)
    assert hashed == []
    data = bytearray(path.read_bytes())
    times = path.stat()
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # as if nothing had happened
    assert isinstance(opened(folder, LOW), ExactIndex)
    assert hashed == [path]


def test_a_note_of_another_hash_is_not_believed(index, folder, many):
    index(graph_from=LOW)
    (path,) = folder.glob("*.hnsw")
    path.write_bytes(path.read_bytes()[::-1])
    snapshots.remember(path, "0" * 64)
    assert isinstance(opened(folder, LOW), ExactIndex)


@pytest.mark.parametrize("graph_from", [LOW, 10_000])
def test_an_open_view_follows_the_writer_by_what_changed(
    index, folder, many, encoder, monkeypatch, graph_from
):
    index(graph_from=graph_from)
    view = View(folder, graph_from)
    row = view.reader.encoder()
    assert row is not None
    view.dense_index(row)
    (many / "n003.txt").unlink()
    (many / "late.txt").write_text("quite unlike anything before")
    index(graph_from=graph_from)
    monkeypatch.setattr(graph, "load", lambda *_, **__: pytest.fail("the graph is loaded already"))
    followed = view.dense_index(row)
    assert len(followed) == 303
    query = encoder.encode(["quite unlike anything before"])[0]
    ids, _ = followed.search(query, 1)
    assert ids[0] == view.reader.last_text_id()
    exact = ExactIndex(*view.reader.vectors(row))
    found, expected = followed.search(query, 20), exact.search(query, 20)
    assert set(expected[0]) - set(found[0]) <= {expected[0][-1]}


@pytest.mark.parametrize("share", [0.02, 0.4, 0.9])
def test_a_filter_of_any_breadth_gives_its_nearest(
    index, folder, many, encoder, monkeypatch, share
):
    monkeypatch.setattr(dense, "NARROW", 10)
    monkeypatch.setattr(dense, "DEEPEST_SHARE", 1)
    index(graph_from=LOW)
    by_graph, exact = opened(folder, LOW), opened(folder, 10_000)
    assert isinstance(exact, ExactIndex)
    allowed = exact.ids[np.random.default_rng(1).random(len(exact.ids)) < share]
    found = 0
    for i in range(30):
        query = encoder.encode([f"w{i} w{i + 7}"])[0]
        ids, _ = by_graph.search(query, 5, allowed)
        assert set(ids) <= set(allowed)
        assert len(ids) == min(5, len(allowed))
        found += len(set(ids) & set(exact.search(query, 5, allowed)[0]))
    assert found >= 0.97 * 30 * min(5, len(allowed))


class Enough(Exception):
    """Somebody wants to stop."""


def test_building_tells_how_far_it_is_and_can_be_stopped(index, folder, many, encoder, monkeypatch):
    monkeypatch.setattr(graph, "STEP_VECTORS", 100)
    told = []

    def stop(event):
        if isinstance(event, Building):
            told.append((event.done, event.vectors))
            if event.done >= 200:
                raise Enough

    with pytest.raises(Enough):
        Collection(folder, LOW).index([Root(many)], encoder, on_event=stop)
    assert told == [(0, 303), (100, 303), (200, 303)]
    assert not list(folder.glob("*.hnsw*"))
    assert len(opened(folder, LOW)) == 303
    assert not [one for one in verify(folder) if one.severity == "damage"]
    index(graph_from=LOW)
    assert isinstance(opened(folder, LOW), GraphIndex)


def test_a_hash_that_cannot_be_kept_leaves_nothing_behind(tmp_path, monkeypatch):
    graph_file = tmp_path / "vectors.hnsw"
    graph_file.write_bytes(b"graph")

    def full(descriptor, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    snapshots.remember(graph_file, "digest")
    assert list(tmp_path.iterdir()) == [graph_file]
