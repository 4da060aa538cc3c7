"""An encoder folder small enough to be made in a moment: a mean of random token vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from jtcse_core.card import (
    MODEL_FILE,
    TOKENIZER_FILE,
    EncoderCard,
    compute_fingerprint,
    write_card,
)
from jtcse_core.onnx_encoder import POOLED_OUTPUT, TOKENS_OUTPUT

DIM = 32
MAX_LENGTH = 256


def write_tiny_encoder(folder: Path, seed: int = 0) -> Path:
    """Write an encoder that reads bytes and puts texts of like letters side by side."""
    folder.mkdir(parents=True)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer.save(str(folder / TOKENIZER_FILE))
    (folder / MODEL_FILE).write_bytes(_graph(len(alphabet), seed))
    fingerprint = compute_fingerprint(folder, pooling="mean", max_length=MAX_LENGTH)
    size = (folder / MODEL_FILE).stat().st_size
    card = EncoderCard(
        f"tiny-{seed}", "none", "mean", DIM, MAX_LENGTH, fingerprint, model_bytes=size
    )
    write_card(folder, card)
    return folder


def _graph(tokens: int, seed: int) -> bytes:
    from onnx import TensorProto, checker, helper, numpy_helper

    table = np.random.default_rng(seed).standard_normal((tokens, DIM)).astype(np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "length"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, [1, "length"])
    states = helper.make_tensor_value_info(TOKENS_OUTPUT, TensorProto.FLOAT, [1, "length", DIM])
    pooled = helper.make_tensor_value_info(POOLED_OUTPUT, TensorProto.FLOAT, [1, DIM])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], [TOKENS_OUTPUT]),
        helper.make_node("ReduceMean", [TOKENS_OUTPUT], ["mean"], axes=[1], keepdims=0),
        helper.make_node("LpNormalization", ["mean"], [POOLED_OUTPUT], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes, "tiny", [ids, mask], [states, pooled], [numpy_helper.from_array(table, "table")]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return bytes(model.SerializeToString())
