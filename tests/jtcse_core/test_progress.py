"""Long encoding says how far it is, and ends where whoever hears that wants no more."""

import threading

import numpy as np
import pytest

from jtcse_core import load_encoder

TEXTS = [" ".join(["word"] * (5 + n % 20)) + f" {n}" for n in range(120)]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(threads=2)


def test_what_is_told_grows_to_the_number_of_texts(encoder):
    told: list[int] = []
    vectors = encoder.encode(TEXTS, told.append)
    assert len(told) > 3
    assert told == sorted(set(told))
    assert told[-1] == len(TEXTS)
    np.testing.assert_array_equal(vectors, encoder.encode(TEXTS))


def test_equal_texts_count_once(encoder):
    told: list[int] = []
    encoder.encode(["the same"] * 5, told.append)
    assert told == [1]


def test_who_is_told_may_end_it(encoder):
    class Enough(Exception):
        pass

    told = []

    def stop(done: int) -> None:
        told.append(done)
        raise Enough

    before = set(threading.enumerate())
    with pytest.raises(Enough):
        encoder.encode(TEXTS, stop)
    assert len(told) <= encoder.threads
    assert set(threading.enumerate()) <= before
