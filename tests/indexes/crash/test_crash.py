"""A writer killed at any instant: nothing committed is lost, nothing removed returns."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.indexes.crash import killing
from tests.indexes.crash.killing import Kill
from tests.indexes.crash.scenario import ACTIONS, Place

SAMPLE = 3
INSTANTS = 300

traced = pytest.mark.skipif(not killing.can_trace(), reason="strace is missing or may not trace")


def kill_points(name: str, tmp_path: Path) -> list[Kill]:
    whole = tmp_path / "whole"
    killing.prepare(name, whole)
    return killing.count_calls(name, whole, tmp_path / "calls")


def survives(name: str, prepared: Path, target: Path, kill: Kill) -> bool:
    """Kill a run, check and finish it; returns whether it was killed."""
    # The paths inside a collection are absolute, so every run plays in the same place.
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(prepared, target)
    place = Place.under(target)
    committed, killed = killing.run_and_kill(name, target, kill)
    try:
        killing.check(name, place, committed)
        killing.finish(name, place)
    except Exception as error:
        raise AssertionError(f"killed at {kill}: {error}") from error
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
@pytest.mark.parametrize("name", ACTIONS)
def test_every_kill_is_survived(name, tmp_path):
    points = kill_points(name, tmp_path)
    assert {"pwrite64", "fdatasync"} & {kill.call for kill in points} or name == "remove"
    prepared, stage = prepare_for_copies(name, tmp_path)
    killed = sum(survives(name, prepared, stage, kill) for kill in points)
    assert killed >= 0.95 * len(points)


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_kills_at_random_instants_are_survived(tmp_path):
    rng = random.Random(1)
    for name in ACTIONS:
        prepared, stage = prepare_for_copies(name, tmp_path)
        whole = _duration(name, prepared, stage)
        for _ in range(INSTANTS // len(ACTIONS) + 1):
            shutil.rmtree(stage, ignore_errors=True)
            shutil.copytree(prepared, stage)
            committed = _killed_after(name, stage, rng.uniform(0.3, 1.1) * whole)
            killing.check(name, Place.under(stage), committed)
            killing.finish(name, Place.under(stage))
        shutil.rmtree(prepared)
        shutil.rmtree(stage)


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
