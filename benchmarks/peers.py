"""A search from the shell, against other local tools with the same weights and documents.

    python -m benchmarks.peers BIN [--files N] [--weights FOLDER] [--runs N] [--json]

BIN is the `bin` folder of a virtual environment that holds what is to be compared with, of
`llm` with `llm-sentence-transformers`, and `txtai`; what it lacks is named and left out. Writes
N Markdown files of five sections, has each program index them with all-MiniLM-L6-v2, and times
whole processes that answer a question, in turn: nothing stays warm but the disk. Nothing goes
to the network. Nothing is judged. Needs the package of the base weights, or a
FOLDER of a checkpoint.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.cold_start import PASSAGES_PER_DOCUMENT, QUERIES, records
from benchmarks.processes import user_environment
from jtcse_core.export.base import BASE_NAME, find_base

_TXTAI_INDEX = """
import sys, pathlib
from txtai import Embeddings
files = sorted(pathlib.Path(sys.argv[1]).glob("*.md"))
embeddings = Embeddings(path=sys.argv[2], content=True)
embeddings.index((path.name, path.read_text(), None) for path in files)
embeddings.save(sys.argv[3])
"""

_TXTAI_SEARCH = """
import sys
from txtai import Embeddings
embeddings = Embeddings()
embeddings.load(sys.argv[1])
print(embeddings.search(sys.argv[2], 10))
"""

Search = Callable[[str], list[str]]


class Bench:
    """Where the documents are, and how a program is run.

    Args:
        work: A scratch folder; the documents stand in `docs`.
        bin_: The folder of the other programs.
        weights: What they encode with, `base` or a folder.
    """

    def __init__(self, work: Path, bin_: Path, weights: str) -> None:
        self.work, self.bin = work, bin_
        self.docs = work / "docs"
        self.weights = str(find_base(weights))
        self.environment = user_environment(
            HF_HUB_OFFLINE="1",
            LLM_USER_PATH=str(work / "llm"),
            JTCSE_HOME=str(work / "home"),
        )

    def run(self, command: list[str]) -> float:
        """Run a program to its end and return the seconds that it took."""
        began = time.perf_counter()
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise RuntimeError(f"{Path(command[0]).name} failed: {last}")
        return time.perf_counter() - began

    def jtcse(self) -> Search:
        """Index with jtcse."""
        program = [sys.executable, "-m", "app"]
        self.run([*program, "index", str(self.docs)])
        return lambda query: [*program, "search", query]

    def llm(self) -> Search:
        """Index with llm."""
        program, base = str(self.bin / "llm"), str(self.work / "llm.db")
        self.run([program, "sentence-transformers", "register", self.weights, "-a", "mini"])
        self.run(
            [program, "embed-multi", "docs", "-m", "mini", "--files", str(self.docs), "*.md",
             "--store", "-d", base]
        )  # fmt: skip
        return lambda query: [program, "similar", "docs", "-c", query, "-n", "10", "-d", base]

    def txtai(self) -> Search:
        """Index with txtai."""
        python, base = str(self.bin / "python"), str(self.work / "txtai")
        self.run([python, "-c", _TXTAI_INDEX, str(self.docs), self.weights, base])
        return lambda query: [python, "-c", _TXTAI_SEARCH, base, query]


def main() -> None:
    """Index with each, search with each in turn."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("bin", type=Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--weights", default=BASE_NAME, help="what the others encode with")
    parser.add_argument("--runs", type=int, default=len(QUERIES))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jtcse-peers-") as scratch:
        bench = Bench(Path(scratch), options.bin, options.weights)
        bench.docs.mkdir()
        for record in records(options.files * PASSAGES_PER_DOCUMENT):
            (bench.docs / record.path).write_text(str(record.text), encoding="utf-8")
        searches = _prepare(bench)
        times: dict[str, list[float]] = {name: [] for name in searches}
        for i in range(options.runs):
            for name, search in searches.items():
                times[name].append(bench.run(search(QUERIES[i % len(QUERIES)])))
    medians = {name: statistics.median(took) for name, took in times.items()}
    if options.json:
        print(json.dumps({"files": options.files, "runs": options.runs, "median_s": medians}))
        return
    print(
        f"{options.files} files, {options.runs} runs\n{'program':<10}{'median s':>10}{'times':>8}"
    )
    for name, median in medians.items():
        print(f"{name:<10}{median:>10.2f}{median / medians['jtcse']:>8.1f}")


def _prepare(bench: Bench) -> dict[str, Search]:
    found: dict[str, Search] = {}
    for name, prepare in (("jtcse", bench.jtcse), ("llm", bench.llm), ("txtai", bench.txtai)):
        try:
            found[name] = prepare()
        except (RuntimeError, OSError) as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
    return found


if __name__ == "__main__":
    main()
