"""How soon does a key show its results? `python -m benchmarks.interface [--passages N] [--json]`.

Types real questions, key by key, into the interface over a made-up collection: documents of a
Zipf-like vocabulary, stored by the real store with random unit vectors in place of encoding. Times
each key that begins a search until its results are painted, and how long the event loop ever
stalled, first idle, then with another collection being indexed in the background.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from textual import events

from app.memory import Memory
from app.paths import find_paths
from app.session import Session
from app.settings import Settings
from app.tui.app import SearchApp
from app.tui.remote import Processes
from app.tui.tasks import IndexTask
from app.tui.widgets.results import Results
from indexes.collection import Collection
from indexes.sync import Record
from indexes.types import Root
from jtcse_core.encoding import IndexingEncoder

QUERIES = (
    "how is the loaf baked", "error when the pump fails", "who keeps the log of a ship",
    "water rises twice a day", "birds that hunt in darkness", "area of a circle",
)  # fmt: skip
WORDS_PER_PASSAGE = 100
VOCABULARY = 30_000
BEAT = 0.001
PATIENCE = 20


class RandomVectors:
    """The real encoder's name and tokens, with vectors that cost nothing."""

    def __init__(self, encoder: IndexingEncoder) -> None:
        self._encoder = encoder
        self._random = np.random.default_rng(0)
        self.name, self.dim = encoder.name, encoder.dim
        self.fingerprint, self.max_length = encoder.fingerprint, encoder.max_length

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words instead."""
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return random directions."""
        rows = self._random.standard_normal((len(texts), self.dim)).astype(np.float32)
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


def documents(count: int) -> Iterator[Record]:
    """Make documents of one passage each."""
    random = np.random.default_rng(1)
    plain = sorted({word for query in QUERIES for word in query.split()})
    words = [*plain, *(f"word{number}" for number in range(VOCABULARY))]
    for number in range(count):
        chosen = np.minimum(random.zipf(1.3, WORDS_PER_PASSAGE) - 1, len(words) - 1)
        text = " ".join(words[i] for i in chosen)
        yield Record(f"/made-up/{number % 100}/{number}.txt", f"Document {number}", "txt", text)


async def beat(stalls: list[float]) -> None:
    """Note how much later than asked for the event loop comes back, in milliseconds."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(BEAT)
        stalls.append((time.perf_counter() - began - BEAT) * 1000)


async def noise() -> float:
    """Return the longest stall of a loop that has nothing to do: the machine's own."""
    stalls: list[float] = []
    beating = asyncio.create_task(beat(stalls))
    await asyncio.sleep(5)
    beating.cancel()
    return max(stalls)


async def typed(app: SearchApp) -> tuple[list[float], list[float], list[float]]:
    """Type all queries.

    Returns:
        Milliseconds from each key to its painted results, of them those of the search itself,
        and the stalls of the event loop.
    """
    painted: list[float] = []
    searched: list[float] = []
    stalls: list[float] = []
    done = asyncio.Event()
    results = app.screen.query_one(Results)
    show = results.show

    def shown(*values: Any, **named: Any) -> None:
        show(*values, **named)
        results.call_after_refresh(done.set)

    results.show = shown  # type: ignore[method-assign]
    beating = asyncio.create_task(beat(stalls))
    for query in QUERIES:
        for char in query:
            done.clear()
            began = time.perf_counter()
            app.post_message(events.Key("space" if char == " " else char, char))
            await asyncio.wait_for(done.wait(), PATIENCE)
            painted.append((time.perf_counter() - began) * 1000)
            searched.append(app.screen.answer.took_ms)  # type: ignore[attr-defined]
            await asyncio.sleep(0.03)
        done.clear()
        app.post_message(events.Key("escape", None))
        await asyncio.wait_for(done.wait(), PATIENCE)
    beating.cancel()
    results.show = show  # type: ignore[method-assign]
    return painted, searched, stalls


def figures(
    painted: list[float], searched: list[float], stalls: list[float], debounce: int
) -> dict[str, float]:
    p50, p95 = np.percentile(painted, [50, 95])
    return {
        "keys": len(painted),
        "key_to_paint_p50_ms": round(float(p50), 1),
        "key_to_paint_p95_ms": round(float(p95), 1),
        "after_debounce_p50_ms": round(float(p50) - debounce, 1),
        "after_debounce_p95_ms": round(float(p95) - debounce, 1),
        "search_p50_ms": round(float(np.percentile(searched, 50)), 1),
        "search_p95_ms": round(float(np.percentile(searched, 95)), 1),
        "stall_p95_ms": round(float(np.percentile(stalls, 95)), 1),
        "longest_stall_ms": round(max(stalls), 1),
    }


async def measure(home: Path, settings: Settings) -> dict[str, dict[str, float]]:
    paths = find_paths(home)
    app = SearchApp(Processes(paths, settings, Memory(None)), ("default",), settings)
    found = {"nothing to do": {"longest_stall_ms": round(await noise(), 1)}}
    async with app.run_test(size=(120, 40)) as pilot:
        while app._state.phase == "loading":
            await pilot.pause(0.05)
        if app._state.problem is not None:
            raise SystemExit(f"{app._state.problem.message}; {app._state.problem.hint}")
        found["idle"] = figures(*await typed(app), settings.tui_debounce_ms)
        app.work.submit(IndexTask("other", (Root(home / "files"),)))
        while app.work.progress.share is None:
            await pilot.pause(0.05)
        found["while indexing"] = figures(*await typed(app), settings.tui_debounce_ms)
        found["while indexing"]["still_indexing"] = float(app.work.task is not None)
    return found


def build(home: Path, passages: int, settings: Settings) -> None:
    session = Session(find_paths(home), settings)
    encoder = RandomVectors(session.encoder())
    collection = Collection(session.catalog.folder("default"), settings.index_graph_from)
    collection.add_records(documents(passages), encoder)
    (home / "files").mkdir()
    for number, record in enumerate(documents(2000)):
        (home / "files" / f"{number}.txt").write_text(str(record.text), encoding="utf-8")
    session.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    settings = Settings()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), given.passages, settings)
        found = asyncio.run(measure(Path(folder), settings))
        tell(found, given.passages, settings, given.json)
        shutil.rmtree(folder, ignore_errors=True)
        # The thread that indexes may be inside the encoder, which no interpreter can end.
        sys.stdout.flush()
        os._exit(0)


def tell(
    found: dict[str, dict[str, float]], passages: int, settings: Settings, as_json: bool
) -> None:
    if as_json:
        print(json.dumps({"passages": passages, "runs": found}, indent=2))
        return
    print(f"{passages:,} passages, debounce {settings.tui_debounce_ms} ms")
    for name, values in found.items():
        print(f"\n{name}")
        for what, value in values.items():
            print(f"  {what:<24}{value:>8}")


if __name__ == "__main__":
    main()
