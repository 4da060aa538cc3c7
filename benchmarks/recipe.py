"""The whole recipe from the all-MiniLM base on a CPU: two first stages, the second, a student.

    python -m benchmarks.recipe DATA OUT [STAGE...]

DATA holds `train.tar.xz` and `sts/STSB-dev.tsv`. Stages: tower1, tower2, twin, student. Each
is resumed when it was interrupted and skipped when it is done.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import torch

from jtcse_core.config import DistillConfig, TrainConfig
from jtcse_core.corpus import read_corpus
from jtcse_core.events import Event
from jtcse_core.recipes import RECIPE_FILE
from jtcse_core.training.contrastive import train
from jtcse_core.training.distillation import distill

THREADS = 1
"""On a machine that is shared, one thread a run: two wait for each other."""

STAGE_ONE = TrainConfig(
    steps=300, batch_size=32, max_length=32, learning_rate=5e-6, eval_every=50, save_every=50
)
STAGES = {
    "tower1": replace(STAGE_ONE, seed=1, augmentations=("none",)),
    "tower2": replace(STAGE_ONE, seed=2, augmentations=("repeat", "crop:0.7", "cutoff")),
    "twin": replace(
        STAGE_ONE,
        objective="jtcse",
        seed=3,
        learning_rate=2e-6,
        batch_size=24,
        cross_layers=2,
        eval_every=100,
        second_augmentations=("repeat", "crop:0.7", "cutoff"),
    ),
}
STUDENT = DistillConfig(
    objective="both", steps=300, batch_size=64, max_length=32, learning_rate=1e-5
)


def main(data: Path, out: Path, stages: list[str]) -> None:
    torch.set_num_threads(THREADS)
    dev = data / "sts" / "STSB-dev.tsv"
    began = time.perf_counter()
    corpus = read_corpus([data / "train.tar.xz"])
    print(f"{len(corpus)} sentences in {time.perf_counter() - began:.1f} s: {corpus.sizes()}")
    for stage in stages or [*STAGES, "student"]:
        folder = out / stage
        if (folder / RECIPE_FILE).is_file():
            print(f"{stage}: done before")
            continue
        if stage == "student":
            report = distill(
                STUDENT,
                [str(out / "twin")],
                corpus,
                folder,
                out / "teachers",
                dev=dev,
                resume=True,
                on_event=tell,
            )
        else:
            report = train(_config(stage, out), corpus, folder, dev=dev, resume=True, on_event=tell)
        print(f"{stage}: {report}", flush=True)


def _config(stage: str, out: Path) -> TrainConfig:
    config = STAGES[stage]
    if stage == "twin":
        return replace(config, base=str(out / "tower1"), second_base=str(out / "tower2"))
    return config


def tell(event: Event) -> None:
    line = {"event": type(event).__name__, **asdict(event)}
    print(time.strftime("%H:%M:%S"), json.dumps(line), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
