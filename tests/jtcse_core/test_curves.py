"""What the interface follows is what a run writes: a real one, while it runs."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from jtcse_core.config import TrainConfig
from jtcse_core.corpus import read_corpus
from jtcse_core.curves import read_curves
from jtcse_core.errors import DataError
from jtcse_core.events import Event, StepsDone
from jtcse_core.training.contrastive import train

pytestmark = pytest.mark.torch


def test_a_running_training_is_followed(
    checkpoint: Path, corpus: Path, dev: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    half, go_on = threading.Event(), threading.Event()

    def on_event(event: Event) -> None:
        if isinstance(event, StepsDone) and event.step == 6:
            half.set()
            assert go_on.wait(60)

    settings = replace(
        TrainConfig(base=str(checkpoint)), steps=12, batch_size=8, max_length=12,
        eval_every=3, save_every=100, log_every=1,
    )  # fmt: skip
    run = threading.Thread(
        target=train, args=(settings, read_corpus([corpus]), out),
        kwargs={"dev": dev, "on_event": on_event, "device": "cpu"},
    )  # fmt: skip
    run.start()
    try:
        assert half.wait(120)
        last = time.monotonic() + 60
        while True:
            try:
                midway = read_curves(out)
            except DataError:
                midway = {}
            if "loss" in midway and "dev/spearman" in midway:
                break
            assert time.monotonic() < last, midway
            time.sleep(0.2)
    finally:
        go_on.set()
        run.join()
    whole = read_curves(out)
    assert midway["loss"][-1][0] <= 6
    assert whole["loss"][-1][0] == 12
    assert whole["loss"][: len(midway["loss"])] == midway["loss"]
    assert [step for step, _ in whole["dev/spearman"]][-1] == 12
