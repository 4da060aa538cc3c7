"""Sets of ids are what numpy's own are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from indexes.idsets import among, distinct

IDS = arrays(np.int64, st.integers(0, 12), elements=st.integers(-3, 6))


@given(IDS)
def test_distinct_ids_ascend_and_come_once(ids):
    np.testing.assert_array_equal(distinct(ids), np.unique(ids))


@given(IDS, IDS)
def test_what_is_among_the_wanted(ids, wanted):
    np.testing.assert_array_equal(among(ids, wanted), np.isin(ids, wanted))
