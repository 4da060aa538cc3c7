"""How a collection grows from ten thousand to a million passages: build, disk, memory, search.

    python -m benchmarks.scale DATA [--sizes 10000 100000 1000000] [--home DIR]

DATA is the folder with `train.tar.xz`. Passages are real sentences put together anew, written
through the real store; vectors are mixtures of two real sentences' vectors, so that they lie as
those of real texts lie, and a million need no day of encoding. Queries are real sentences that
are in no passage, encoded by the default encoder. Prints a table and JSON; nothing is judged.
Takes about half an hour and 5 GB for a million on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.paths import Paths, find_paths
from app.session import Session
from app.settings import Settings
from benchmarks.processes import user_environment
from indexes import common_words, graph
from indexes.catalog import Catalog
from indexes.cutting import encoded_text, text_hash
from indexes.documents import NewDocument
from indexes.query import parse
from indexes.reader import Reader
from indexes.store import Store
from indexes.types import Mode, Passage, Request
from indexes.view import View

NAME = "default"
BASE_SENTENCES = 20_000
QUERIES = 200
SENTENCES_PER_PASSAGE = 6
PASSAGES_PER_DOCUMENT = 5
DOCUMENTS_PER_COMMIT = 200
COLD_RUNS = 5
RECALL_AT = 10


def main() -> None:
    """Grow a collection and measure it at each size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--home", type=Path, help="keep the collection here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = options.home or Path(temporary)
        rows = [row for row in grow(find_paths(home), options.data, options.sizes)]
    _print(rows)


def grow(paths: Paths, data: Path, sizes: list[int]) -> Iterator[dict[str, Any]]:
    """Build and measure, size by size."""
    session = Session(paths, Settings())
    encoder = session.encoder()
    sentences = list(_sentences(data))
    random.Random(1).shuffle(sentences)
    queries = [sentence for sentence in sentences if _is_plain(sentence)][:QUERIES]
    held_out = set(queries)
    sentences = [sentence for sentence in sentences if sentence not in held_out]
    base = encoder.encode(sentences[:BASE_SENTENCES])
    passages = _passages(sentences)
    vectors = _mixtures(base)
    Catalog(paths.collections).make()
    folder = paths.collections / NAME
    folder.mkdir(mode=0o700, exist_ok=True)
    for size in sorted(sizes):
        began = time.perf_counter()
        _fill(folder, session, passages, vectors, size)
        stored = time.perf_counter()
        _build_lists(folder)
        listed = time.perf_counter()
        recall = _build_graph(folder, Settings().index_graph_from)
        row: dict[str, Any] = {
            "passages": size,
            "store_s": round(stored - began, 1),
            "lists_s": round(listed - stored, 1),
            "graph_s": round(time.perf_counter() - listed, 1),
            "db_mb": round((folder / "collection.db").stat().st_size / 1e6),
            "graph_mb": round(sum(p.stat().st_size for p in folder.glob("*.hnsw")) / 1e6),
            **recall,
        }
        row |= _cold(paths, queries)
        row |= _warm(paths, queries)
        sys.stderr.write(f"{row}\n")
        yield row
    session.close()


def _is_plain(sentence: str) -> bool:
    """Whether nothing in it is a quoted phrase, a filter or an excluded word."""
    query = parse(sentence)
    return not (query.phrases or query.filters or query.excluded)


def _sentences(data: Path) -> Iterator[str]:
    """Yield a part of each of the training files, so that all kinds are there."""
    with tarfile.open(data / "train.tar.xz") as tar:
        for member in tar:
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is not None and member.name.endswith(".txt"):
                for number, line in enumerate(stream):
                    if number >= BASE_SENTENCES:
                        break
                    yield line.decode().strip()


def _passages(sentences: list[str], seed: int = 2) -> Iterator[str]:
    rng = random.Random(seed)
    while True:
        yield " ".join(rng.choices(sentences, k=SENTENCES_PER_PASSAGE))


def _mixtures(base: NDArray[np.float32], seed: int = 3) -> Iterator[NDArray[np.float32]]:
    """Yield unit vectors between those of two sentences."""
    rng = np.random.default_rng(seed)
    while True:
        one, other = rng.integers(len(base), size=(2, 1000))
        share = rng.uniform(0.1, 0.5, size=(1000, 1)).astype(np.float32)
        mixed = (1 - share) * base[one] + share * base[other]
        yield from mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def _fill(
    folder: Path,
    session: Session,
    passages: Iterator[str],
    vectors: Iterator[NDArray[np.float32]],
    size: int,
) -> None:
    """Add documents until there are `size` passages."""
    store = Store(folder)
    with store.transaction():
        encoder_id = store.claim_encoder(session.encoder(), "default")
    have = store.connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    number = have // PASSAGES_PER_DOCUMENT
    while have < size:
        documents, hashes = [], {}
        for _ in range(min(DOCUMENTS_PER_COMMIT, (size - have) // PASSAGES_PER_DOCUMENT)):
            document = _document(passages, number)
            documents.append(document)
            hashes.update(dict.fromkeys(document.hashes, b""))
            number += 1
        with store.transaction():
            store.put_vectors(list(hashes), np.array([next(vectors) for _ in hashes]), encoder_id)
            for document in documents:
                store.put_document(document)
        have += len(documents) * PASSAGES_PER_DOCUMENT
    with store.transaction():
        store.set_meta("updated", repr(time.time()))
    store.close()


def _document(passages: Iterator[str], number: int) -> NewDocument:
    text, spans = "", []
    for line in range(1, PASSAGES_PER_DOCUMENT + 1):
        start = len(text)
        text += next(passages)
        spans.append(Passage(start, len(text), line, line))
        text += "\n"
    title = f"Document {number}"
    hashes = [text_hash(encoded_text(title, "", text[p.start : p.end])) for p in spans]
    return NewDocument(
        root_id=None, path=f"/made/{number % 100}/{number}.md", stem=str(number), title=title,
        context=title, type="md" if number % 3 else "txt", size=len(text), mtime_ns=10**18,
        content_hash=number.to_bytes(16, "big"), text=text, passages=spans, hashes=hashes,
        language="en",
    )  # fmt: skip


def _build_lists(folder: Path) -> None:
    store = Store(folder)
    common_words.refresh(store)
    store.close()


def _build_graph(folder: Path, graph_from: int) -> dict[str, Any]:
    store, reader = Store(folder), Reader(folder)
    try:
        encoder = reader.encoder()
        assert encoder is not None
        if reader.count_vectors(encoder) >= graph_from:
            graph.refresh(folder, store, reader, encoder)
        row = reader.snapshot(encoder.id)
        return {"ef": row.ef, "recall_sample": row.recall} if row else {"ef": 0, "recall_sample": 1}
    finally:
        reader.close()
        store.close()


def _cold(paths: Paths, queries: list[str]) -> dict[str, Any]:
    """Whole processes: a search from the shell, and the memory and first answer of one."""
    shell = [sys.executable, "-m", "app", "--home", str(paths.data), "search", "--json"]
    took: dict[str, list[float]] = {"dense": [], "hybrid": []}
    for mode, times in took.items():
        for query in queries[:COLD_RUNS]:
            began = time.perf_counter()
            subprocess.run(
                [*shell, "--mode", mode, query],
                check=True,
                capture_output=True,
                env=user_environment(),
            )
            times.append(time.perf_counter() - began)
    peaks = []
    for mode in took:
        code = "import sys; from benchmarks.scale import first_answer; first_answer(*sys.argv[1:])"
        output = subprocess.check_output(
            [sys.executable, "-c", code, str(paths.data), mode, queries[0]], text=True
        )
        peaks.append(json.loads(output))
    return {
        "cold_dense_s": round(statistics.median(took["dense"]), 2),
        "cold_hybrid_s": round(statistics.median(took["hybrid"]), 2),
        "open_dense_s": round(peaks[0]["seconds"], 2),
        "peak_mb": round(max(peak["peak_mb"] for peak in peaks)),
    }


def first_answer(home: str, mode: str, query: str) -> None:
    """Open a session, answer once, and print how long it took and what memory."""
    began = time.perf_counter()
    session = Session(find_paths(Path(home)), Settings())
    session.search(Request(query, mode), [NAME])  # type: ignore[arg-type]
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    sys.stdout.write(json.dumps({"seconds": seconds, "peak_mb": int(peak.split()[1]) / 1e3}))


def _warm(paths: Paths, queries: list[str]) -> dict[str, Any]:
    session = Session(paths, Settings())
    result: dict[str, Any] = {}
    modes: tuple[Mode, ...] = ("dense", "hybrid")
    for mode in modes:
        session.search(Request("warm", mode), [NAME])
        times = []
        for query in queries:
            began = time.perf_counter()
            session.search(Request(f"{query} {mode}", mode), [NAME])
            times.append((time.perf_counter() - began) * 1000)
        result[f"{mode}_p50_ms"] = round(statistics.median(times), 1)
        result[f"{mode}_p95_ms"] = round(float(np.percentile(times, 95)), 1)
    result["recall_queries"] = _true_recall(session, queries)
    session.close()
    return result


def _true_recall(session: Session, queries: list[str]) -> float:
    """Recall@10 of the open index against an exact scan, on real queries."""
    encoded = session.encoder().encode(queries)
    view: View = session.view(NAME)
    encoder = view.reader.encoder()
    assert encoder is not None
    index = view.dense_index(encoder)
    best = np.full((len(queries), RECALL_AT), -2.0, dtype=np.float32)
    for _, vectors in view.reader.vector_batches(encoder):
        scores = np.concatenate([best, encoded @ vectors.T], axis=1)
        best = np.partition(scores, scores.shape[1] - RECALL_AT, axis=1)[:, -RECALL_AT:]
    floors = best.min(axis=1)
    found = [index.search(query, RECALL_AT)[1] for query in encoded]
    hits = [float(np.mean(f >= floor - 1e-6)) for f, floor in zip(found, floors, strict=True)]
    return round(statistics.mean(hits), 4)


def _print(rows: list[dict[str, Any]]) -> None:
    for key in rows[0]:
        values = "".join(f"{row[key]:>12,}" for row in rows)
        sys.stdout.write(f"{key:<16}{values}\n")
    sys.stdout.write(json.dumps(rows) + "\n")


if __name__ == "__main__":
    main()
