"""Files of pairs: what is encoded, in which order, and how it is measured."""

import io
import threading
from typing import Any

import numpy as np
import pytest

from app.scoring import files
from app.scoring.ahead import read_ahead
from app.scoring.files import score_file, worst_disagreements
from app.scoring.pairs import MAX_REASONS, PairFile, Skipped
from app.scoring.vectors import VectorCache
from jtcse_core.evaluation.metrics import (
    rankdata,
    ranks_by_block,
    spearman,
    spearman_by_block,
)
from jtcse_core.onnx_encoder import OnnxEncoder


class Counting:
    """An encoder of letters that remembers what it was asked."""

    dim = 26

    def __init__(self):
        self.calls = []

    def encode(self, texts):
        self.calls.append(list(texts))
        rows = np.array([[text.count(chr(97 + i)) + 0.01 for i in range(26)] for text in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    @property
    def encoded(self):
        return [text for call in self.calls for text in call]


@pytest.fixture
def encoder():
    return Counting()


def pair_file(text, columns=(0, 1, 2), header=False):
    return PairFile(io.BytesIO(text.encode()), columns, header)


def lines(count):
    """45 different texts in all."""
    return "".join(f"a{chr(97 + i % 25)}\tb{chr(97 + i % 20)}b\t{i % 7}\n" for i in range(count))


def test_a_text_is_encoded_once_in_a_whole_file(encoder, monkeypatch):
    monkeypatch.setattr(files, "BATCH_PAIRS", 16)
    score_file(encoder, pair_file(lines(500)))
    assert len(encoder.calls) > 1
    assert len(encoder.encoded) == len(set(encoder.encoded)) == 45


def test_batches_change_no_score(encoder, monkeypatch):
    whole = score_file(encoder, pair_file(lines(300)))
    monkeypatch.setattr(files, "BATCH_PAIRS", 7)
    assert list(score_file(Counting(), pair_file(lines(300))).scores) == list(whole.scores)


def test_long_texts_make_small_batches(encoder, monkeypatch):
    monkeypatch.setattr(files, "BATCH_CHARS", 1000)
    score_file(encoder, pair_file("".join(f"{i}{'a' * 600}\tb\n" for i in range(10))))
    assert max(map(len, encoder.calls)) <= 5


def test_scores_come_in_the_order_of_the_lines(encoder):
    seen: list[object] = []
    result = score_file(encoder, pair_file(lines(2500)), on_scores=lambda s: seen.extend(s))
    assert seen == list(result.scores)
    assert len(seen) == 2500


def test_progress_ends_with_everything_read(encoder):
    told: list[Any] = []
    text = lines(2500)
    score_file(encoder, pair_file(text), on_progress=told.append)
    assert (told[-1].pairs, told[-1].bytes) == (2500, len(text))


def test_swapping_the_texts_changes_nothing(tiny_encoder):
    encoder = OnnxEncoder(tiny_encoder)
    one = score_file(encoder, pair_file(lines(100), (0, 1)))
    other = score_file(encoder, pair_file(lines(100), (1, 0)))
    assert list(one.scores) == list(other.scores)


def test_spearman_is_that_of_all_pairs_with_gold(encoder):
    text = lines(200).replace("\t3\n", "\n")
    result = score_file(encoder, pair_file(text))
    known = ~np.isnan(result.golds)
    assert 0 < known.sum() < 200
    expected = spearman(np.array(result.scores)[known], np.array(result.golds)[known])
    assert result.spearman == pytest.approx(expected, abs=1e-6)


def test_gold_that_begins_late_belongs_to_its_pairs(encoder, monkeypatch):
    monkeypatch.setattr(files, "BATCH_PAIRS", 2)
    rows = "aa\taa\naa\tab\naa\tabb\naa\tzz\t3\naa\tza\t4\n"
    golds = score_file(encoder, pair_file(rows)).golds
    assert np.isnan(golds[:3]).all()
    assert list(golds[3:]) == [3, 4]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_ranks_by_block_are_the_ranks(size):
    values = np.random.default_rng(0).integers(0, 30, 200).astype(np.float32)
    assert np.array_equal(np.concatenate(list(ranks_by_block(values, size))), rankdata(values))


def test_spearman_by_block_is_spearman():
    a, b = np.random.default_rng(0).integers(0, 30, (2, 200))
    assert spearman_by_block(a, b) == pytest.approx(spearman(a, b), abs=1e-12)


def test_two_classes_have_an_auc(encoder):
    rows = "aa\taa\t1\naa\tab\t1\naa\tzz\t0\nbb\tba\t0\n"
    result = score_file(encoder, pair_file(rows))
    assert result.auc == pytest.approx((4 - 0.5) / 4)


def test_grades_have_no_auc(encoder):
    assert score_file(encoder, pair_file(lines(50))).auc is None


def test_an_error_of_the_reader_ends_the_run(encoder):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    pairs = PairFile(Broken(), (0, 1), False)  # type: ignore[arg-type]  # all that is asked of it
    with pytest.raises(OSError, match="Input/output"):
        score_file(encoder, pairs)


def test_a_score_knows_its_line(encoder):
    text = "h\n\na\tb\t1\n\n\nc\td\t2\ne\tf\t3\n\n"
    result = score_file(encoder, pair_file(text, header=True))
    assert [result.line_of(i) for i in range(3)] == [3, 6, 7]


def test_worst_disagreements_come_first(encoder):
    rows = "aa\taa\t0\naa\tab\t2\naa\tabb\t1\naa\tzz\t3\n"
    result = score_file(encoder, pair_file(rows))
    worst = worst_disagreements(result, 2)
    assert {(d.line, d.gold) for d in worst} == {(1, 0.0), (4, 3.0)}
    assert {d.line: d.rank_difference > 0 for d in worst} == {1: True, 4: False}


def test_without_gold_nothing_disagrees(encoder):
    assert worst_disagreements(score_file(encoder, pair_file("a\tb\n")), 5) == []


def test_a_cache_keeps_those_used_last(encoder):
    cache = VectorCache(encoder, capacity=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cache.encode([text])
    assert encoder.encoded == ["a", "b", "c", "b"]


def test_a_batch_larger_than_the_cache_is_encoded_whole(encoder):
    cache = VectorCache(encoder, capacity=2)
    texts = ["a", "b", "c", "d", "a"]
    assert np.array_equal(cache.encode(texts), Counting().encode(texts))
    assert np.array_equal(cache.encode(["d", "c"]), Counting().encode(["d", "c"]))
    assert encoder.encoded == ["a", "b", "c", "d"]


def test_cached_and_new_texts_get_their_own_vectors(encoder):
    cache = VectorCache(encoder, capacity=8)
    cache.encode(["a", "b", "c"])
    texts = ["x", "b", "y", "x", "a"]
    assert np.array_equal(cache.encode(texts), Counting().encode(texts))


def test_reasons_of_a_file_of_junk_stay_few():
    skipped = Skipped()
    for i in range(5 * MAX_REASONS):
        skipped.add(i + 1, f"'{i}x' is no score", "no score")
    assert len(skipped) == 5 * MAX_REASONS
    assert len({reason for _, reason in skipped}) == MAX_REASONS + 1
    assert skipped[-1] == (5 * MAX_REASONS, "no score")


def test_reading_ahead_stops_with_its_consumer():
    ended = threading.Event()

    def forever():
        try:
            while True:
                yield 0
        finally:
            ended.set()

    source = forever()
    items = read_ahead(source)
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]  # a generator
    for thread in threading.enumerate():
        if thread.name == "read-ahead":
            thread.join(5)
    source.close()
    assert ended.is_set()
