"""The recipe of the shipped encoder: two towers, both together, their sum taught to one.

    python -m benchmarks.recipe DATA OUT [STAGE...] [--seed N] [--precision fp32] [--threads N]

DATA holds `train.tar.xz` and `sts/STSB-dev.tsv`. Stages: tower1, tower2, twin, student; the
first two do not depend on each other and may run side by side. Each is resumed when it was
interrupted and skipped when it is done. bf16 pays on a GPU, and on a CPU whose `lscpu` names
amx_bf16; elsewhere say fp32.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from jtcse_core.config import DistillConfig, TrainConfig
from jtcse_core.corpus import read_corpus
from jtcse_core.events import Event
from jtcse_core.recipes import RECIPE_FILE
from jtcse_core.training.contrastive import train
from jtcse_core.training.distillation import distill

STAGE_ONE = TrainConfig(freeze_embeddings=True, max_length=40, eval_every=50, save_every=50)
VARIED = ("repeat", "crop:0.7", "cutoff")
STAGES = {
    "tower1": replace(STAGE_ONE, steps=250, batch_size=64, learning_rate=1.5e-5),
    "tower2": replace(
        STAGE_ONE, steps=300, batch_size=32, learning_rate=1e-5, augmentations=VARIED
    ),
    "twin": replace(
        STAGE_ONE,
        objective="jtcse",
        steps=200,
        batch_size=32,
        learning_rate=3e-6,
        cross_layers=2,
        second_augmentations=VARIED,
    ),
}
STUDENT = DistillConfig(
    freeze_embeddings=True,
    steps=300,
    batch_size=64,
    max_length=40,
    learning_rate=1e-5,
    eval_every=50,
    save_every=50,
)


def main(data: Path, out: Path, stages: list[str], seed: int, precision: str) -> None:
    dev = data / "sts" / "STSB-dev.tsv"
    began = time.perf_counter()
    corpus = read_corpus([data / "train.tar.xz"])
    print(f"{len(corpus)} sentences in {time.perf_counter() - began:.1f} s: {corpus.sizes()}")
    for number, stage in enumerate([*STAGES, "student"], start=1):
        if stages and stage not in stages:
            continue
        folder = out / stage
        if (folder / RECIPE_FILE).is_file():
            print(f"{stage}: done before")
            continue
        own: dict[str, Any] = {"seed": 10 * seed + number, "precision": precision}
        if stage == "student":
            report = distill(
                replace(STUDENT, **own),
                [str(out / "twin")],
                corpus,
                folder,
                out / "teachers",
                dev=dev,
                resume=True,
                on_event=tell,
            )
        else:
            config = replace(_config(stage, out), **own)
            report = train(config, corpus, folder, dev=dev, resume=True, on_event=tell)
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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("stages", nargs="*", choices=[[], *STAGES, "student"])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", default="bf16")
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    main(given.data, given.out, given.stages, given.seed, given.precision)
