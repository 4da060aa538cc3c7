"""A writer killed at any instant: nothing committed is lost, nothing removed returns."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.indexes.crash import killing
from tests.indexes.crash.killing import Kill
from tests.indexes.crash.scenario import ACTIONS, Place

SAMPLE = 3
PARTS = 8
"""Of the calls of a scenario, so that they can be gone through side by side."""

INSTANTS = 300

traced = pytest.mark.skipif(not killing.can_trace(), reason="strace is missing or may not trace")


def kill_points(name: str, tmp_path: Path) -> list[Kill]:
    whole = tmp_path / "whole"
    killing.prepare(name, whole)
    return killing.count_calls(name, whole, tmp_path / "calls")


Disturb = Callable[[str, Path, Kill], tuple[int, bool]]


def survives(
    name: str,
    prepared: Path,
    target: Path,
    kill: Kill,
    disturb: Disturb = killing.run_and_kill,
) -> bool:
    """Disturb a run, check and finish it; returns whether it was disturbed."""
    # The paths inside a collection are absolute, so every run plays in the same place.
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(prepared, target)
    place = Place.under(target)
    committed, killed = disturb(name, target, kill)
    try:
        killing.check(name, place, committed)
        killing.finish(name, place)
    except Exception as error:
        raise AssertionError(f"disturbed at {kill}: {error}") from error
    return killed


def prepare_for_copies(name: str, tmp_path: Path) -> tuple[Path, Path]:
    stage, prepared = tmp_path / "stage", tmp_path / "prepared"
    killing.prepare(name, stage)
    stage.rename(prepared)
    return prepared, stage


@traced
@pytest.mark.parametrize("name", ACTIONS)
def test_a_sample_of_kills_is_survived(name, tmp_path):
    points = kill_points(name, tmp_path)
    prepared, stage = prepare_for_copies(name, tmp_path)
    chosen = random.Random(name).sample(points, min(SAMPLE, len(points)))
    assert any([survives(name, prepared, stage, kill) for kill in chosen])


@pytest.mark.deep
@traced
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ACTIONS)
def test_every_kill_is_survived(name, part, tmp_path):
    points = kill_points(name, tmp_path)
    assert {"pwrite64", "fdatasync"} & {kill.call for kill in points} or name == "remove"
    points = points[part::PARTS]
    prepared, stage = prepare_for_copies(name, tmp_path)
    killed = sum(survives(name, prepared, stage, kill) for kill in points)
    assert killed >= 0.95 * len(points)


def refusals(points: list[Kill]) -> list[Kill]:
    return [kill for kill in points if "write" in kill.call or "sync" in kill.call]


@traced
@pytest.mark.parametrize("name", ["update", "reencode", "import"])
def test_a_sample_of_full_and_broken_disks_is_survived(name, tmp_path):
    points = refusals(kill_points(name, tmp_path))
    prepared, stage = prepare_for_copies(name, tmp_path)
    chosen = random.Random(name).sample(points, min(SAMPLE, len(points)))
    assert any([survives(name, prepared, stage, kill, killing.run_and_refuse) for kill in chosen])


@traced
def test_a_disk_that_fills_as_a_new_collection_is_put_in_its_place_is_survived(tmp_path):
    killing.prepare("index", tmp_path / "whole")
    calls = killing.order_of_calls("index", tmp_path / "whole", tmp_path / "calls")
    writes = [call for call in calls if call.startswith("pwrite64(")]
    moved = [number for number, call in enumerate(writes, 1) if "/unfinished.db>" in call]
    prepared, stage = prepare_for_copies("index", tmp_path)
    for number in (moved[-20], moved[-1]):
        refusal = killing.Kill("pwrite64", number)
        assert survives("index", prepared, stage, refusal, killing.run_and_refuse)


@pytest.mark.deep
@traced
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", ACTIONS)
def test_a_disk_that_is_full_or_broken_from_any_call_on_is_survived(name, part, tmp_path):
    points = refusals(kill_points(name, tmp_path))[part::PARTS]
    prepared, stage = prepare_for_copies(name, tmp_path)
    for kill in points:
        survives(name, prepared, stage, kill, killing.run_and_refuse)


@traced
def test_a_graph_is_named_only_after_it_is_on_disk(tmp_path):
    """Data commit, temporary file, fsync, rename, fsync of the folder, row of the snapshot."""
    killing.prepare("rebuild", tmp_path / "stage")
    calls = killing.order_of_calls("rebuild", tmp_path / "stage", tmp_path / "log")

    def first(call: str, file: str, start: int = 0) -> int:
        return next(i for i in range(start, len(calls)) if re.match(f"{call}.*{file}", calls[i]))

    committed = first("fdatasync", "-wal")
    written = first("writev?", "hnsw.tmp", committed)
    synced = first("fsync", "hnsw.tmp", written)
    renamed = first("rename", "hnsw.tmp", synced)
    folder_synced = first("fsync", "/notes>", renamed)
    first("fdatasync", "-wal", folder_synced)
    assert (renamed, folder_synced) == (synced + 1, renamed + 1)


@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ACTIONS)
def test_kills_at_random_instants_are_survived(name, tmp_path):
    rng = random.Random(name)
    prepared, stage = prepare_for_copies(name, tmp_path)
    whole = _duration(name, prepared, stage)
    for _ in range(INSTANTS // len(ACTIONS) + 1):
        shutil.rmtree(stage, ignore_errors=True)
        shutil.copytree(prepared, stage)
        committed = _killed_after(name, stage, rng.uniform(0.3, 1.1) * whole)
        killing.check(name, Place.under(stage), committed)
        killing.finish(name, Place.under(stage))


def _duration(name: str, prepared: Path, stage: Path) -> float:
    import time

    shutil.copytree(prepared, stage)
    began = time.monotonic()
    subprocess.run(
        killing.child(name, stage), env=killing.environment(), stdout=subprocess.DEVNULL, check=True
    )
    return time.monotonic() - began


def _killed_after(name: str, stage: Path, seconds: float) -> int:
    with subprocess.Popen(
        killing.child(name, stage), env=killing.environment(), stdout=subprocess.PIPE
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            output, _ = process.communicate()
    return len(output)
