"""Damage anywhere: no crash, no false answer that verify does not know of."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.indexes.crash import killing

FILES = ("collection.db", "collection.db-wal", "*.hnsw", "*.hashed", "generation", "writer.lock")
STEP = {"collection.db": 16_384, "collection.db-wal": 8_192, "*.hnsw": 1_024}
DEEP_STEP = {"collection.db": 61, "collection.db-wal": 61, "*.hnsw": 7}


def damaged_everywhere(tmp_path, file: str, step: int) -> str:
    command = [
        sys.executable, "-P", "-m", "tests.indexes.crash.damage", str(tmp_path / "stage"), file,
        str(step),
    ]  # fmt: skip
    ended = subprocess.run(
        command, env=killing.environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout


def harmless(output: str) -> bool:
    *harms, count = output.splitlines()
    assert harms == []
    return int(count.removeprefix("damages: ")) > 0


@pytest.mark.parametrize("file", FILES)
def test_a_sample_of_damages_is_harmless_or_known(tmp_path, file):
    assert harmless(damaged_everywhere(tmp_path, file, STEP.get(file, 64))) or file == "writer.lock"


@pytest.mark.deep
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("file", FILES)
def test_damage_in_every_region_is_harmless_or_known(tmp_path, file):
    step = DEEP_STEP.get(file, 1)
    assert harmless(damaged_everywhere(tmp_path, file, step)) or file == "writer.lock"
