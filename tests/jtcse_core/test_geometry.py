"""Alignment and uniformity equal slow readings of their definitions."""

import math

import numpy as np
import pytest

from jtcse_core.evaluation.geometry import alignment, measure_geometry, uniformity


def unit_rows(seed: int, n: int = 6) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(n, 5)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def test_alignment_is_the_mean_squared_distance() -> None:
    a, b = unit_rows(1), unit_rows(2)
    expected = np.mean([np.sum((x - y) ** 2) for x, y in zip(a, b, strict=True)])
    assert alignment(a, b) == pytest.approx(expected, rel=1e-5)


def test_uniformity_is_the_log_of_the_mean_potential() -> None:
    x = unit_rows(1)
    potentials = [
        math.exp(-2 * float(np.sum((x[i] - x[j]) ** 2))) for i in range(6) for j in range(i + 1, 6)
    ]
    assert uniformity(x) == pytest.approx(math.log(np.mean(potentials)), rel=1e-5)


def test_only_pairs_near_the_highest_grade_are_positives() -> None:
    a, b = unit_rows(1), unit_rows(2)
    geometry = measure_geometry(a, b, np.array([5.0, 4.0, 3.9, 0.0, 1.0, 2.0]))
    assert geometry.alignment == pytest.approx(alignment(a[:2], b[:2]))


def test_nothing_to_compare_is_not_a_number() -> None:
    assert math.isnan(uniformity(unit_rows(1, 1)))
    assert math.isnan(alignment(unit_rows(1)[:0], unit_rows(1)[:0]))
