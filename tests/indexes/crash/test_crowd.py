"""Many processes at one collection: two that write, six that search."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indexes.collection import Collection
from indexes.health import verify
from indexes.types import Root
from tests.indexes.crash import crowd, killing
from tests.indexes.crash.killing import contents
from tests.indexes.crash.scenario import GRAPH_FROM, SUBJECTS, Place, encoder

WRITERS, SEARCHERS = 2, 6


def run_together(folder: Path, seconds: float) -> list[tuple[str, int, int]]:
    """Return role, work done and times told "busy" of each process."""
    roles = ["write"] * WRITERS + ["search"] * SEARCHERS
    processes = [
        subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.indexes.crash.crowd", role, str(folder),
             str(seconds), str(seed)],
            env=killing.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed, role in enumerate(roles)
    ]  # fmt: skip
    results = []
    for role, process in zip(roles, processes, strict=True):
        output, errors = process.communicate(timeout=seconds + 120)
        assert process.returncode == 0, errors[-3000:]
        done, busy = map(int, output.split())
        results.append((role, done, busy))
    return results


def all_goes_well(folder: Path, seconds: float) -> None:
    place = Place.under(folder)
    place.home.mkdir(parents=True)
    crowd.write_all(place)
    Collection(place.folder, GRAPH_FROM).index([Root(place.docs)], encoder())
    results = run_together(folder, seconds)
    assert all(done > 0 for role, done, _ in results if role == "search")
    assert sum(done for role, done, _ in results if role == "write") > 0
    Collection(place.folder, GRAPH_FROM).index([Root(place.docs)], encoder())
    assert verify(place.folder) == []
    assert len(contents(place)) == len(SUBJECTS)


def test_eight_processes_get_along(tmp_path):
    all_goes_well(tmp_path, seconds=3)


@pytest.mark.deep
@pytest.mark.timeout(600)
def test_eight_processes_get_along_for_a_minute(tmp_path):
    all_goes_well(tmp_path, seconds=60)
