"""int8 encoders: faithful to their source, and the same for a text in any company."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from jtcse_core import load_encoder
from jtcse_core.card import read_card
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


def operators(path: Path) -> Counter[str]:
    import onnx

    return Counter(node.op_type for node in onnx.load(str(path)).graph.node)
