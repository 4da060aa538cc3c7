"""How much of the encoder's own speed does indexing reach? On real Markdown.

    python -m benchmarks.indexing_rate FOLDER [--parts N] [--json]

The Markdown files of a folder are dealt into parts. Each part is indexed into a collection by
the session (walk, read, cut, encode, store, commit), then the same texts are encoded alone, as
many at a time as an index run gives, and then the part is indexed once more: the mean of both runs
counts, so that a machine that becomes faster or slower meanwhile hits both alike. Prints the share
for each part and for all, in wall time and in processor time (readers included), which other
programs change less. Nothing is judged.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cli import process
from app.paths import find_paths
from app.session import DEFAULT_COLLECTION, Session
from app.settings import Settings
from indexes.batching import BATCH_TEXTS
from indexes.cutting import encoded_text
from indexes.types import Root


def main() -> None:
    """Measure part by part."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    process.prepare()  # as the program does
    files = sorted(p for p in options.folder.rglob("*.md") if p.is_file() and not p.is_symlink())
    with tempfile.TemporaryDirectory(prefix="jtcse-rate-") as scratch:
        parts = [
            measure(Path(scratch), number, files[number :: options.parts])
            for number in range(options.parts)
        ]
    total = {
        "files": len(files),
        "texts": sum(part["texts"] for part in parts),
        "index_s": round(sum(part["index_s"] for part in parts), 2),
        "encode_s": round(sum(part["encode_s"] for part in parts), 2),
    }
    total["texts_per_s"] = round(total["texts"] / total["index_s"], 1)
    total["share"] = round(total["encode_s"] / total["index_s"], 3)
    cpu = [sum(part[name] for part in parts) for name in ("encode_cpu_s", "index_cpu_s")]
    total["cpu_share"] = round(cpu[0] / cpu[1], 3)
    if options.json:
        print(json.dumps({"parts": parts, "total": total}))
        return
    print(f"{'part':<6}{'texts':>8}{'indexed s':>11}{'alone s':>10}{'share':>8}{'processor':>12}")
    for name, row in [*enumerate(parts, start=1), ("all", total)]:
        print(
            f"{name!s:<6}{row['texts']:>8,}{row['index_s']:>11.1f}{row['encode_s']:>10.1f}"
            f"{row['share']:>8.0%}{row['cpu_share']:>12.0%}"
        )


def measure(scratch: Path, number: int, files: list[Path]) -> dict[str, Any]:
    """Index some files, then encode the same texts alone."""
    folder = scratch / f"files-{number}"
    folder.mkdir()
    for i, path in enumerate(files):
        shutil.copy(path, folder / f"{i}-{path.name}")
    with _opened(scratch / f"home-{number}") as session:
        first, first_cpu = _timed(lambda: session.index([Root(folder)]))
        texts = _encoded_texts(session)
        encoder = session.encoder()

        def encode() -> None:
            for i in range(0, len(texts), BATCH_TEXTS):
                encoder.encode(texts[i : i + BATCH_TEXTS])

        alone, encode_cpu = _timed(encode)
    with _opened(scratch / f"again-{number}") as session:
        again, again_cpu = _timed(lambda: session.index([Root(folder)]))
    indexed, index_cpu = (first + again) / 2, (first_cpu + again_cpu) / 2
    return {
        "files": len(files),
        "texts": len(texts),
        "index_s": round(indexed, 2),
        "encode_s": round(alone, 2),
        "share": round(alone / indexed, 3),
        "index_cpu_s": round(index_cpu, 2),
        "encode_cpu_s": round(encode_cpu, 2),
        "cpu_share": round(encode_cpu / index_cpu, 3),
    }


@contextmanager
def _opened(home: Path) -> Iterator[Session]:
    """Open a session whose encoder is ready and has seen none of the texts."""
    session = Session(find_paths(home), Settings())
    try:
        session.encoder().encode(["a text that has nothing to do with them", "and another"])
        yield session
    finally:
        session.close()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that something takes, and those of processor time."""
    began, spent = time.perf_counter(), _processor_time()
    work()
    return time.perf_counter() - began, _processor_time() - spent


def _processor_time() -> float:
    """Return the seconds of processor time of this process and those it waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _encoded_texts(session: Session) -> list[str]:
    """Return the distinct texts that were encoded, in the order of the documents."""
    rows = session.view(DEFAULT_COLLECTION).reader.connection.execute(
        "SELECT d.context, p.heading, p.text FROM passages p "
        "JOIN documents d ON d.id = p.document_id ORDER BY p.id"
    )
    return list(dict.fromkeys(encoded_text(*row) for row in rows))


if __name__ == "__main__":
    main()
