"""How fast training runs, and where its time goes.

    python -m benchmarks.training_throughput [BASE] [--threads N] [--batch N] [--length N]

Sentences are made up of random words at a usual length, so nothing but the base is needed.
Each step is taken apart: making the batch, the forward pass, the loss, the backward pass, the
optimiser. On a GPU the clock waits for it.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch

from jtcse_core.augmentation import parse_augmentations
from jtcse_core.checkpoints import load_tokenizer
from jtcse_core.config import TrainConfig
from jtcse_core.corpus import build_corpus
from jtcse_core.export.base import find_base
from jtcse_core.torch_encoder import default_device
from jtcse_core.towers import TwinTower, load_tower
from jtcse_core.training.batches import PairCollator, Schedule, Side
from jtcse_core.training.losses import ContrastiveLoss, SingleModel, TwinModel

WARM = 2


class Clock:
    """Sums the seconds spent in named parts."""

    def __init__(self, device: torch.device) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._device = device

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Add the time that a block takes to a part."""
        began = time.perf_counter()
        yield
        if self._device.type == "cuda":
            torch.cuda.synchronize()
        self.seconds[name] += time.perf_counter() - began


def measure(config: TrainConfig, base: str, device: torch.device, steps: int) -> dict[str, object]:
    folder = find_base(base)
    words = [token for token in load_tokenizer(folder).get_vocab() if token.isalpha()]
    rng = random.Random(0)
    lines = (" ".join(rng.choices(words, k=rng.randint(8, 24))) for _ in range(4000))
    corpus = build_corpus([("random", lines)])
    towers = [load_tower(folder) for _ in range(2 if config.twin else 1)]
    if config.twin:
        cross = towers[0].depth // 2 if config.cross_layers < 0 else config.cross_layers
        model: SingleModel | TwinModel = TwinModel(
            TwinTower(towers[0], towers[1], cross), use_pooler=True
        )
    else:
        model = SingleModel(towers[0])
    model.to(device).train()
    side = Side(load_tokenizer(folder), parse_augmentations(("crop", "repeat", "cutoff")))
    collator = PairCollator(corpus, [side] * len(towers), config.max_length, config.seed)
    schedule = Schedule(len(corpus), (steps + WARM) * config.batch_size, config.seed)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-6, fused=True)
    loss = ContrastiveLoss(config)
    clock = Clock(device)
    tokens = 0
    for step in range(steps + WARM):
        if step == WARM:
            clock, tokens = Clock(device), 0
        with clock.part("batch"):
            first = step * config.batch_size
            batch = collator([schedule[first + i] for i in range(config.batch_size)])
            tokens += sum(int(v.sum()) for k, v in batch.items() if k.startswith("mask"))
            batch = {name: value.to(device) for name, value in batch.items()}
        with (
            clock.part("forward"),
            torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16"),
        ):
            outputs = model(**batch)
        with clock.part("loss"):
            terms = loss(outputs, batch, step)
            total = torch.stack([t.weight * t.value for t in terms.values()]).sum()
        with clock.part("backward"):
            total.backward()
        with clock.part("optimiser"):
            optimiser.step()
            optimiser.zero_grad()
    seconds = sum(clock.seconds.values())
    return {
        "objective": config.objective,
        "batch": config.batch_size,
        "length": config.max_length,
        "precision": config.precision,
        "sentences_per_second": round(steps * config.batch_size / seconds, 1),
        "tokens_per_second": round(tokens / seconds),
        "ms_per_step": round(1000 * seconds / steps),
        "share": {name: round(value / seconds, 3) for name, value in clock.seconds.items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base", nargs="?", default="base")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--length", type=int, default=32)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = default_device()
    print(f"{device}, {options.threads} threads, torch {torch.__version__}")
    config = TrainConfig(
        batch_size=options.batch, max_length=options.length, precision=options.precision
    )
    for variant in (config, replace(config, objective="jtcse")):
        print(json.dumps(measure(variant, options.base, device, options.steps)), flush=True)


if __name__ == "__main__":
    main()
