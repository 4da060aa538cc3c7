"""What does an encoder's pooling matter? CLS, mean, and the mean blended with the embeddings'.

    python -m benchmarks.pooling CHECKPOINT FILE.tsv...

CHECKPOINT is `base` or a trained folder, in float32; nothing is trained. A blend of weight w is
the last layer's mean, scaled to length 1, plus w times the mean of the token embeddings, scaled
likewise. Spearman × 100 by STS file.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from jtcse_core.checkpoints import load_tokenizer
from jtcse_core.evaluation.metrics import spearman
from jtcse_core.evaluation.sts import read_sts
from jtcse_core.export.base import find_base
from jtcse_core.towers import Tokens, Tower, load_tower

BATCH = 64
BLENDS = (0.1, 0.2, 0.3, 0.4, 0.6)

Array = NDArray[np.float64]


def read(tower: Tower, tokenizer: object, texts: list[str]) -> dict[str, Array]:
    """Return unit rows by pooling, in the order of the texts."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    parts: dict[str, list[Array]] = {"CLS": [], "mean": [], "embeddings": []}
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            batch = tokenizer(  # type: ignore[operator]
                [texts[i] for i in order[start : start + BATCH]],
                padding=True,
                truncation=True,
                max_length=tower.max_length,
                return_tensors="pt",
            )
            tokens = Tokens(batch["input_ids"], batch["attention_mask"])
            out = tower(tokens, keep_streams=True)
            parts["CLS"].append(_unit(out.streams[-1][:, 0]))
            parts["mean"].append(_unit(tower.pool(out.streams[-1], tokens.mask)))
            parts["embeddings"].append(_unit(tower.pool(out.streams[0], tokens.mask)))
    back = np.argsort(order)
    return {name: np.concatenate(rows)[back] for name, rows in parts.items()}


def _unit(rows: torch.Tensor) -> Array:
    return torch.nn.functional.normalize(rows, dim=-1).numpy().astype(np.float64)


def main(checkpoint: str, files: list[Path]) -> None:
    folder = find_base(checkpoint)
    tower, tokenizer = load_tower(folder, "mean"), load_tokenizer(folder)
    table: dict[str, list[float]] = {}
    for path in files:
        pairs = read_sts(path)
        gold = [pair.score for pair in pairs]
        found = read(tower, tokenizer, [p.a for p in pairs] + [p.b for p in pairs])
        for weight in BLENDS:
            found[f"mean + {weight} embeddings"] = found["mean"] + weight * found["embeddings"]
        for name, rows in found.items():
            a, b = rows[: len(pairs)], rows[len(pairs) :]
            lengths = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            table.setdefault(name, []).append(100 * spearman((a * b).sum(axis=1) / lengths, gold))
    print(f"{'':24}" + "".join(f"{path.stem:>12}" for path in files) + f"{'mean':>10}")
    for name, values in table.items():
        print(f"{name:24}" + "".join(f"{v:12.2f}" for v in values) + f"{np.mean(values):10.2f}")


if __name__ == "__main__":
    main(sys.argv[1], [Path(name) for name in sys.argv[2:]])
