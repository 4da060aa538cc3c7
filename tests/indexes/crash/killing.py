"""Kills a writing process at a system call of choice, and says what must hold afterwards."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from indexes import portable
from indexes.catalog import Catalog
from indexes.health import verify
from indexes.reader import EncoderRow
from indexes.search import search
from indexes.types import Request
from indexes.view import View
from tests.indexes.crash import scenario
from tests.indexes.crash.scenario import ACTIONS, GRAPH_FROM, NAME, SUBJECTS, Place, text_of
from tests.indexes.word_encoder import WordEncoder

ROOT = Path(__file__).resolve().parents[3]
CALLS = (
    "pwrite64", "write", "writev", "fsync", "fdatasync", "rename", "unlink", "unlinkat",
    "ftruncate", "mkdir", "rmdir",
)  # fmt: skip

State = dict[str, str]
"""Text of each document by the name of its file."""

FIRST = {f"{subject}.txt": text_of(subject) for subject in SUBJECTS}
EDITED = {
    **{f"{subject}.txt": text_of(subject, "second") for subject in SUBJECTS[:2]},
    **{f"{subject}.txt": text_of(subject) for subject in (*SUBJECTS[4:], "baths", "balls")},
}
STATES: dict[str, tuple[State, State]] = {
    "index": ({}, FIRST),
    "update": (FIRST, EDITED),
    "import": ({}, FIRST),
    "remove": (FIRST, {}),
}
"""What is there before and after; where nothing is said, the first state is kept."""


@dataclass(frozen=True)
class Kill:
    """The `number`-th call of a kind, 1-based."""

    call: str
    number: int


@cache
def can_trace() -> bool:
    """Whether strace is there and may trace."""
    if shutil.which("strace") is None:
        return False
    probe = ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def prepare(name: str, folder: Path) -> Place:
    """Make what a scenario finds when it begins."""
    place = Place.under(folder)
    place.home.mkdir(parents=True, mode=0o700)
    scenario.write_docs(place)
    if name != "index":
        scenario.index(place)
    if name in ("update", "compact"):
        scenario.edit_docs(place)
        if name == "compact":
            scenario.index(place)
    elif name == "import":
        portable.export(place.folder, place.archive)
        shutil.rmtree(place.folder)
    elif name == "upgrade":
        scenario.downgrade(place.folder)
    elif name == "reroot":
        place.docs.rename(place.docs.with_name("moved"))
    return place


def states(name: str) -> tuple[State, State]:
    kept = EDITED if name == "compact" else FIRST
    return STATES.get(name, (kept, kept))


def child(name: str, folder: Path) -> list[str]:
    return [sys.executable, "-P", "-m", "tests.indexes.crash.scenario", name, str(folder)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def count_calls(name: str, folder: Path, log: Path) -> list[Kill]:
    """Run a scenario to its end, and return each call at which it could have been killed."""
    trace = ["strace", "-f", "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
    subprocess.run(
        trace + child(name, folder), env=environment(), stdout=subprocess.DEVNULL, check=True
    )
    calls = Counter(
        found[1] for line in log.read_text().splitlines()
        if (found := re.match(r"\d+\s+(\w+)\(", line))
    )  # fmt: skip
    return [Kill(call, i + 1) for call in CALLS for i in range(calls[call])]


def order_of_calls(name: str, folder: Path, log: Path) -> list[str]:
    """Run a scenario, and return its writes, syncs and renames in order, with their files."""
    trace = ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
    subprocess.run(
        trace + child(name, folder), env=environment(), stdout=subprocess.DEVNULL, check=True
    )
    calls = [line.split(maxsplit=1)[1] for line in log.read_text().splitlines()]
    return [call for call in calls if "notes" in call]


def run_and_refuse(name: str, folder: Path, refusal: Kill) -> tuple[int, bool]:
    """Run a scenario whose disk is full, or broken, from a call on; returns as `run_and_kill`."""
    error = "ENOSPC" if "write" in refusal.call else "EIO"
    ended = _inject(name, folder, refusal.call, f"error={error}:when={refusal.number}+")
    assert ended.returncode in (0, scenario.REFUSED), ended.stderr.decode()[-2000:]
    return len(ended.stdout), ended.returncode != 0


def _inject(name: str, folder: Path, call: str, fault: str) -> subprocess.CompletedProcess[bytes]:
    trace = [
        "strace",
        "-f",
        "-o",
        "/dev/null",
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:{fault}",
    ]
    return subprocess.run(
        trace + child(name, folder), env=environment(), capture_output=True, check=False
    )


def run_and_kill(name: str, folder: Path, kill: Kill) -> tuple[int, bool]:
    """Run a scenario and kill it at a call.

    Returns:
        How many documents it called committed, and whether it came to the call at all: threads
        do not make the same number of calls each time.
    """
    ended = _inject(name, folder, kill.call, f"signal=SIGKILL:when={kill.number}")
    assert ended.returncode in (0, -9, 137), ended.stderr.decode()[-2000:]
    return len(ended.stdout), ended.returncode != 0


def check(name: str, place: Place, committed: int) -> None:
    """Opening needs no step; what was committed is there, what was removed is not; all is sound."""
    before, after = states(name)
    if name in ("import", "remove") and NAME not in Catalog(place.home).names():
        assert not place.folder.exists()
        return
    if name == "index" and NAME not in Catalog(place.home).names():
        assert committed == 0
        return
    assert [f for f in verify(place.folder) if f.severity == "damage"] == []
    found = contents(place)
    for file in before.keys() | after.keys():
        allowed = {before.get(file), after.get(file)}
        assert found.get(file) in allowed, f"{file}: {found.get(file)}"
    new = [file for file, text in found.items() if before.get(file) != text]
    assert len(new) >= min(committed, len([f for f in after if before.get(f) != after[f]]))
    searches_agree(place, found)


def finish(name: str, place: Place) -> None:
    """The same once more, as a user would do it, leaves what an undisturbed run leaves."""
    if name == "import":
        if NAME not in Catalog(place.home).names():
            scenario.import_(place)
    elif name == "remove":
        if NAME in Catalog(place.home).names():
            scenario.remove(place)
    elif name != "reroot" or place.docs.with_name("moved") not in _roots(place):
        ACTIONS[name](place)
    Catalog(place.home).sweep()
    _, after = states(name)
    if name == "remove":
        assert list(place.home.iterdir()) == []
        return
    found = verify(place.folder)
    assert found == [], found
    assert contents(place) == after
    searches_agree(place, after)


def _roots(place: Place) -> list[Path]:
    view = View(place.folder, GRAPH_FROM)
    try:
        return [root.path for root in view.reader.roots()]
    finally:
        view.close()


def contents(place: Place) -> State:
    """Return what the collection holds, read row by row."""
    view = View(place.folder, GRAPH_FROM)
    try:
        rows = view.reader.connection.execute(
            "SELECT d.path, p.text FROM documents d JOIN passages p ON p.document_id = d.id"
        )
        return {Path(path).name: text for path, text in rows}
    finally:
        view.close()


def searches_agree(place: Place, expected: State) -> None:
    """Every document is found by its own text, on both sides, and no other is found by it."""
    view = View(place.folder, GRAPH_FROM)
    try:
        for state in states("update"):
            for file, text in state.items():
                for mode in ("dense", "lexical"):
                    answer = search([view], Request(text, mode, 20), encoder_of)
                    exact = [Path(hit.path).name for hit in answer.hits if hit.text == text]
                    assert exact == ([file] if expected.get(file) == text else [])
                    assert {Path(hit.path).name for hit in answer.hits} <= expected.keys()
                    if mode == "dense":
                        assert len(answer.hits) == len(expected)
    finally:
        view.close()


def encoder_of(row: EncoderRow) -> WordEncoder:
    both = (scenario.encoder(), scenario.other_encoder())
    return next(encoder for encoder in both if encoder.fingerprint == row.fingerprint)
