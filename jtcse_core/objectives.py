"""The training objectives: tensors in, a scalar out, no state.

Rows of `a[i]` and `b[i]` are two views of sentence i. Similarity is the cosine, computed in
at least float32 whatever the precision of the model. Sources: SimCSE (arXiv 2104.08821),
JTCSE (arXiv 2505.02366), Focal-InfoNCE (arXiv 2310.06918).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LOG_FLOOR = 1e-4
"""Cosine below which ICTM's logarithm goes on as its tangent."""


def info_nce(a: Tensor, b: Tensor, temperature: float = 0.05) -> Tensor:
    """Contrast every view with its other view among all 2B rows.

    With z = [a; b] and s the cosine, the mean over all 2B rows i of
    −log( exp(s(z_i, z_i+)/τ) / Σ_{j≠i} exp(s(z_i, z_j)/τ) ), i+ being the other view of the
    same sentence (SimCSE equation 1, taken over both views; JTCSE's InfoNCE).

    Args:
        a: First views, (B, d).
        b: Second views, (B, d).
        temperature: τ > 0.

    Raises:
        ValueError: The shapes differ, are not (B, d), or τ is not positive.
    """
    _check(temperature, a, b)
    return _contrast(torch.cat([a, b]), torch.cat([a, b]), temperature)


def icnce(a1: Tensor, b1: Tensor, a2: Tensor, b2: Tensor, temperature: float = 0.05) -> Tensor:
    """Contrast every view in tower I with its other view in tower II, among tower II's rows.

    As `info_nce` over the 2B × 2B cosines of tower I's rows against tower II's columns, where
    the entries of one and the same view are left out (JTCSE's ICNCE). The other direction
    is the same call with the towers exchanged; the trainer draws one at random each step.

    Args:
        a1: First views in tower I, (B, d).
        b1: Second views in tower I, (B, d).
        a2: First views in tower II, (B, d).
        b2: Second views in tower II, (B, d).
        temperature: τ > 0.

    Raises:
        ValueError: The shapes differ, are not (B, d), or τ is not positive.
    """
    _check(temperature, a1, b1, a2, b2)
    return _contrast(torch.cat([a1, b1]), torch.cat([a2, b2]), temperature)


def ictm(h1: Tensor, h2: Tensor, p1: Tensor, p2: Tensor) -> Tensor:
    """Constrain direction and modulus of the two towers' readings of one sentence.

    The mean over i of ℓ(cos(h1_i, h2_i)) · ½ · ‖p1_i − p2_i‖ / (‖p1_i‖ + ‖p2_i‖), with
    ℓ(c) = −log c for c ≥ ε = 1e-4 and its tangent −log ε − (c − ε)/ε below, so that negative
    cosines keep a gradient (JTCSE's ICTM, the tensor modulus constraint). It vanishes where
    the towers' poolers agree or their hidden states have one direction.

    Args:
        h1: Hidden vectors of one view in tower I, (B, d).
        h2: Hidden vectors of the *other* view of the same sentences in tower II, (B, d). The
            symmetrical term, with the towers exchanged, is a second call.
        p1: Pooler outputs that belong to `h1`, (B, d').
        p2: Pooler outputs that belong to `h2`, (B, d').

    Raises:
        ValueError: The shapes differ or are not (B, d).
    """
    _check(1.0, h1, h2)
    _check(1.0, p1, p2)
    if len(h1) != len(p1):
        raise ValueError(f"{len(h1)} hidden vectors and {len(p1)} pooler outputs")
    with torch.autocast(h1.device.type, enabled=False):
        cosine = (_unit(h1) * _unit(h2)).sum(-1)
        tail = -torch.log(cosine.new_tensor(LOG_FLOOR)) - (cosine - LOG_FLOOR) / LOG_FLOOR
        direction = torch.where(cosine >= LOG_FLOOR, -torch.log(cosine.clamp_min(LOG_FLOOR)), tail)
        return (direction * 0.5 * _relative_gap(_wide(p1), _wide(p2))).mean()


def focal_info_nce(a: Tensor, b: Tensor, temperature: float = 0.05, margin: float = 0.3) -> Tensor:
    """Contrast with hard negatives raised and easy positives lowered.

    Cross-entropy of each row of the B × B matrix of a against b, the diagonal as target, with
    positive logits s²/τ and negative logits s·(s + m)/τ (Focal-InfoNCE, one direction).

    Args:
        a: First views, (B, d).
        b: Second views, (B, d).
        temperature: τ > 0.
        margin: m, what raises the weight of hard negatives.

    Raises:
        ValueError: The shapes differ, are not (B, d), or τ is not positive.
    """
    _check(temperature, a, b)
    with torch.autocast(a.device.type, enabled=False):
        s = _unit(a) @ _unit(b).T
        same = torch.eye(len(s), dtype=torch.bool, device=s.device)
        logits = torch.where(same, s * s, s * (s + margin)) / temperature
        return functional.cross_entropy(logits, torch.arange(len(s), device=s.device))


def _contrast(rows: Tensor, columns: Tensor, temperature: float) -> Tensor:
    """Cross-entropy over (2B, 2B) cosines, the diagonal masked, the other view as target."""
    with torch.autocast(rows.device.type, enabled=False):
        logits = _unit(rows) @ _unit(columns).T / temperature
        n = len(logits)
        same = torch.eye(n, dtype=torch.bool, device=logits.device)
        other = torch.arange(n, device=logits.device).roll(n // 2)
        return functional.cross_entropy(logits.masked_fill(same, -torch.inf), other)


def _unit(x: Tensor) -> Tensor:
    """Scale rows to unit length; rows of zeros stay.

    The largest component is divided out first (a constant: the result does not depend on
    scale), so that the square of a huge or tiny row neither overflows nor vanishes.
    """
    x = _wide(x)
    return functional.normalize(x / _magnitude(x), dim=-1)


def _relative_gap(p1: Tensor, p2: Tensor) -> Tensor:
    """Return ‖p1 − p2‖ / (‖p1‖ + ‖p2‖) by row, 0 where both are zero."""
    scale = torch.maximum(_magnitude(p1), _magnitude(p2))
    p1, p2 = p1 / scale, p2 / scale
    norm = torch.linalg.vector_norm
    gap: Tensor = norm(p1 - p2, dim=-1) / (norm(p1, dim=-1) + norm(p2, dim=-1)).clamp_min(1e-12)
    return gap


def _magnitude(x: Tensor) -> Tensor:
    return x.detach().abs().amax(-1, keepdim=True).clamp_min(torch.finfo(x.dtype).tiny)


def _wide(x: Tensor) -> Tensor:
    return x.float() if x.dtype in (torch.float16, torch.bfloat16) else x


def _check(temperature: float, first: Tensor, *others: Tensor) -> None:
    if first.ndim != 2 or first.shape[0] == 0:
        raise ValueError(f"expected rows of shape (B, d), got {tuple(first.shape)}")
    for other in others:
        if other.shape != first.shape:
            raise ValueError(f"shapes differ: {tuple(first.shape)} and {tuple(other.shape)}")
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, not {temperature}")
