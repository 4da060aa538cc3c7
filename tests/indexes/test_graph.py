"""The graph: the same answers as the exact scan, and never trusted unseen."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexes import dense, graph
from indexes.dense import ExactIndex, GraphIndex, best, open_index
from indexes.health import verify
from indexes.mending import repair
from indexes.reader import Reader

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
