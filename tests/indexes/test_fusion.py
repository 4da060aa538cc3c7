"""Fusion of both sides: what it may and may not do to a ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from indexes.fusion import clarity, fuse

SHARES = arrays.arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1, width=32))


def scores(cosines: list[float], coverages: list[float]) -> np.ndarray:
    dense, words = fuse(np.array(cosines), np.array(coverages))
    return dense + words


@given(SHARES, st.randoms())
def test_no_score_passes_one_and_none_is_lost(coverages, random):
    cosines = np.array([random.uniform(-1, 1) for _ in coverages])
    total = scores(list(cosines), list(coverages))
    assert np.isfinite(total).all()
    assert total.max() <= 1.0 + 1e-9


@given(SHARES)
def test_of_two_with_the_same_cosine_the_better_covered_comes_first(coverages):
    total = scores([0.5] * len(coverages), list(coverages))
    assert (np.diff(total[np.argsort(coverages)]) >= -1e-12).all()


def test_without_any_matching_word_the_cosine_alone_decides():
    assert scores([0.32, 0.64], [0.0, 0.0]).tolist() == pytest.approx([0.2, 0.4])


def test_words_count_for_more_where_they_single_out_a_passage():
    one_stands_out = [0.5] + [0.1] * 12
    all_alike = [0.5] * 12 + [0.1]
    assert clarity(np.array(one_stands_out)) == pytest.approx(0.8)
    assert clarity(np.array(all_alike)) == 0.0
    rival = 0.55  # its meaning is nearer, its words are not there
    assert np.argmax(scores([0.4] + [rival] * 12, one_stands_out)) == 0
    assert np.argmax(scores([0.4] * 12 + [rival], all_alike)) == 12


def test_nothing_to_fuse():
    assert scores([], []).tolist() == []
