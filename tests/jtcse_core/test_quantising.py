"""int8 encoders: faithful to their source, and the same for a text in any company."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jtcse_core import load_encoder
from jtcse_core.card import read_card
from jtcse_core.export.quantising import round_weights
from jtcse_core.export.ranges import calibration_texts
from jtcse_core.onnx_encoder import ACTIVATIONS, BATCH_TOKENS, FIXED, OnnxEncoder, batches_of

MIXED = [
    "A short one.",
    "Another one of the same length.",
    "",
    "?",
    "日本語の文章をここに書きます",
    "def f(x: int) -> list[str]: return [str(i) for i in range(x)]",
    *calibration_texts()[-20:],
    *(f"Sentence number {i} of a few that are equally long." for i in range(40)),
]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_vector_does_not_depend_on_what_it_is_encoded_with(threads: int) -> None:
    encoder = load_encoder(threads=threads)
    together = encoder.encode(MIXED)
    alone = np.concatenate([encoder.encode([text]) for text in MIXED])
    assert (together * alone).sum(axis=1).min() > 0.999999


@pytest.mark.parametrize("count", [5, 13, 25])
def test_the_order_of_texts_changes_no_bit_of_their_vectors(count: int) -> None:
    encoder = load_encoder()
    words = "amber birch cedar dune ember grove island juniper kelp".split()
    pairs = [f"A piece of {a} and of {b}, which is for sale." for a in words for b in words]
    # Of equally long ones one is left over, and has a batch of its own.
    texts = [text for text in pairs if len(encoder.token_ids(text)) == 15][:count]
    assert len(texts) == count
    np.testing.assert_array_equal(encoder.encode(texts), encoder.encode(texts[::-1])[::-1])


def test_a_text_is_exactly_like_itself() -> None:
    vectors = load_encoder().encode(MIXED)
    assert np.abs((vectors * vectors).sum(axis=1) - 1).max() < 4e-7


def test_the_default_encoder_is_close_to_its_source() -> None:
    parity = read_card(load_encoder().folder).export["parity"]
    assert parity["mean_cosine"] > 0.998
    assert parity["rank_agreement"] > 0.997


def test_batches_hold_texts_of_one_length_and_every_text_once() -> None:
    lengths = [5] * 100 + [7] * 3 + [400] + [1]
    batches = batches_of(lengths, BATCH_TOKENS, threads=2)
    assert all(len({lengths[i] for i in batch}) == 1 for batch in batches)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    sizes = [len(batch) * lengths[batch[0]] for batch in batches]
    assert sizes == sorted(sizes, reverse=True)
    assert all(size <= BATCH_TOKENS for size in sizes[1:])


def test_a_few_texts_are_spread_over_the_threads() -> None:
    assert len(batches_of([8] * 4, BATCH_TOKENS, threads=2)) == 2
    assert batches_of([], BATCH_TOKENS, threads=2) == []


def test_one_token_a_batch_is_one_text_a_run() -> None:
    assert all(len(batch) == 1 for batch in batches_of([3, 3, 4, 3], 1, threads=2))


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_an_export_is_invariant_and_drops_what_it_does_not_read(
    make_checkpoint, tmp_path: Path, family: str
) -> None:
    from jtcse_core.export.exporting import export_encoder

    report = export_encoder(str(make_checkpoint(family=family, hidden=32)), tmp_path / "encoder")
    assert report.card.export[ACTIVATIONS] == FIXED
    encoder = OnnxEncoder(tmp_path / "encoder")
    assert encoder._input_names == {"input_ids", "attention_mask"}
    texts = ["red", "red blue", "blue red", "green blue red", "red red", "blue blue"]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.99999
    assert operators(tmp_path / "encoder" / "model.onnx")["QAttention"] == 4


def test_layer_norms_stand_apart_from_skip_connections(make_checkpoint, tmp_path: Path) -> None:
    from jtcse_core.export.exporting import export_encoder

    export_encoder(str(make_checkpoint(hidden=32)), tmp_path / "encoder")
    counts = operators(tmp_path / "encoder" / "model.onnx")
    assert counts["SkipLayerNormalization"] == counts["EmbedLayerNormalization"] == 0
    assert counts["LayerNormalization"] == 9
    assert counts["MatMul"] == 0


@given(depth=st.integers(1, 40), seed=st.integers(0, 2**32 - 1), tail=st.floats(1, 4))
def test_no_sum_of_two_neighbours_can_leave_16_bits(depth: int, seed: int, tail: float) -> None:
    random = np.random.default_rng(seed)
    weights = random.normal(size=(depth, 9)).astype(np.float32)
    weights = np.sign(weights) * np.abs(weights) ** np.float32(tail)
    rounded, scales = round_weights(weights)
    assert np.all(np.abs(rounded * scales - weights) <= scales * 0.5001)
    even = np.pad(rounded.astype(int), ((0, depth % 2), (0, 0)))
    for sign in (1, -1):
        part = np.maximum(sign * even, 0)
        assert 255 * (part[0::2] + part[1::2]).max() < 2**15


def test_the_products_of_this_processor_are_exact(tmp_path: Path) -> None:
    import onnxruntime
    from onnx import TensorProto, checker, helper, numpy_helper

    random = np.random.default_rng(0)
    weights, _ = round_weights(random.normal(size=(384, 64)).astype(np.float32))
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["values", "weights", "zero"], ["sums"])],
        "product",
        [helper.make_tensor_value_info("values", TensorProto.UINT8, [None, 384])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [None, 64])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array(128, np.uint8), "zero"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    # The worst there is: the largest value wherever a weight of one sign stands.
    signs = np.concatenate([weights.T > 0, weights.T < 0])
    for values in (signs * np.uint8(255), random.integers(0, 256, (33, 384)).astype(np.uint8)):
        expected = (values.astype(np.int64) - 128) @ weights.astype(np.int64)
        assert np.array_equal(session.run(None, {"values": values})[0], expected)


def operators(path: Path) -> Counter[str]:
    import onnx

    return Counter(node.op_type for node in onnx.load(str(path)).graph.node)
