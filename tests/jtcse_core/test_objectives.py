"""Each objective equals a slow reading of its equation, and stays finite."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from jtcse_core.objectives import focal_info_nce, icnce, ictm, info_nce

pytestmark = pytest.mark.torch

B, D, TAU = 5, 7, 0.05


def rows(seed: int, b: int = B, d: int = D) -> Tensor:
    return torch.randn(b, d, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def cosine(x: Tensor, y: Tensor) -> float:
    return float(x @ y) / math.sqrt(float(x @ x) * float(y @ y))


def slow_contrast(r: list[Tensor], c: list[Tensor], tau: float) -> float:
    half, total = len(r) // 2, 0.0
    for i in range(len(r)):
        exps = [math.exp(cosine(r[i], c[j]) / tau) for j in range(len(c)) if j != i]
        positive = math.exp(cosine(r[i], c[(i + half) % len(r)]) / tau)
        total -= math.log(positive / sum(exps))
    return total / len(r)


def slow_ictm(h1: Tensor, h2: Tensor, p1: Tensor, p2: Tensor) -> float:
    total = 0.0
    for x, y, p, q in zip(h1, h2, p1, p2, strict=True):
        c, eps = cosine(x, y), 1e-4
        direction = -math.log(c) if c >= eps else -math.log(eps) - (c - eps) / eps
        gap = math.sqrt(float((p - q) @ (p - q)))
        total += direction * 0.5 * gap / (math.sqrt(float(p @ p)) + math.sqrt(float(q @ q)))
    return total / len(h1)


def slow_focal(a: Tensor, b: Tensor, tau: float, m: float) -> float:
    total = 0.0
    for i in range(len(a)):
        positive = math.exp(cosine(a[i], b[i]) ** 2 / tau)
        negatives = 0.0
        for j in range(len(b)):
            if j != i:
                s = cosine(a[i], b[j])
                negatives += math.exp(s * (s + m) / tau)
        total -= math.log(positive / (positive + negatives))
    return total / len(a)


OBJECTIVES: dict[str, tuple[Callable[..., Tensor], int]] = {
    "info_nce": (info_nce, 2),
    "icnce": (icnce, 4),
    "ictm": (ictm, 4),
    "focal_info_nce": (focal_info_nce, 2),
}
each_objective = pytest.mark.parametrize("objective", OBJECTIVES)


def inputs(objective: str, b: int = B) -> list[Tensor]:
    return [rows(seed, b) for seed in range(OBJECTIVES[objective][1])]


@pytest.mark.parametrize("tau", [0.05, 0.5])
def test_info_nce_contrasts_all_rows_with_the_diagonal_left_out(tau: float) -> None:
    a, b = rows(1), rows(2)
    expected = slow_contrast([*a, *b], [*a, *b], tau)
    assert float(info_nce(a, b, tau)) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("tau", [0.05, 0.5])
def test_icnce_contrasts_tower_one_with_tower_two(tau: float) -> None:
    a1, b1, a2, b2 = (rows(s) for s in range(4))
    expected = slow_contrast([*a1, *b1], [*a2, *b2], tau)
    assert float(icnce(a1, b1, a2, b2, tau)) == pytest.approx(expected, rel=1e-12)


def test_icnce_of_a_tower_with_itself_is_info_nce() -> None:
    a, b = rows(1), rows(2)
    assert torch.equal(icnce(a, b, a, b), info_nce(a, b))


def test_ictm_weighs_the_angle_by_the_relative_gap_of_the_poolers() -> None:
    h1, p1, p2 = rows(1), rows(2), rows(3)
    h2 = h1 + 0.5 * rows(4)
    h2[0] = -h1[0] + 0.1 * rows(5)[0]  # a negative cosine takes the tangent
    assert float(ictm(h1, h2, p1, p2)) == pytest.approx(slow_ictm(h1, h2, p1, p2), rel=1e-9)


@pytest.mark.parametrize("margin", [0.0, 0.3, 1.0])
def test_focal_squares_positives_and_raises_hard_negatives(margin: float) -> None:
    a, b = rows(1), rows(2)
    expected = slow_focal(a, b, TAU, margin)
    assert float(focal_info_nce(a, b, TAU, margin)) == pytest.approx(expected, rel=1e-12)


@each_objective
def test_gradients_are_those_of_the_equation(objective: str) -> None:
    args = [x.requires_grad_() for x in inputs(objective)]
    assert torch.autograd.gradcheck(OBJECTIVES[objective][0], args)


def test_ictm_has_a_gradient_at_negative_cosines() -> None:
    h1 = rows(1).requires_grad_()
    h2 = (-h1.detach() + 0.3 * rows(2)).requires_grad_()
    p1, p2 = rows(3).requires_grad_(), rows(4).requires_grad_()
    assert torch.autograd.gradcheck(ictm, (h1, h2, p1, p2))
    ictm(h1, h2, p1, p2).backward()
    assert h1.grad is not None
    assert (h1.grad.abs().sum(-1) > 0).all()


def test_ictm_is_continuous_where_the_tangent_begins() -> None:
    h1 = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
    p1, p2 = h1, -h1
    values = [
        float(ictm(h1, torch.tensor([[c, math.sqrt(1 - c * c)]], dtype=torch.float64), p1, p2))
        for c in (1e-4 - 1e-10, 1e-4 + 1e-10)
    ]
    assert values[0] == pytest.approx(values[1], abs=1e-5)


@each_objective
def test_scaling_every_row_changes_nothing(objective: str) -> None:
    fn = OBJECTIVES[objective][0]
    args = inputs(objective)
    assert float(fn(*[x * 37.0 for x in args])) == pytest.approx(float(fn(*args)), rel=1e-9)


@each_objective
def test_the_order_of_sentences_changes_nothing(objective: str) -> None:
    fn = OBJECTIVES[objective][0]
    args, order = inputs(objective), torch.tensor([3, 1, 4, 0, 2])
    assert float(fn(*[x[order] for x in args])) == pytest.approx(float(fn(*args)), rel=1e-9)


@each_objective
def test_a_common_rotation_changes_nothing(objective: str) -> None:
    fn = OBJECTIVES[objective][0]
    rotation = torch.linalg.qr(rows(99, D)).Q
    args = inputs(objective)
    assert float(fn(*[x @ rotation for x in args])) == pytest.approx(float(fn(*args)), rel=1e-9)


def test_info_nce_does_not_care_which_view_comes_first() -> None:
    a, b = rows(1), rows(2)
    assert float(info_nce(a, b)) == pytest.approx(float(info_nce(b, a)), rel=1e-12)


def test_ictm_does_not_care_which_tower_comes_first() -> None:
    h1, h2, p1, p2 = inputs("ictm")
    assert float(ictm(h1, h2, p1, p2)) == pytest.approx(float(ictm(h2, h1, p2, p1)), rel=1e-12)


@each_objective
@pytest.mark.parametrize("scale", [0.0, 1e-30, 1e30])
def test_zero_tiny_and_huge_rows_give_finite_values_and_gradients(
    objective: str, scale: float
) -> None:
    args = [(x.float() * scale).requires_grad_() for x in inputs(objective)]
    loss = OBJECTIVES[objective][0](*args)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(x.grad is not None and torch.isfinite(x.grad).all() for x in args)


@each_objective
@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_tiny_and_huge_rows_keep_their_loss(objective: str, scale: float) -> None:
    fn = OBJECTIVES[objective][0]
    args = [x.float() for x in inputs(objective)]
    assert float(fn(*[x * scale for x in args])) == pytest.approx(float(fn(*args)), rel=1e-3)


@pytest.mark.parametrize("objective", ["info_nce", "icnce", "focal_info_nce"])
def test_one_sentence_has_nothing_to_be_told_from(objective: str) -> None:
    assert float(OBJECTIVES[objective][0](*inputs(objective, b=1))) == 0.0


def test_towers_that_agree_cost_nothing_in_ictm() -> None:
    h, p = rows(1), rows(2)
    assert float(ictm(h, h, p, p)) == pytest.approx(0.0, abs=1e-12)


@each_objective
def test_half_precision_is_computed_in_single(objective: str) -> None:
    args = [x.bfloat16() for x in inputs(objective)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = OBJECTIVES[objective][0](*args)
    assert loss.dtype == torch.float32
    exact = OBJECTIVES[objective][0](*[x.double() for x in args])
    assert float(loss) == pytest.approx(float(exact), rel=1e-4)


@each_objective
def test_rows_that_do_not_match_are_refused(objective: str) -> None:
    first, *rest = inputs(objective)
    with pytest.raises(ValueError, match="shapes differ"):
        OBJECTIVES[objective][0](first[:-1], *rest)


@pytest.mark.parametrize("temperature", [0.0, -1.0, math.nan])
def test_a_temperature_must_be_positive(temperature: float) -> None:
    with pytest.raises(ValueError, match="temperature"):
        info_nce(rows(1), rows(2), temperature)
