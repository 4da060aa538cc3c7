"""Gather rows over processes, gradients included.

transformers' Trainer gives each process the loss of its own rows. A contrastive loss needs
the others' rows as negatives, and gradients must flow back to the process that made them:
every process computes the loss of the whole batch, the gradients of a row are summed over
processes on the way back, and the average that data parallelism takes makes it exactly the
gradient of one process with that batch.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Tensor) -> Tensor:
        ctx.size = len(rows)
        parts = [torch.empty_like(rows) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        total = grads[0].contiguous().clone()
        dist.all_reduce(total)
        start = dist.get_rank() * ctx.size
        return total[start : start + ctx.size]


def gather_rows(rows: Tensor) -> Tensor:
    """Return the rows (B, d) of all processes in the order of their ranks, (world · B, d).

    Every process must hold equally many. Without other processes the rows come back as given.
    """
    if not (dist.is_available() and dist.is_initialized() and dist.get_world_size() > 1):
        return rows
    gathered: Tensor = _Gather.apply(rows)  # type: ignore[no-untyped-call]
    return gathered


def gather_views(stacked: Tensor) -> tuple[Tensor, Tensor]:
    """Split (2B, d), first views above second views, and gather each half over processes."""
    first, second = stacked.chunk(2)
    return gather_rows(first), gather_rows(second)
