"""Measures of pair scores equal slow readings of their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from jtcse_core.errors import DataError
from jtcse_core.evaluation.comparison import Difference, compare_files
from jtcse_core.evaluation.metrics import spearman
from jtcse_core.evaluation.pairs import auc, average_precision, best_threshold, measure_pairs

scored = st.lists(
    st.tuples(st.integers(0, 8).map(lambda n: n / 8), st.booleans()), min_size=2, max_size=40
).filter(lambda rows: len({positive for _, positive in rows}) == 2)


def split(rows: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([s for s, _ in rows]), np.array([p for _, p in rows])


@given(scored)
def test_auc_is_the_chance_that_a_positive_outranks_a_negative(
    rows: list[tuple[float, bool]],
) -> None:
    positives, negatives = ([s for s, p in rows if p is wanted] for wanted in (True, False))
    wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
    assert auc(*split(rows)) == pytest.approx(wins / (len(positives) * len(negatives)))


@given(scored)
def test_average_precision_takes_ties_together(rows: list[tuple[float, bool]]) -> None:
    total = sum(p for _, p in rows)
    expected, recall = 0.0, 0.0
    for threshold in sorted({s for s, _ in rows}, reverse=True):
        taken = [p for s, p in rows if s >= threshold]
        expected += (sum(taken) / total - recall) * sum(taken) / len(taken)
        recall = sum(taken) / total
    assert average_precision(*split(rows)) == pytest.approx(expected)


@given(scored)
def test_the_best_threshold_gives_its_f1_and_no_other_a_higher(
    rows: list[tuple[float, bool]],
) -> None:
    scores, positive = split(rows)

    def f1(threshold: float) -> float:
        judged = scores >= threshold
        return float(2 * (judged & positive).sum() / (judged.sum() + positive.sum()))

    threshold, value = best_threshold(scores, positive)
    assert f1(threshold) == pytest.approx(value)
    assert value == pytest.approx(max(f1(s) for s in scores))


def test_separable_pairs_are_told_apart() -> None:
    scores = np.r_[np.linspace(0.6, 0.9, 20), np.linspace(0.0, 0.4, 20)]
    measures = measure_pairs(scores, [1] * 20 + [0] * 20)
    assert (measures.auc, measures.average_precision, measures.f1) == (1.0, 1.0, 1.0)
    assert measures.threshold == pytest.approx(0.5)


def test_the_threshold_of_a_pair_does_not_see_that_pair() -> None:
    # Random scores: a threshold chosen on the same pairs would flatter them.
    rng = np.random.default_rng(0)
    scores, gold = rng.random(60), rng.integers(2, size=60)
    measures = measure_pairs(scores, gold)
    _, flattered = best_threshold(scores, gold == 1)
    assert measures.f1 is not None
    assert measures.f1 <= flattered


def test_grades_have_a_correlation_alone() -> None:
    measures = measure_pairs([0.1, 0.5, 0.4, 0.9], [1, 2, 3, 4])
    assert measures.spearman == pytest.approx(spearman([0.1, 0.5, 0.4, 0.9], [1, 2, 3, 4]))
    assert measures.auc is None


def test_constant_gold_has_no_correlation() -> None:
    assert measure_pairs([0.1, 0.5], [1, 1]).spearman is None


def test_no_pairs_are_refused() -> None:
    with pytest.raises(DataError):
        measure_pairs([], [])


def compare_scores(first: ArrayLike, second: ArrayLike, gold: ArrayLike) -> Difference:
    """Compare on a single file."""
    return compare_files([(first, second, gold)])[0][0]


def test_an_encoder_compared_with_itself_differs_by_nothing() -> None:
    gold = np.arange(50)
    scores = gold + np.random.default_rng(0).normal(size=50) * 5
    difference = compare_scores(scores, scores, gold)
    assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)
    assert not difference.significant


def test_a_clearly_better_encoder_is_found_so() -> None:
    rng, gold = np.random.default_rng(0), np.arange(200)
    worse, better = (gold + rng.normal(size=200) * noise for noise in (150, 20))
    difference = compare_scores(worse, better, gold)
    assert difference.low < difference.value < difference.high
    assert difference.significant


def test_a_comparison_can_be_repeated() -> None:
    rng, gold = np.random.default_rng(0), np.arange(30)
    a, b = rng.random(30), rng.random(30)
    assert compare_scores(a, b, gold) == compare_scores(a, b, gold)


def test_files_are_compared_one_by_one_and_in_the_mean() -> None:
    rng, gold = np.random.default_rng(0), np.arange(100)
    files = [(rng.random(100), gold + rng.normal(size=100), gold) for _ in range(3)]
    each, mean = compare_files(files)
    assert mean.value == pytest.approx(np.mean([d.value for d in each]))
    assert mean.high - mean.low < max(d.high - d.low for d in each)


def test_files_are_resampled_apart_from_each_other() -> None:
    # Drawn alike, two equal files would vary together, and their mean as much as each of them.
    rng, gold = np.random.default_rng(0), np.arange(100)
    file = (rng.random(100), gold + rng.normal(size=100) * 50, gold)
    each, mean = compare_files([file] * 4)
    widths = [d.high - d.low for d in each]
    assert mean.high - mean.low == pytest.approx(np.mean(widths) / 2, rel=0.1)


def test_one_file_has_the_interval_that_it_has_among_others_that_follow() -> None:
    rng, gold = np.random.default_rng(0), np.arange(30)
    file = (rng.random(30), rng.random(30), gold)
    assert compare_files([file, file])[0][0] == compare_scores(*file)


def test_a_difference_without_a_correlation_is_not_a_number_and_no_warning() -> None:
    scores, gold = np.arange(10), np.ones(10)
    (difference,), mean = compare_files([(scores, scores[::-1], gold)])
    for one in (difference, mean):
        assert np.isnan([one.first, one.second, one.low, one.high]).all()
        assert not one.significant


def test_encoders_are_compared_on_the_same_pairs() -> None:
    with pytest.raises(DataError):
        compare_scores([1, 2], [1, 2, 3], [1, 2, 3])
