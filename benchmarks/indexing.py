"""`python -m benchmarks.indexing FOLDER [HOME]`: a whole folder indexed by the program itself.

Runs `jtcse index` with the default encoder as a process of its own, and again with nothing
changed. Prints how long both took, the most memory that the process and its reader held
together, what came on standard error, and by format what became of each entry of the folder.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.memory import PeakMemory

COLLECTION = "whole"


def main(arguments: list[str]) -> int:
    """Run twice and report."""
    if not arguments or not Path(arguments[0]).is_dir():
        print("usage: python -m benchmarks.indexing FOLDER [HOME]")
        return 2
    folder = Path(arguments[0]).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(arguments[1]) if len(arguments) > 1 else Path(scratch)
        first, first_s = _index(folder, home, "first run")
        second, second_s = _index(folder, home, "second run")
        _print_table(folder, home, first)
    print(
        f"second run: {second['encoded']} texts encoded, {second['unchanged']} unchanged, "
        f"1/{first_s / second_s:.0f} of the time of the first"
    )
    return 0


def _index(folder: Path, home: Path, what: str) -> tuple[dict[str, Any], float]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--home", str(home), "index", str(folder),
         "-c", COLLECTION, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with PeakMemory(process.pid) as memory:
        out, err = process.communicate()
    seconds = time.perf_counter() - began
    report: dict[str, Any] = json.loads(out)
    print(
        f"{what}: exit {process.returncode}, {seconds:.1f} s, {report['added']} added, "
        f"{report['passages']} passages, {report['encoded']} texts encoded, "
        f"{report['skipped']} skipped, {len(report['passed_over'])} passed over, "
        f"at most {memory.peak / 1e6:.0f} MB"
    )
    for line in err.splitlines():
        print(f"  on standard error: {line}")
    return report, seconds


def _print_table(folder: Path, home: Path, report: dict[str, Any]) -> None:
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    for skip in report["skips"]:
        reasons[Path(skip["path"]).suffix[1:].lower() or "(none)"][skip["reason"]] += 1
    for skip in report["passed_over"]:
        reasons["(passed over)"][skip["reason"].split(";")[0]] += 1
    database = home / "collections" / COLLECTION / "collection.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT d.type, count(DISTINCT d.id), count(*) FROM documents d "
            "JOIN passages p ON p.document_id = d.id GROUP BY d.type"
        ).fetchall()
        indexed = {type_: (documents, passages) for type_, documents, passages in rows}
        paths = {path for (path,) in connection.execute("SELECT path FROM documents")}
    print("| format | entries | indexed | passages | skipped | why |\n|---|---|---|---|---|---|")
    for name in sorted({*indexed, *reasons}):
        documents, passages = indexed.get(name, (0, 0))
        why = "; ".join(f"{reason} ({n})" for reason, n in reasons[name].most_common())
        skipped = reasons[name].total()
        print(f"| {name} | {documents + skipped} | {documents} | {passages} | {skipped} | {why} |")
    documents = sum(documents for documents, _ in indexed.values())
    passages = sum(passages for _, passages in indexed.values())
    skipped = sum(counts.total() for counts in reasons.values())
    print(f"| **all** | {documents + skipped} | {documents} | {passages} | {skipped} | |")
    _print_unnamed(folder, paths, report)


def _print_unnamed(folder: Path, indexed: set[str], report: dict[str, Any]) -> None:
    """Say which entries are neither indexed nor named, by a walk of their own."""
    from indexes.textpaths import to_text

    named = {skip["path"] for skip in (*report["skips"], *report["passed_over"])}
    unnamed = [
        path
        for path in folder.rglob("*")
        if (path.is_symlink() or not path.is_dir())
        and to_text(path) not in indexed
        and not any(to_text(above) in named for above in (path, *path.parents))
    ]
    print(f"entries that are neither indexed nor named: {len(unnamed)}")
    for path in unnamed[:20]:
        print(f"  {path}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
