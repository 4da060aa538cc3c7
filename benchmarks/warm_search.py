"""How long does a warm search take, its query encoded anew? Through the session, real questions.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.warm_search HOME QUERIES... [-c NAME] [--count N]
        [--collapse] [--profile] [--json]

(the program itself sets that variable; a benchmark must be told).

HOME holds a collection (`benchmarks.scale` makes large ones), QUERIES are files of questions:
`queries.jsonl` of BEIR folders, or text, a question a line. What the interface reads ahead while
nobody types is read first; then a seeded sample of the questions is asked once each in every mode.
Prints medians and 95th percentiles in wall time and in processor time of the thread that
searches, which other programs disturb less. `--profile` says where hybrid searches spend it.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import time
from pathlib import Path

import numpy as np

from app.paths import find_paths
from app.session import DEFAULT_COLLECTION, Session
from app.settings import Settings
from indexes.types import MODES, Request

WARM_UP = 20
SHOWN = 25


def main() -> None:
    """Ask in every mode."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("queries", type=Path, nargs="+")
    parser.add_argument("-c", "--collection", default=DEFAULT_COLLECTION)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--collapse", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    questions = [q for path in options.queries for q in _questions(path) if q.strip()]
    questions = random.Random(5).sample(questions, min(options.count, len(questions)))
    passages, found = 0, {}
    for mode in MODES:
        # A session for each mode, so that none finds the others' vectors and postings.
        session = Session(find_paths(options.home), Settings())
        step: int | None = 0
        while step is not None:
            step = session.warm([options.collection], step)
        passages = session.describe(options.collection).passages
        asked = [Request(question, mode, collapse=options.collapse) for question in questions]
        found[mode] = ask(session, asked, options.collection)
        if options.profile and mode == "hybrid":
            # Asked anew, or the encoder would remember them.
            again = [request._replace(text=f"{request.text} ") for request in asked]
            _profile(session, again, options.collection)
        session.close()
    if options.json:
        print(json.dumps({"passages": passages, "questions": len(questions), "modes": found}))
        return
    print(f"{passages:,} passages, {len(questions)} questions, milliseconds")
    print(f"{'mode':<10}{'p50':>8}{'p95':>8}{'processor p50':>16}{'p95':>8}")
    for name, row in found.items():
        print(
            f"{name:<10}{row['p50_ms']:>8}{row['p95_ms']:>8}"
            f"{row['processor_p50_ms']:>16}{row['processor_p95_ms']:>8}"
        )


def _questions(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines] if path.suffix == ".jsonl" else lines


def ask(session: Session, requests: list[Request], name: str) -> dict[str, float]:
    """Ask all questions and return percentiles, milliseconds."""
    wall, spent = [], []
    for request in requests:
        began, thread = time.perf_counter(), time.thread_time()
        session.search(request, [name])
        wall.append((time.perf_counter() - began) * 1000)
        spent.append((time.thread_time() - thread) * 1000)
    p50, p95 = np.percentile(wall[WARM_UP:], [50, 95]).round(1).tolist()
    c50, c95 = np.percentile(spent[WARM_UP:], [50, 95]).round(1).tolist()
    return {"p50_ms": p50, "p95_ms": p95, "processor_p50_ms": c50, "processor_p95_ms": c95}


def _profile(session: Session, requests: list[Request], name: str) -> None:
    profiler = cProfile.Profile(time.thread_time)
    profiler.enable()
    for request in requests:
        session.search(request, [name])
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(SHOWN)


if __name__ == "__main__":
    main()
